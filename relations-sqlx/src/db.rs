//! The handle to a database.

use crate::backend::Backend;
use crate::databases::{self, Pool};
use crate::driver::Operation;
use crate::event::{Context, StatementEvent};
use crate::options::DbOptions;
use crate::schema::DbSchema;
use crate::transaction::{Isolation, TransactionOptions, Tx};
use relations_core::{
    Connection, Dialect, Error, ErrorKind, InclusionResolvers, ModelSet, Pending, Result,
};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A database: a pool of connections to SQLite, PostgreSQL, MariaDB or MySQL, chosen by the URL.
///
/// Cloning it is cheap and shares the pool. Repositories take it by value or by reference.
#[derive(Clone)]
pub struct Db {
    pool: Pool,
    pub(crate) backend: Arc<dyn Backend>,
    pub(crate) context: Context,
    /// So long a transaction may take.
    pub(crate) transaction_timeout: Option<Duration>,
}

impl Db {
    /// Connects to the database of a URL: `sqlite::memory:`, `sqlite:path/to/file.db?mode=rwc`, `postgres://…`,
    /// `mysql://…`, `mariadb://…`. At most ten connections are opened; [`options`](Db::options) can say otherwise.
    ///
    /// `sqlite::memory:` is a new database, one for all connections of this `Db`. SQLite enforces foreign keys, waits up
    /// to five seconds for a lock, and keeps a write-ahead log for files. MySQL is told to refuse a value that does not fit
    /// rather than to cut it.
    ///
    /// Whether a server is spoken to through TLS is said by the URL, such as `?sslmode=verify-full` for PostgreSQL and
    /// `?ssl-mode=VERIFY_IDENTITY` for MySQL, and takes the feature `tls-rustls` or `tls-native`. Where the URL says nothing,
    /// TLS is used if there is such a feature and the server has it, and the certificate is not looked at.
    ///
    /// A future may be dropped wherever it waits. Servers are then told to cancel its statement, a transaction is rolled back, and the
    /// connection goes to the next caller. A statement that is done within 20 ms is not cancelled.
    ///
    /// SQLite runs in the process. What takes few steps, such as a row by its id, runs on the thread that awaits it; the rest
    /// on tokio's threads for blocking work, and is interrupted if its future is dropped. In memory, who writes waits for
    /// readers and they for it; in a file they do not.
    ///
    /// # Errors
    /// `Connection`, with the URL (without its password) and the reason.
    ///
    /// # Examples
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> relations_core::Result<()> {
    /// # use relations_sqlx::Db;
    /// let db = Db::connect("sqlite::memory:").await?;
    /// # Ok(()) }
    /// ```
    pub async fn connect(url: &str) -> Result<Db> {
        Db::options().connect(url).await
    }

    /// Options of the connections, such as how many: `Db::options().max_connections(20).connect(url)`.
    pub fn options() -> DbOptions {
        DbOptions::new()
    }

    pub(crate) async fn connect_with(url: &str, options: DbOptions) -> Result<Db> {
        let connected = databases::connect(url, options).await;
        let connected = connected.map_err(|error| error.of_url(url))?;
        let mut db = Db::new(connected.pool, connected.backend).await?;
        db.transaction_timeout = options.transaction_timeout;
        Ok(db)
    }

    async fn new(pool: Pool, backend: Arc<dyn Backend>) -> Result<Db> {
        let context = Context::new(backend.dialect().await?);
        Ok(Db {
            pool,
            backend,
            context,
            transaction_timeout: None,
        })
    }

    /// Whether the operation runs in a transaction of its own.
    fn is_atomic(&self, operation: &dyn Operation) -> bool {
        let is_write = !operation.is_read_only();
        operation.is_atomic(self.context.dialect)
            || (is_write && self.backend.writes_in_transactions())
    }

    /// A database over a pool that exists: `sqlx::SqlitePool`, `sqlx::PgPool` or `sqlx::MySqlPool`.
    ///
    /// MySQL is asked for its version once. A pool of SQLite keeps its own settings: turn `foreign_keys` on, and see
    /// [`with_decimal_order`](crate::with_decimal_order) for columns of decimals and `SqliteConnectOptions::with_regexp`,
    /// which needs no feature here, for regular expressions.
    ///
    /// # Errors
    /// `Connection` where MySQL cannot be asked.
    pub async fn from_pool(pool: impl Into<Pool>) -> Result<Db> {
        let pool = pool.into();
        let backend = pool.backend();
        Db::new(pool, backend).await
    }

    /// Closes all connections, once they are free. Clones of this `Db` can no longer be used. A file database then has
    /// its write-ahead log written back.
    pub async fn close(&self) {
        self.backend.close().await;
    }

    /// Closes all connections, as [`close`](Db::close) does, and waits no longer than this: not for an operation that goes on, nor for
    /// a server that does not answer. What is still in use is closed when it becomes free.
    ///
    /// # Errors
    /// `Timeout` where a connection was still in use.
    pub async fn close_within(&self, limit: Duration) -> Result<()> {
        let closing = tokio::time::timeout(limit, self.backend.close());
        closing.await.map_err(|_| {
            self.backend.abandon();
            let message = format!("a connection was still in use after {limit:?}");
            Error::new(ErrorKind::Timeout, message)
        })
    }

    /// A pool of sqlx on this database, for your own statements: the one that was given, or one beside the connections that
    /// repositories use, which opens connections as they are asked for.
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    /// The same database, with each statement shown to `observer` once it has run, those of transactions too.
    ///
    /// Statements also go to `tracing`, at the level of debugging, under the target `relations::statement`.
    pub fn observed(&self, observer: impl Fn(&StatementEvent<'_>) + Send + Sync + 'static) -> Db {
        Db {
            pool: self.pool.clone(),
            backend: self.backend.clone(),
            context: self.context.observed(Arc::new(observer)),
            transaction_timeout: self.transaction_timeout,
        }
    }

    /// The same database, on which run-time filters may include what `resolvers` says: such as less for guests than for
    /// staff. Without it, all clones of a `Db` and their transactions share one list.
    pub fn with_inclusion_resolvers(&self, resolvers: InclusionResolvers) -> Db {
        let mut db = self.clone();
        db.context.resolvers = resolvers;
        db
    }

    /// The tables of a model, or of a tuple of models: `db.schema::<(Supplier, Account)>().create().await?`.
    pub fn schema<S: ModelSet>(&self) -> DbSchema<'_, S> {
        DbSchema::new(self)
    }

    /// Runs the closure in a transaction: commits when it gives `Ok`; rolls back when it gives `Err`, panics, or the
    /// future is dropped.
    ///
    /// The handle is a connection like `Db`: `SupplierRepository::new(&tx)`. A repository on the `Db` itself takes no
    /// part in the transaction: what it writes stays after a rollback, and on SQLite it waits for the transaction's lock,
    /// which ends as `Conflict`. A handle kept beyond the closure answers `TransactionClosed`. SQLite takes its lock for writing at the start, so that transactions queue and do not fail.
    ///
    /// # Errors
    /// What the closure gives; and errors of beginning and committing, `Conflict` among them.
    ///
    /// # Examples
    /// ```
    /// # use relations_core::{Error, Result};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<()> {
    /// # let db = relations_sqlx::Db::connect("sqlite::memory:").await?;
    /// let answer = db.transaction(async |tx| {
    ///     // SupplierRepository::new(&tx).create(..).await?;
    ///     # let _ = tx;
    ///     Ok::<_, Error>(42)
    /// }).await?;
    /// # assert_eq!(answer, 42);
    /// # Ok(()) }
    /// ```
    pub async fn transaction<T, E: From<Error>>(
        &self,
        run: impl AsyncFnOnce(Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        TransactionOptions::new(self).transaction(run).await
    }

    /// Options for a transaction: its isolation. SQLite's transactions are serializable whatever is asked for.
    pub fn isolation(&self, isolation: Isolation) -> TransactionOptions<'_> {
        TransactionOptions::new(self).isolation(isolation)
    }

    /// Options for a transaction that only reads, and sees one moment however many statements it takes.
    pub fn snapshot(&self) -> TransactionOptions<'_> {
        TransactionOptions::new(self)
            .isolation(Isolation::RepeatableRead)
            .read_only()
    }

    /// Options for a transaction that is run again, up to so many more times, while a
    /// [retryable](relations_core::Error::is_retryable) error ends it.
    pub fn retry(&self, times: u32) -> crate::Retrying<'_> {
        TransactionOptions::new(self).retry(times)
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Db")
            .field("dialect", &self.context.dialect)
            .finish_non_exhaustive()
    }
}

impl Connection for Db {
    fn dialect(&self) -> Dialect {
        self.context.dialect
    }

    fn inclusion_resolvers(&self) -> &InclusionResolvers {
        &self.context.resolvers
    }

    fn run(&self, operation: Box<dyn Operation>) -> Pending<'_, Box<dyn Operation>> {
        match self.is_atomic(&*operation) {
            true => Box::pin(TransactionOptions::new(self).run(operation)),
            false => self.backend.run(operation, &self.context),
        }
    }
}
