//! SQLite's codes: <https://sqlite.org/rescode.html>.

use crate::fault::Fault::{self, *};
use crate::fault::look_up;
use relations_core::ErrorKind::*;
use rusqlite::ffi;

/// Extended codes, which go before the primary ones. What is not listed is `Database`.
const CODES: &[(i32, Fault)] = &[
    // Constraints.
    (ffi::SQLITE_CONSTRAINT_UNIQUE, Refused(AlreadyExists)),
    (ffi::SQLITE_CONSTRAINT_PRIMARYKEY, Refused(AlreadyExists)),
    (ffi::SQLITE_CONSTRAINT_ROWID, Refused(AlreadyExists)),
    (
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY,
        Refused(ForeignKeyViolation),
    ),
    (ffi::SQLITE_CONSTRAINT_NOTNULL, Refused(NotNullViolation)),
    (ffi::SQLITE_CONSTRAINT_CHECK, Refused(CheckViolation)),
    // A value of another type in a STRICT table.
    (ffi::SQLITE_CONSTRAINT_DATATYPE, Refused(InvalidValue)),
    // Others wrote since this transaction first read.
    (ffi::SQLITE_BUSY_SNAPSHOT, Deadlock),
    // The file was moved or removed while it was open.
    (ffi::SQLITE_READONLY_DBMOVED, NotAdmitted),
];

/// Primary codes.
const PRIMARY_CODES: &[(i32, Fault)] = &[
    (ffi::SQLITE_BUSY, Locked),
    (ffi::SQLITE_LOCKED, Locked),
    (ffi::SQLITE_TOOBIG, Refused(InvalidValue)),
    (ffi::SQLITE_MISMATCH, Refused(InvalidValue)),
    (ffi::SQLITE_INTERRUPT, Refused(Timeout)),
    // The file or its disk.
    (ffi::SQLITE_CANTOPEN, NotAdmitted),
    (ffi::SQLITE_IOERR, NotAdmitted),
    (ffi::SQLITE_CORRUPT, RefusedAndClosed(Database)),
    (ffi::SQLITE_NOTADB, RefusedAndClosed(Database)),
    (ffi::SQLITE_FULL, Refused(Database)),
    (ffi::SQLITE_READONLY, Refused(Database)),
];

pub(super) fn fault(code: i32, message: &str) -> Fault {
    // A foreign key with RESTRICT is kept by a trigger of SQLite's own.
    let is_restrict =
        code == ffi::SQLITE_CONSTRAINT_TRIGGER && message == "FOREIGN KEY constraint failed";
    if is_restrict {
        return Refused(ForeignKeyViolation);
    }
    // A number that was computed has more than 64 bits.
    if code == ffi::SQLITE_ERROR && message == "integer overflow" {
        return Refused(InvalidValue);
    }
    let extended = look_up(CODES, code);
    let found = extended.or_else(|| look_up(PRIMARY_CODES, code & 0xff));
    found.unwrap_or(Refused(Database))
}
