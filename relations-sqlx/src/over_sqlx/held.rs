//! A connection of sqlx while somebody has it, which goes back only in a state that the next caller can use.

use super::SqlxDatabase;
use super::canceller::Mark;
use super::error::{fault_of, from_sqlx};
use super::guarded::guarded;
use super::pool::PooledConnection;
use crate::catalog::Catalog;
use crate::driver::{Executed, RowReader, RowSink};
use crate::fault::Fault;
use crate::lease::Lease;
use crate::rules::Rules;
use crate::session::Counting;
use crate::transaction::{Begin, End};
use relations_core::catalog::TableName;
use relations_core::{Error, ErrorKind, Result};
use sea_query::Values;
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, Connection, SqlSafeStr, SqlStr};
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// Where a leased connection comes from, and goes back to.
pub(crate) enum Origin<D: SqlxDatabase> {
    /// Our own pool; SQLite in the process has another, in `sqlite/pool.rs`.
    Own(PooledConnection<D>),
    /// A pool that the user made.
    Users(PoolConnection<D>),
}

/// A connection, which is closed and not given back if it is dropped in the middle of something, or broke.
///
/// A statement's future dropped by itself leaves the answer unread, and with it a connection of MySQL out of step: whoever
/// leased it next would wait for a packet that never comes. So a lease lets it end without its caller (`lease.rs`). Nobody asks a
/// connection whether it is alive before it goes back, so one that an error of the connection itself was seen on must not.
pub(crate) struct Held<D: SqlxDatabase> {
    origin: Origin<D>,
    pub(super) mark: Arc<Mark<D>>,
    /// How long the server lets a statement take.
    limit: Option<Duration>,
    is_busy: bool,
    is_broken: bool,
    /// Whether it has settings that the next caller does not expect.
    is_spoiled: bool,
    in_transaction: bool,
    /// Whether a statement failed whose caller was gone.
    pub(super) failed_unseen: bool,
}

/// How long what puts a connection in order may take.
const ORDER: Duration = Duration::from_secs(2);

impl<D: SqlxDatabase> Held<D> {
    pub(super) fn new(origin: Origin<D>, limit: Option<Duration>) -> Self {
        let mark = match &origin {
            Origin::Own(connection) => connection.opened().mark.clone(),
            Origin::Users(_) => Arc::new(Mark::new(None, Weak::new())),
        };
        Held {
            origin,
            mark,
            limit,
            is_busy: false,
            is_broken: false,
            is_spoiled: false,
            in_transaction: false,
            failed_unseen: false,
        }
    }

    /// The connection, for a statement that ends with [`done`](Held::done).
    pub(super) fn start(&mut self, sql: Option<&Arc<str>>) -> &mut D::Connection {
        self.is_busy = true;
        self.mark.note(sql);
        &mut self.origin
    }

    pub(super) fn done<T>(&mut self, result: Result<T>) -> Result<T> {
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

    pub(super) async fn end_with(&mut self, end: End) -> Result<()> {
        self.control(end.sql().into_sql_str()).await?;
        self.in_transaction = false;
        Ok(())
    }

    /// Runs a statement without values, that is not cancelled.
    async fn control(&mut self, sql: SqlStr) -> Result<()> {
        self.raw(sql, None).await
    }

    async fn raw(&mut self, sql: SqlStr, cancelled_by: Option<&Arc<str>>) -> Result<()> {
        let limit = self.limit;
        let running = D::run_raw(self.start(cancelled_by), sql);
        let result = answer(limit, async {
            guarded(running).await.map_err(from_sqlx::<D>)
        })
        .await;
        self.ended(result)
    }

    /// Nobody waits for an operation any more, so it sends nothing more.
    fn check_wanted(&self) -> Result<()> {
        match self.mark.is_stopped() {
            true => {
                let message = "the operation was stopped, since nobody waited for it";
                Err(Error::new(ErrorKind::Database, message))
            }
            false => Ok(()),
        }
    }

    /// Whether it can be given back once a transaction is rolled back.
    pub(super) fn needs_order(&self) -> bool {
        self.in_transaction && !self.is_busy && !self.is_broken && !self.is_spoiled
    }

    /// Puts the connection in order that nobody has any more, and gives it back.
    pub(super) async fn give_back(mut self, was_cancelled: bool) {
        if self.is_busy || self.is_broken || self.is_spoiled {
            return;
        }
        if was_cancelled || self.in_transaction {
            self.is_busy = true;
            let ordering = tokio::time::timeout(ORDER, self.put_in_order(was_cancelled)).await;
            self.is_busy = !matches!(ordering, Ok(Ok(())));
        }
    }

    async fn put_in_order(&mut self, was_cancelled: bool) -> sqlx::Result<()> {
        if was_cancelled {
            // What came too late for its statement would cancel the next one, and is used up here.
            let asked = guarded(self.origin.ping()).await;
            if !matches!(asked, Err(sqlx::Error::Database(_))) {
                asked?;
            }
        }
        if self.in_transaction {
            let roll_back = End::RollBack.sql().into_sql_str();
            guarded(D::run_raw(&mut self.origin, roll_back)).await?;
            self.in_transaction = false;
        }
        Ok(())
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

/// For rows of which only the number matters.
struct Ignoring;

impl RowSink for Ignoring {
    fn row(&mut self, _: &mut dyn RowReader) -> Result<()> {
        Ok(())
    }
}

impl<D: SqlxDatabase> Lease for Held<D> {
    const RULES: Rules = D::RULES;
    const CATALOG: Catalog = D::CATALOG;

    async fn fetch(
        &mut self,
        sql: &Arc<str>,
        values: Values,
        sink: &mut Counting<'_>,
    ) -> Result<()> {
        self.check_wanted()?;
        let limit = self.limit;
        let result = answer(limit, D::fetch(self.start(Some(sql)), sql, values, sink)).await;
        self.ended(result)
    }

    async fn execute(&mut self, sql: &Arc<str>, values: Values) -> Result<Executed> {
        self.check_wanted()?;
        let limit = self.limit;
        let result = answer(limit, D::execute(self.start(Some(sql)), sql, values)).await;
        self.ended(result)
    }

    fn has_triggered(&self) -> Option<bool> {
        D::TRIGGERS.is_none().then_some(false)
    }

    async fn has_triggers(&mut self, table: &TableName) -> Result<bool> {
        let Some(triggers) = D::TRIGGERS else {
            return Ok(false);
        };
        let (sql, values) = triggers(table);
        let mut sink = Ignoring;
        let mut found = Counting::new(&mut sink);
        self.fetch(&sql.into(), values, &mut found).await?;
        Ok(found.rows > 0)
    }

    async fn run_raw(&mut self, sql: &str) -> Result<()> {
        self.check_wanted()?;
        let text = AssertSqlSafe(sql.to_owned()).into_sql_str();
        self.raw(text, Some(&Arc::from(sql))).await
    }

    async fn begin(&mut self, begin: Begin) -> Result<()> {
        let statements = D::begin(begin);
        // What comes before it is for the next transaction too, which must not be another caller's.
        self.in_transaction = true;
        if let Some(before) = statements.before {
            self.control(before).await?;
        }
        self.control(statements.begin).await
    }

    async fn end(mut self, end: End) -> Result<()> {
        self.end_with(end).await
    }

    async fn is_undone(&mut self) -> bool {
        let is_refused = self.failed_unseen && D::RULES.failure_blocks_transaction;
        // Busy where an earlier look was dropped, so that nobody knows what it found.
        if self.is_broken || self.is_busy || is_refused {
            return true;
        }
        if !D::RULES.failure_may_undo_transaction {
            return false;
        }
        // Within a transaction another cannot begin.
        let begin = AssertSqlSafe("BEGIN".to_owned()).into_sql_str();
        self.control(begin).await.is_ok() || self.is_broken
    }

    fn is_blocked_by_failure(&self) -> bool {
        D::RULES.failure_blocks_transaction && self.in_transaction
    }

    fn spoil(&mut self) {
        self.is_spoiled = true;
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

impl<D: SqlxDatabase> Drop for Held<D> {
    fn drop(&mut self) {
        let is_clean = !(self.is_busy || self.is_broken || self.is_spoiled || self.in_transaction);
        match &mut self.origin {
            _ if is_clean => {}
            // Where it broke, the server knows.
            Origin::Own(connection) if self.is_busy && !self.is_broken => connection.discard_busy(),
            Origin::Own(connection) => connection.discard(),
            Origin::Users(connection) => connection.close_on_drop(),
        }
    }
}
