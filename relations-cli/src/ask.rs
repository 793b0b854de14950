//! The questions of `cargo relations relation`, for what was not said, on a terminal.

use crate::output::stopped;
use crate::problem::{Problem, Result};
use crate::source::{Kind, Source};
use std::io::IsTerminal;

/// Asks which model; without a terminal it is a mistake not to say it.
pub(crate) fn model(source: &Source, given: Option<String>, what: &str) -> Result<String> {
    if let Some(given) = given {
        return Ok(given);
    }
    must_be_asked(what)?;
    let mut paths: Vec<String> = source
        .models
        .iter()
        .map(|model| source.path_of(model))
        .collect();
    paths.sort();
    if paths.is_empty() {
        return Err(Problem::new("unknown_model", "there is no model yet")
            .help("`cargo relations model Name field:Type` writes one"));
    }
    inquire::Select::new(&format!("Which {what}?"), paths)
        .prompt()
        .map_err(stopped)
}

/// Asks for the kind.
pub(crate) fn kind(given: Option<String>) -> Result<Kind> {
    let given = match given {
        Some(given) => given,
        None => {
            must_be_asked("kind of relation")?;
            let kinds = Kind::ALL.iter().map(|kind| kind.name()).collect();
            inquire::Select::new("What kind of relation?", kinds)
                .prompt()
                .map_err(stopped)?
                .to_owned()
        }
    };
    Kind::named(&given).ok_or_else(|| {
        let names: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        let help = match crate::names::closest(&given, names.iter().copied()) {
            Some(closest) => format!("did you mean `{closest}`?"),
            None => format!("expected one of `{}`", names.join("`, `")),
        };
        Problem::new("usage", format!("`{given}` is not a kind of relation")).help(help)
    })
}

/// Asks for a text that may be left as it is.
pub(crate) fn text(question: &str, default: &str) -> Result<String> {
    inquire::Text::new(question)
        .with_default(default)
        .prompt()
        .map_err(stopped)
}

/// Asks for yes or no.
pub(crate) fn yes(question: &str) -> Result<bool> {
    inquire::Confirm::new(question)
        .with_default(false)
        .prompt()
        .map_err(stopped)
}

fn must_be_asked(what: &str) -> Result<()> {
    match std::io::stdin().is_terminal() {
        true => Ok(()),
        false => Err(Problem::new("usage", format!("which {what} is not said"))
            .help("write `cargo relations relation Supplier has_one Account`")),
    }
}
