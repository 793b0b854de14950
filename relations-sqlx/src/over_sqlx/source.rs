//! The two places where connections through sqlx come from: a pool of our own, and one that the user made.

use super::error::not_leased;
use super::guarded::guarded;
use super::held::Origin;
use super::lease::SqlxLease;
use super::pool::{ConnectionPool, Options};
use super::{SqlxDatabase, tls};
use crate::backend::{Access, Source};
use crate::connect_error::ConnectError;
use crate::databases::Connected;
use crate::options::DbOptions;
use relations_core::{Dialect, Result};
use sqlx::pool::PoolOptions;
use std::sync::Arc;
use std::time::Duration;

/// A pool that the user made.
pub(crate) struct UsersPool<D: SqlxDatabase>(pub(crate) sqlx::Pool<D>);

/// Connections that operations lease, and beside them a pool of sqlx for the user's own statements.
struct OwnConnections<D: SqlxDatabase> {
    connections: ConnectionPool<D>,
    /// How long a statement may take.
    limit: Option<Duration>,
    beside: sqlx::Pool<D>,
}

/// Opens the first connection. The pool beside it opens none before it is asked for one.
pub(crate) async fn connect<D: SqlxDatabase>(
    connect_options: Options<D>,
    limits: DbOptions,
    pool_options: PoolOptions<D>,
) -> Result<Connected<sqlx::Pool<D>>, ConnectError> {
    let connections = ConnectionPool::new(connect_options.clone(), limits);
    // So that a database that does not answer is told now.
    drop(connections.lease().await.map_err(not_connected)?);
    let beside = pool_options
        .max_connections(limits.max_connections)
        .acquire_timeout(limits.acquire_timeout)
        .connect_lazy_with(connect_options);
    Ok(Connected {
        pool: beside.clone(),
        backend: Arc::new(OwnConnections {
            connections,
            limit: limits.longest_statement(),
            beside,
        }),
    })
}

fn not_connected(error: sqlx::Error) -> ConnectError {
    let help = tls::help(&error);
    ConnectError::from(error).with_help(help)
}

impl<D: SqlxDatabase> Source for OwnConnections<D> {
    type Lease = SqlxLease<D>;

    fn dialect(&self) -> impl Future<Output = Result<Dialect>> + Send {
        D::dialect(self.lease(Access::Read))
    }

    async fn lease(&self, _: Access) -> Result<SqlxLease<D>> {
        let connection = self.connections.lease().await.map_err(not_leased::<D>)?;
        Ok(SqlxLease::new(Origin::Own(connection), self.limit))
    }

    async fn close(&self) {
        self.connections.close().await;
        self.beside.close().await;
    }

    fn abandon(&self) {
        self.connections.abandon();
        // It is closed as soon as it is asked to; only the wait is left out.
        drop(self.beside.close());
    }
}

impl<D: SqlxDatabase> Source for UsersPool<D> {
    type Lease = SqlxLease<D>;

    fn dialect(&self) -> impl Future<Output = Result<Dialect>> + Send {
        D::dialect(self.lease(Access::Read))
    }

    async fn lease(&self, _: Access) -> Result<SqlxLease<D>> {
        // Boxed, since the way to a new connection makes a future of thousands of bytes, which each operation would carry.
        let acquiring = Box::pin(guarded(self.0.acquire()));
        let connection = acquiring.await.map_err(not_leased::<D>)?;
        Ok(SqlxLease::new(Origin::Users(connection), None))
    }

    async fn close(&self) {
        self.0.close().await;
    }

    fn abandon(&self) {
        drop(self.0.close());
    }
}
