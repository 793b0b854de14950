//! A connection out of a pool, which goes back only in a state that the next caller can use.

use sqlx::pool::PoolConnection;
use sqlx::{Database, Executor, IntoArguments, SqlSafeStr};

/// A leased connection, which is closed and not given back if it is dropped in the middle of something.
///
/// A future dropped while MySQL runs a statement leaves the answer unread, and with it the connection out of step: whoever
/// leased it next would wait for a packet that never comes. A future dropped while a transaction begins leaves it open
/// without sqlx knowing, so that the next caller's rows would be lost.
pub(crate) struct Leased<D: Database> {
    connection: PoolConnection<D>,
    is_busy: bool,
    in_transaction: bool,
}

impl<D: Database> Leased<D> {
    pub(crate) fn new(connection: PoolConnection<D>) -> Self {
        Leased {
            connection,
            is_busy: false,
            in_transaction: false,
        }
    }

    /// The connection, for a statement that ends with [`done`](Leased::done).
    pub(crate) fn start(&mut self) -> &mut D::Connection {
        self.is_busy = true;
        &mut self.connection
    }

    pub(crate) fn done(&mut self) {
        self.is_busy = false;
    }

    /// Keeps the connection from going back to the pool.
    #[cfg(feature = "mysql")]
    pub(crate) fn spoil(&mut self) {
        self.is_busy = true;
    }
}

impl<D: Database> Leased<D>
where
    for<'c> &'c mut D::Connection: Executor<'c, Database = D>,
    D::Arguments: IntoArguments<D>,
{
    pub(crate) async fn begin(&mut self, statement: impl SqlSafeStr) -> Result<(), sqlx::Error> {
        self.in_transaction = true;
        self.run(statement).await
    }

    pub(crate) async fn end(mut self, statement: &'static str) -> Result<(), sqlx::Error> {
        self.run(statement).await?;
        self.in_transaction = false;
        Ok(())
    }

    async fn run(&mut self, statement: impl SqlSafeStr) -> Result<(), sqlx::Error> {
        let result = sqlx::raw_sql(statement).execute(self.start()).await;
        self.done();
        result.map(drop)
    }
}

impl<D: Database> Drop for Leased<D> {
    fn drop(&mut self) {
        if self.is_busy || self.in_transaction {
            self.connection.close_on_drop();
        }
    }
}
