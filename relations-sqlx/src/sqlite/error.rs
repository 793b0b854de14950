//! rusqlite's errors as ours, as `over_sqlx/error.rs` has those of sqlx.

use super::codes;
use super::violation::violation;
use crate::fault::Fault;
use crate::over_sqlx::{DatabaseErrors, explained};
use relations_core::{Error, ErrorKind};
use rusqlite::Error as Failure;
use sqlx::Sqlite;
use std::error::Error as StdError;

pub(super) fn from_rusqlite(error: Failure) -> Error {
    let (fault, message) = (fault(&error), message(&error));
    match (&error, fault.kind()) {
        (Failure::ToSqlConversionFailure(_), _) => fault.error(message),
        (Failure::InvalidParameterCount(given, wanted), _) => {
            let message = format!("the statement takes {wanted} values, and {given} were bound");
            Error::new(ErrorKind::InvalidValue, message)
        }
        (
            _,
            ErrorKind::AlreadyExists
            | ErrorKind::ForeignKeyViolation
            | ErrorKind::NotNullViolation
            | ErrorKind::CheckViolation,
        ) => {
            let violation = violation(&message);
            fault.error(message).with_violation(violation)
        }
        _ => fault.error(explained(fault, &message, Sqlite::help(&message))),
    }
    .with_source(error)
}

/// What an error of a leased connection means, where it is SQLite's.
pub(super) fn fault_of(error: &Error) -> Option<Fault> {
    error.source()?.downcast_ref().map(fault)
}

/// Another transaction, or another process, holds a lock.
pub(super) fn conflict(message: &str) -> Error {
    let message = format!(
        "another transaction got in the way: {message}\nhelp: inside of `db.transaction(..)` make repositories on its handle, and not on `db`"
    );
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

/// Whether what is busy may be free a moment later. A snapshot that others wrote past stays as it is.
pub(super) fn is_worth_waiting(error: &Failure) -> bool {
    fault(error) == Fault::Locked
}

/// What an error means.
pub(super) fn fault(error: &Failure) -> Fault {
    match (error, code(error)) {
        (Failure::ToSqlConversionFailure(_), _) => Fault::Refused(ErrorKind::InvalidValue),
        (_, Some(code)) => codes::fault(code, &message(error)),
        _ => Fault::Refused(ErrorKind::Database),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    /// The error that the last of some statements ends with.
    fn error(statements: &[&str]) -> Error {
        let connection = Connection::open_in_memory().unwrap();
        let (last, before) = statements.split_last().unwrap();
        connection.execute_batch(&before.join(";")).unwrap();
        from_rusqlite(connection.execute_batch(last).unwrap_err())
    }

    #[test]
    fn codes_have_their_kinds() {
        let full = error(&[
            "PRAGMA max_page_count = 4; CREATE TABLE t (b BLOB)",
            "INSERT INTO t VALUES (zeroblob(100000))",
        ]);
        assert_eq!(full.kind(), ErrorKind::Database);
        let read_only = error(&[
            "CREATE TABLE t (n INT); PRAGMA query_only = ON",
            "INSERT INTO t VALUES (1)",
        ]);
        assert_eq!(read_only.kind(), ErrorKind::Database);
        let of_another_type = error(&[
            "CREATE TABLE t (n INT) STRICT",
            "INSERT INTO t VALUES ('x')",
        ]);
        assert_eq!(of_another_type.kind(), ErrorKind::InvalidValue);
        let too_big = error(&["SELECT 1", "SELECT zeroblob(2000000000)"]);
        assert_eq!(too_big.kind(), ErrorKind::InvalidValue);
        let no_number = error(&[
            "CREATE TABLE t (id INTEGER PRIMARY KEY)",
            "INSERT INTO t VALUES ('x')",
        ]);
        assert_eq!(no_number.kind(), ErrorKind::InvalidValue);
        for error in [full, read_only, of_another_type, too_big, no_number] {
            assert!(!error.is_retryable() && !error.outcome_is_unknown());
        }
    }
}
