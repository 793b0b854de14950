//! Why a command stops: a code, what is wrong, where it is in the user's file, and what to do.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

/// What stops a command. Nothing was written then.
#[derive(Debug)]
pub(crate) struct Problem {
    /// A word that programs can go by.
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    pub(crate) place: Option<Place>,
}

pub(crate) type Result<T, E = Box<Problem>> = std::result::Result<T, E>;

/// Bytes of a file.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    pub(crate) range: Range<usize>,
}

impl Problem {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Box<Problem> {
        Box::new(Problem {
            code,
            message: message.into(),
            help: None,
            place: None,
        })
    }

    pub(crate) fn help(mut self: Box<Self>, help: impl Into<String>) -> Box<Problem> {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn at(mut self: Box<Self>, place: Place) -> Box<Problem> {
        self.place = Some(place);
        self
    }

    /// As JSON, under the key `error`.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        let mut error = serde_json::json!({"code": self.code, "message": self.message});
        if let Some(help) = &self.help {
            error["help"] = help.as_str().into();
        }
        if let Some(place) = &self.place {
            let (line, column) = place.line_and_column();
            error["file"] = place.path.display().to_string().into();
            error["span"] = serde_json::json!({
                "start": place.range.start, "end": place.range.end, "line": line, "column": column,
            });
        }
        error
    }
}

impl Place {
    /// Counted from 1; columns in characters.
    pub(crate) fn line_and_column(&self) -> (usize, usize) {
        let before = &self.text[..self.range.start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.matches('\n').count() + 1;
        (line, before[line_start..].chars().count() + 1)
    }

    /// The first line of the place, and its part before and within.
    fn line(&self) -> (&str, &str, &str) {
        let start = self.text[..self.range.start]
            .rfind('\n')
            .map_or(0, |at| at + 1);
        let line = self.text[start..].lines().next().unwrap_or_default();
        let at = (self.range.start - start).min(line.len());
        let end = (self.range.end.max(self.range.start) - start).min(line.len());
        (line, &line[..at], &line[at..end.max(at)])
    }
}

/// Three lines about the place, as rustc and miette draw it.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message)?;
        if let Some(place) = &self.place {
            let (line, column) = place.line_and_column();
            let (text, before, within) = place.line();
            let width = line.to_string().len();
            // A tab stays one, so that the mark stands below what it marks.
            let indent = before
                .chars()
                .map(|letter| if letter == '\t' { '\t' } else { ' ' });
            let indent: String = indent.collect();
            let mark = "─".repeat(within.chars().count().max(1));
            write!(
                f,
                "\n{:width$} ╭─[{}:{line}:{column}]",
                "",
                place.path.display()
            )?;
            write!(f, "\n{line} │ {text}")?;
            write!(f, "\n{:width$} · {indent}{mark}", "")?;
        }
        match &self.help {
            Some(help) => write!(f, "\nhelp: {help}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, Problem};

    #[test]
    fn the_place_is_marked_below_its_line() {
        let text = "use x;\n\tstruct Sträng;\n".to_owned();
        let start = text.find("Str").unwrap();
        let place = Place {
            path: "src/a.rs".into(),
            range: start..start + "Sträng".len(),
            text,
        };
        let problem = Problem::new("unknown_model", "no such model")
            .at(place)
            .help("write it");
        let shown = "no such model\n  ╭─[src/a.rs:2:9]\n2 │ \tstruct Sträng;\n  · \t       ──────\nhelp: write it";
        assert_eq!(problem.to_string(), shown);
    }
}
