//! Connections that stay open between leases: neither taking one nor giving it back costs a round trip.
//!
//! sqlx's own pool asks each connection whether it is alive whenever it comes back, which doubles the time of a short query.
//! Here a connection is asked only after it was idle for a while, or after another broke: what closes one often closes all. One
//! that broke is not given back (see `held.rs`).
//!
//! What a connection takes, it takes without its caller: one that gives up leaves the opening to end, and the connection for the
//! next. A slot of the pool is taken for as long as the server may still count a connection.

use super::SqlxDatabase;
use super::canceller::Cancelling;
use super::error::fault;
use super::opener::{Health, Opened, Opener};
use crate::fault::Fault;
use crate::options::DbOptions;
use sqlx::{Connection, Database};
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError, oneshot};
use tokio::time::Instant;

pub(crate) type Options<D> = <<D as Database>::Connection as Connection>::Options;

/// The pause before another try to connect, at first; each is longer, up to twenty times as long.
const PAUSE: Duration = Duration::from_millis(5);

/// How long after a connection was closed in the middle of a statement its place is kept, since the server may still count it. MariaDB
/// looks each second whether the client of a waiting statement is still there. PostgreSQL looks only where its
/// `client_connection_check_interval` says so, and may count the connection for longer.
const NOTICED: Duration = Duration::from_millis(1200);

/// A pool of such connections.
pub(crate) struct ConnectionPool<D: SqlxDatabase>(Arc<Shared<D>>);

/// What the pool and its connections share.
pub(super) struct Shared<D: SqlxDatabase> {
    opener: Opener<D>,
    /// How many connections there may be.
    most: u32,
    /// How long a caller waits for one.
    patience: Duration,
    /// Those that nobody uses; on top the one that was used last, whose statements the server has at hand.
    idle: Mutex<Vec<Opened<D>>>,
    /// One for each connection there may be. Whoever uses, opens or closes one has a slot.
    slots: Arc<Semaphore>,
    closed: AtomicBool,
    pub(super) cancelling: Cancelling<D>,
}

/// A connection out of the pool. It goes back when dropped, unless it was discarded.
pub(crate) struct PooledConnection<D: SqlxDatabase> {
    opened: Option<Opened<D>>,
    slot: Option<OwnedSemaphorePermit>,
    shared: Arc<Shared<D>>,
}

impl<D: SqlxDatabase> ConnectionPool<D> {
    pub(crate) fn new(options: Options<D>, limits: DbOptions) -> Self {
        let opener = Opener {
            options,
            connect_timeout: limits.connect_timeout,
            limit: limits.longest_statement(),
            health: Health::default(),
        };
        ConnectionPool(Arc::new(Shared {
            opener,
            most: limits.max_connections,
            patience: limits.acquire_timeout,
            idle: Mutex::default(),
            slots: Arc::new(Semaphore::new(limits.max_connections as usize)),
            closed: AtomicBool::new(false),
            cancelling: Cancelling::default(),
        }))
    }

    pub(crate) async fn lease(&self) -> Result<PooledConnection<D>, sqlx::Error> {
        let until = Instant::now() + self.0.patience;
        match self.0.get(until).await {
            // Boxed, since it is rare.
            Err(error) if self.0.may_pass(&error) => Box::pin(self.0.wait(error, until)).await,
            got => got,
        }
    }

    /// Closes all connections, once they are free.
    pub(crate) async fn close(&self) {
        let shared = &self.0;
        shared.closed.store(true, Ordering::Relaxed);
        shared.close_idle().await;
        // An error says that somebody else closed them.
        if let Ok(_all) = shared.slots.acquire_many(shared.most).await {
            shared.close_idle().await;
            shared.slots.close();
        }
    }

    /// Waits for none that is in use: each is closed when it comes back.
    pub(crate) fn abandon(&self) {
        self.0.closed.store(true, Ordering::Relaxed);
        self.0.slots.close();
        drop(std::mem::take(&mut *self.0.idle()));
    }
}

impl<D: SqlxDatabase> Shared<D> {
    fn idle(&self) -> MutexGuard<'_, Vec<Opened<D>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn get(self: &Arc<Self>, until: Instant) -> Result<PooledConnection<D>, sqlx::Error> {
        let slot = match self.try_slot()? {
            Some(slot) => slot,
            None => {
                let waiting = tokio::time::timeout_at(until, self.slot()).await;
                waiting.map_err(|_| sqlx::Error::PoolTimedOut)??
            }
        };
        let idle = self.idle().pop();
        match idle {
            Some(opened) if self.opener.is_fresh(&opened) => Ok(self.leased(opened, slot)),
            // Boxed, since it is rare, and a future of thousands of bytes that each operation would carry.
            idle => {
                let preparing = Box::pin(self.prepare(idle, slot));
                let prepared = tokio::time::timeout_at(until, preparing).await;
                prepared.map_err(|_| sqlx::Error::PoolTimedOut)?
            }
        }
    }

    fn try_slot(&self) -> Result<Option<OwnedSemaphorePermit>, sqlx::Error> {
        if self.closed.load(Ordering::Relaxed) {
            return Err(sqlx::Error::PoolClosed);
        }
        match self.slots.clone().try_acquire_owned() {
            Ok(slot) => Ok(Some(slot)),
            Err(TryAcquireError::NoPermits) => Ok(None),
            Err(TryAcquireError::Closed) => Err(sqlx::Error::PoolClosed),
        }
    }

    /// The right to a connection, once one is free.
    pub(super) async fn slot(&self) -> Result<OwnedSemaphorePermit, sqlx::Error> {
        let slot = self.slots.clone().acquire_owned().await;
        match slot {
            Ok(slot) if !self.closed.load(Ordering::Relaxed) => Ok(slot),
            _ => Err(sqlx::Error::PoolClosed),
        }
    }

    /// A connection that can be used, opened where there is none. It goes on when its caller gives up: who waits for less than
    /// it takes to connect would never have a connection otherwise.
    pub(super) async fn prepare(
        self: &Arc<Self>,
        idle: Option<Opened<D>>,
        slot: OwnedSemaphorePermit,
    ) -> Result<PooledConnection<D>, sqlx::Error> {
        let (give, take) = oneshot::channel();
        let shared = self.clone();
        tokio::spawn(async move {
            let prepared = shared.fit(idle).await;
            // Where nobody waits for it any more, it goes back to the pool.
            let _ = give.send(prepared.map(|opened| shared.leased(opened, slot)));
        });
        // Nothing comes from a task that panicked.
        take.await.map_err(|_| sqlx::Error::WorkerCrashed)?
    }

    /// One of those that were idle, if it is still fit, or a new one.
    async fn fit(self: &Arc<Self>, mut idle: Option<Opened<D>>) -> Result<Opened<D>, sqlx::Error> {
        while let Some(mut opened) = idle {
            if self.opener.look(&mut opened).await.is_ok() {
                return Ok(opened);
            }
            drop(opened);
            idle = self.idle().pop();
        }
        self.opener.open(Arc::downgrade(self)).await
    }

    /// One of those that are idle, or a new one.
    pub(super) async fn any(
        self: &Arc<Self>,
        slot: OwnedSemaphorePermit,
    ) -> Result<PooledConnection<D>, sqlx::Error> {
        let idle = self.idle().pop();
        self.prepare(idle, slot).await
    }

    fn leased(
        self: &Arc<Self>,
        opened: Opened<D>,
        slot: OwnedSemaphorePermit,
    ) -> PooledConnection<D> {
        PooledConnection {
            opened: Some(opened),
            slot: Some(slot),
            shared: self.clone(),
        }
    }

    /// Tries again until the server is back, or has a connection to give.
    async fn wait(
        self: &Arc<Self>,
        mut error: sqlx::Error,
        until: Instant,
    ) -> Result<PooledConnection<D>, sqlx::Error> {
        let mut pause = PAUSE;
        loop {
            if Instant::now() + pause >= until {
                return Err(error);
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(20 * PAUSE);
            match self.get(until).await {
                // What was seen before says more.
                Err(sqlx::Error::PoolTimedOut) => return Err(error),
                Err(next) if self.may_pass(&next) => error = next,
                got => return got,
            }
        }
    }

    /// Whether the database, which was reached before, may be reached again: it restarts, or has too many connections.
    fn may_pass(&self, error: &sqlx::Error) -> bool {
        let has_connected = self.opener.health.has_connected.load(Ordering::Relaxed);
        let is_of_server = !matches!(error, sqlx::Error::PoolTimedOut);
        let fault = fault::<D>(error);
        has_connected && is_of_server && matches!(fault, Fault::Unavailable | Fault::Lost)
    }

    async fn close_idle(&self) {
        loop {
            let idle = self.idle().pop();
            let Some(opened) = idle else { break };
            // It goes either way; a server that cannot be told finds out.
            let _ = opened.connection.close().await;
        }
    }
}

impl<D: SqlxDatabase> PooledConnection<D> {
    /// Closes the connection instead of giving it back.
    pub(crate) fn discard(&mut self) {
        self.opened = None;
    }

    /// Closes the connection in the middle of a statement, which the server only notices later.
    pub(super) fn discard_busy(&mut self) {
        let slot = self.slot.take();
        self.opened = None;
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                tokio::time::sleep(NOTICED).await;
                drop(slot);
            });
        }
    }

    /// Has those that nobody uses asked whether they are alive before they are used again.
    pub(crate) fn distrust_idle(&self) {
        let deaths = &self.shared.opener.health.deaths;
        deaths.fetch_add(1, Ordering::Relaxed);
    }

    /// Has all connections forget what they prepared before they are used again.
    pub(crate) fn distrust_statements(&self) {
        let stale = &self.shared.opener.health.stale;
        stale.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn opened(&self) -> &Opened<D> {
        self.opened.as_ref().expect("it was not discarded")
    }
}

impl<D: SqlxDatabase> Deref for PooledConnection<D> {
    type Target = D::Connection;

    fn deref(&self) -> &D::Connection {
        &self.opened().connection
    }
}

impl<D: SqlxDatabase> DerefMut for PooledConnection<D> {
    fn deref_mut(&mut self) -> &mut D::Connection {
        let opened = self.opened.as_mut();
        &mut opened.expect("it was not discarded").connection
    }
}

impl<D: SqlxDatabase> Drop for PooledConnection<D> {
    fn drop(&mut self) {
        let Some(mut opened) = self.opened.take() else {
            return;
        };
        if self.shared.slots.is_closed() {
            return;
        }
        opened.mark.clear();
        opened.used = Instant::now();
        // Before the slot, so that whoever has that finds it.
        self.shared.idle().push(opened);
        drop(self.slot.take());
    }
}
