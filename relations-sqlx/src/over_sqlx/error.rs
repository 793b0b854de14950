//! sqlx's errors as ours: what they mean, and which constraint was violated.

use super::{DatabaseErrors, tls};
use crate::fault::Fault;
use relations_core::{Error, ErrorKind};
use std::error::Error as StdError;

pub(crate) fn from_sqlx<D: DatabaseErrors>(error: sqlx::Error) -> Error {
    let fault = fault::<D>(&error);
    let Some(database) = error.as_database_error() else {
        let message = message(&error);
        return fault.error(message).with_source(error);
    };
    let message = database.message().to_owned();
    match fault.kind() {
        ErrorKind::AlreadyExists
        | ErrorKind::ForeignKeyViolation
        | ErrorKind::NotNullViolation
        | ErrorKind::CheckViolation => {
            let violation = D::violation(database);
            let error = fault.error(message).with_source(error);
            error.with_violation(violation)
        }
        _ => fault
            .error(explained(fault, &message, D::help(&message)))
            .with_source(error),
    }
}

/// What an error of a leased connection means, where it is the database's or the driver's.
pub(super) fn fault_of<D: DatabaseErrors>(error: &Error) -> Option<Fault> {
    let error = error.source()?.downcast_ref()?;
    Some(fault::<D>(error))
}

pub(super) fn fault<D: DatabaseErrors>(error: &sqlx::Error) -> Fault {
    match error {
        sqlx::Error::Database(error) => D::fault(&**error),
        sqlx::Error::PoolTimedOut => Fault::Unavailable,
        sqlx::Error::PoolClosed | sqlx::Error::Tls(_) | sqlx::Error::Configuration(_) => {
            Fault::NotAdmitted
        }
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => Fault::Lost,
        sqlx::Error::Encode(_) => Fault::Refused(ErrorKind::InvalidValue),
        _ => Fault::Refused(ErrorKind::Database),
    }
}

/// An error of leasing a connection, after which nothing has happened.
pub(super) fn not_leased<D: DatabaseErrors>(error: sqlx::Error) -> Error {
    let is_retryable = matches!(fault::<D>(&error), Fault::Unavailable | Fault::Lost);
    from_sqlx::<D>(error).without_effect(is_retryable)
}

/// The database's words, with ours about what they mean.
pub(crate) fn explained(fault: Fault, message: &str, help: Option<&str>) -> String {
    let meaning = match fault {
        Fault::Deadlock | Fault::Locked => "another transaction got in the way",
        Fault::Stale => "the database no longer takes a statement that it had prepared",
        Fault::Refused(ErrorKind::Timeout) | Fault::RefusedAndClosed(ErrorKind::Timeout) => {
            "the statement was cancelled"
        }
        Fault::Lost => "the connection broke",
        _ => "the database refused",
    };
    with_help(format!("{meaning}: {message}"), help)
}

fn message(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::PoolTimedOut => "no connection became free in time".to_owned(),
        sqlx::Error::PoolClosed => "the pool is closed".to_owned(),
        sqlx::Error::Io(io) => format!("the connection broke: {io}"),
        sqlx::Error::Tls(reason) => with_help(format!("TLS failed: {reason}"), tls::help(error)),
        sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => {
            format!("the connection broke: {error}")
        }
        _ => error.to_string(),
    }
}

fn with_help(message: String, help: Option<&str>) -> String {
    match help {
        Some(help) => format!("{message}\nhelp: {help}"),
        None => message,
    }
}

/// See [`Lease::was_done_before`](crate::lease::Lease::was_done_before).
pub(super) fn was_done_before<D: DatabaseErrors>(error: &Error) -> bool {
    let source = error.source().and_then(|source| source.downcast_ref());
    let database = source.and_then(sqlx::Error::as_database_error);
    database.is_some_and(D::was_done_before)
}
