//! A leased connection to SQLite in the process.

use super::blocking::{finished, stopped};
use super::catalog::CATALOG;
use super::error::{fault, fault_of, from_rusqlite, is_worth_waiting};
use super::lock::Waiting;
use super::pool::PooledConnection;
use super::statement::{self, Failure};
use super::{RULES, begin};
use crate::catalog::Catalog;
use crate::driver::{Executed, Operation};
use crate::event::Context;
use crate::fault::Fault;
use crate::lease::Lease;
use crate::rules::Rules;
use crate::session::{self, Counting, Ran};
use crate::transaction::{Begin, End};
use relations_core::{Error, Result};
use sea_query::Values;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::oneshot;

/// A leased connection. Statements run on the thread that asks for them, and are done when they return.
pub(super) struct InProcessLease {
    /// `None` while it is on another thread.
    connection: Option<PooledConnection>,
    /// Gives the connection back from there.
    away: Option<oneshot::Receiver<PooledConnection>>,
    /// Whether this is the other thread, which may be blocked.
    may_block: bool,
    /// Whether something long ran on it, so that the end of the transaction may take long as well.
    was_long: bool,
    /// Whether triggers changed rows too when the last statement ran.
    has_triggered: bool,
}

impl InProcessLease {
    pub(super) fn new(connection: PooledConnection) -> Self {
        InProcessLease {
            connection: Some(connection),
            away: None,
            may_block: false,
            was_long: false,
            has_triggered: false,
        }
    }

    pub(super) fn on_a_blocking_thread(connection: PooledConnection) -> Self {
        InProcessLease {
            may_block: true,
            ..InProcessLease::new(connection)
        }
    }

    pub(super) fn into_connection(self) -> Option<PooledConnection> {
        self.connection
    }

    /// The connection, back from wherever it is.
    pub(super) async fn here(&mut self) -> Result<&mut PooledConnection> {
        if let Some(away) = &mut self.away {
            // Nothing comes from a thread that panicked.
            let connection = away.await.map_err(|_| stopped())?;
            connection.stop().store(false, Ordering::Relaxed);
            self.connection = Some(connection);
            self.away = None;
        }
        self.connection.as_mut().ok_or_else(stopped)
    }

    /// Takes the connection for another thread, with the way back.
    pub(super) async fn send_away(
        &mut self,
    ) -> Result<(PooledConnection, oneshot::Sender<PooledConnection>)> {
        self.here().await?;
        let connection = self.connection.take().ok_or_else(stopped)?;
        self.was_long = true;
        let (give, take) = oneshot::channel();
        self.away = Some(take);
        Ok((connection, give))
    }

    /// Runs a statement, and again for as long as somebody else holds a lock that it needs. Within the program nobody does,
    /// but for the pool of sqlx: turns are waited for before.
    async fn repeat<T>(
        &mut self,
        mut statement: impl FnMut(&rusqlite::Connection) -> Result<T, Failure> + Send,
    ) -> Result<T> {
        let may_block = self.may_block;
        let connection = self.here().await?;
        connection.clock().start();
        let mut waiting = None;
        loop {
            // Between two statements there is nothing for SQLite to stop.
            if connection.stop().load(Ordering::Relaxed) {
                return Err(stopped());
            }
            let error = match statement(connection.connection()) {
                Ok(done) => return Ok(done),
                Err(Failure::Ours(error)) => return Err(error),
                Err(Failure::Database(error)) => error,
            };
            if fault(&error).closes() {
                connection.discard();
            }
            let waiting = waiting.get_or_insert_with(|| Waiting::new(connection.clock().limit));
            if !is_worth_waiting(&error) || waiting.is_over() {
                return Err(from_rusqlite(error));
            }
            match may_block {
                true => std::thread::sleep(waiting.next()),
                false => tokio::time::sleep(waiting.next()).await,
            }
        }
    }

    async fn control(&mut self, sql: &str) -> Result<()> {
        let none = Values(Vec::new());
        let executing = self.repeat(|connection| statement::execute(connection, sql, &none));
        executing.await.map(drop)
    }
}

impl Lease for InProcessLease {
    const RULES: Rules = RULES;
    const CATALOG: Catalog = CATALOG;

    async fn fetch(
        &mut self,
        sql: &Arc<str>,
        values: Values,
        sink: &mut Counting<'_>,
    ) -> Result<()> {
        let fetched =
            self.repeat(
                |connection| match statement::fetch(connection, sql, &values, sink) {
                    // A row that was handed over cannot be taken back, so then it is not tried again.
                    Err(Failure::Database(error)) if sink.rows > 0 => {
                        Err(Failure::Ours(from_rusqlite(error)))
                    }
                    result => result,
                },
            );
        self.has_triggered = fetched.await?;
        Ok(())
    }

    fn has_triggered(&self) -> Option<bool> {
        Some(self.has_triggered)
    }

    async fn execute(&mut self, sql: &Arc<str>, values: Values) -> Result<Executed> {
        self.repeat(|connection| statement::execute(connection, sql, &values))
            .await
    }

    async fn run_raw(&mut self, sql: &str) -> Result<()> {
        self.repeat(|connection| Ok(connection.execute_batch(sql)?))
            .await
    }

    async fn begin(&mut self, begin: Begin) -> Result<()> {
        self.control(begin::statement(begin)).await
    }

    async fn end(mut self, end: End) -> Result<()> {
        if self.was_long {
            // There may be much to write.
            let ending = move |lease: &mut InProcessLease| finished(lease.control(end.sql()));
            return self.elsewhere(ending).await?;
        }
        self.control(end.sql()).await
    }

    /// SQLite undoes a transaction when a write in it is interrupted, or the disk is full.
    async fn is_undone(&mut self) -> bool {
        match self.here().await {
            Ok(connection) => connection.connection().is_autocommit(),
            Err(_) => true,
        }
    }

    fn fault(error: &Error) -> Option<Fault> {
        fault_of(error)
    }

    fn spoil(&mut self) {
        if let Some(connection) = &mut self.connection {
            connection.discard();
        }
    }

    async fn run(
        &mut self,
        operation: Box<dyn Operation>,
        context: &Context,
        read_only: bool,
    ) -> Ran {
        // A trigger may take long, and on this thread nothing would stop it.
        if operation.is_short() && context.limits.call.is_none() {
            return session::run(self, operation, context, read_only).await;
        }
        let context = context.clone();
        let work = move |lease: &mut InProcessLease| {
            finished(session::run(lease, operation, &context, read_only))
        };
        self.elsewhere(work).await.unwrap_or_else(Ran::nothing)
    }

    async fn run_script(
        &mut self,
        statements: &[String],
        context: &Context,
        read_only: bool,
    ) -> Result<()> {
        let (context, statements) = (context.clone(), statements.to_vec());
        let work = move |lease: &mut InProcessLease| {
            finished(session::run_script(lease, &statements, &context, read_only))
        };
        self.elsewhere(work).await?
    }
}
