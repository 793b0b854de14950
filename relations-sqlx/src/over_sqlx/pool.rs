//! Connections that stay open between leases: neither taking one nor giving it back costs a round trip.
//!
//! sqlx's own pool asks each connection whether it is alive whenever it comes back, which doubles the time of a short query.
//! Here a connection is asked only after it was idle for a while, or after another broke: what closes one often closes all. One
//! that broke is not given back (see `lease.rs`).

use super::SqlxDatabase;
use super::error::fault;
use crate::fault::Fault;
use crate::options::DbOptions;
use deadpool::managed::{self, Metrics, Object, PoolError, QueueMode, RecycleError, RecycleResult};
use sqlx::{ConnectOptions, Connection, Database};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// A connection that nobody used for so long is asked whether it is still alive.
const IDLE: Duration = Duration::from_secs(10);

/// A connection so old is closed, so that servers and balancers can be changed below a program.
const OLD: Duration = Duration::from_secs(30 * 60);

pub(crate) type Options<D> = <<D as Database>::Connection as Connection>::Options;

/// So long an idle connection may take to say that it is alive.
const ANSWER: Duration = Duration::from_secs(2);

/// The pause before another try to connect, at first; each is longer, up to twenty times as long.
const PAUSE: Duration = Duration::from_millis(5);

/// Opens connections, and looks at those that were idle.
struct Manager<D: Database> {
    options: Options<D>,
    /// So long the opening of one may take.
    connect_timeout: Duration,
    /// See [`SqlxDatabase::greet`].
    limit: Option<Duration>,
    state: Arc<State>,
}

/// An open connection, and what was known of the others when it was last looked at.
struct Opened<D: Database> {
    connection: D::Connection,
    deaths: u64,
    stale: u64,
}

impl<D: SqlxDatabase> managed::Manager for Manager<D> {
    type Type = Opened<D>;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<Opened<D>, sqlx::Error> {
        let (deaths, stale) = self.state.counts();
        // Boxed, since it is rare, and a future of thousands of bytes that each operation would carry.
        let connecting = Box::pin(async {
            let mut connection = self.options.connect().await?;
            D::greet(&mut connection, self.limit).await?;
            Ok::<_, sqlx::Error>(connection)
        });
        let connected = tokio::time::timeout(self.connect_timeout, connecting).await;
        let connection = connected.map_err(|_| no_answer(self.connect_timeout))??;
        self.state.has_connected.store(true, Ordering::Relaxed);
        Ok(Opened {
            connection,
            deaths,
            stale,
        })
    }

    async fn recycle(
        &self,
        opened: &mut Opened<D>,
        metrics: &Metrics,
    ) -> RecycleResult<sqlx::Error> {
        if metrics.age() > OLD {
            return Err(RecycleError::message("the connection is old"));
        }
        if opened.deaths < self.state.silent.load(Ordering::Relaxed) {
            return Err(RecycleError::message("others of its age do not answer"));
        }
        let (deaths, stale) = self.state.counts();
        if metrics.last_used() > IDLE || opened.deaths != deaths {
            let asking = Box::pin(opened.connection.ping());
            let answered = tokio::time::timeout(ANSWER, asking).await;
            answered.map_err(|_| {
                // Those that were idle beside it will not answer either.
                self.state.silent.store(deaths + 1, Ordering::Relaxed);
                self.state.deaths.fetch_max(deaths + 1, Ordering::Relaxed);
                no_answer(ANSWER)
            })??;
            opened.deaths = deaths;
        }
        if opened.stale != stale {
            Box::pin(opened.connection.clear_cached_statements()).await?;
            opened.stale = stale;
        }
        Ok(())
    }
}

fn no_answer(after: Duration) -> sqlx::Error {
    let message = format!("no answer within {after:?}");
    std::io::Error::new(std::io::ErrorKind::TimedOut, message).into()
}

/// A pool of such connections.
pub(crate) struct ConnectionPool<D: SqlxDatabase> {
    pool: managed::Pool<Manager<D>>,
    /// So long a caller waits for a connection.
    patience: Duration,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    closed: AtomicBool,
    /// Whether the database was ever reached.
    has_connected: AtomicBool,
    /// How often a connection was found dead.
    deaths: AtomicU64,
    /// Connections looked at last before so many deaths are not to be asked any more.
    silent: AtomicU64,
    /// How often the server no longer took what it had prepared.
    stale: AtomicU64,
    /// Told when a connection comes back.
    returned: Notify,
}

impl State {
    fn counts(&self) -> (u64, u64) {
        let (deaths, stale) = (&self.deaths, &self.stale);
        (
            deaths.load(Ordering::Relaxed),
            stale.load(Ordering::Relaxed),
        )
    }
}

/// A connection out of the pool. It goes back when dropped, unless it was discarded.
pub(crate) struct PooledConnection<D: SqlxDatabase> {
    object: Option<Object<Manager<D>>>,
    state: Arc<State>,
}

impl<D: SqlxDatabase> ConnectionPool<D> {
    pub(crate) fn new(options: Options<D>, limits: DbOptions) -> Self {
        let state = Arc::<State>::default();
        let manager = Manager {
            options,
            connect_timeout: limits.connect_timeout,
            limit: limits.longest_statement(),
            state: state.clone(),
        };
        let pool = managed::Pool::builder(manager)
            .max_size(limits.max_connections as usize)
            // The one that was used last, whose statements the server has at hand.
            .queue_mode(QueueMode::Lifo)
            .build();
        ConnectionPool {
            pool: pool.expect("without timeouts there is nothing to go wrong"),
            patience: limits.acquire_timeout,
            state,
        }
    }

    pub(crate) async fn lease(&self) -> Result<PooledConnection<D>, sqlx::Error> {
        if self.state.closed.load(Ordering::Relaxed) {
            return Err(sqlx::Error::PoolClosed);
        }
        let until = Instant::now() + self.patience;
        let object = match self.get(until).await {
            // Boxed, since it is rare.
            Err(error) if self.may_pass(&error) => Box::pin(self.wait(error, until)).await?,
            got => got?,
        };
        Ok(PooledConnection {
            object: Some(object),
            state: self.state.clone(),
        })
    }

    async fn get(&self, until: Instant) -> Result<Object<Manager<D>>, sqlx::Error> {
        let leased = tokio::time::timeout_at(until, self.pool.get()).await;
        match leased.map_err(|_| sqlx::Error::PoolTimedOut)? {
            Ok(object) => Ok(object),
            Err(PoolError::Backend(error)) => Err(error),
            Err(_) => Err(sqlx::Error::PoolClosed),
        }
    }

    /// Tries again until the server is back, or has a connection to give.
    async fn wait(
        &self,
        mut error: sqlx::Error,
        until: Instant,
    ) -> Result<Object<Manager<D>>, sqlx::Error> {
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
        let has_connected = self.state.has_connected.load(Ordering::Relaxed);
        let is_of_server = !matches!(error, sqlx::Error::PoolTimedOut);
        let fault = fault::<D>(error);
        has_connected && is_of_server && matches!(fault, Fault::Unavailable | Fault::Lost)
    }

    /// Closes all connections, once they are free.
    pub(crate) async fn close(&self) {
        self.state.closed.store(true, Ordering::Relaxed);
        loop {
            // Asked for first, so that none is missed that comes back meanwhile.
            let returned = self.state.returned.notified();
            for opened in self.pool.retain(|_, _| false).removed {
                // It goes either way; a server that cannot be told finds out.
                let _ = opened.connection.close().await;
            }
            if self.pool.status().size == 0 {
                break;
            }
            returned.await;
        }
        self.pool.close();
    }

    /// Waits for none that is in use: each is closed when it comes back.
    pub(crate) fn abandon(&self) {
        self.state.closed.store(true, Ordering::Relaxed);
        self.pool.close();
    }
}

impl<D: SqlxDatabase> PooledConnection<D> {
    /// Closes the connection instead of giving it back.
    pub(crate) fn discard(&mut self) {
        self.object.take().map(Object::take);
    }

    /// Has those that nobody uses asked whether they are alive before they are used again.
    pub(crate) fn distrust_idle(&self) {
        self.state.deaths.fetch_add(1, Ordering::Relaxed);
    }

    /// Has all connections forget what they prepared before they are used again.
    pub(crate) fn distrust_statements(&self) {
        self.state.stale.fetch_add(1, Ordering::Relaxed);
    }
}

impl<D: SqlxDatabase> Deref for PooledConnection<D> {
    type Target = D::Connection;

    fn deref(&self) -> &D::Connection {
        &self
            .object
            .as_ref()
            .expect("it was not discarded")
            .connection
    }
}

impl<D: SqlxDatabase> DerefMut for PooledConnection<D> {
    fn deref_mut(&mut self) -> &mut D::Connection {
        &mut self
            .object
            .as_mut()
            .expect("it was not discarded")
            .connection
    }
}

impl<D: SqlxDatabase> Drop for PooledConnection<D> {
    fn drop(&mut self) {
        drop(self.object.take());
        self.state.returned.notify_waiters();
    }
}
