//! Statements as PostgreSQL runs them.

use super::arguments::arguments;
use super::columns::Columns;
use crate::driver::Executed;
use crate::over_sqlx::from_sqlx;
use crate::session::Counting;
use futures_util::TryStreamExt;
use relations_core::Result;
use sea_query::Values;
use sqlx::{AssertSqlSafe, PgConnection, Postgres};
use std::sync::Arc;

/// Rows are streamed, so that decoding overlaps with the server's work.
pub(super) async fn fetch(
    connection: &mut PgConnection,
    sql: &Arc<str>,
    values: Values,
    sink: &mut Counting<'_>,
) -> Result<()> {
    let query = sqlx::query_with(AssertSqlSafe(sql.clone()), arguments(values)?);
    let mut rows = query.fetch(connection);
    let mut columns = Columns::default();
    while let Some(row) = rows.try_next().await.map_err(from_sqlx::<Postgres>)? {
        sink.row(columns.read(&row))?;
    }
    Ok(())
}

pub(super) async fn execute(
    connection: &mut PgConnection,
    sql: &Arc<str>,
    values: Values,
) -> Result<Executed> {
    let query = sqlx::query_with(AssertSqlSafe(sql.clone()), arguments(values)?);
    let done = query
        .execute(connection)
        .await
        .map_err(from_sqlx::<Postgres>)?;
    Ok(Executed::new(done.rows_affected(), None))
}
