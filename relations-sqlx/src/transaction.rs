//! Transactions: a closure that commits or rolls back, and the handle it works with.

use crate::db::{Access, Db, Lease};
use crate::event::Context;
use crate::session::{self, Connection as Borrowed};
use relations_core::connection::Operation;
use relations_core::{Connection, Dialect, Error, ErrorKind, InclusionResolvers, Pending, Result};
#[cfg(feature = "postgres")]
use sqlx::AssertSqlSafe;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex as SyncMutex};
use std::time::Duration;
use tokio::sync::Mutex;

/// How far a transaction is kept apart from others that run at the same time.
///
/// See <https://www.postgresql.org/docs/15/transaction-iso.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Isolation {
    /// Each statement sees what was committed before it.
    ReadCommitted,
    /// All statements see what was committed before the first.
    RepeatableRead,
    /// As if transactions ran one after the other.
    Serializable,
}

/// Options of a transaction, which come before its closure.
#[derive(Debug, Clone, Copy)]
#[must_use = "options do nothing until `transaction(..)` is awaited"]
pub struct TransactionOptions<'d> {
    db: &'d Db,
    isolation: Option<Isolation>,
    read_only: bool,
}

/// Options of a transaction that is run again after a conflict.
#[derive(Debug, Clone, Copy)]
#[must_use = "options do nothing until `transaction(..)` is awaited"]
pub struct Retrying<'d> {
    options: TransactionOptions<'d>,
    times: u32,
}

impl<'d> TransactionOptions<'d> {
    pub(crate) fn new(db: &'d Db) -> Self {
        TransactionOptions {
            db,
            isolation: None,
            read_only: false,
        }
    }

    /// Sets the isolation.
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = Some(isolation);
        self
    }

    pub(crate) fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Runs the transaction again, up to so many more times, while a [retryable](Error::is_retryable) error ends it.
    pub fn retry(self, times: u32) -> Retrying<'d> {
        Retrying {
            options: self,
            times,
        }
    }

    /// Runs the closure in a transaction; see [`Db::transaction`].
    ///
    /// # Errors
    /// Those of [`Db::transaction`].
    pub async fn transaction<T, E: From<Error>>(
        self,
        run: impl AsyncFnOnce(Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        let open = self.begin().await?;
        match run(open.handle()).await {
            Ok(value) => open.commit().await.map(|()| value).map_err(E::from),
            Err(error) => {
                open.roll_back().await;
                Err(error)
            }
        }
    }

    /// Runs an operation in a transaction of its own.
    pub(crate) async fn run(self, operation: Box<dyn Operation>) -> Result<Box<dyn Operation>> {
        let open = self.begin().await?;
        match open.handle().run_here(operation).await {
            Ok(output) => open.commit().await.map(|()| output),
            Err(error) => {
                open.roll_back().await;
                Err(error)
            }
        }
    }

    async fn begin(&self) -> Result<Open> {
        let transaction = begin(self).await?;
        let shared = Shared {
            context: self.db.context.clone(),
            read_only: self.read_only,
            state: Mutex::new(State {
                transaction: Some(transaction),
                levels: vec![0],
                next_level: 1,
                in_flight: false,
                is_lost: false,
                failed: None,
            }),
            closed: AtomicBool::new(false),
            conflicted: AtomicBool::new(false),
            abandoned: SyncMutex::default(),
        };
        Ok(Open {
            shared: Arc::new(shared),
        })
    }
}

impl Retrying<'_> {
    /// Runs the closure in a transaction; see [`Db::transaction`]. After a conflict everything is rolled back and the
    /// closure runs again, so what it does outside the database must bear repeating.
    ///
    /// # Errors
    /// Those of [`Db::transaction`], from the last try.
    pub async fn transaction<T, E, F>(self, run: impl Fn(Tx) -> F) -> Result<T, E>
    where
        E: From<Error>,
        F: Future<Output = Result<T, E>>,
    {
        let mut tries_left = self.times;
        loop {
            let (result, has_conflicted) = match self.options.begin().await {
                Ok(open) => try_once(open, &run).await,
                Err(error) => {
                    let has_conflicted = error.is_retryable();
                    (Err(E::from(error)), has_conflicted)
                }
            };
            if result.is_ok() || tries_left == 0 || !has_conflicted {
                return result;
            }
            // A little longer each time, so that the same transactions do not meet again.
            let tries = self.times - tries_left;
            tokio::time::sleep(Duration::from_millis(2 << tries.min(7))).await;
            tries_left -= 1;
        }
    }
}

/// Runs the closure once; says as well whether another transaction got in its way.
async fn try_once<T, E, F>(open: Open, run: &impl Fn(Tx) -> F) -> (Result<T, E>, bool)
where
    E: From<Error>,
    F: Future<Output = Result<T, E>>,
{
    let shared = open.shared.clone();
    let result = match run(open.handle()).await {
        Ok(value) => match open.commit().await {
            Ok(()) => Ok(value),
            Err(error) => {
                shared.note(&error);
                Err(E::from(error))
            }
        },
        Err(error) => {
            open.roll_back().await;
            Err(error)
        }
    };
    (result, shared.conflicted.load(Ordering::Relaxed))
}

/// A transaction that is open: a connection like `Db`, for the time of the closure it was given to.
///
/// Cloning it gives another handle to the same transaction. Statements run one after the other.
#[derive(Clone)]
pub struct Tx {
    shared: Arc<Shared>,
    /// 0 for the transaction itself, a number of its own for each savepoint within.
    level: u64,
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx")
            .field("level", &self.level)
            .finish_non_exhaustive()
    }
}

struct Shared {
    context: Context,
    read_only: bool,
    state: Mutex<State>,
    /// Set when the closure is over, also where the state could not be taken at once.
    closed: AtomicBool,
    /// Whether a statement met another transaction, which makes the whole worth another try.
    conflicted: AtomicBool,
    /// Levels whose future was dropped; they are rolled back before the next statement, since a drop cannot wait.
    abandoned: SyncMutex<Vec<u64>>,
}

struct State {
    transaction: Option<Transaction>,
    /// The open levels, outermost first. Only the last may be used.
    levels: Vec<u64>,
    next_level: u64,
    /// Whether a statement runs, or was dropped while it ran.
    in_flight: bool,
    /// Whether what the server has is no longer known, so that nothing may be kept.
    is_lost: bool,
    /// The level at which PostgreSQL refused a statement. It takes no others until that level is rolled back, and turns a
    /// commit into a rollback without an error.
    failed: Option<u64>,
}

pub(crate) enum Transaction {
    #[cfg(feature = "sqlite")]
    InProcess(crate::sqlite::leased::Leased),
    #[cfg(feature = "sqlite")]
    Sqlite(crate::lease::Leased<sqlx::Sqlite>),
    #[cfg(feature = "postgres")]
    Postgres(crate::lease::Leased<sqlx::Postgres>),
    #[cfg(feature = "mysql")]
    MySql(crate::lease::Leased<sqlx::MySql>),
}

impl Transaction {
    fn borrow(&mut self) -> Borrowed<'_> {
        match self {
            #[cfg(feature = "sqlite")]
            Transaction::InProcess(transaction) => Borrowed::InProcess(transaction),
            #[cfg(feature = "sqlite")]
            Transaction::Sqlite(transaction) => Borrowed::Sqlite(transaction),
            #[cfg(feature = "postgres")]
            Transaction::Postgres(transaction) => Borrowed::Postgres(transaction),
            #[cfg(feature = "mysql")]
            Transaction::MySql(transaction) => Borrowed::MySql(transaction),
        }
    }

    /// Whether it is no longer there, though nobody ended it.
    #[allow(clippy::unused_async)] // Which databases there are depends on the features.
    async fn is_undone(&mut self) -> bool {
        match self {
            #[cfg(feature = "sqlite")]
            Transaction::InProcess(leased) => leased.is_undone().await,
            #[allow(unreachable_patterns)]
            _ => false,
        }
    }

    async fn commit(self) -> Result<()> {
        match self {
            #[cfg(feature = "sqlite")]
            Transaction::InProcess(leased) => leased.end("COMMIT").await,
            #[cfg(feature = "sqlite")]
            Transaction::Sqlite(leased) => leased.end("COMMIT").await,
            #[cfg(feature = "postgres")]
            Transaction::Postgres(leased) => leased.end("COMMIT").await,
            #[cfg(feature = "mysql")]
            Transaction::MySql(leased) => leased.end("COMMIT").await,
        }
    }

    async fn roll_back(self) -> Result<()> {
        match self {
            #[cfg(feature = "sqlite")]
            Transaction::InProcess(leased) => leased.end("ROLLBACK").await,
            #[cfg(feature = "sqlite")]
            Transaction::Sqlite(leased) => leased.end("ROLLBACK").await,
            #[cfg(feature = "postgres")]
            Transaction::Postgres(leased) => leased.end("ROLLBACK").await,
            #[cfg(feature = "mysql")]
            Transaction::MySql(leased) => leased.end("ROLLBACK").await,
        }
    }
}

async fn begin(options: &TransactionOptions<'_>) -> Result<Transaction> {
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    let isolation = options.isolation.map(|isolation| match isolation {
        Isolation::ReadCommitted => "READ COMMITTED",
        Isolation::RepeatableRead => "REPEATABLE READ",
        Isolation::Serializable => "SERIALIZABLE",
    });
    // A transaction that starts as a reader and then writes would fail at once where another one writes.
    #[cfg(feature = "sqlite")]
    let sqlite = match options.read_only {
        true => "BEGIN",
        false => "BEGIN IMMEDIATE",
    };
    let access = match options.read_only {
        true => Access::Read,
        false => Access::Write,
    };
    match options.db.lease(access).await? {
        #[cfg(feature = "sqlite")]
        Lease::InProcess(mut leased) => {
            leased.begin(sqlite).await?;
            Ok(Transaction::InProcess(leased))
        }
        #[cfg(feature = "sqlite")]
        Lease::Sqlite(mut leased) => {
            leased.begin(sqlite).await?;
            Ok(Transaction::Sqlite(leased))
        }
        #[cfg(feature = "postgres")]
        Lease::Postgres(mut leased) => {
            let mut begin = String::from("BEGIN");
            if let Some(isolation) = isolation {
                begin.push_str(&format!(" ISOLATION LEVEL {isolation}"));
            }
            if options.read_only {
                begin.push_str(" READ ONLY");
            }
            leased.begin(AssertSqlSafe(begin)).await?;
            Ok(Transaction::Postgres(leased))
        }
        #[cfg(feature = "mysql")]
        Lease::MySql(mut leased) => {
            if let Some(isolation) = isolation {
                let set = format!("SET TRANSACTION ISOLATION LEVEL {isolation}");
                Borrowed::MySql(&mut leased).run_raw(&set).await?;
            }
            let begin = match options.read_only {
                true => "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
                false => "START TRANSACTION",
            };
            leased.begin(begin).await?;
            Ok(Transaction::MySql(leased))
        }
    }
}

/// The owner of a transaction. Dropped without an end, by a panic or with its future, it rolls back.
struct Open {
    shared: Arc<Shared>,
}

impl Open {
    fn handle(&self) -> Tx {
        Tx {
            shared: self.shared.clone(),
            level: 0,
        }
    }

    async fn commit(self) -> Result<()> {
        let (checked, transaction) = {
            let mut state = self.shared.state.lock().await;
            let checked = self.shared.check_whole(&mut state).await;
            self.shared.closed.store(true, Ordering::Relaxed);
            (checked, state.transaction.take())
        };
        let transaction = transaction.ok_or_else(closed)?;
        if checked.is_err() {
            let _ = transaction.roll_back().await;
            return checked;
        }
        transaction.commit().await
    }

    async fn roll_back(self) {
        let transaction = self.shared.state.lock().await.transaction.take();
        if let Some(transaction) = transaction {
            // The caller's error is what counts; a connection that cannot roll back is closed by the pool.
            let _ = transaction.roll_back().await;
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::Relaxed);
        if let Ok(mut state) = self.shared.state.try_lock() {
            state.transaction = None;
        }
    }
}

fn closed() -> Error {
    let message = "the transaction has ended, and its handle cannot be used any more";
    Error::new(ErrorKind::TransactionClosed, message)
}

/// For a transaction of which the server may have kept nothing, or half a savepoint.
fn lost() -> Error {
    let message = "the transaction cannot go on: the database undid it, or a statement was dropped while it ran";
    Error::new(ErrorKind::TransactionClosed, message)
}

/// For a closure that went on after an error, as if nothing had been.
fn refused() -> Error {
    let message = "a statement of this transaction failed, so PostgreSQL keeps nothing of it\nhelp: put what may fail into a `tx.transaction(..)` of its own";
    Error::new(ErrorKind::Database, message)
}

impl Shared {
    /// Whether everything in the transaction may be kept.
    async fn check_whole(&self, state: &mut State) -> Result<()> {
        self.settle(state).await?;
        if state.failed.is_some() {
            return Err(refused());
        }
        if state.levels.len() > 1 {
            let message = "a transaction inside this one was still open, so nothing was kept";
            return Err(Error::new(ErrorKind::TransactionBusy, message));
        }
        Ok(())
    }

    /// Deals with what dropped futures left behind.
    async fn settle(&self, state: &mut State) -> Result<()> {
        // Only MySQL's connection is out of step after a statement that nobody waited for.
        let is_mysql = matches!(self.context.dialect, Dialect::MySql { .. });
        if std::mem::take(&mut state.in_flight) {
            state.is_lost |= is_mysql;
            state.look().await;
        }
        if state.is_lost {
            return Err(lost());
        }
        self.roll_back_abandoned(state).await
    }

    fn note(&self, error: &Error) {
        if error.is_retryable() {
            self.conflicted.store(true, Ordering::Relaxed);
        }
    }

    async fn roll_back_abandoned(&self, state: &mut State) -> Result<()> {
        let abandoned = self.abandoned().clone();
        let mut levels = state.levels.iter();
        let Some(first) = levels.position(|level| abandoned.contains(level)) else {
            return Ok(());
        };
        state.control("ROLLBACK TO SAVEPOINT", first).await?;
        self.abandoned().clear();
        Ok(())
    }

    fn abandoned(&self) -> std::sync::MutexGuard<'_, Vec<u64>> {
        self.abandoned
            .lock()
            .expect("nothing panics with this lock")
    }
}

impl State {
    /// Notes whether SQLite undid the transaction, after which it would keep each statement by itself.
    async fn look(&mut self) {
        if let Some(transaction) = &mut self.transaction {
            self.is_lost |= transaction.is_undone().await;
        }
    }

    /// Ends the savepoint at this position among the levels, and those within. Dropped or failed on the way, the whole
    /// transaction is lost, since nobody knows what the server did.
    async fn control(&mut self, command: &str, position: usize) -> Result<()> {
        let level = self.levels[position];
        let transaction = self.transaction.as_mut().ok_or_else(closed)?;
        self.is_lost = true;
        let sql = format!("{command} relations_{level}");
        transaction.borrow().run_raw(&sql).await?;
        self.is_lost = false;
        self.levels.truncate(position);
        if command.starts_with("ROLLBACK") && self.failed.is_some_and(|failed| failed >= level) {
            self.failed = None;
        }
        Ok(())
    }
}

impl Tx {
    /// The transaction, once it is this handle's turn.
    async fn state(&self) -> Result<tokio::sync::MutexGuard<'_, State>> {
        let mut state = self.shared.state.lock().await;
        if self.shared.closed.load(Ordering::Relaxed) {
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

    /// Runs the closure in a savepoint of this transaction: what it did is kept when it gives `Ok`, and undone when it
    /// gives `Err`, panics, or the future is dropped. Meanwhile this handle answers `TransactionBusy`.
    ///
    /// # Errors
    /// What the closure gives, and errors of the savepoint.
    pub async fn transaction<T, E: From<Error>>(
        &self,
        run: impl AsyncFnOnce(Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        let inner = self.savepoint().await?;
        let level = Level {
            tx: &inner,
            open: true,
        };
        let result = run(inner.clone()).await;
        match inner.state().await {
            Ok(mut state) => level.keep(&mut state, result).await,
            Err(error) => result.and(Err(error.into())),
        }
    }

    pub(crate) async fn run_script(&self, statements: &[String]) -> Result<()> {
        let mut state = self.state().await?;
        let transaction = state.transaction.as_mut().ok_or_else(closed)?;
        let (context, read_only) = (&self.shared.context, self.shared.read_only);
        session::run_script(transaction.borrow(), statements, context, read_only).await
    }

    async fn savepoint(&self) -> Result<Tx> {
        let mut state = self.state().await?;
        self.savepoint_in(&mut state).await
    }

    async fn savepoint_in(&self, state: &mut State) -> Result<Tx> {
        let level = state.next_level;
        state.next_level += 1;
        state.in_flight = true;
        let transaction = state.transaction.as_mut().ok_or_else(closed)?;
        let sql = format!("SAVEPOINT relations_{level}");
        let result = transaction.borrow().run_raw(&sql).await;
        state.in_flight = false;
        if let Err(error) = &result {
            self.shared.note(error);
        }
        result?;
        state.levels.push(level);
        Ok(Tx {
            shared: self.shared.clone(),
            level,
        })
    }
}

/// The owner of a savepoint.
struct Level<'t> {
    tx: &'t Tx,
    open: bool,
}

impl Level<'_> {
    /// Ends the savepoint as its outcome says.
    async fn keep<T, E: From<Error>>(
        self,
        state: &mut State,
        result: Result<T, E>,
    ) -> Result<T, E> {
        match result {
            Ok(value) => {
                self.end(state, "RELEASE SAVEPOINT").await?;
                Ok(value)
            }
            Err(error) => {
                // The error is what counts; where this fails, so will the transaction.
                let _ = self.end(state, "ROLLBACK TO SAVEPOINT").await;
                Err(error)
            }
        }
    }

    async fn end(mut self, state: &mut State, command: &str) -> Result<()> {
        let position = state.levels.len() - 1;
        let has_failed = state.failed.is_some_and(|failed| failed >= self.tx.level);
        let result = match command {
            "RELEASE SAVEPOINT" if has_failed => {
                let undone = state.control("ROLLBACK TO SAVEPOINT", position).await;
                undone.and(Err(refused()))
            }
            _ => state.control(command, position).await,
        };
        if let Err(error) = &result {
            self.tx.shared.note(error);
        }
        self.open = false;
        result
    }
}

impl Drop for Level<'_> {
    fn drop(&mut self) {
        if self.open {
            self.tx.shared.abandoned().push(self.tx.level);
        }
    }
}

impl Connection for Tx {
    fn dialect(&self) -> Dialect {
        self.shared.context.dialect
    }

    fn inclusion_resolvers(&self) -> &InclusionResolvers {
        &self.shared.context.resolvers
    }

    fn run(&self, operation: Box<dyn Operation>) -> Pending<'_, Box<dyn Operation>> {
        Box::pin(async move {
            if !operation.is_atomic(self.dialect()) {
                return self.run_here(operation).await;
            }
            // Held to the end, so that whatever else uses this handle queues, as it does behind a single statement.
            let mut state = self.state().await?;
            let inner = self.savepoint_in(&mut state).await?;
            let level = Level {
                tx: &inner,
                open: true,
            };
            let result = inner.run_in(&mut state, operation).await;
            level.keep(&mut state, result).await
        })
    }
}

impl Tx {
    /// Runs an operation in this transaction, whether it is atomic or not.
    async fn run_here(&self, operation: Box<dyn Operation>) -> Result<Box<dyn Operation>> {
        let mut state = self.state().await?;
        self.run_in(&mut state, operation).await
    }

    async fn run_in(
        &self,
        state: &mut State,
        operation: Box<dyn Operation>,
    ) -> Result<Box<dyn Operation>> {
        state.in_flight = true;
        let transaction = state.transaction.as_mut().ok_or_else(closed)?;
        let (context, read_only) = (&self.shared.context, self.shared.read_only);
        let ran = session::run(transaction.borrow(), operation, context, read_only).await;
        let (result, has_failed) = (ran.result, ran.has_failed);
        state.in_flight = false;
        if let Err(error) = &result {
            self.shared.note(error);
            // A deadlock undoes the whole transaction, after which MySQL would keep each statement by itself.
            let is_mysql = matches!(self.dialect(), Dialect::MySql { .. });
            state.is_lost |= is_mysql && error.is_conflict();
            state.look().await;
        }
        if has_failed && self.dialect() == Dialect::Postgres {
            state.failed.get_or_insert(self.level);
        }
        if self.shared.closed.load(Ordering::Relaxed) {
            // The closure ended meanwhile, and could not take the transaction from us.
            state.transaction = None;
        }
        result
    }
}
