//! SQLite in the process: its connections, and whose turn it is to write.
//!
//! sqlx runs each connection on a thread of its own, so that a statement costs the way there and back, and so does each
//! row. Here a connection is used by whichever thread runs the operation.

use super::error::{conflict, from_rusqlite};
use super::opener::{Opened, Opener};
use crate::db::{Access, ConnectError};
use crate::options::DbOptions;
use relations_core::{Error, ErrorKind, Result};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore, TryAcquireError};

/// Connections to one database. Clones share them.
#[derive(Clone)]
pub(crate) struct Engine {
    shared: Arc<Shared>,
}

struct Shared {
    opener: Opener,
    /// How many connections there may be.
    most: u32,
    /// So long a caller waits for one.
    patience: Duration,
    /// Those that nobody uses; the one that was used last is on top.
    free: Mutex<Vec<Opened>>,
    /// One permit for each connection there may be.
    seats: Arc<Semaphore>,
    /// A writer takes all permits, and with a database in memory a reader takes one. SQLite has one writer at a time, and
    /// whoever waited inside it would block a thread that the writer may need.
    turns: Arc<Semaphore>,
    closed: AtomicBool,
}

/// A connection, and the right to use it. Once dropped it is there for the next caller, with nothing open in it.
pub(crate) struct Seat {
    opened: Option<Opened>,
    shared: Arc<Shared>,
    // Given back after the connection, in this order.
    _turn: Option<OwnedSemaphorePermit>,
    _seat: OwnedSemaphorePermit,
}

/// Keeps a database in memory alive, which is gone with its last connection.
pub(crate) type Keeper = Arc<Mutex<Opened>>;

impl Engine {
    /// Opens the first connection, so that a file that cannot be opened is told now.
    pub(crate) async fn connect(opener: Opener, limits: DbOptions) -> Result<Engine, ConnectError> {
        let first = open(&opener).await??;
        let most = limits.max_connections;
        Ok(Engine {
            shared: Arc::new(Shared {
                opener,
                most,
                patience: limits.acquire_timeout,
                free: Mutex::new(vec![first]),
                seats: Arc::new(Semaphore::new(most as usize)),
                turns: Arc::new(Semaphore::new(most as usize)),
                closed: AtomicBool::new(false),
            }),
        })
    }

    /// One more connection, which nobody uses.
    pub(crate) async fn keeper(&self) -> Result<Keeper, ConnectError> {
        let opened = open(&self.shared.opener).await??;
        Ok(Arc::new(Mutex::new(opened)))
    }

    /// Whether a write has to be a transaction. In memory SQLite has no write-ahead log: a commit finds readers in its way, those
    /// of a pool of sqlx, and can then be tried again, unlike a statement that gave its rows away already.
    pub(crate) fn writes_in_transactions(&self) -> bool {
        self.shared.opener.is_memory
    }

    /// A connection, once it is the caller's turn.
    pub(crate) async fn lease(&self, access: Access) -> Result<Seat> {
        // What is done in place never waits, so a task that does nothing else would never let go of its thread.
        tokio::task::consume_budget().await;
        let turn = self.turn(access).await?;
        let seat = self.seat().await?;
        let free = self.shared.free().pop();
        let opened = match free {
            Some(opened) => opened,
            None => {
                let opened = open(&self.shared.opener)
                    .await
                    .map_err(super::leased::shut_down)?;
                opened.map_err(from_rusqlite)?
            }
        };
        Ok(Seat {
            opened: Some(opened),
            shared: self.shared.clone(),
            _turn: turn,
            _seat: seat,
        })
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

    async fn seat(&self) -> Result<OwnedSemaphorePermit> {
        let seats = &self.shared.seats;
        if self.shared.closed.load(Ordering::Relaxed) {
            return Err(pool_closed());
        }
        match seats.clone().try_acquire_owned() {
            Ok(seat) => return Ok(seat),
            Err(TryAcquireError::Closed) => return Err(pool_closed()),
            Err(TryAcquireError::NoPermits) => {}
        }
        let seat = tokio::time::timeout(self.shared.patience, seats.clone().acquire_owned()).await;
        let message = "no connection became free in time";
        let seat = seat.map_err(|_| Error::new(ErrorKind::Connection, message))?;
        seat.map_err(closed)
    }

    /// Closes all connections, once they are free.
    pub(crate) async fn close(&self) {
        self.shared.closed.store(true, Ordering::Relaxed);
        // An error says that somebody else closed them.
        if let Ok(_all) = self.shared.seats.acquire_many(self.shared.most).await {
            self.shared.seats.close();
            let free = std::mem::take(&mut *self.shared.free());
            // The last one writes the log back into the file.
            let _ = tokio::task::spawn_blocking(move || drop(free)).await;
        }
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

impl Seat {
    pub(crate) fn connection(&self) -> &rusqlite::Connection {
        &self.opened().connection
    }

    /// Stops what runs on the connection, once it is set.
    pub(crate) fn stop(&self) -> &Arc<AtomicBool> {
        &self.opened().stop
    }

    fn opened(&self) -> &Opened {
        self.opened.as_ref().expect("only a drop takes it")
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let Some(opened) = self.opened.take() else {
            return;
        };
        opened.stop.store(false, Ordering::Relaxed);
        let connection = &opened.connection;
        let is_clean = connection.is_autocommit() || connection.execute_batch("ROLLBACK").is_ok();
        if is_clean {
            self.shared.free().push(opened);
        }
    }
}
