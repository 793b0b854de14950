//! PostgreSQL.

mod arguments;
mod array;
mod begin;
mod catalog;
mod codes;
mod columns;
mod error;
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
use crate::over_sqlx::{self, BeginStatements, Identity, SqlxDatabase, SqlxLease, Stop, UsersPool};
use crate::rules::Rules;
use crate::session::Counting;
use crate::transaction::Begin;
use catalog::CATALOG;
use relations_core::{Dialect, Result};
use sea_query::Values;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, Row, SqlSafeStr, SqlStr};
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
        failure_may_undo_transaction: false,
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

    async fn identify(connection: &mut PgConnection) -> sqlx::Result<Identity> {
        let sql = "SELECT pg_backend_pid()::bigint, pg_postmaster_start_time()::text";
        let row = sqlx::raw_sql(sql).fetch_one(connection).await?;
        Ok(Identity {
            number: row.try_get(0)?,
            server: row.try_get(1)?,
        })
    }

    /// The text is compared too: behind a pooler another client may have that process by now.
    async fn stop(
        connection: &mut PgConnection,
        number: i64,
        sql: &str,
        stop: Stop,
    ) -> sqlx::Result<()> {
        let stopping = match stop {
            Stop::Statement => {
                "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid = $1 \
                AND state = 'active' AND query <> '' AND left($2, length(query)) = query"
            }
            Stop::Connection => {
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 \
                AND state = 'active' AND query <> '' AND left($2, length(query)) = query"
            }
        };
        let query = sqlx::query(stopping).bind(number).bind(sql);
        query.execute(connection).await.map(drop)
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
