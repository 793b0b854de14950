//! sqlx's errors as ours: kinds, violated constraints, what is worth another try.

use super::{DatabaseErrors, tls};
use relations_core::{Error, ErrorKind};
use sqlx::error::{DatabaseError, ErrorKind as SqlxKind};

pub(crate) fn from_sqlx<D: DatabaseErrors>(error: sqlx::Error) -> Error {
    let Some(database) = error.as_database_error() else {
        return without_database(error);
    };
    let message = database.message().to_owned();
    if D::is_conflict(database) {
        let message = format!("another transaction got in the way: {message}");
        return Error::new(ErrorKind::Conflict, message).with_source(error);
    }
    let kind = kind::<D>(database);
    if matches!(
        kind,
        ErrorKind::Database | ErrorKind::Connection | ErrorKind::InvalidValue
    ) {
        return Error::new(kind, refused::<D>(&message)).with_source(error);
    }
    let violation = D::violation(database);
    Error::new(kind, message)
        .with_violation(violation)
        .with_source(error)
}

fn kind<D: DatabaseErrors>(error: &dyn DatabaseError) -> ErrorKind {
    match error.kind() {
        SqlxKind::UniqueViolation | SqlxKind::ExclusionViolation => ErrorKind::AlreadyExists,
        SqlxKind::ForeignKeyViolation => ErrorKind::ForeignKeyViolation,
        SqlxKind::NotNullViolation => ErrorKind::NotNullViolation,
        SqlxKind::CheckViolation => ErrorKind::CheckViolation,
        _ => D::kind(error),
    }
}

pub(crate) fn refused<D: DatabaseErrors>(message: &str) -> String {
    with_help(format!("the database refused: {message}"), D::help(message))
}

fn without_database(error: sqlx::Error) -> Error {
    let (kind, message) = match &error {
        sqlx::Error::PoolTimedOut => (
            ErrorKind::Connection,
            "no connection became free in time".to_owned(),
        ),
        sqlx::Error::PoolClosed => (ErrorKind::Connection, "the pool is closed".to_owned()),
        sqlx::Error::Io(io) => (ErrorKind::Connection, format!("the connection broke: {io}")),
        sqlx::Error::Tls(reason) => {
            let message = format!("TLS failed: {reason}");
            (ErrorKind::Connection, with_help(message, tls::help(&error)))
        }
        sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => (
            ErrorKind::Connection,
            format!("the connection broke: {error}"),
        ),
        sqlx::Error::Encode(encode) => (ErrorKind::InvalidValue, encode.to_string()),
        _ => (ErrorKind::Database, error.to_string()),
    };
    Error::new(kind, message).with_source(error)
}

fn with_help(message: String, help: Option<&str>) -> String {
    match help {
        Some(help) => format!("{message}\nhelp: {help}"),
        None => message,
    }
}
