//! PostgreSQL's codes: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.

use crate::fault::Fault::{self, *};
use crate::fault::look_up;
use relations_core::ErrorKind::*;
use sqlx::postgres::{PgDatabaseError, PgSeverity};

/// What is not listed is `Database`.
const CODES: &[(&str, Fault)] = &[
    // Constraints. 23001 is a RESTRICT, from version 18 on.
    ("23001", Refused(ForeignKeyViolation)),
    ("23502", Refused(NotNullViolation)),
    ("23503", Refused(ForeignKeyViolation)),
    ("23505", Refused(AlreadyExists)),
    ("23514", Refused(CheckViolation)),
    ("23P01", Refused(AlreadyExists)),
    // Too long, out of range.
    ("22001", Refused(InvalidValue)),
    ("22003", Refused(InvalidValue)),
    // Other transactions.
    ("40001", Deadlock),
    ("40P01", Deadlock),
    ("55P03", Locked),
    // Prepared statements: not there; there already, as behind a balancer that gives each transaction another connection.
    ("26000", Fault::Stale),
    ("42P05", Fault::Stale),
    // Cancelled, by a limit of time or by somebody; and the limit of a whole transaction, which closes the connection.
    ("57014", Refused(Timeout)),
    ("25P04", RefusedAndClosed(Timeout)),
    // The connection was idle for too long, within a transaction and without one.
    ("25P03", Unavailable),
    ("57P05", Unavailable),
    // The server shuts down, crashed, or starts.
    ("57P01", Unavailable),
    ("57P02", Unavailable),
    ("57P03", Unavailable),
    // Too many connections.
    ("53300", Unavailable),
    // The database was dropped, or is not there; the user may not connect.
    ("57P04", NotAdmitted),
    ("3D000", NotAdmitted),
    ("28000", NotAdmitted),
    ("28P01", NotAdmitted),
    // Exceptions of the connection; refused before anything was sent; a transaction whose end is not known.
    ("08000", Lost),
    ("08001", Unavailable),
    ("08003", Lost),
    ("08004", Unavailable),
    ("08006", Lost),
    ("08007", Lost),
    ("40003", Lost),
];

pub(super) fn fault(error: &PgDatabaseError) -> Fault {
    if is_stale(error) {
        return Fault::Stale;
    }
    if let Some(fault) = look_up(CODES, error.code()) {
        return fault;
    }
    match error.severity() {
        // It was another message once, which was damaged on its way.
        _ if !is_code(error.code()) => Lost,
        // The session ends with it, and its transaction was undone.
        PgSeverity::Fatal => Unavailable,
        PgSeverity::Panic => Lost,
        _ => Refused(Database),
    }
}

/// Whether it is a code of the SQL standard's form.
fn is_code(code: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    code.len() == 5 && code.bytes().all(is_part)
}

/// "cached plan must not change result type" shares its code with all that is not supported, and its message is translated. What
/// names a dropped type by its number comes from the parser's own memory, and is never translated.
fn is_stale(error: &PgDatabaseError) -> bool {
    match error.code() {
        "0A000" => error.routine() == Some("RevalidateCachedQuery"),
        "XX000" => error.message().starts_with("cache lookup failed for type"),
        _ => false,
    }
}
