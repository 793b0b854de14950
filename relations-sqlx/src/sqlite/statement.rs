//! Statements as SQLite runs them, on the thread that asks for them.

use super::arguments::Bound;
use super::reader::InPlace;
use crate::driver::Executed;
use crate::session::Counting;
use relations_core::{Error, Result};
use rusqlite::{CachedStatement, Connection};
use sea_query::Values;

/// Why a statement did not run.
pub(super) enum Failure {
    Database(rusqlite::Error),
    /// A sink refused a row, or what it took cannot be undone.
    Ours(Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Failure {
        Failure::Database(error)
    }
}

pub(super) fn fetch(
    connection: &Connection,
    sql: &str,
    values: &Values,
    sink: &mut Counting<'_>,
) -> Result<(), Failure> {
    let mut statement = prepare(connection, sql, values)?;
    let is_write = !statement.readonly();
    let mut rows = statement.raw_query();
    let mut result = Ok(());
    while let Some(row) = rows.next()? {
        if result.is_ok() {
            result = sink.row(InPlace(row)).map_err(Failure::Ours);
        }
        // A write commits at its end, where it still may fail.
        if result.is_err() && !is_write {
            break;
        }
    }
    result
}

pub(super) fn execute(
    connection: &Connection,
    sql: &str,
    values: &Values,
) -> Result<Executed, Failure> {
    let mut statement = prepare(connection, sql, values)?;
    let mut rows = statement.raw_query();
    while rows.next()?.is_some() {}
    drop(rows);
    Ok(Executed::new(
        connection.changes(),
        Some(connection.last_insert_rowid()),
    ))
}

fn prepare<'s>(
    connection: &'s Connection,
    sql: &str,
    values: &Values,
) -> rusqlite::Result<CachedStatement<'s>> {
    let mut statement = connection.prepare_cached(sql)?;
    // SQLite would take those that are missing for NULL.
    if statement.parameter_count() != values.0.len() {
        let (wanted, given) = (statement.parameter_count(), values.0.len());
        return Err(rusqlite::Error::InvalidParameterCount(given, wanted));
    }
    for (at, value) in values.0.iter().enumerate() {
        statement.raw_bind_parameter(at + 1, Bound(value))?;
    }
    Ok(statement)
}
