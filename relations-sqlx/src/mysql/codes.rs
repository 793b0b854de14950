//! The codes of MariaDB and MySQL: <https://mariadb.com/kb/en/mariadb-error-code-reference/>,
//! <https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html>.

use crate::fault::Fault::{self, *};
use relations_core::ErrorKind::*;

/// What is not listed is `Database`.
pub(super) const CODES: &[(u16, Fault)] = &[
    // Unique values.
    (1022, Refused(AlreadyExists)),
    (1062, Refused(AlreadyExists)),
    (1169, Refused(AlreadyExists)),
    (1586, Refused(AlreadyExists)),
    (1859, Refused(AlreadyExists)),
    // Foreign keys.
    (1216, Refused(ForeignKeyViolation)),
    (1217, Refused(ForeignKeyViolation)),
    (1451, Refused(ForeignKeyViolation)),
    (1452, Refused(ForeignKeyViolation)),
    (1830, Refused(ForeignKeyViolation)),
    (1834, Refused(ForeignKeyViolation)),
    // NULL, and no value for a column without a default.
    (1048, Refused(NotNullViolation)),
    (1364, Refused(NotNullViolation)),
    // A CHECK constraint, in MariaDB's words and in MySQL's.
    (3819, Refused(CheckViolation)),
    (4025, Refused(CheckViolation)),
    // Out of range, too long.
    (1264, Refused(InvalidValue)),
    (1690, Refused(InvalidValue)),
    (1406, Refused(InvalidValue)),
    // Larger than `max_allowed_packet`; the server then closes the connection.
    (1153, RefusedAndClosed(InvalidValue)),
    // Other transactions: a row that changed since it was read, a deadlock, a lock that was not given.
    (1020, Deadlock),
    (1213, Deadlock),
    (1205, Locked),
    (3572, Locked),
    // Prepared statements: to be prepared again, not there, and too many of them.
    (1243, Fault::Stale),
    (1461, Fault::Stale),
    (1615, Fault::Stale),
    // Cancelled, by somebody or by a limit of time.
    (1317, Refused(Timeout)),
    (1969, Refused(Timeout)),
    (3024, Refused(Timeout)),
    // Too many connections: of the server, of a user, of a user in an hour.
    (1040, Unavailable),
    (1203, Unavailable),
    (1226, Unavailable),
    // The server shuts down.
    (1053, Unavailable),
    (1077, Unavailable),
    (1079, Unavailable),
    // The connection was killed, or idle for too long.
    (1927, Unavailable),
    (3169, Unavailable),
    (4031, Unavailable),
    // A node that left its Galera cluster.
    (1047, Unavailable),
    // The network, as the server saw it.
    (1158, Lost),
    (1159, Lost),
    (1160, Lost),
    (1161, Lost),
    // Lost connections to servers behind a proxy, which gives the codes of clients.
    (2003, Unavailable),
    (2006, Lost),
    (2013, Lost),
    // The user may not connect, the host may not, the database is not there.
    (1044, NotAdmitted),
    (1045, NotAdmitted),
    (1049, NotAdmitted),
    (1129, NotAdmitted),
    (1130, NotAdmitted),
    (1698, NotAdmitted),
];
