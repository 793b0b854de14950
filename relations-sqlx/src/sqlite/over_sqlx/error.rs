//! SQLite's errors as sqlx gives them.

use super::super::violation::violation;
use crate::over_sqlx::DatabaseErrors;
use relations_core::{ErrorKind, Violation};
use sqlx::Sqlite;
use sqlx::error::DatabaseError;

impl DatabaseErrors for Sqlite {
    fn is_conflict(error: &dyn DatabaseError) -> bool {
        let code = error.code().and_then(|code| code.parse::<i32>().ok());
        // The low byte is the primary code: 5 busy, 6 locked. <https://sqlite.org/rescode.html>
        code.is_some_and(|code| matches!(code & 0xff, 5 | 6))
    }

    fn kind(_: &dyn DatabaseError) -> ErrorKind {
        ErrorKind::Database
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
