//! Where connections in the process are leased, and the pool of sqlx beside them.

use super::lease::InProcessLease;
use super::open::Opener;
use super::options;
use super::pool::ConnectionPool;
use crate::backend::{Access, Source};
use crate::connect_error::ConnectError;
use crate::databases::Connected;
use crate::options::DbOptions;
use relations_core::{Dialect, Result};
use sqlx::SqlitePool;
use sqlx::sqlite::SqlitePoolOptions;
use std::sync::Arc;

/// SQLite in the process.
struct InProcess {
    connections: ConnectionPool,
    /// For the user's own statements. It opens no connection before it is asked for one.
    beside: SqlitePool,
}

pub(super) async fn connect(
    url: &str,
    limits: DbOptions,
) -> Result<Connected<SqlitePool>, ConnectError> {
    let options = options::options(url)?;
    let connections = ConnectionPool::connect(
        Opener::new(url, &options, limits.longest_statement()),
        limits,
    )
    .await?;
    let mut pool = SqlitePoolOptions::new()
        .max_connections(limits.max_connections)
        .acquire_timeout(limits.acquire_timeout);
    if options::is_memory(url) {
        pool = keeping_alive(pool, &connections).await?;
    }
    let beside = pool.connect_lazy_with(options);
    Ok(Connected {
        pool: beside.clone(),
        backend: Arc::new(InProcess {
            connections,
            beside,
        }),
    })
}

/// The pool may outlive everything else of the `Db`, and then still has the same database.
async fn keeping_alive(
    pool: SqlitePoolOptions,
    connections: &ConnectionPool,
) -> Result<SqlitePoolOptions, ConnectError> {
    let keeper = connections.keeper().await?;
    Ok(pool.after_connect(move |_, _| {
        let keeper = keeper.clone();
        Box::pin(async move {
            drop(keeper);
            Ok(())
        })
    }))
}

impl Source for InProcess {
    type Lease = InProcessLease;

    async fn dialect(&self) -> Result<Dialect> {
        Ok(Dialect::Sqlite)
    }

    async fn lease(&self, access: Access) -> Result<InProcessLease> {
        let connection = self.connections.lease(access).await?;
        Ok(InProcessLease::new(connection))
    }

    fn writes_in_transactions(&self) -> bool {
        self.connections.writes_in_transactions()
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
