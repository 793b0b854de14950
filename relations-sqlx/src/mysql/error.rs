//! MySQL's errors: <https://mariadb.com/kb/en/mariadb-error-code-reference/>.

use super::violation::violation;
use crate::over_sqlx::DatabaseErrors;
use relations_core::{ErrorKind, Violation};
use sqlx::MySql;
use sqlx::error::DatabaseError;
use sqlx::mysql::MySqlDatabaseError;

impl DatabaseErrors for MySql {
    fn is_conflict(error: &dyn DatabaseError) -> bool {
        matches!(number(error), Some(1205 | 1213 | 1020))
    }

    fn kind(error: &dyn DatabaseError) -> ErrorKind {
        match number(error) {
            // No value for a column without a default.
            Some(1364) => ErrorKind::NotNullViolation,
            // A CHECK constraint, in MariaDB's words and in MySQL's.
            Some(4025 | 3819) => ErrorKind::CheckViolation,
            // Out of range, too long.
            Some(1264 | 1406) => ErrorKind::InvalidValue,
            _ => ErrorKind::Database,
        }
    }

    fn violation(error: &dyn DatabaseError) -> Violation {
        violation(error.message())
    }
}

fn number(error: &dyn DatabaseError) -> Option<u16> {
    let error = error.try_downcast_ref::<MySqlDatabaseError>();
    error.map(MySqlDatabaseError::number)
}
