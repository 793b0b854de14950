//! sqlx's errors as ours: kinds, violated constraints, what is worth another try.

use relations_core::{Error, ErrorKind, Violation};
use sqlx::error::{DatabaseError, ErrorKind as SqlxKind};

pub(crate) fn from_sqlx(error: sqlx::Error) -> Error {
    let Some(database) = error.as_database_error() else {
        return without_database(error);
    };
    let message = database.message().to_owned();
    if is_conflict(database) {
        let message = format!("another transaction got in the way: {message}");
        return Error::new(ErrorKind::Conflict, message).with_source(error);
    }
    let kind = match database.kind() {
        SqlxKind::UniqueViolation | SqlxKind::ExclusionViolation => ErrorKind::AlreadyExists,
        SqlxKind::ForeignKeyViolation => ErrorKind::ForeignKeyViolation,
        SqlxKind::NotNullViolation => ErrorKind::NotNullViolation,
        SqlxKind::CheckViolation => ErrorKind::CheckViolation,
        _ => kind_by_code(database),
    };
    if matches!(
        kind,
        ErrorKind::Database | ErrorKind::Connection | ErrorKind::InvalidValue
    ) {
        return Error::new(kind, refused(&message)).with_source(error);
    }
    let violation = violation(database);
    Error::new(kind, message)
        .with_violation(violation)
        .with_source(error)
}

pub(crate) fn refused(message: &str) -> String {
    #[cfg(feature = "sqlite")]
    if let Some(help) = crate::sqlite::help(message) {
        return format!("the database refused: {message}\nhelp: {help}");
    }
    format!("the database refused: {message}")
}

fn without_database(error: sqlx::Error) -> Error {
    let (kind, message) = match &error {
        sqlx::Error::PoolTimedOut => (
            ErrorKind::Connection,
            "no connection became free in time".to_owned(),
        ),
        sqlx::Error::PoolClosed => (ErrorKind::Connection, "the pool is closed".to_owned()),
        sqlx::Error::Io(io) => (ErrorKind::Connection, format!("the connection broke: {io}")),
        sqlx::Error::Tls(tls) => (ErrorKind::Connection, format!("TLS failed: {tls}")),
        sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => (
            ErrorKind::Connection,
            format!("the connection broke: {error}"),
        ),
        sqlx::Error::Encode(encode) => (ErrorKind::InvalidValue, encode.to_string()),
        _ => (ErrorKind::Database, error.to_string()),
    };
    Error::new(kind, message).with_source(error)
}

/// What sqlx's own kinds leave out.
fn kind_by_code(database: &dyn DatabaseError) -> ErrorKind {
    #[cfg(feature = "mysql")]
    if let Some(mysql) = database.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
        return match mysql.number() {
            // No value for a column without a default.
            1364 => ErrorKind::NotNullViolation,
            // A CHECK constraint, in MariaDB's words and in MySQL's.
            4025 | 3819 => ErrorKind::CheckViolation,
            // Out of range, too long.
            1264 | 1406 => ErrorKind::InvalidValue,
            _ => ErrorKind::Database,
        };
    }
    match database.code().as_deref() {
        // PostgreSQL: the server shuts down, or shut the connection.
        Some("57P01" | "57P02" | "57P03") => ErrorKind::Connection,
        // PostgreSQL: too long, out of range.
        Some("22001" | "22003") => ErrorKind::InvalidValue,
        _ => ErrorKind::Database,
    }
}

/// A deadlock, a serialization failure, a lock not given in time:
/// <https://www.postgresql.org/docs/15/errcodes-appendix.html>, <https://sqlite.org/rescode.html>,
/// <https://mariadb.com/kb/en/mariadb-error-code-reference/>.
fn is_conflict(database: &dyn DatabaseError) -> bool {
    #[cfg(feature = "mysql")]
    if let Some(mysql) = database.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
        return matches!(mysql.number(), 1205 | 1213 | 1020);
    }
    #[cfg(feature = "sqlite")]
    if database
        .try_downcast_ref::<sqlx::sqlite::SqliteError>()
        .is_some()
    {
        let code = database.code().and_then(|code| code.parse::<i32>().ok());
        // The low byte is the primary code: 5 busy, 6 locked.
        return code.is_some_and(|code| matches!(code & 0xff, 5 | 6));
    }
    matches!(
        database.code().as_deref(),
        Some("40001" | "40P01" | "55P03")
    )
}

fn violation(database: &dyn DatabaseError) -> Violation {
    #[cfg(feature = "postgres")]
    if let Some(postgres) = database.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
        return crate::postgres::violation(postgres);
    }
    #[cfg(feature = "mysql")]
    if let Some(mysql) = database.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
        return crate::mysql::violation(mysql.message());
    }
    #[cfg(feature = "sqlite")]
    if database
        .try_downcast_ref::<sqlx::sqlite::SqliteError>()
        .is_some()
    {
        return crate::sqlite::violation(database.message());
    }
    Violation::default()
}
