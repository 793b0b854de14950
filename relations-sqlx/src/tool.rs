//! What `cargo relations` asks of a program, since only a program knows its models.

use crate::db::Db;
use relations_core::{BoxError, DifferenceKind, ModelSet, Result, SchemaCheck};
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

/// The form of the answers; `cargo relations` refuses another.
const FORM: &str = "relations 1";

/// Answers `cargo relations` for some models: all that a program does which `cargo relations init` writes.
///
/// The first argument says what is asked. `check` compares the models with the database of the environment variable `DATABASE_URL`, as
/// [`DbSchema::check`](crate::DbSchema::check) does, and prints a line for each difference. The exit code is 0 if there is none, 1
/// if there is one, and 2 for an error.
///
/// # Examples
/// ```no_run
/// # use docs_models::*;
/// fn main() -> std::process::ExitCode {
///     relations::tool::run::<(Customer, Order)>()
/// }
/// ```
pub fn run<S: ModelSet>() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("check") => told(async |db| {
            let check = db.schema::<S>().check().await?;
            db.close().await;
            Ok((lines(&check), check.is_empty()))
        }),
        Some(other) => failed(&format!("this program does not answer `{other}`")),
        None => failed("the first argument says what is asked: `check`"),
    }
}

/// As [`run`], and answers one more question, by a text: `openapi` is one that `cargo relations` asks, and [`relations-rest`] answers
/// it by its own `tool::run`.
///
/// The [`Db`] is that of the environment variable `DATABASE_URL`.
///
/// [`relations-rest`]: https://docs.rs/relations-rest
///
/// # Examples
/// ```no_run
/// # use docs_models::*;
/// fn main() -> std::process::ExitCode {
///     relations::tool::run_with::<(Customer, Order)>("openapi", async |_db| Ok("{}".to_owned()))
/// }
/// ```
pub fn run_with<S: ModelSet>(
    question: &str,
    answer: impl AsyncFnOnce(Db) -> Result<String, BoxError>,
) -> ExitCode {
    match std::env::args().nth(1) {
        Some(asked) if asked == question => told(async |db| Ok((answer(db).await?, true))),
        _ => run::<S>(),
    }
}

/// Tells what becomes of the database; `false` beside it says that something differs.
fn told(answer_of: impl AsyncFnOnce(Db) -> Result<(String, bool), BoxError>) -> ExitCode {
    let Ok(url) = std::env::var("DATABASE_URL") else {
        return failed("the environment variable `DATABASE_URL` says which database");
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.to_string()),
    };
    match runtime.block_on(async { answer_of(Db::connect(&url).await?).await }) {
        Ok((text, is_same)) => answer(&text, is_same),
        Err(error) => failed(&error.to_string()),
    }
}

/// A line for each difference: its kind, its model, and what is said of it, with tabs between.
fn lines(check: &SchemaCheck) -> String {
    let mut text = String::new();
    for difference in check.differences() {
        let kind: DifferenceKind = difference.kind();
        let message = difference.to_string().replace(['\t', '\n', '\r'], " ");
        let _ = writeln!(text, "{kind:?}\t{}\t{message}", difference.model());
    }
    text
}

fn answer(lines: &str, is_same: bool) -> ExitCode {
    let text = format!("{FORM}\n{lines}");
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) if is_same => ExitCode::SUCCESS,
        Ok(()) => ExitCode::from(1),
        Err(_) => ExitCode::from(2),
    }
}

fn failed(why: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "{why}");
    ExitCode::from(2)
}
