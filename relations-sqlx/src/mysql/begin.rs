//! How transactions of MySQL begin.

use crate::over_sqlx::BeginStatements;
use crate::transaction::Begin;
use sqlx::{AssertSqlSafe, SqlSafeStr};

pub(super) fn statements(begin: Begin) -> BeginStatements {
    let before = begin.isolation.map(|isolation| {
        let set = format!("SET TRANSACTION ISOLATION LEVEL {}", isolation.sql());
        AssertSqlSafe(set).into_sql_str()
    });
    let begin = match begin.read_only {
        true => "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
        false => "START TRANSACTION",
    };
    BeginStatements {
        before,
        begin: begin.into_sql_str(),
    }
}
