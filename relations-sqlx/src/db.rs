//! The handle to a database.

use crate::backend::Backend;
use crate::databases::{self, Pool};
use crate::driver::Operation;
use crate::event::{Context, StatementEvent};
use crate::options::DbOptions;
use crate::schema::DbSchema;
use crate::session::in_time;
use crate::transaction::{Isolation, TransactionOptions, Tx};
use relations_core::{
    Connection, Dialect, Error, ErrorKind, InclusionResolvers, IntoSql, ModelSet, Pending, Result,
    SqlQuery,
};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A database: a pool of connections to SQLite, PostgreSQL, MariaDB or MySQL, chosen by the URL.
///
/// Cloning it is cheap and shares the pool. Repositories take it by value or by reference.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// let db = Db::connect("sqlite::memory:").await?; // or a file, `postgres://..`, `mysql://..`
/// db.schema::<(Customer, Order)>().create().await?;
/// let customers = CustomerRepository::new(&db);
/// customers.create(Customer::draft().name("Thor")).await?;
///
/// // A clone is another handle on the same connections: what lives longer than a borrow, such as a task, takes one.
/// let count = tokio::spawn({
///     let db = db.clone();
///     async move { CustomerRepository::new(&db).find().count().await }
/// });
/// assert_eq!(count.await.unwrap()?, 1);
/// # Ok(()) });
/// ```
#[derive(Clone)]
pub struct Db {
    pool: Pool,
    pub(crate) backend: Arc<dyn Backend>,
    pub(crate) context: Context,
    /// How long a transaction may take.
    pub(crate) transaction_timeout: Option<Duration>,
}

impl Db {
    /// Connects to the database of a URL: `sqlite::memory:`, `sqlite:path/to/file.db?mode=rwc`, `postgres://…`,
    /// `mysql://…`, `mariadb://…`. At most ten connections are opened, unless [`options`](Db::options) say otherwise.
    ///
    /// `sqlite::memory:` is a new database, one for all connections of this `Db`. SQLite enforces foreign keys, waits
    /// up to five seconds for a lock, and keeps a write-ahead log for files. MySQL refuses a value that does not fit,
    /// instead of truncating it.
    ///
    /// The URL says whether to use TLS, such as `?sslmode=verify-full` for PostgreSQL and `?ssl-mode=VERIFY_IDENTITY`
    /// for MySQL; it needs the feature `tls-rustls` or `tls-native`. If the URL says nothing, TLS is used if one of
    /// these features is on and the server supports it, and the certificate is not verified.
    ///
    /// A future may be dropped wherever it waits. Servers are then told to cancel its statement, a transaction is rolled back, and the
    /// connection goes to the next caller. A statement that is done within 20 ms is not cancelled.
    ///
    /// SQLite runs in the process. Short operations, such as finding a row by its id, run on the thread that awaits
    /// them. Others run on tokio's threads for blocking work, and are interrupted if their future is dropped. In
    /// memory, writers and readers wait for each other; in a file they do not.
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

    // The body of an async function is compiled where it is awaited, which is in the user's crate, and again in each. So what
    // the functions of this crate do stands in boxed futures, which are compiled here.
    pub(crate) fn connect_with(url: &str, options: DbOptions) -> Pending<'_, Db> {
        Box::pin(async move {
            let connected = databases::connect(url, options).await;
            let connected = connected.map_err(|error| error.of_url(url))?;
            // MySQL is asked for its version on a connection that may have broken meanwhile.
            let asking = Db::new(connected.pool, connected.backend);
            let mut db = in_time(options.connect_timeout, asking).await??;
            db.transaction_timeout = options.transaction_timeout;
            db.context.limits.filter = options.filter_timeout;
            Ok(db)
        })
    }

    fn new(pool: Pool, backend: Arc<dyn Backend>) -> Pending<'static, Db> {
        Box::pin(async move {
            let context = Context::new(backend.dialect().await?, &backend);
            Ok(Db {
                pool,
                backend,
                context,
                transaction_timeout: None,
            })
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
    /// MySQL is asked for its version, once. A pool of SQLite keeps its own settings: turn `foreign_keys` on, and see
    /// [`with_decimal_order`](crate::with_decimal_order) for columns of decimals and
    /// `SqliteConnectOptions::with_regexp`, which needs no feature here, for regular expressions.
    ///
    /// # Errors
    /// `Connection` where MySQL cannot be asked.
    pub async fn from_pool(pool: impl Into<Pool>) -> Result<Db> {
        let pool = pool.into();
        let backend = pool.backend();
        Db::new(pool, backend).await
    }

    /// Closes all connections, once they are free. Clones of this `Db` can no longer be used. The write-ahead log of a
    /// SQLite file is then written back.
    pub async fn close(&self) {
        self.backend.close().await;
    }

    /// Closes all connections, as [`close`](Db::close) does, but waits no longer than this, neither for an operation
    /// that still runs nor for a server that does not answer. A connection that is still in use is closed when it
    /// becomes free.
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

    /// The same database, on which run-time filters may include what `resolvers` allows, such as less for guests than
    /// for staff. All clones of a `Db` and their transactions share one list otherwise.
    pub fn with_inclusion_resolvers(&self, resolvers: InclusionResolvers) -> Db {
        let mut db = self.clone();
        db.context.resolvers = resolvers;
        db
    }

    /// The same database with a limit of time for each call of a repository, which includes its wait for a connection and
    /// all of its statements. A call over the limit is cancelled where it runs, and ends with a `Timeout` error. Outside of a
    /// transaction [`outcome_is_unknown`](relations_core::Error::outcome_is_unknown) says whether a write may have
    /// happened; inside one, nothing of the transaction is kept, and it takes no further call.
    ///
    /// It costs no round trip, so each request may have a limit of its own. The limit of
    /// [`statement_timeout`](crate::DbOptions::statement_timeout) applies to all statements, and the server itself keeps it.
    ///
    /// # Examples
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> relations_core::Result<()> {
    /// # use relations_sqlx::Db;
    /// # use std::time::Duration;
    /// let db = Db::connect("sqlite::memory:").await?;
    /// let soon = db.with_timeout(Duration::from_millis(200));
    /// // SupplierRepository::new(&soon).find().all().await?
    /// assert_eq!(soon.call_timeout(), Some(Duration::from_millis(200)));
    /// # Ok(()) }
    /// ```
    pub fn with_timeout(&self, limit: Duration) -> Db {
        let mut db = self.clone();
        db.context.limits.call = Some(limit);
        db
    }

    /// The limit of time of each call, where [`with_timeout`](Db::with_timeout) has set one.
    pub fn call_timeout(&self) -> Option<Duration> {
        self.context.limits.call
    }

    /// The tables of a model, or of a tuple of models: `db.schema::<(Supplier, Account)>().create().await?`.
    pub fn schema<S: ModelSet>(&self) -> DbSchema<'_, S> {
        DbSchema::new(self)
    }

    /// A statement in your own words: `db.sql("SELECT …").bind(7).all::<Supplier>().await?`; see [`SqlQuery`].
    ///
    /// The text goes to the database as it is, with its own placeholders: `$1` on PostgreSQL, `?` elsewhere.
    ///
    /// # Examples
    /// ```
    /// # use relations_core::Result;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<()> {
    /// # let db = relations_sqlx::Db::connect("sqlite::memory:").await?;
    /// let sum: i64 = db.sql("SELECT ? + ?").bind(40).bind(2).value().await?;
    /// assert_eq!(sum, 42);
    /// # Ok(()) }
    /// ```
    pub fn sql(&self, sql: impl IntoSql) -> SqlQuery<'_> {
        SqlQuery::new(self, sql)
    }

    /// Runs the closure in a transaction: commits when it gives `Ok`; rolls back when it gives `Err`, panics, or the
    /// future is dropped.
    ///
    /// The handle is a connection like `Db`: `SupplierRepository::new(&tx)`. A repository on the `Db` itself is not
    /// part of the transaction: what it writes stays after a rollback, and on SQLite it waits for the transaction's
    /// lock, which ends as `Conflict`. A handle kept beyond the closure answers `TransactionClosed`. SQLite takes its
    /// lock for writing at the start, so that transactions queue and do not fail.
    ///
    /// # Errors
    /// What the closure gives; and errors of beginning and committing, `Conflict` among them.
    ///
    /// # Examples
    /// ```
    /// # use relations_core::Result;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<()> {
    /// # let db = relations_sqlx::Db::connect("sqlite::memory:").await?;
    /// let answer = db.transaction(async |tx| {
    ///     // SupplierRepository::new(&tx).create(..).await?;
    ///     # let _ = tx;
    ///     Ok(42)
    /// }).await?;
    /// # assert_eq!(answer, 42);
    /// # Ok(()) }
    /// ```
    pub async fn transaction<T>(&self, run: impl AsyncFnOnce(Tx) -> Result<T>) -> Result<T> {
        self.try_transaction(run).await
    }

    /// The same for a closure with an error type of its own, into which [`Error`] can be made: that of the program, or
    /// `Box<dyn std::error::Error>`.
    ///
    /// # Errors
    /// Those of [`transaction`](Db::transaction).
    ///
    /// # Examples
    /// ```
    /// # use relations_core::Result;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<()> {
    /// # let db = relations_sqlx::Db::connect("sqlite::memory:").await?;
    /// let booked: Result<(), Box<dyn std::error::Error>> = db
    ///     .try_transaction(async |tx| {
    ///         // SupplierRepository::new(&tx).create(..).await?;
    ///         # let _ = tx;
    ///         let seats: u32 = "none".parse()?; // rolls back
    ///         # let _ = seats;
    ///         Ok(())
    ///     })
    ///     .await;
    /// assert_eq!(booked.unwrap_err().to_string(), "invalid digit found in string");
    /// # Ok(()) }
    /// ```
    pub async fn try_transaction<T, E: From<Error>>(
        &self,
        run: impl AsyncFnOnce(Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        TransactionOptions::new(self).try_transaction(run).await
    }

    /// Options for a transaction: its isolation. SQLite's transactions are always serializable.
    pub fn isolation(&self, isolation: Isolation) -> TransactionOptions<'_> {
        TransactionOptions::new(self).isolation(isolation)
    }

    /// Options for a transaction that only reads: all of its statements see the same moment.
    pub fn snapshot(&self) -> TransactionOptions<'_> {
        TransactionOptions::new(self)
            .isolation(Isolation::RepeatableRead)
            .read_only()
    }

    /// Options for a transaction that is run again, up to `times` more times, as long as it ends with a
    /// [retryable](relations_core::Error::is_retryable) error.
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
        let limit = self.context.limits.of(&*operation);
        let is_read_only = operation.is_read_only();
        let running = match self.is_atomic(&*operation) {
            true => Box::pin(TransactionOptions::new(self).run(operation)),
            false => self.backend.run(operation, &self.context),
        };
        match limit {
            None => running,
            Some(limit) => Box::pin(async move {
                let error = match in_time(limit, running).await {
                    Ok(result) => return result,
                    Err(error) => error,
                };
                Err(match is_read_only {
                    true => error,
                    false => error.with_unknown_outcome(),
                })
            }),
        }
    }
}
