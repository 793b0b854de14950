//! SQLite's errors as sqlx gives them.

use super::super::codes;
use super::super::violation::violation;
use crate::fault::Fault;
use crate::over_sqlx::DatabaseErrors;
use relations_core::{ErrorKind, Violation};
use sqlx::Sqlite;
use sqlx::error::DatabaseError;

impl DatabaseErrors for Sqlite {
    fn fault(error: &dyn DatabaseError) -> Fault {
        let code = error.code().and_then(|code| code.parse().ok());
        code.map_or(Fault::Refused(ErrorKind::Database), |code| {
            codes::fault(code, error.message())
        })
    }

    fn violation(error: &dyn DatabaseError) -> Violation {
        violation(error.message())
    }

    /// What is missing on the connections of a pool that [`Db::connect`](crate::Db::connect) did not make.
    fn help(message: &str) -> Option<&'static str> {
        match message {
            "no such function: REGEXP" => Some("connect with `SqliteConnectOptions::with_regexp`"),
            "no such collation sequence: relations_decimal" => {
                Some("connect with the options that `with_decimal_order` gives")
            }
            _ => None,
        }
    }
}
