//! SQLite in the process: its connections, and whose turn it is to write.
//!
//! sqlx runs each connection on a thread of its own, so that a statement costs the way there and back, and so does each
//! row. Here a connection is used by whichever thread runs the operation.

use super::blocking::shut_down;
use super::clock::Clock;
use super::error::{conflict, from_rusqlite};
use super::open::{Opened, Opener};
use crate::backend::Access;
use crate::connect_error::ConnectError;
use crate::options::DbOptions;
use relations_core::{Error, ErrorKind, Result};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore, TryAcquireError};

/// Connections to one database.
pub(super) struct ConnectionPool {
    shared: Arc<Shared>,
}

struct Shared {
    opener: Opener,
    /// How many connections there may be.
    most: u32,
    /// How long a caller waits for one.
    patience: Duration,
    /// Those that nobody uses; the one that was used last is on top.
    free: Mutex<Vec<Opened>>,
    /// One for each connection there may be.
    permits: Arc<Semaphore>,
    /// A writer takes all permits, and with a database in memory a reader takes one. SQLite has one writer at a time, and
    /// whoever waited inside it would block a thread that the writer may need.
    turns: Arc<Semaphore>,
    closed: AtomicBool,
}

/// A connection, and the right to use it. Once dropped it is there for the next caller, with nothing open in it.
pub(super) struct PooledConnection {
    opened: Option<Opened>,
    is_discarded: bool,
    shared: Arc<Shared>,
    // Given back after the connection, in this order.
    _turn: Option<OwnedSemaphorePermit>,
    _permit: OwnedSemaphorePermit,
}

/// Keeps a database in memory alive, which is gone with its last connection.
pub(super) type Keeper = Arc<Mutex<Opened>>;

impl ConnectionPool {
    /// Opens the first connection, so that a file that cannot be opened is told now.
    pub(super) async fn connect(
        opener: Opener,
        limits: DbOptions,
    ) -> Result<ConnectionPool, ConnectError> {
        let first = open(&opener).await??;
        let most = limits.max_connections;
        Ok(ConnectionPool {
            shared: Arc::new(Shared {
                opener,
                most,
                patience: limits.acquire_timeout,
                free: Mutex::new(vec![first]),
                permits: Arc::new(Semaphore::new(most as usize)),
                turns: Arc::new(Semaphore::new(most as usize)),
                closed: AtomicBool::new(false),
            }),
        })
    }

    /// One more connection, which nobody uses.
    pub(super) async fn keeper(&self) -> Result<Keeper, ConnectError> {
        let opened = open(&self.shared.opener).await??;
        Ok(Arc::new(Mutex::new(opened)))
    }

    /// Whether a write has to be a transaction. In memory SQLite has no write-ahead log: a commit finds readers in its way, those
    /// of a pool of sqlx, and can then be tried again, unlike a statement that gave its rows away already.
    pub(super) fn writes_in_transactions(&self) -> bool {
        self.shared.opener.is_memory
    }

    /// A connection, once it is the caller's turn.
    pub(super) async fn lease(&self, access: Access) -> Result<PooledConnection> {
        // What is done in place never waits, so a task that does nothing else would never let go of its thread.
        tokio::task::consume_budget().await;
        let turn = self.turn(access).await?;
        let permit = self.permit().await?;
        let free = self.shared.free().pop();
        let opened = match free {
            Some(opened) => opened,
            None => self.open().await?,
        };
        Ok(PooledConnection {
            opened: Some(opened),
            is_discarded: false,
            shared: self.shared.clone(),
            _turn: turn,
            _permit: permit,
        })
    }

    async fn open(&self) -> Result<Opened> {
        let opened = open(&self.shared.opener).await.map_err(shut_down)?;
        opened.map_err(from_rusqlite)
    }

    async fn turn(&self, access: Access) -> Result<Option<OwnedSemaphorePermit>> {
        let permits = match access {
            Access::Write => self.shared.most,
            Access::Read if self.shared.opener.is_memory => 1,
            Access::Read => return Ok(None),
        };
        let turns = &self.shared.turns;
        if let Ok(turn) = turns.clone().try_acquire_many_owned(permits) {
            return Ok(Some(turn));
        }
        let turn = turns.clone().acquire_many_owned(permits);
        let turn = tokio::time::timeout(super::PATIENCE, turn).await;
        let turn = turn.map_err(|_| conflict("the database is locked"))?;
        turn.map(Some).map_err(closed)
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit> {
        let permits = &self.shared.permits;
        if self.shared.closed.load(Ordering::Relaxed) {
            return Err(pool_closed());
        }
        match permits.clone().try_acquire_owned() {
            Ok(permit) => return Ok(permit),
            Err(TryAcquireError::Closed) => return Err(pool_closed()),
            Err(TryAcquireError::NoPermits) => {}
        }
        let acquiring = permits.clone().acquire_owned();
        let permit = tokio::time::timeout(self.shared.patience, acquiring).await;
        let message = "no connection became free in time";
        let too_late = || Error::new(ErrorKind::Connection, message).without_effect(true);
        let permit = permit.map_err(|_| too_late())?;
        permit.map_err(closed)
    }

    /// Closes all connections, once they are free.
    pub(super) async fn close(&self) {
        self.shared.closed.store(true, Ordering::Relaxed);
        // An error says that somebody else closed them.
        if let Ok(_all) = self.shared.permits.acquire_many(self.shared.most).await {
            self.shared.permits.close();
            let free = std::mem::take(&mut *self.shared.free());
            // The last one writes the log back into the file.
            let _ = tokio::task::spawn_blocking(move || drop(free)).await;
        }
    }

    /// Waits for none that is in use: each is closed when it comes back.
    pub(super) fn abandon(&self) {
        self.shared.closed.store(true, Ordering::Relaxed);
        self.shared.permits.close();
        drop(std::mem::take(&mut *self.shared.free()));
    }
}

impl Shared {
    fn free(&self) -> std::sync::MutexGuard<'_, Vec<Opened>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens a connection on a thread that may be blocked.
async fn open(opener: &Opener) -> Result<rusqlite::Result<Opened>, tokio::task::JoinError> {
    let opener = opener.clone();
    tokio::task::spawn_blocking(move || opener.open()).await
}

fn closed(_: AcquireError) -> Error {
    pool_closed()
}

fn pool_closed() -> Error {
    Error::new(ErrorKind::Connection, "the pool is closed")
}

impl PooledConnection {
    pub(super) fn connection(&self) -> &rusqlite::Connection {
        &self.opened().connection
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.opened().clock
    }

    /// Stops what runs on the connection, once it is set.
    pub(super) fn stop(&self) -> &Arc<AtomicBool> {
        &self.opened().stop
    }

    /// Has the connection closed instead of given back.
    pub(super) fn discard(&mut self) {
        self.is_discarded = true;
    }

    fn opened(&self) -> &Opened {
        self.opened.as_ref().expect("only a drop takes it")
    }
}

impl Drop for PooledConnection {
    fn drop(&mut self) {
        let Some(opened) = self.opened.take() else {
            return;
        };
        opened.stop.store(false, Ordering::Relaxed);
        opened.clock.stop();
        let connection = &opened.connection;
        let is_clean = connection.is_autocommit() || connection.execute_batch("ROLLBACK").is_ok();
        let is_wanted = !self.is_discarded && !self.shared.permits.is_closed();
        if is_clean && is_wanted {
            self.shared.free().push(opened);
        }
    }
}
