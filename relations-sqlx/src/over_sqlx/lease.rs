//! A leased connection of sqlx, which goes back only in a state that the next caller can use.

use super::SqlxDatabase;
use super::error::{fault_of, from_sqlx};
use super::pool::PooledConnection;
use crate::catalog::Catalog;
use crate::driver::Executed;
use crate::fault::Fault;
use crate::lease::Lease;
use crate::rules::Rules;
use crate::session::Counting;
use crate::transaction::{Begin, End};
use relations_core::{Error, ErrorKind, Result};
use sea_query::Values;
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

/// Where a leased connection comes from, and goes back to.
pub(crate) enum Origin<D: SqlxDatabase> {
    /// Our own pool; SQLite in the process has another, in `sqlite/pool.rs`.
    Own(PooledConnection<D>),
    /// A pool that the user made.
    Users(PoolConnection<D>),
}

/// A leased connection, which is closed and not given back if it is dropped in the middle of something, or broke.
///
/// A future dropped while MySQL runs a statement leaves the answer unread, and with it the connection out of step: whoever
/// leased it next would wait for a packet that never comes. A future dropped while a transaction begins leaves it open
/// without sqlx knowing, so that the next caller's rows would be lost. Nobody asks a connection whether it is alive before it
/// goes back, so one that an error of the connection itself was seen on must not.
pub(crate) struct SqlxLease<D: SqlxDatabase> {
    origin: Origin<D>,
    /// So long the server lets a statement take.
    limit: Option<Duration>,
    is_busy: bool,
    is_broken: bool,
    in_transaction: bool,
}

impl<D: SqlxDatabase> SqlxLease<D> {
    pub(crate) fn new(origin: Origin<D>, limit: Option<Duration>) -> Self {
        SqlxLease {
            origin,
            limit,
            is_busy: false,
            is_broken: false,
            in_transaction: false,
        }
    }

    /// The connection, for a statement that ends with [`done`](SqlxLease::done).
    pub(crate) fn start(&mut self) -> &mut D::Connection {
        self.is_busy = true;
        &mut self.origin
    }

    pub(crate) fn done<T>(&mut self, result: Result<T>) -> Result<T> {
        self.is_busy = false;
        if let Some(fault) = result.as_ref().err().and_then(fault_of::<D>) {
            self.note(fault);
        }
        result
    }

    /// Draws conclusions from an error, for this connection and for those that nobody uses.
    fn note(&mut self, fault: Fault) {
        self.is_broken |= fault.closes();
        match &mut self.origin {
            Origin::Own(connection) if fault == Fault::Stale => connection.distrust_statements(),
            // The next caller could not tell, and sqlx's pool does not know.
            Origin::Users(_) if fault == Fault::Stale => self.is_broken = true,
            Origin::Own(connection) if fault.kind() == ErrorKind::Connection => {
                connection.distrust_idle();
            }
            _ => {}
        }
    }

    /// The outcome of a statement that was started. A server that does not keep its limit is not waited for.
    fn ended<T>(&mut self, result: Result<Result<T>, Silent>) -> Result<T> {
        match result {
            Ok(result) => self.done(result),
            // Still busy, so that it is closed.
            Err(Silent(waited)) => {
                self.note(Fault::Lost);
                let message = format!("the database gave no answer within {waited:?}");
                Err(Error::new(ErrorKind::Timeout, message).with_unknown_outcome())
            }
        }
    }

    async fn control(&mut self, sql: SqlStr) -> Result<()> {
        let limit = self.limit;
        let running = D::run_raw(self.start(), sql);
        let result = answer(limit, async { running.await.map_err(from_sqlx::<D>) }).await;
        self.ended(result)
    }
}

/// No answer came within this time.
struct Silent(Duration);

/// What a statement gives, if the server answers. It is the server that keeps the limit, so it gets as long again to say so, up to a
/// second.
async fn answer<T>(
    limit: Option<Duration>,
    running: impl Future<Output = Result<T>>,
) -> Result<Result<T>, Silent> {
    let Some(limit) = limit else {
        return Ok(running.await);
    };
    let patience = limit + limit.min(Duration::from_secs(1));
    let answered = tokio::time::timeout(patience, running).await;
    answered.map_err(|_| Silent(patience))
}

impl<D: SqlxDatabase> Lease for SqlxLease<D> {
    const RULES: Rules = D::RULES;
    const CATALOG: Catalog = D::CATALOG;

    async fn fetch(
        &mut self,
        sql: &Arc<str>,
        values: Values,
        sink: &mut Counting<'_>,
    ) -> Result<()> {
        let limit = self.limit;
        let result = answer(limit, D::fetch(self.start(), sql, values, sink)).await;
        self.ended(result)
    }

    async fn execute(&mut self, sql: &Arc<str>, values: Values) -> Result<Executed> {
        let limit = self.limit;
        let result = answer(limit, D::execute(self.start(), sql, values)).await;
        self.ended(result)
    }

    async fn run_raw(&mut self, sql: &str) -> Result<()> {
        let sql = AssertSqlSafe(sql.to_owned()).into_sql_str();
        self.control(sql).await
    }

    async fn begin(&mut self, begin: Begin) -> Result<()> {
        let statements = D::begin(begin);
        if let Some(before) = statements.before {
            self.control(before).await?;
        }
        self.in_transaction = true;
        self.control(statements.begin).await
    }

    async fn end(mut self, end: End) -> Result<()> {
        self.control(end.sql().into_sql_str()).await?;
        self.in_transaction = false;
        Ok(())
    }

    async fn is_undone(&mut self) -> bool {
        self.is_broken
    }

    fn is_blocked_by_failure(&self) -> bool {
        D::RULES.failure_blocks_transaction && self.in_transaction
    }

    fn spoil(&mut self) {
        self.is_broken = true;
    }

    fn fault(error: &Error) -> Option<Fault> {
        fault_of::<D>(error)
    }
}

impl<D: SqlxDatabase> Deref for Origin<D> {
    type Target = D::Connection;

    fn deref(&self) -> &D::Connection {
        match self {
            Origin::Own(connection) => connection,
            Origin::Users(connection) => connection,
        }
    }
}

impl<D: SqlxDatabase> DerefMut for Origin<D> {
    fn deref_mut(&mut self) -> &mut D::Connection {
        match self {
            Origin::Own(connection) => connection,
            Origin::Users(connection) => connection,
        }
    }
}

impl<D: SqlxDatabase> Drop for SqlxLease<D> {
    fn drop(&mut self) {
        if self.is_busy || self.is_broken || self.in_transaction {
            match &mut self.origin {
                Origin::Own(connection) => connection.discard(),
                Origin::Users(connection) => connection.close_on_drop(),
            }
        }
    }
}
