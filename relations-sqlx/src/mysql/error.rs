//! MySQL's errors as sqlx gives them.

use super::codes::CODES;
use super::violation::violation;
use crate::fault::{Fault, look_up};
use crate::over_sqlx::DatabaseErrors;
use relations_core::{ErrorKind, Violation};
use sqlx::MySql;
use sqlx::error::DatabaseError;
use sqlx::mysql::MySqlDatabaseError;

impl DatabaseErrors for MySql {
    fn fault(error: &dyn DatabaseError) -> Fault {
        let found = number(error).and_then(|number| look_up(CODES, number));
        found.unwrap_or_else(|| match error.code() {
            Some(_) => Fault::Refused(ErrorKind::Database),
            // Each error but those of connecting has one, so that this was another message once.
            None => Fault::Lost,
        })
    }

    fn was_done_before(error: &dyn DatabaseError) -> bool {
        number(error).is_some_and(|number| DONE_BEFORE.contains(&number))
    }

    fn violation(error: &dyn DatabaseError) -> Violation {
        violation(number(error).unwrap_or_default(), error.message())
    }
}

/// Tables, columns, keys and checks that are there already, or no longer.
const DONE_BEFORE: [u16; 11] = [
    1007, 1050, 1051, 1054, 1060, 1061, 1068, 1091, 1146, 1826, 3822,
];

fn number(error: &dyn DatabaseError) -> Option<u16> {
    let error = error.try_downcast_ref::<MySqlDatabaseError>();
    error.map(MySqlDatabaseError::number)
}
