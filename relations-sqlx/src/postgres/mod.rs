//! PostgreSQL.

mod arguments;
mod begin;
mod catalog;
mod codes;
mod columns;
mod error;
#[cfg(feature = "rust_decimal")]
mod numeric;
mod reader;
mod statement;
#[cfg(feature = "chrono")]
mod times;

use crate::backend::Backend;
use crate::catalog::Catalog;
use crate::connect_error::ConnectError;
use crate::databases::Connected;
use crate::driver::Executed;
use crate::options::DbOptions;
use crate::over_sqlx::{self, BeginStatements, SqlxDatabase, SqlxLease, UsersPool};
use crate::rules::Rules;
use crate::session::Counting;
use crate::transaction::Begin;
use catalog::CATALOG;
use relations_core::{Dialect, Result};
use sea_query::Values;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, SqlSafeStr, SqlStr};
use std::sync::Arc;
use std::time::Duration;

pub(crate) async fn connect(
    url: &str,
    limits: DbOptions,
) -> Result<Connected<PgPool>, ConnectError> {
    let options: PgConnectOptions = url.parse()?;
    over_sqlx::connect(options, limits, PgPoolOptions::new()).await
}

pub(crate) fn over(pool: PgPool) -> Arc<dyn Backend> {
    Arc::new(UsersPool(pool))
}

impl SqlxDatabase for Postgres {
    const RULES: Rules = Rules {
        drop_loses_connection: false,
        conflict_undoes_transaction: false,
        failure_blocks_transaction: true,
        transactional_schema: true,
    };
    const CATALOG: Catalog = CATALOG;

    async fn dialect(
        _: impl Future<Output = Result<SqlxLease<Postgres>>> + Send,
    ) -> Result<Dialect> {
        Ok(Dialect::Postgres)
    }

    async fn greet(connection: &mut PgConnection, limit: Option<Duration>) -> sqlx::Result<()> {
        let Some(limit) = limit else {
            return Ok(());
        };
        let sql = format!("SET statement_timeout = {}", limit.as_millis());
        Self::run_raw(connection, AssertSqlSafe(sql).into_sql_str()).await
    }

    fn fetch(
        connection: &mut PgConnection,
        sql: &Arc<str>,
        values: Values,
        sink: &mut Counting<'_>,
    ) -> impl Future<Output = Result<()>> + Send {
        statement::fetch(connection, sql, values, sink)
    }

    fn execute(
        connection: &mut PgConnection,
        sql: &Arc<str>,
        values: Values,
    ) -> impl Future<Output = Result<Executed>> + Send {
        statement::execute(connection, sql, values)
    }

    async fn run_raw(connection: &mut PgConnection, sql: SqlStr) -> sqlx::Result<()> {
        sqlx::raw_sql(sql).execute(connection).await.map(drop)
    }

    fn begin(begin: Begin) -> BeginStatements {
        begin::statements(begin)
    }
}
