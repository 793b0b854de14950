//! Connections that stay open between leases: neither taking one nor giving it back costs a round trip.
//!
//! sqlx's own pool asks each connection whether it is alive whenever it comes back, which doubles the time of a short query.
//! Here a connection is asked only after it was idle for a while; one that broke is not given back (see `lease.rs`).

use super::SqlxDatabase;
use crate::options::DbOptions;
use deadpool::managed::{self, Metrics, Object, PoolError, QueueMode, RecycleError, RecycleResult};
use sqlx::{ConnectOptions, Connection, Database};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

/// A connection that nobody used for so long is asked whether it is still alive.
const IDLE: Duration = Duration::from_secs(10);

/// A connection so old is closed, so that servers and balancers can be changed below a program.
const OLD: Duration = Duration::from_secs(30 * 60);

pub(crate) type Options<D> = <<D as Database>::Connection as Connection>::Options;

/// Opens connections, and looks at those that were idle.
struct Manager<D: Database> {
    options: Options<D>,
}

impl<D: SqlxDatabase> managed::Manager for Manager<D> {
    type Type = D::Connection;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<D::Connection, sqlx::Error> {
        // Boxed, since it is rare, and a future of thousands of bytes that each operation would carry.
        let connecting = Box::pin(async {
            let mut connection = self.options.connect().await?;
            D::greet(&mut connection).await?;
            Ok(connection)
        });
        connecting.await
    }

    async fn recycle(
        &self,
        connection: &mut D::Connection,
        metrics: &Metrics,
    ) -> RecycleResult<sqlx::Error> {
        if metrics.age() > OLD {
            return Err(RecycleError::message("the connection is old"));
        }
        if metrics.last_used() > IDLE {
            Box::pin(connection.ping()).await?;
        }
        Ok(())
    }
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
    /// Told when a connection comes back.
    returned: Notify,
}

/// A connection out of the pool. It goes back when dropped, unless it was discarded.
pub(crate) struct PooledConnection<D: SqlxDatabase> {
    object: Option<Object<Manager<D>>>,
    state: Arc<State>,
}

impl<D: SqlxDatabase> ConnectionPool<D> {
    pub(crate) fn new(options: Options<D>, limits: DbOptions) -> Self {
        let pool = managed::Pool::builder(Manager { options })
            .max_size(limits.max_connections as usize)
            // The one that was used last, whose statements the server has at hand.
            .queue_mode(QueueMode::Lifo)
            .build();
        ConnectionPool {
            pool: pool.expect("without timeouts there is nothing to go wrong"),
            patience: limits.acquire_timeout,
            state: Arc::default(),
        }
    }

    pub(crate) async fn lease(&self) -> Result<PooledConnection<D>, sqlx::Error> {
        if self.state.closed.load(Ordering::Relaxed) {
            return Err(sqlx::Error::PoolClosed);
        }
        let leased = tokio::time::timeout(self.patience, self.pool.get()).await;
        let object = match leased.map_err(|_| sqlx::Error::PoolTimedOut)? {
            Ok(object) => object,
            Err(PoolError::Backend(error)) => return Err(error),
            Err(_) => return Err(sqlx::Error::PoolClosed),
        };
        Ok(PooledConnection {
            object: Some(object),
            state: self.state.clone(),
        })
    }

    /// Closes all connections, once they are free.
    pub(crate) async fn close(&self) {
        self.state.closed.store(true, Ordering::Relaxed);
        loop {
            // Asked for first, so that none is missed that comes back meanwhile.
            let returned = self.state.returned.notified();
            for connection in self.pool.retain(|_, _| false).removed {
                // It goes either way; a server that cannot be told finds out.
                let _ = connection.close().await;
            }
            if self.pool.status().size == 0 {
                break;
            }
            returned.await;
        }
        self.pool.close();
    }
}

impl<D: SqlxDatabase> PooledConnection<D> {
    /// Closes the connection instead of giving it back.
    pub(crate) fn discard(&mut self) {
        self.object.take().map(Object::take);
    }
}

impl<D: SqlxDatabase> Deref for PooledConnection<D> {
    type Target = D::Connection;

    fn deref(&self) -> &D::Connection {
        self.object.as_ref().expect("it was not discarded")
    }
}

impl<D: SqlxDatabase> DerefMut for PooledConnection<D> {
    fn deref_mut(&mut self) -> &mut D::Connection {
        self.object.as_mut().expect("it was not discarded")
    }
}

impl<D: SqlxDatabase> Drop for PooledConnection<D> {
    fn drop(&mut self) {
        drop(self.object.take());
        self.state.returned.notify_waiters();
    }
}
