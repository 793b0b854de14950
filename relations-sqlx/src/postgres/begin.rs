//! How transactions of PostgreSQL begin.

use crate::over_sqlx::BeginStatements;
use crate::transaction::Begin;
use sqlx::{AssertSqlSafe, SqlSafeStr};

pub(super) fn statements(begin: Begin) -> BeginStatements {
    let mut sql = String::from("BEGIN");
    if let Some(isolation) = begin.isolation {
        sql.push_str(" ISOLATION LEVEL ");
        sql.push_str(isolation.sql());
    }
    if begin.read_only {
        sql.push_str(" READ ONLY");
    }
    BeginStatements {
        before: None,
        begin: AssertSqlSafe(sql).into_sql_str(),
    }
}
