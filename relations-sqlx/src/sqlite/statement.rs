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

/// Hands the rows to the sink, and says whether triggers or the actions of keys changed further rows.
pub(super) fn fetch(
    connection: &Connection,
    sql: &str,
    values: &Values,
    sink: &mut Counting<'_>,
) -> Result<bool, Failure> {
    let mut statement = prepare(connection, sql, values)?;
    let is_write = !statement.readonly();
    let before = connection.total_changes();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        let Err(refused) = sink.row(InPlace(row)) else {
            continue;
        };
        // A write whose rows are not read to the end is committed all the same, unless it is interrupted. In a transaction that
        // would undo everything before it, too, which is for the caller to decide.
        if is_write && connection.is_autocommit() {
            connection.get_interrupt_handle().interrupt();
            drop(rows.next());
        }
        return Err(Failure::Ours(refused));
    }
    drop(rows);
    Ok(is_write && connection.total_changes() - before > connection.changes())
}

pub(super) fn execute(
    connection: &Connection,
    sql: &str,
    values: &Values,
) -> Result<Executed, Failure> {
    let mut statement = prepare(connection, sql, values)?;
    let before = connection.total_changes();
    let mut rows = statement.raw_query();
    while rows.next()?.is_some() {}
    drop(rows);
    // What changes no row leaves the number of the statement before it.
    let rows = match connection.total_changes() == before {
        true => 0,
        false => connection.changes(),
    };
    Ok(Executed::new(rows, Some(connection.last_insert_rowid())))
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
