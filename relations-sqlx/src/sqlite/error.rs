//! rusqlite's errors as ours, as `over_sqlx/error.rs` has those of sqlx.

use super::violation::violation;
use crate::over_sqlx::refused;
use relations_core::{Error, ErrorKind};
use rusqlite::Error as Failure;
use rusqlite::ffi;
use sqlx::Sqlite;

pub(super) fn from_rusqlite(error: Failure) -> Error {
    let message = message(&error);
    if let Failure::ToSqlConversionFailure(_) = error {
        return Error::new(ErrorKind::InvalidValue, message).with_source(error);
    }
    if is_busy(&error) {
        return conflict(&message).with_source(error);
    }
    let kind = kind(&error);
    if matches!(kind, ErrorKind::Database | ErrorKind::Connection) {
        let message = refused::<Sqlite>(&message);
        return Error::new(kind, message).with_source(error);
    }
    let violation = violation(&message);
    Error::new(kind, message)
        .with_violation(violation)
        .with_source(error)
}

/// Another transaction, or another process, holds a lock.
pub(super) fn conflict(message: &str) -> Error {
    let message = format!("another transaction got in the way: {message}");
    Error::new(ErrorKind::Conflict, message)
}

/// SQLite's own words.
pub(super) fn message(error: &Failure) -> String {
    match error {
        Failure::SqliteFailure(_, Some(message)) => message.clone(),
        Failure::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    }
}

/// The codes of <https://sqlite.org/rescode.html>.
fn code(error: &Failure) -> Option<i32> {
    error.sqlite_error().map(|error| error.extended_code)
}

pub(super) fn is_busy(error: &Failure) -> bool {
    let primary = code(error).map(|code| code & 0xff);
    matches!(primary, Some(ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED))
}

/// Whether what is busy may be free a moment later. A snapshot that others wrote past stays as it is.
pub(super) fn is_worth_waiting(error: &Failure) -> bool {
    is_busy(error) && code(error) != Some(ffi::SQLITE_BUSY_SNAPSHOT)
}

fn kind(error: &Failure) -> ErrorKind {
    match code(error) {
        Some(ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => {
            ErrorKind::AlreadyExists
        }
        Some(ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => ErrorKind::ForeignKeyViolation,
        Some(ffi::SQLITE_CONSTRAINT_NOTNULL) => ErrorKind::NotNullViolation,
        Some(ffi::SQLITE_CONSTRAINT_CHECK) => ErrorKind::CheckViolation,
        Some(code) if code & 0xff == ffi::SQLITE_CANTOPEN => ErrorKind::Connection,
        _ => ErrorKind::Database,
    }
}
