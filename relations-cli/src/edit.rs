//! Texts inserted into files, and files replaced: all of them or none.

use crate::problem::{Problem, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// A text to insert at a byte of a file.
#[derive(Debug, Clone)]
pub(crate) struct Insertion {
    pub(crate) at: usize,
    pub(crate) text: String,
}

/// A file and what it becomes.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) path: PathBuf,
    /// `None` where there is no such file yet.
    pub(crate) before: Option<String>,
    pub(crate) after: String,
}

/// The text with all insertions; those at one place stay in their order.
pub(crate) fn inserted(text: &str, insertions: &[Insertion]) -> String {
    let mut sorted: Vec<&Insertion> = insertions.iter().collect();
    sorted.sort_by_key(|insertion| insertion.at);
    let mut after = String::with_capacity(text.len() + 256);
    let mut from = 0;
    for insertion in sorted {
        after.push_str(&text[from..insertion.at]);
        after.push_str(&insertion.text);
        from = insertion.at;
    }
    after.push_str(&text[from..]);
    after
}

/// Whether what the files become is Rust. A mistake here is one of ours, and must not reach the user's files.
pub(crate) fn check(changes: &[Change]) -> Result<()> {
    for change in changes {
        let is_rust = change.path.extension().is_some_and(|end| end == "rs");
        if let (true, Err(error)) = (is_rust, syn::parse_file(&change.after)) {
            let path = change.path.display();
            let message = format!("the result for `{path}` would not be Rust: {error}");
            return Err(Problem::new("internal", message)
                .help("this is a mistake of `cargo relations`; nothing was written"));
        }
    }
    Ok(())
}

/// Writes all files, or leaves all as they were.
pub(crate) fn write(changes: &[Change]) -> Result<()> {
    let mut staged = Vec::new();
    for change in changes {
        match stage(change) {
            Ok(done) => staged.push(done),
            Err(problem) => {
                discard(&staged);
                return Err(problem);
            }
        }
    }
    for (done, (new, path)) in staged.iter().enumerate() {
        if let Err(error) = fs::rename(new, path) {
            undo(&changes[..done]);
            discard(&staged[done..]);
            return Err(unwritable(path, &error));
        }
    }
    Ok(())
}

/// Writes what a file becomes beside it. Fails where the file is no longer what was read.
fn stage(change: &Change) -> Result<(PathBuf, PathBuf)> {
    // A link stays one: its file is replaced.
    let path = fs::canonicalize(&change.path).unwrap_or_else(|_| change.path.clone());
    let found = fs::read(&path).ok();
    if found.as_deref() != change.before.as_ref().map(|before| before.as_bytes()) {
        let message = format!("`{}` changed in the meantime", path.display());
        return Err(Problem::new("file_changed", message).help("run the command again"));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let new = path.with_file_name(format!(".{name}.{}.new", std::process::id()));
    let written = || {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&new, &change.after)?;
        if let Ok(metadata) = fs::metadata(&path) {
            fs::set_permissions(&new, metadata.permissions())?;
        }
        Ok(())
    };
    written().map_err(|error: std::io::Error| {
        let _ = fs::remove_file(&new);
        unwritable(&path, &error)
    })?;
    Ok((new, path))
}

fn unwritable(path: &Path, error: &std::io::Error) -> Box<Problem> {
    let message = format!("`{}` cannot be written: {error}", path.display());
    Problem::new("unwritable", message)
}

fn discard(staged: &[(PathBuf, PathBuf)]) {
    for (new, _) in staged {
        let _ = fs::remove_file(new);
    }
}

fn undo(changes: &[Change]) {
    for change in changes {
        let _ = match &change.before {
            Some(before) => fs::write(&change.path, before),
            None => fs::remove_file(&change.path),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, Insertion, inserted, write};

    #[test]
    fn insertions_at_one_place_stay_in_order() {
        let at = |at, text: &str| Insertion {
            at,
            text: text.into(),
        };
        let insertions = [at(2, "3"), at(1, "1"), at(1, "2")];
        assert_eq!(inserted("abc", &insertions), "a12b3c");
    }

    #[test]
    fn where_one_file_cannot_be_written_none_is() {
        let folder =
            std::env::temp_dir().join(format!("relations-cli-edit-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let first = folder.join("a.txt");
        std::fs::write(&first, "old").unwrap();
        let change = |path, before: Option<&str>| Change {
            path,
            before: before.map(str::to_owned),
            after: "new".into(),
        };
        let changes = [
            change(first.clone(), Some("old")),
            change(folder.join("b.txt"), Some("not there")),
        ];
        assert_eq!(write(&changes).unwrap_err().code, "file_changed");
        assert_eq!(std::fs::read_to_string(&first).unwrap(), "old");
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
        write(&changes[..1]).unwrap();
        assert_eq!(std::fs::read_to_string(&first).unwrap(), "new");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
