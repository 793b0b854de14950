//! What `cargo relations` asks of a program, since only a program knows its models.

mod answer;
mod migrate;

use crate::db::Db;
use answer::{Answer, Answered};
use migrate::Asked;
use relations_core::{DifferenceKind, ModelSet, Result, SchemaCheck};
use std::io::Write as _;
use std::pin::Pin;
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
        Some("check") => check::<S>(),
        Some("diff") => on_database(|db| {
            Box::pin(async move { migrate::diff::<S>(&db, &Asked::new(words(2))).await })
        }),
        Some("migrate") => migrate::<S>(),
        _ => failed("the first argument says what is asked: `check`, `diff` or `migrate`"),
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
    on_database(|db| {
        Box::pin(async move { migrate::online(&db, &command, &Asked::new(words(3))).await })
    })
}

/// Connects to the database of the environment, and answers what is found there.
fn on_database(ask: impl FnOnce(Db) -> Pin<Box<dyn Future<Output = Answered>>>) -> ExitCode {
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
    answered_with(runtime.block_on(async {
        let db = Db::connect(&url).await?;
        let answered = ask(db.clone()).await;
        db.close().await;
        answered
    }))
}

fn answered_with(answered: Answered) -> ExitCode {
    match answered {
        Ok(answered) => answer(&answered.lines, !answered.differs),
        Err(error) => failed(&error.to_string()),
    }
}

fn check<S: ModelSet>() -> ExitCode {
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
    match runtime.block_on(differences::<S>(&url)) {
        Ok(check) => answer(&lines(&check), check.is_empty()),
        Err(error) => failed(&error.to_string()),
    }
}

async fn differences<S: ModelSet>(url: &str) -> Result<SchemaCheck> {
    let db = Db::connect(url).await?;
    let check = db.schema::<S>().check().await?;
    db.close().await;
    Ok(check)
}

/// A line for each difference: its kind, its model, and what is said of it.
fn lines(check: &SchemaCheck) -> String {
    let mut answer = Answer::default();
    for difference in check.differences() {
        let kind: DifferenceKind = difference.kind();
        let message = difference.to_string().replace(['\t', '\n', '\r'], " ");
        answer.line(&format!("{kind:?}"), &[difference.model(), &message]);
    }
    answer.lines
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
