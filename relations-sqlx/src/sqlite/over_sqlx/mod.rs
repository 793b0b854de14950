//! SQLite in a pool of sqlx, which the user made.

mod error;
mod reader;

use super::RULES;
use super::begin;
use super::catalog::{self, CATALOG};
use crate::catalog::Catalog;
use crate::driver::Executed;
use crate::over_sqlx::{
    BeginStatements, Identity, OfTable, SqlxDatabase, SqlxLease, Stop, from_sqlx,
};
use crate::rules::Rules;
use crate::session::Counting;
use crate::transaction::Begin;
use reader::Reader;
use relations_core::{Dialect, Result};
use sea_query::Values;
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr, Sqlite, SqliteConnection};
use std::sync::Arc;
use std::time::Duration;

impl SqlxDatabase for Sqlite {
    const RULES: Rules = RULES;
    const CATALOG: Catalog = CATALOG;
    const TRIGGERS: Option<OfTable> = Some(catalog::triggers);

    async fn dialect(_: impl Future<Output = Result<SqlxLease<Sqlite>>> + Send) -> Result<Dialect> {
        Ok(Dialect::Sqlite)
    }

    /// Connections of our own are in the process.
    async fn greet(_: &mut SqliteConnection, _: Option<Duration>) -> sqlx::Result<()> {
        Ok(())
    }

    async fn identify(_: &mut SqliteConnection) -> sqlx::Result<Identity> {
        Err(sqlx::Error::RowNotFound)
    }

    async fn stop(_: &mut SqliteConnection, _: i64, _: &str, _: Stop) -> sqlx::Result<()> {
        Ok(())
    }

    async fn fetch(
        connection: &mut SqliteConnection,
        sql: &Arc<str>,
        values: Values,
        sink: &mut Counting<'_>,
    ) -> Result<()> {
        let query = sqlx::query_with(AssertSqlSafe(sql.clone()), SqlxValues(values));
        // Collected, since decoding between the rows would let SQLite's thread and this one wait for each other.
        let rows = query
            .fetch_all(connection)
            .await
            .map_err(from_sqlx::<Sqlite>)?;
        rows.iter().try_for_each(|row| sink.row(Reader(row)))
    }

    async fn execute(
        connection: &mut SqliteConnection,
        sql: &Arc<str>,
        values: Values,
    ) -> Result<Executed> {
        let query = sqlx::query_with(AssertSqlSafe(sql.clone()), SqlxValues(values));
        let done = query
            .execute(connection)
            .await
            .map_err(from_sqlx::<Sqlite>)?;
        Ok(Executed::new(
            done.rows_affected(),
            Some(done.last_insert_rowid()),
        ))
    }

    async fn run_raw(connection: &mut SqliteConnection, sql: SqlStr) -> sqlx::Result<()> {
        sqlx::raw_sql(sql).execute(connection).await.map(drop)
    }

    fn begin(begin: Begin) -> BeginStatements {
        BeginStatements {
            before: None,
            begin: begin::statement(begin).into_sql_str(),
        }
    }
}
