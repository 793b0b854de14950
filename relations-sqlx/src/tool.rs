//! What `cargo relations` asks of a program, since only a program knows its models.

mod answer;
mod lint;
mod migrate;

use crate::db::Db;
use answer::Answer;
use migrate::Asked;
use relations_core::{BoxError, DifferenceKind, ModelSet, Result, SchemaCheck};
use std::fmt;
use std::io::Write as _;
use std::process::ExitCode;

/// The form of the answers; `cargo relations` refuses another.
const FORM: &str = "relations 1";

/// Answers `cargo relations` for some models: all that a program does which `cargo relations init` writes.
///
/// The first argument says what is asked. `check` compares the models with the database of the environment variable `DATABASE_URL`, as
/// [`DbSchema::check`](crate::DbSchema::check) does, and prints a line for each difference. The exit code is 0 if there is none, 1
/// if there is one, and 2 for an error. `diff` compares all of the tables and says how to make the ones of the others, and `migrate`
/// writes and runs migrations; the command line says more of both.
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
        Some("check") => on_database(async |db| Ok(checked(&db.schema::<S>().check().await?))),
        Some("diff") => {
            on_database(async |db| Ok(migrate::diff::<S>(&db, &Asked::new(words(2))).await?))
        }
        Some("migrate") => migrate::<S>(),
        Some(other) => failed(&format!("this program does not answer `{other}`")),
        None => failed("the first argument says what is asked: `check`, `diff` or `migrate`"),
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
        Some(asked) if asked == question => on_database(async |db| {
            Ok(Answer {
                lines: answer(db).await?,
                differs: false,
            })
        }),
        _ => run::<S>(),
    }
}

/// The arguments from this one on.
fn words(from: usize) -> Vec<String> {
    std::env::args().skip(from).collect()
}

fn migrate<S: ModelSet>() -> ExitCode {
    let command = std::env::args().nth(2).unwrap_or_default();
    if let Some(answered) = migrate::offline::<S>(&command, &Asked::new(words(3))) {
        return answered_with(answered);
    }
    on_database(async |db| {
        let asked = Asked::new(words(3));
        match command.as_str() {
            "lint" => Ok(lint::online::<S>(&db, &asked).await?),
            command => Ok(migrate::online(&db, command, &asked).await?),
        }
    })
}

/// Connects to the database of the environment, and answers what is found there.
fn on_database(ask: impl AsyncFnOnce(Db) -> Result<Answer, BoxError>) -> ExitCode {
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
    let answered = runtime.block_on(async {
        let db = Db::connect(&url).await?;
        let answered = ask(db.clone()).await;
        db.close().await;
        answered
    });
    answered_with(answered)
}

fn answered_with<E: fmt::Display>(answered: Result<Answer, E>) -> ExitCode {
    match answered {
        Ok(answered) => answer(&answered.lines, !answered.differs),
        Err(error) => failed(&error.to_string()),
    }
}

/// A line for each difference: its kind, its model, and what is said of it.
fn checked(check: &SchemaCheck) -> Answer {
    let mut answer = Answer {
        differs: !check.is_empty(),
        ..Answer::default()
    };
    for difference in check.differences() {
        let kind: DifferenceKind = difference.kind();
        let message = difference.to_string().replace(['\t', '\n', '\r'], " ");
        answer.line(&format!("{kind:?}"), &[difference.model(), &message]);
    }
    answer
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
