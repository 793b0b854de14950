//! Statements as PostgreSQL runs them.

use super::arguments::arguments;
use super::columns::Columns;
use crate::driver::Executed;
use crate::over_sqlx::{from_sqlx, guarded};
use crate::session::Counting;
use futures_util::{TryStream, TryStreamExt};
use relations_core::Result;
use sea_query::Values;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgConnection, Postgres, Row};
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
    while let Some(row) = guarded(next(&mut rows))
        .await
        .map_err(from_sqlx::<Postgres>)?
    {
        sink.row(columns.read(&row))?;
    }
    Ok(())
}

/// The next row, of which the last column is there: sqlx looks at the ends of the others, and at that one not before it is read.
async fn next(
    rows: &mut (impl TryStream<Ok = PgRow, Error = sqlx::Error> + Unpin),
) -> sqlx::Result<Option<PgRow>> {
    let Some(row) = rows.try_next().await? else {
        return Ok(None);
    };
    if let Some(last) = row.len().checked_sub(1) {
        row.try_get_raw(last)?;
    }
    Ok(Some(row))
}

pub(super) async fn execute(
    connection: &mut PgConnection,
    sql: &Arc<str>,
    values: Values,
) -> Result<Executed> {
    let query = sqlx::query_with(AssertSqlSafe(sql.clone()), arguments(values)?);
    let done = guarded(query.execute(connection)).await;
    let done = done.map_err(from_sqlx::<Postgres>)?;
    Ok(Executed::new(done.rows_affected(), None))
}
