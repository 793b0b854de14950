//! The package's own program, which knows its models: built, asked, and its answer read.

use crate::init;
use crate::problem::{Problem, Result};
use crate::source::Source;
use std::process::{Command, Stdio};

/// The form of the answer that is understood.
const FORM: &str = "relations 1\n";

/// A line of an answer: a word, or a part of it, and what follows.
pub(crate) struct Line {
    parts: Vec<String>,
}

impl Line {
    pub(crate) fn word(&self) -> &str {
        self.part(0)
    }

    /// A part; empty where the line has none.
    pub(crate) fn part(&self, at: usize) -> &str {
        self.parts.get(at).map_or("", String::as_str)
    }
}

/// An answer, and whether the program says that something differs.
pub(crate) struct Answer {
    pub(crate) lines: Vec<Line>,
    pub(crate) differs: bool,
}

/// Builds and asks the program. A database that is given goes to it by the environment: the URL may have a password in it, which
/// arguments would show to everybody.
pub(crate) fn ask(
    source: &Source,
    url: Option<&str>,
    features: &[String],
    arguments: &[String],
) -> Result<Answer> {
    let (text, differs) = ask_for_text(source, url, features, arguments)?;
    let lines = text.lines().filter(|line| !line.is_empty());
    Ok(Answer {
        lines: lines.map(read).collect(),
        differs,
    })
}

/// As [`ask`], for an answer that is one text.
pub(crate) fn ask_for_text(
    source: &Source,
    url: Option<&str>,
    features: &[String],
    arguments: &[String],
) -> Result<(String, bool)> {
    let manifest = source.manifest.parse::<toml_edit::DocumentMut>();
    if !init::has_program(&manifest.unwrap_or_default()) {
        let message = "the package has no program that knows its models";
        return Err(Problem::new("not_set_up", message).help("`cargo relations init` writes it"));
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let features = std::iter::once(init::FEATURE.to_owned()).chain(features.iter().cloned());
    let features: Vec<String> = features.collect();
    let mut command = Command::new(cargo);
    command
        .args(["run", "--quiet", "--bin", init::PROGRAM])
        .args(["--features", &features.join(","), "--manifest-path"])
        .arg(source.folder.join("Cargo.toml"))
        .arg("--")
        .args(arguments);
    if let Some(url) = url {
        command.env("DATABASE_URL", url);
    }
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output();
    let output = output
        .map_err(|error| Problem::new("no_cargo", format!("Cargo cannot be run: {error}")))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let Some(answer) = text.strip_prefix(FORM) else {
        let message = "the program that knows the models gave no answer";
        return Err(Problem::new("program_failed", message)
            .help("what Cargo or the program says of it stands above"));
    };
    Ok((answer.to_owned(), output.status.code() == Some(1)))
}

fn read(line: &str) -> Line {
    Line {
        parts: line.split('\t').map(unescaped).collect(),
    }
}

/// A part as it was before what would end it was escaped.
fn unescaped(part: &str) -> String {
    let mut text = String::new();
    let mut letters = part.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n') => text.push('\n'),
                Some('r') => text.push('\r'),
                Some('t') => text.push('\t'),
                other => text.extend(other),
            },
            letter => text.push(letter),
        }
    }
    text
}
