//! The handle to an open transaction.

use super::error::closed;
use super::savepoint::Savepoint;
use super::shared::Shared;
use super::state::State;
use crate::driver::Operation;
use crate::session::{Ran, in_time, without_effect};
use relations_core::{
    Connection, Dialect, Error, ErrorKind, InTransaction, InclusionResolvers, IntoSql, Pending,
    Result, SqlQuery,
};
use std::fmt;
use std::sync::Arc;

/// A transaction that is open: a connection like `Db`, for the time of the closure it was given to.
///
/// Cloning it gives another handle to the same transaction. Statements run one after the other.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// let moved = db.transaction(async |tx| {
///     let orders = OrderRepository::new(&tx); // on `&tx`: one on `&db` would take no part
///     let moved = orders.patch(Order::patch().customer_id(2)).filter(Order::CUSTOMER_ID.eq(1)).await?;
///     CustomerRepository::new(&tx).delete_by_id(1).await?;
///     Ok(moved)
/// }).await?; // committed; an error would have undone both
/// assert_eq!(moved, 2);
/// # Ok(()) });
/// ```
#[derive(Clone)]
pub struct Tx {
    pub(super) shared: Arc<Shared>,
    /// 0 for the transaction itself, a number of its own for each savepoint within.
    pub(super) level: u64,
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx")
            .field("level", &self.level)
            .finish_non_exhaustive()
    }
}

impl Tx {
    pub(super) fn new(shared: Arc<Shared>, level: u64) -> Tx {
        Tx { shared, level }
    }

    /// The transaction, once it is this handle's turn.
    pub(super) async fn state(&self) -> Result<tokio::sync::MutexGuard<'_, State>> {
        let mut state = self.shared.state.lock().await;
        if self.shared.is_closed() {
            state.transaction = None;
            return Err(closed());
        }
        self.shared.settle(&mut state).await?;
        if state.levels.last() == Some(&self.level) {
            return Ok(state);
        }
        if state.levels.contains(&self.level) {
            let message = "a transaction inside this one is open; use its handle until it ends";
            return Err(Error::new(ErrorKind::TransactionBusy, message));
        }
        Err(closed())
    }

    /// A statement in your own words, in this transaction; see [`Db::sql`](crate::Db::sql).
    pub fn sql(&self, sql: impl IntoSql) -> SqlQuery<'_> {
        SqlQuery::new(self, sql)
    }

    /// Runs the closure in a savepoint of this transaction: what it did is kept when it gives `Ok`, and undone when it
    /// gives `Err`, panics, or the future is dropped. Meanwhile this handle answers `TransactionBusy`.
    ///
    /// # Errors
    /// What the closure gives, and errors of the savepoint.
    pub async fn transaction<T>(&self, run: impl AsyncFnOnce(Tx) -> Result<T>) -> Result<T> {
        self.try_transaction(run).await
    }

    /// The same for a closure with an error type of its own; see [`Db::try_transaction`](crate::Db::try_transaction).
    ///
    /// # Errors
    /// Those of [`transaction`](Tx::transaction).
    pub async fn try_transaction<T, E: From<Error>>(
        &self,
        run: impl AsyncFnOnce(Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        let inner = self.savepoint().await?;
        let level = Savepoint::new(&inner);
        let result = run(inner.clone()).await;
        match inner.state().await {
            Ok(mut state) => level.keep(&mut state, result).await,
            Err(error) => result.and(Err(error.into())),
        }
    }

    pub(crate) async fn run_script(&self, statements: &[String]) -> Result<()> {
        let mut state = self.state().await?;
        let (context, read_only) = (&self.shared.context, self.shared.read_only);
        let transaction = state.transaction()?;
        transaction.run_script(statements, context, read_only).await
    }

    async fn savepoint(&self) -> Result<Tx> {
        let mut state = self.state().await?;
        self.savepoint_in(&mut state).await
    }

    async fn savepoint_in(&self, state: &mut State) -> Result<Tx> {
        let level = state.next_level;
        state.next_level += 1;
        state.in_flight = true;
        let sql = format!("SAVEPOINT relations_{level}");
        let result = state.transaction()?.run_raw(&sql).await;
        state.in_flight = false;
        if let Err(error) = &result {
            self.shared.note(error);
        }
        result?;
        state.levels.push(level);
        Ok(Tx::new(self.shared.clone(), level))
    }
}

impl InTransaction for Tx {}

impl Connection for Tx {
    fn dialect(&self) -> Dialect {
        self.shared.context.dialect
    }

    fn inclusion_resolvers(&self) -> &InclusionResolvers {
        &self.shared.context.resolvers
    }

    fn run(&self, operation: Box<dyn Operation>) -> Pending<'_, Box<dyn Operation>> {
        let limit = self.shared.context.limits.of(&*operation);
        let running = self.run_in_order(operation);
        match limit {
            None => running,
            Some(limit) => Box::pin(async move {
                let result = in_time(limit, running).await;
                result.unwrap_or_else(|error| {
                    self.shared.lose_in_flight();
                    Err(error)
                })
            }),
        }
    }
}

impl Tx {
    fn run_in_order(&self, operation: Box<dyn Operation>) -> Pending<'_, Box<dyn Operation>> {
        Box::pin(async move {
            if !operation.is_atomic(self.dialect()) {
                return self.run_here(operation).await.into_result();
            }
            // Held to the end, so that whatever else uses this handle queues, as it does behind a single statement.
            let mut state = self.state().await?;
            let inner = self.savepoint_in(&mut state).await?;
            let level = Savepoint::new(&inner);
            let ran = inner.run_in(&mut state, operation).await;
            let result = ran.into_result();
            level.keep(&mut state, result).await
        })
    }

    /// Runs an operation in this transaction, whether it is atomic or not.
    pub(super) async fn run_here(&self, operation: Box<dyn Operation>) -> Ran {
        match self.state().await {
            Ok(mut state) => self.run_in(&mut state, operation).await,
            Err(error) => Ran::nothing(error),
        }
    }

    async fn run_in(&self, state: &mut State, operation: Box<dyn Operation>) -> Ran {
        let (context, read_only) = (&self.shared.context, self.shared.read_only);
        state.in_flight = true;
        let mut ran = match state.transaction() {
            Ok(transaction) => transaction.run(operation, context, read_only).await,
            Err(error) => Ran::nothing(error),
        };
        state.in_flight = false;
        // Without a COMMIT nothing is kept.
        ran.result = ran.result.map_err(without_effect);
        if let Err(error) = &ran.result {
            self.shared.note(error);
            state.is_lost |= self.shared.rules.conflict_undoes_transaction && error.is_conflict();
            state.look().await;
        }
        if ran.has_failed && self.shared.rules.failure_blocks_transaction {
            state.failed.get_or_insert(self.level);
        }
        if self.shared.is_closed() {
            // The closure ended meanwhile, and could not take the transaction from us.
            state.transaction = None;
        }
        ran
    }
}
