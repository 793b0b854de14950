//! Cancelling statements that nobody waits for any more, where they run: by a connection of the same pool, since there are never
//! more than it may have.

use super::SqlxDatabase;
use super::guarded::guarded;
use super::pool::{PooledConnection, Shared};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{Notify, OwnedSemaphorePermit};
use tokio::time::timeout;

/// How long a statement that nobody waits for may go on: most are done, and cancelling is work for the server too.
pub(super) const GRACE: Duration = Duration::from_millis(20);

/// How long one that was cancelled may take to say so. Then its connection is closed.
const ANSWER: Duration = Duration::from_secs(2);

/// How long cancelling waits for a connection. If all of them wait for their statements, one is closed then.
const PATIENCE: Duration = Duration::from_secs(2);

/// The pause after a connection could not be had.
const PAUSE: Duration = Duration::from_millis(100);

/// A connection as its server calls it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Which server it is, and since when it runs. What another one calls by the same number is not ours.
    pub(crate) server: String,
    pub(crate) number: i64,
}

/// What becomes of a connection's statement on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The statement is cancelled.
    Statement,
    /// The connection was closed here, and is to be closed there.
    Connection,
}

/// What is known of a connection, also while an operation has it.
pub(super) struct Mark<D: SqlxDatabase> {
    identity: Option<Identity>,
    /// Gone with the pool. A connection of the user's pool has none.
    pool: Weak<Shared<D>>,
    /// Set when nobody waits for its operation any more, which then sends no more statements.
    stopped: AtomicBool,
    /// The statement that was sent last, where it may be cancelled.
    sql: Mutex<Option<Arc<str>>>,
}

impl<D: SqlxDatabase> Mark<D> {
    pub(super) fn new(identity: Option<Identity>, pool: Weak<Shared<D>>) -> Mark<D> {
        Mark {
            identity,
            pool,
            stopped: AtomicBool::new(false),
            sql: Mutex::new(None),
        }
    }

    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// For the next operation.
    pub(super) fn clear(&self) {
        self.stopped.store(false, Ordering::Relaxed);
    }

    /// Notes the statement that is sent, or that it is not to be cancelled.
    pub(super) fn note(&self, sql: Option<&Arc<str>>) {
        *lock(&self.sql) = sql.cloned();
    }
}

/// A statement that nobody waits for any more, and that takes long.
pub(super) struct Overdue<D: SqlxDatabase> {
    mark: Arc<Mark<D>>,
    /// Held while it is cancelled, so that it is not the next statement of its connection that is.
    progress: tokio::sync::Mutex<Progress>,
    /// Told that its connection is to be closed.
    given_up: Notify,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    Running,
    Cancelled,
    Done,
}

impl<D: SqlxDatabase> Overdue<D> {
    pub(super) fn new(mark: Arc<Mark<D>>) -> Arc<Overdue<D>> {
        Arc::new(Overdue {
            mark,
            progress: tokio::sync::Mutex::new(Progress::Running),
            given_up: Notify::new(),
        })
    }

    /// Has it cancelled, and returns where that was in vain, or there is no way to. To be awaited beside the statement.
    pub(super) async fn cancel(self: &Arc<Self>) {
        let mark = &self.mark;
        let pool = match (&mark.identity, mark.pool.upgrade()) {
            (Some(_), Some(pool)) => pool,
            _ => return tokio::time::sleep(ANSWER).await,
        };
        want(&pool, |queue| queue.overdue.push(self.clone()));
        self.given_up.notified().await;
        want(&pool, |queue| queue.ghosts.push(mark.clone()));
    }

    /// Notes that it is done, and says whether it may have been cancelled. Nobody will cancel it any more.
    pub(super) async fn was_cancelled(&self) -> bool {
        let mut progress = self.progress.lock().await;
        std::mem::replace(&mut *progress, Progress::Done) == Progress::Cancelled
    }

    /// Has the connection closed, if the statement still runs.
    async fn give_up(&self) {
        if *self.progress.lock().await != Progress::Done {
            self.given_up.notify_one();
        }
    }
}

/// What is to be cancelled in a pool.
pub(super) struct Cancelling<D: SqlxDatabase>(Mutex<Queue<D>>);

struct Queue<D: SqlxDatabase> {
    overdue: Vec<Arc<Overdue<D>>>,
    /// Connections that were closed in the middle of a statement.
    ghosts: Vec<Arc<Mark<D>>>,
    /// Whether somebody is at it.
    is_served: bool,
}

impl<D: SqlxDatabase> Default for Cancelling<D> {
    fn default() -> Self {
        Cancelling(Mutex::new(Queue {
            overdue: Vec::new(),
            ghosts: Vec::new(),
            is_served: false,
        }))
    }
}

fn want<D: SqlxDatabase>(pool: &Arc<Shared<D>>, add: impl FnOnce(&mut Queue<D>)) {
    let mut queue = lock(&pool.cancelling.0);
    add(&mut queue);
    if !std::mem::replace(&mut queue.is_served, true) {
        tokio::spawn(serve(pool.clone()));
    }
}

/// Cancels until there is nothing left to cancel, or the pool is closed.
async fn serve<D: SqlxDatabase>(pool: Arc<Shared<D>>) {
    while let Some(slot) = slot(&pool).await {
        let connection = pool.any(slot).await;
        let is_all = match connection {
            Ok(connection) => serve_by(connection, &pool).await,
            Err(_) => false,
        };
        if is_all {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// The right to a connection. Where none comes free, one of those that wait for a statement is closed for it.
async fn slot<D: SqlxDatabase>(pool: &Shared<D>) -> Option<OwnedSemaphorePermit> {
    let mut waiting = std::pin::pin!(pool.slot());
    loop {
        if let Ok(slot) = timeout(PATIENCE, &mut waiting).await {
            return slot.ok();
        }
        let first = {
            let overdue = &mut lock(&pool.cancelling.0).overdue;
            (!overdue.is_empty()).then(|| overdue.remove(0))
        };
        if let Some(overdue) = first {
            overdue.give_up().await;
        }
    }
}

/// Cancels by this connection, and says whether nothing is left.
async fn serve_by<D: SqlxDatabase>(mut connection: PooledConnection<D>, pool: &Shared<D>) -> bool {
    loop {
        let (ghost, overdue) = {
            let mut queue = lock(&pool.cancelling.0);
            let next = (queue.ghosts.pop(), queue.overdue.pop());
            queue.is_served = next.0.is_some() || next.1.is_some();
            next
        };
        if ghost.is_none() && overdue.is_none() {
            return true;
        }
        let mut is_sent = true;
        if let Some(mark) = ghost {
            is_sent &= send(&mut connection, &mark, Stop::Connection).await;
        }
        if let Some(overdue) = overdue {
            is_sent &= cancel(&mut connection, overdue).await;
        }
        if !is_sent {
            connection.discard();
            return false;
        }
    }
}

/// Cancels the statement, if nobody saw its end meanwhile, and says whether the connection that does it still answers.
async fn cancel<D: SqlxDatabase>(
    connection: &mut PooledConnection<D>,
    overdue: Arc<Overdue<D>>,
) -> bool {
    let mut progress = overdue.progress.lock().await;
    if *progress != Progress::Running {
        return true;
    }
    *progress = Progress::Cancelled;
    let is_sent = send(connection, &overdue.mark, Stop::Statement).await;
    drop(progress);
    tokio::spawn(async move {
        tokio::time::sleep(ANSWER).await;
        overdue.give_up().await;
    });
    is_sent
}

async fn send<D: SqlxDatabase>(
    connection: &mut PooledConnection<D>,
    mark: &Mark<D>,
    stop: Stop,
) -> bool {
    let (Some(own), Some(identity)) = (&connection.opened().mark.identity, &mark.identity) else {
        return true;
    };
    let sql = lock(&mark.sql).clone();
    let (Some(sql), true) = (sql, own.server == identity.server) else {
        return true;
    };
    let sending = guarded(D::stop(connection, identity.number, &sql, stop));
    // What has ended cannot be cancelled, which is as good.
    matches!(
        timeout(ANSWER, sending).await,
        Ok(Ok(()) | Err(sqlx::Error::Database(_)))
    )
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
