//! The package's own program, which alone knows its models: `cargo relations init` writes it.

use crate::init;
use crate::problem::{Problem, Result};
use crate::source::Source;
use std::process::{Command, Stdio};

/// The form of the answers that is understood.
const FORM: &str = "relations 1\n";

/// Builds the program and asks it; gives its answer. Features are those of the package that it is built with.
pub(crate) fn ask(
    source: &Source,
    url: &str,
    features: &[String],
    question: &str,
) -> Result<String> {
    let manifest = source
        .manifest
        .parse::<toml_edit::DocumentMut>()
        .unwrap_or_default();
    if !init::has_program(&manifest) {
        let message = "the package has no program that knows its models";
        return Err(Problem::new("not_set_up", message).help("`cargo relations init` writes it"));
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let features = std::iter::once(init::FEATURE.to_owned()).chain(features.iter().cloned());
    let features: Vec<String> = features.collect();
    // The URL may have a password in it, which arguments would show to everybody.
    let output = Command::new(cargo)
        .args([
            "run",
            "--quiet",
            "--bin",
            init::PROGRAM,
            "--features",
            &features.join(","),
            "--manifest-path",
        ])
        .arg(source.folder.join("Cargo.toml"))
        .args(["--", question])
        .env("DATABASE_URL", url)
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
    Ok(answer.to_owned())
}
