//! `cargo relations check`: the models of a package compared with a database, by the package's own program.

use crate::init;
use crate::output::{has_colour, say};
use crate::problem::Result;
use crate::program;
use crate::source::Source;
use std::process::ExitCode;

/// A difference, as the program says it.
struct Difference {
    kind: String,
    model: String,
    message: String,
}

/// Builds and asks the program, and says what it says: exit code 1 where something differs.
pub(crate) fn run(
    source: &Source,
    url: &str,
    features: &[String],
    as_json: bool,
) -> Result<ExitCode> {
    let differences = asked(source, url, features)?;
    let library = source
        .library
        .map(|library| source.files[library].text.as_str());
    let listed = library.and_then(init::listed).unwrap_or_default();
    let warnings = init::missing(source, &listed);
    if as_json {
        let differences: Vec<_> = differences.iter().map(|one| {
            serde_json::json!({"kind": one.kind, "model": one.model, "message": one.message})
        }).collect();
        let warnings: Vec<_> = warnings
            .iter()
            .map(|one| serde_json::json!({"model": one.subject, "message": one.message}))
            .collect();
        let is_same = differences.is_empty();
        let json = serde_json::json!({
            "version": 1, "command": "check", "same": is_same, "differences": differences, "warnings": warnings,
        });
        say(&format!("{json:#}\n"));
    } else {
        let (start, end) = if has_colour() {
            ("\x1b[33m", "\x1b[0m")
        } else {
            ("", "")
        };
        for difference in &differences {
            say(&format!(
                "{start}{}{end}: {}\n",
                difference.kind, difference.message
            ));
        }
        for warning in &warnings {
            say(&format!(
                "not compared: {}: {}\n",
                warning.subject, warning.message
            ));
        }
        if differences.is_empty() {
            say("nothing differs\n");
        }
    }
    Ok(if differences.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

fn asked(source: &Source, url: &str, features: &[String]) -> Result<Vec<Difference>> {
    let answer = program::ask(source, url, features, "check")?;
    let lines = answer.lines().filter(|line| !line.is_empty());
    let differences = lines.filter_map(|line| {
        let mut parts = line.splitn(3, '\t').map(str::to_owned);
        Some(Difference {
            kind: parts.next()?,
            model: parts.next()?,
            message: parts.next()?,
        })
    });
    Ok(differences.collect())
}
