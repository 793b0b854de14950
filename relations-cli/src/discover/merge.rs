//! `discover --merge`: what people edited in the models, and what changed in the database, line by line over the last result.

use crate::edit::Change;
use crate::output::{Entry, Status};
use crate::problem::{Problem, Result};
use diffy::{ConflictStyle, MergeOptions};
use std::path::{Path, PathBuf};

/// How long the marks of the merge are, so that no line of a file is one.
const MARK: usize = 40;

/// The comments about what the database says where people said another thing.
const START: &str = "// CONFLICT: the lines above were edited, and the database says:";
const END: &str = "// END OF CONFLICT";

/// The file beside the models that has the last result: `src/.models.rs.discovered`.
pub(crate) fn kept_path(models: &Path) -> PathBuf {
    let name = models.file_name().unwrap_or_default().to_string_lossy();
    models.with_file_name(format!(".{name}.discovered"))
}

/// The result, kept for the next merge.
pub(crate) fn kept(models: &Path, text: &str) -> Change {
    let path = kept_path(models);
    Change {
        before: std::fs::read_to_string(&path).ok(),
        path,
        after: text.to_owned(),
    }
}

/// The models as people edited them, with what is new in the database.
pub(crate) fn merged(
    shown: &Path,
    path: &Path,
    edited: &str,
    discovered: &str,
    adopts: bool,
) -> Result<(String, Vec<Entry>)> {
    let shown = shown.display().to_string();
    if edited == discovered {
        return Ok((discovered.to_owned(), Vec::new()));
    }
    let kept_path = kept_path(path);
    let last = match std::fs::read_to_string(&kept_path) {
        Ok(last) => last,
        Err(_) if adopts => discovered.to_owned(),
        Err(_) => {
            let message = format!(
                "`{}`, the last result, is not beside `{shown}`, so what was edited cannot be told from what changed in the database",
                kept_path.file_name().unwrap_or_default().display()
            );
            return Err(Problem::new("no_last_result", message)
                .help("`--force` takes all differences for edits, and keeps them"));
        }
    };
    let ends_in_two = edited.contains("\r\n");
    let text = three_way(&last, &edited.replace("\r\n", "\n"), discovered);
    if let Err(error) = syn::parse_file(&text) {
        let message = format!("merged, `{shown}` would not be Rust: {error}");
        return Err(Problem::new("merge_failed", message)
            .help("discover into another file with `--out`, and take over what is new by hand"));
    }
    let conflicts = conflicts(&shown, &text);
    let text = match ends_in_two {
        true => text.replace('\n', "\r\n"),
        false => text,
    };
    Ok((text, conflicts))
}

/// The merge as Rust: where both changed the same lines, the edited ones stay, and the database's follow in comments.
fn three_way(last: &str, edited: &str, discovered: &str) -> String {
    let merge = MergeOptions::new()
        .set_conflict_marker_length(MARK)
        .set_conflict_style(ConflictStyle::Merge)
        .merge(last, edited, discovered);
    let marked = match merge {
        Ok(text) => return text,
        Err(marked) => marked,
    };
    let is_mark = |line: &str, letter: &str| line.starts_with(&letter.repeat(MARK));
    let mut text = String::new();
    let mut is_databases = false;
    for line in marked.lines() {
        if is_mark(line, "<") {
            continue;
        }
        if is_mark(line, "=") {
            is_databases = true;
            text += &format!("{START}\n");
        } else if is_mark(line, ">") {
            is_databases = false;
            text += &format!("{END}\n");
        } else if is_databases {
            text += format!("// {line}").trim_end();
            text.push('\n');
        } else {
            text += &format!("{line}\n");
        }
    }
    text
}

/// The conflicts that a text has, those of earlier merges too.
fn conflicts(shown: &str, text: &str) -> Vec<Entry> {
    let lines = text.lines().enumerate();
    let starts = lines.filter(|(_, line)| line.trim_start() == START);
    let entries = starts.map(|(at, _)| Entry {
        subject: format!("{shown}:{}", at + 1),
        status: Status::Conflict,
        message:
            "both were changed: the database's lines are in comments; settle it, and remove them"
                .to_owned(),
    });
    entries.collect()
}

#[cfg(test)]
mod tests {
    use super::three_way;

    #[test]
    fn edits_stay_and_what_is_new_comes() {
        let last =
            "struct A {\n    id: i64,\n    name: String,\n    note: String,\n}\n\nstruct B;\n";
        let edited = "/// Mine.\nstruct A {\n    id: i64,\n    title: String,\n    note: String,\n}\n\nstruct B;\n";
        let new = "struct A {\n    id: i64,\n    name: String,\n    note: String,\n}\n\nstruct B;\n\nstruct C;\n";
        let merged = format!("{edited}\nstruct C;\n");
        assert_eq!(three_way(last, edited, new), merged);
        assert_eq!(three_way(last, last, new), new);
        assert_eq!(three_way(last, edited, last), edited);
        assert_eq!(three_way(last, new, new), new);
    }

    #[test]
    fn what_both_changed_is_marked() {
        let last = "struct A {\n    a: i32,\n}\n";
        let edited = "struct A {\n    a: u32,\n}\n";
        let new = "struct A {\n    a: Option<i64>,\n}\n";
        let marked = "struct A {\n    a: u32,\n// CONFLICT: the lines above were edited, and the database says:\n//     a: Option<i64>,\n// END OF CONFLICT\n}\n";
        assert_eq!(three_way(last, edited, new), marked);
    }
}
