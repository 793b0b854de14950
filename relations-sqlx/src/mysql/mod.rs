//! MySQL and MariaDB.

mod begin;
mod catalog;
mod codes;
mod error;
mod options;
mod reader;
mod statement;
mod violation;

use crate::backend::Backend;
use crate::catalog::Catalog;
use crate::connect_error::ConnectError;
use crate::databases::Connected;
use crate::db::Db;
use crate::driver::Executed;
use crate::options::DbOptions;
use crate::over_sqlx::{
    self, BeginStatements, Identity, SqlxDatabase, SqlxLease, Stop, UsersPool, from_sqlx, guarded,
};
use crate::rules::Rules;
use crate::session::Counting;
use crate::transaction::Begin;
use catalog::CATALOG;
use relations_core::{Dialect, Result};
use sea_query::Values;
use sqlx::mysql::MySqlPoolOptions;
use sqlx::{AssertSqlSafe, MySql, MySqlConnection, MySqlPool, Row, SqlSafeStr, SqlStr};
use std::sync::Arc;
use std::time::Duration;

/// Refuses values that do not fit, which servers may be set to cut, and keeps an id of 0, for which MySQL would make another. What a
/// server may be set to that would change what statements mean is undone: types and empty texts as Oracle has them, a limit for all
/// reads, a transaction that nobody began, and ids that are NULL once after an insert. Without `sql_safe_updates` a patch need not name
/// a key; that no predicate was forgotten is seen to by its type. A backslash in a text means the same on every server.
/// Modes are replaced by another one, since an empty text is what one of them is about.
const SETTINGS: &str = "SET sql_mode = CONCAT(REPLACE(REPLACE(REPLACE(@@sql_mode, 'ORACLE', 'STRICT_ALL_TABLES'), \
    'EMPTY_STRING_IS_NULL', 'STRICT_ALL_TABLES'), 'NO_BACKSLASH_ESCAPES', 'STRICT_ALL_TABLES'), \
    ',STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO'), \
    sql_select_limit = 18446744073709551615, sql_safe_updates = 0, sql_auto_is_null = 0, autocommit = 1";

pub(crate) async fn connect(
    url: &str,
    limits: DbOptions,
) -> Result<Connected<MySqlPool>, ConnectError> {
    let options = options::options(url, limits.max_connections)?;
    let pool = MySqlPoolOptions::new()
        .after_connect(|connection, _| Box::pin(<MySql as SqlxDatabase>::greet(connection, None)));
    over_sqlx::connect(options, limits, pool).await
}

pub(crate) fn over(pool: MySqlPool) -> Arc<dyn Backend> {
    Arc::new(UsersPool(pool))
}

impl SqlxDatabase for MySql {
    const RULES: Rules = Rules {
        drop_loses_connection: true,
        conflict_undoes_transaction: true,
        failure_blocks_transaction: false,
        failure_may_undo_transaction: false,
        transactional_schema: false,
    };
    const CATALOG: Catalog = CATALOG;

    async fn dialect(
        lease: impl Future<Output = Result<SqlxLease<MySql>>> + Send,
    ) -> Result<Dialect> {
        let mut lease = lease.await?;
        let asking = sqlx::query_scalar("SELECT VERSION()").fetch_one(lease.start().await?);
        let version = guarded(asking).await;
        let version: String = lease.done(version.map_err(from_sqlx::<MySql>))?;
        Ok(Dialect::MySql {
            returning: version.contains("MariaDB"),
        })
    }

    /// A limit is told in comments, of which each server reads its own: MariaDB has one for all statements, MySQL for those that
    /// read.
    async fn greet(connection: &mut MySqlConnection, limit: Option<Duration>) -> sqlx::Result<()> {
        let mut sql = SETTINGS.to_owned();
        if let Some(limit) = limit {
            let (seconds, millis) = (limit.as_secs_f64(), limit.as_millis());
            sql += &format!(" /*M!100101 , max_statement_time = {seconds:.3} */");
            sql += &format!(" /*!50708 , max_execution_time = {millis} */");
        }
        Self::run_raw(connection, AssertSqlSafe(sql).into_sql_str()).await
    }

    async fn identify(connection: &mut MySqlConnection) -> sqlx::Result<Identity> {
        let sql = "SELECT CAST(CONNECTION_ID() AS SIGNED), \
            CONCAT_WS(' ', @@hostname, @@port, @@server_id)";
        let rows = sqlx::raw_sql(sql).fetch_all(connection).await?;
        let row = rows.first().ok_or(sqlx::Error::RowNotFound)?;
        Ok(Identity {
            number: row.try_get(0)?,
            server: row.try_get(1)?,
        })
    }

    /// The number is never used again by that server, so the text need not be compared.
    async fn stop(
        connection: &mut MySqlConnection,
        number: i64,
        _: &str,
        stop: Stop,
    ) -> sqlx::Result<()> {
        let sql = match stop {
            Stop::Statement => format!("KILL QUERY {number}"),
            Stop::Connection => format!("KILL CONNECTION {number}"),
        };
        Self::run_raw(connection, AssertSqlSafe(sql).into_sql_str()).await
    }

    fn fetch(
        connection: &mut MySqlConnection,
        sql: &Arc<str>,
        values: Values,
        sink: &mut Counting<'_>,
    ) -> impl Future<Output = Result<()>> + Send {
        statement::fetch(connection, sql, values, sink)
    }

    fn execute(
        connection: &mut MySqlConnection,
        sql: &Arc<str>,
        values: Values,
    ) -> impl Future<Output = Result<Executed>> + Send {
        statement::execute(connection, sql, values)
    }

    async fn run_raw(connection: &mut MySqlConnection, sql: SqlStr) -> sqlx::Result<()> {
        sqlx::raw_sql(sql).execute(connection).await.map(drop)
    }

    fn begin(begin: Begin) -> BeginStatements {
        begin::statements(begin)
    }
}

impl Db {
    /// The same database, taken for a MySQL that has no `INSERT … RETURNING`. For tests on MariaDB, which has it.
    #[doc(hidden)]
    pub fn without_returning(&self) -> Db {
        let mut db = self.clone();
        db.context.dialect = Dialect::MySql { returning: false };
        db
    }
}
