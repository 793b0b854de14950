//! Statements as MySQL runs them.

use super::reader::Reader;
use crate::driver::Executed;
use crate::over_sqlx::{from_sqlx, guarded};
use crate::session::Counting;
use futures_util::TryStreamExt;
use relations_core::Result;
use sea_query::Values;
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, MySql, MySqlConnection};
use std::sync::Arc;

pub(super) async fn fetch(
    connection: &mut MySqlConnection,
    sql: &Arc<str>,
    values: Values,
    sink: &mut Counting<'_>,
) -> Result<()> {
    let query = sqlx::query_with(AssertSqlSafe(sql.clone()), SqlxValues(values));
    let mut rows = query.fetch(connection);
    while let Some(row) = guarded(rows.try_next()).await.map_err(from_sqlx::<MySql>)? {
        sink.row(Reader(&row))?;
    }
    Ok(())
}

pub(super) async fn execute(
    connection: &mut MySqlConnection,
    sql: &Arc<str>,
    values: Values,
) -> Result<Executed> {
    let query = sqlx::query_with(AssertSqlSafe(sql.clone()), SqlxValues(values));
    let done = guarded(query.execute(connection)).await;
    let done = done.map_err(from_sqlx::<MySql>)?;
    Ok(Executed::new(
        done.rows_affected(),
        i64::try_from(done.last_insert_id()).ok(),
    ))
}
