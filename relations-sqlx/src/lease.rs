//! A leased connection, which goes back only in a state that the next caller can use.

use crate::kept::{KeptConnection, Manager};
use deadpool::managed;
use relations_core::Error;
use sqlx::pool::PoolConnection;
use sqlx::{Database, Executor, IntoArguments, SqlSafeStr};
use std::ops::{Deref, DerefMut};

/// Where a leased connection comes from, and goes back to.
pub(crate) enum Source<D: Database>
where
    Manager<D>: managed::Manager,
{
    /// Our own pool; SQLite in the process has another, in `sqlite/engine.rs`.
    #[cfg_attr(not(any(feature = "postgres", feature = "mysql")), allow(dead_code))]
    Kept(KeptConnection<D>),
    /// A pool that the user made.
    Pooled(PoolConnection<D>),
}

/// A leased connection, which is closed and not given back if it is dropped in the middle of something, or broke.
///
/// A future dropped while MySQL runs a statement leaves the answer unread, and with it the connection out of step: whoever
/// leased it next would wait for a packet that never comes. A future dropped while a transaction begins leaves it open
/// without sqlx knowing, so that the next caller's rows would be lost. Nobody asks a connection whether it is alive before it
/// goes back, so one that an error of the connection itself was seen on must not.
pub(crate) struct Leased<D: Database>
where
    Manager<D>: managed::Manager<Type = D::Connection>,
{
    source: Source<D>,
    is_busy: bool,
    is_broken: bool,
    in_transaction: bool,
}

impl<D: Database> Leased<D>
where
    Manager<D>: managed::Manager<Type = D::Connection>,
{
    pub(crate) fn new(source: Source<D>) -> Self {
        Leased {
            source,
            is_busy: false,
            is_broken: false,
            in_transaction: false,
        }
    }

    /// The connection, for a statement that ends with [`done`](Leased::done).
    pub(crate) fn start(&mut self) -> &mut D::Connection {
        self.is_busy = true;
        &mut self.source
    }

    pub(crate) fn done<T>(&mut self, result: Result<T, Error>) -> Result<T, Error> {
        self.is_busy = false;
        self.is_broken |= result.as_ref().is_err_and(Error::is_connection);
        result
    }

    /// Keeps the connection from going back to the pool.
    #[cfg(feature = "mysql")]
    pub(crate) fn spoil(&mut self) {
        self.is_broken = true;
    }
}

impl<D: Database> Leased<D>
where
    Manager<D>: managed::Manager<Type = D::Connection>,
    for<'c> &'c mut D::Connection: Executor<'c, Database = D>,
    D::Arguments: IntoArguments<D>,
{
    pub(crate) async fn begin(&mut self, statement: impl SqlSafeStr) -> Result<(), Error> {
        self.in_transaction = true;
        self.run(statement).await
    }

    pub(crate) async fn end(mut self, statement: &'static str) -> Result<(), Error> {
        self.run(statement).await?;
        self.in_transaction = false;
        Ok(())
    }

    async fn run(&mut self, statement: impl SqlSafeStr) -> Result<(), Error> {
        let result = sqlx::raw_sql(statement).execute(self.start()).await;
        self.done(result.map(drop).map_err(crate::error::from_sqlx))
    }
}

impl<D: Database> Deref for Source<D>
where
    Manager<D>: managed::Manager<Type = D::Connection>,
{
    type Target = D::Connection;

    fn deref(&self) -> &D::Connection {
        match self {
            Source::Kept(connection) => connection,
            Source::Pooled(connection) => connection,
        }
    }
}

impl<D: Database> DerefMut for Source<D>
where
    Manager<D>: managed::Manager<Type = D::Connection>,
{
    fn deref_mut(&mut self) -> &mut D::Connection {
        match self {
            Source::Kept(connection) => connection,
            Source::Pooled(connection) => connection,
        }
    }
}

impl<D: Database> Drop for Leased<D>
where
    Manager<D>: managed::Manager<Type = D::Connection>,
{
    fn drop(&mut self) {
        if self.is_busy || self.is_broken || self.in_transaction {
            match &mut self.source {
                Source::Kept(connection) => connection.discard(),
                Source::Pooled(connection) => connection.close_on_drop(),
            }
        }
    }
}
