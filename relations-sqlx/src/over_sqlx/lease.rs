//! A leased connection of sqlx, whose statements end without their caller if need be.

use super::SqlxDatabase;
use super::error::{fault_of, was_done_before};
use super::held::{Held, Origin};
use super::running::{Running, put_away};
use crate::catalog::Catalog;
use crate::driver::{Executed, Operation};
use crate::event::Context;
use crate::fault::Fault;
use crate::lease::Lease;
use crate::rules::Rules;
use crate::session::{self, Counting, Ran};
use crate::transaction::{Begin, End};
use relations_core::catalog::TableName;
use relations_core::{Error, ErrorKind, Result};
use sea_query::Values;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

/// A leased connection. What runs on it has the connection to itself, and goes on when its future is dropped: until the statement
/// is done, or was cancelled because the lease is gone too.
pub(crate) struct SqlxLease<D: SqlxDatabase> {
    /// `None` while something runs on it.
    held: Option<Held<D>>,
    /// Gives the connection back that something ran on whose future was dropped.
    away: Option<oneshot::Receiver<Held<D>>>,
}

impl<D: SqlxDatabase> SqlxLease<D> {
    pub(crate) fn new(origin: Origin<D>, limit: Option<Duration>) -> Self {
        SqlxLease {
            held: Some(Held::new(origin, limit)),
            away: None,
        }
    }

    /// The connection, back from whatever ran on it.
    pub(super) async fn here(&mut self) -> Result<&mut Held<D>> {
        if let Some(away) = &mut self.away {
            let held = away.await.map_err(|_| lost())?;
            held.mark.clear();
            self.held = Some(held);
            self.away = None;
        }
        self.held.as_mut().ok_or_else(lost)
    }

    /// The connection, for a statement that ends with [`done`](SqlxLease::done). To be used where its future is not dropped, or
    /// the connection may be closed.
    pub(crate) async fn start(&mut self) -> Result<&mut D::Connection> {
        Ok(self.here().await?.start(None))
    }

    pub(crate) fn done<T>(&mut self, result: Result<T>) -> Result<T> {
        match &mut self.held {
            Some(held) => held.done(result),
            None => result,
        }
    }

    /// Does the work with the connection, and gives that back; see [`SqlxLease`].
    async fn apart<T, F>(&mut self, work: impl FnOnce(Held<D>) -> F) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = (Held<D>, T)> + Send + 'static,
    {
        self.here().await?;
        let held = self.held.take().ok_or_else(lost)?;
        let mark = held.mark.clone();
        let (held, output) = Running::new(Box::pin(work(held)), mark, &mut self.away).await;
        self.held = Some(held);
        Ok(output)
    }
}

/// For a connection that never came back.
fn lost() -> Error {
    let message = "the connection was closed, since a statement did not end on it";
    Error::new(ErrorKind::Connection, message)
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
        self.here().await?.fetch(sql, values, sink).await
    }

    async fn execute(&mut self, sql: &Arc<str>, values: Values) -> Result<Executed> {
        self.here().await?.execute(sql, values).await
    }

    fn has_triggered(&self) -> Option<bool> {
        D::TRIGGERS.is_none().then_some(false)
    }

    async fn has_triggers(&mut self, table: &TableName) -> Result<bool> {
        self.here().await?.has_triggers(table).await
    }

    async fn run_raw(&mut self, sql: &str) -> Result<()> {
        let sql = sql.to_owned();
        let work = |mut held: Held<D>| async move {
            let result = held.run_raw(&sql).await;
            (held, result)
        };
        self.apart(work).await?
    }

    async fn begin(&mut self, begin: Begin) -> Result<()> {
        let work = |mut held: Held<D>| async move {
            let result = held.begin(begin).await;
            (held, result)
        };
        self.apart(work).await?
    }

    async fn end(mut self, end: End) -> Result<()> {
        let work = |mut held: Held<D>| async move {
            let result = held.end_with(end).await;
            (held, result)
        };
        self.apart(work).await?
    }

    async fn is_undone(&mut self) -> bool {
        match self.here().await {
            Ok(held) => held.is_undone().await,
            Err(_) => true,
        }
    }

    fn is_blocked_by_failure(&self) -> bool {
        let held = self.held.as_ref();
        held.is_some_and(Held::is_blocked_by_failure)
    }

    fn spoil(&mut self) {
        if let Some(held) = &mut self.held {
            held.spoil();
        }
    }

    fn was_done_before(error: &Error) -> bool {
        was_done_before::<D>(error)
    }

    fn fault(error: &Error) -> Option<Fault> {
        fault_of::<D>(error)
    }

    async fn run(
        &mut self,
        operation: Box<dyn Operation>,
        context: &Context,
        read_only: bool,
    ) -> Ran {
        let context = context.clone();
        let work = |mut held: Held<D>| async move {
            let ran = session::run(&mut held, operation, &context, read_only).await;
            held.failed_unseen = ran.has_failed && held.mark.is_stopped();
            (held, ran)
        };
        self.apart(work).await.unwrap_or_else(Ran::nothing)
    }

    async fn run_script(
        &mut self,
        statements: &[String],
        context: &Context,
        read_only: bool,
    ) -> Result<()> {
        let (context, statements) = (context.clone(), statements.to_vec());
        let work = |mut held: Held<D>| async move {
            let result = session::run_script(&mut held, &statements, &context, read_only).await;
            if result.is_err() && held.mark.is_stopped() {
                // It may have been left without its checks of foreign keys.
                held.spoil();
            }
            (held, result)
        };
        self.apart(work).await?
    }
}

impl<D: SqlxDatabase> Drop for SqlxLease<D> {
    fn drop(&mut self) {
        let held = match (self.held.take(), &mut self.away) {
            (None, Some(away)) => {
                // Where it is not here yet, what runs on it sees that nobody waits.
                away.close();
                away.try_recv().ok()
            }
            (held, _) => held,
        };
        if let Some(held) = held {
            put_away(held);
        }
    }
}
