//! The handle to a database.

use crate::error::from_sqlx;
use crate::event::{Context, StatementEvent};
#[cfg(any(feature = "postgres", feature = "mysql"))]
use crate::kept::Kept;
use crate::lease::{Leased, Source};
use crate::options::DbOptions;
use crate::schema::DbSchema;
use crate::session::{self, Connection as Borrowed};
#[cfg(feature = "sqlite")]
use crate::sqlite::{engine::Engine, opener::Opener};
use crate::transaction::{Isolation, TransactionOptions, Tx};
use relations_core::connection::Operation;
use relations_core::{
    Connection, Dialect, Error, ErrorKind, InclusionResolvers, ModelSet, Pending, Result,
};
use std::fmt;
use std::sync::Arc;

/// A database: a pool of connections to SQLite, PostgreSQL, MariaDB or MySQL, chosen by the URL.
///
/// Cloning it is cheap and shares the pool. Repositories take it by value or by reference.
#[derive(Clone)]
pub struct Db {
    pub(crate) pool: Pool,
    /// `None` where the pool is the user's own.
    kept: Option<KeptPool>,
    pub(crate) context: Context,
}

/// A pool of sqlx, for [`Db::from_pool`].
#[derive(Debug, Clone)]
#[non_exhaustive]
#[allow(missing_docs)] // Each is named after its database.
pub enum Pool {
    #[cfg(feature = "sqlite")]
    Sqlite(sqlx::SqlitePool),
    #[cfg(feature = "postgres")]
    Postgres(sqlx::PgPool),
    #[cfg(feature = "mysql")]
    MySql(sqlx::MySqlPool),
}

macro_rules! from_pool {
    ($($feature:literal $variant:ident $pool:ident)*) => { $(
        #[cfg(feature = $feature)]
        impl From<sqlx::$pool> for Pool {
            fn from(pool: sqlx::$pool) -> Pool {
                Pool::$variant(pool)
            }
        }
    )* };
}

from_pool! {
    "sqlite" Sqlite SqlitePool
    "postgres" Postgres PgPool
    "mysql" MySql MySqlPool
}

/// Connections that operations lease, where the pool of sqlx is not the user's own.
#[derive(Clone)]
pub(crate) enum KeptPool {
    #[cfg(feature = "sqlite")]
    Sqlite(Engine),
    #[cfg(feature = "postgres")]
    Postgres(Kept<sqlx::Postgres>),
    #[cfg(feature = "mysql")]
    MySql(Kept<sqlx::MySql>),
}

/// What a connection is leased for. SQLite in the process has one writer at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

/// Why there is no connection at all.
pub(crate) type ConnectError = Box<dyn std::error::Error + Send + Sync>;

/// A leased connection, given back when dropped.
pub(crate) enum Lease {
    #[cfg(feature = "sqlite")]
    InProcess(crate::sqlite::leased::Leased),
    #[cfg(feature = "sqlite")]
    Sqlite(Leased<sqlx::Sqlite>),
    #[cfg(feature = "postgres")]
    Postgres(Leased<sqlx::Postgres>),
    #[cfg(feature = "mysql")]
    MySql(Leased<sqlx::MySql>),
}

impl Lease {
    pub(crate) fn borrow(&mut self) -> Borrowed<'_> {
        match self {
            #[cfg(feature = "sqlite")]
            Lease::InProcess(connection) => Borrowed::InProcess(connection),
            #[cfg(feature = "sqlite")]
            Lease::Sqlite(connection) => Borrowed::Sqlite(connection),
            #[cfg(feature = "postgres")]
            Lease::Postgres(connection) => Borrowed::Postgres(connection),
            #[cfg(feature = "mysql")]
            Lease::MySql(connection) => Borrowed::MySql(connection),
        }
    }
}

impl KeptPool {
    async fn lease(&self, access: Access) -> Result<Lease> {
        #[cfg(not(feature = "sqlite"))]
        let _ = access;
        Ok(match self {
            #[cfg(feature = "sqlite")]
            KeptPool::Sqlite(engine) => {
                let seat = engine.lease(access).await?;
                Lease::InProcess(crate::sqlite::leased::Leased::new(seat))
            }
            #[cfg(feature = "postgres")]
            KeptPool::Postgres(kept) => {
                let kept = kept.lease().await.map_err(from_sqlx)?;
                Lease::Postgres(Leased::new(Source::Kept(kept)))
            }
            #[cfg(feature = "mysql")]
            KeptPool::MySql(kept) => {
                let kept = kept.lease().await.map_err(from_sqlx)?;
                Lease::MySql(Leased::new(Source::Kept(kept)))
            }
        })
    }

    async fn close(&self) {
        match self {
            #[cfg(feature = "sqlite")]
            KeptPool::Sqlite(engine) => engine.close().await,
            #[cfg(feature = "postgres")]
            KeptPool::Postgres(kept) => kept.close().await,
            #[cfg(feature = "mysql")]
            KeptPool::MySql(kept) => kept.close().await,
        }
    }
}

impl Pool {
    async fn lease(&self) -> Result<Lease, sqlx::Error> {
        // Boxed, since the way to a new connection makes a future of thousands of bytes, which each operation would carry.
        Ok(match self {
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(pool) => {
                let connection = Box::pin(pool.acquire()).await?;
                Lease::Sqlite(Leased::new(Source::Pooled(connection)))
            }
            #[cfg(feature = "postgres")]
            Pool::Postgres(pool) => {
                let connection = Box::pin(pool.acquire()).await?;
                Lease::Postgres(Leased::new(Source::Pooled(connection)))
            }
            #[cfg(feature = "mysql")]
            Pool::MySql(pool) => {
                let connection = Box::pin(pool.acquire()).await?;
                Lease::MySql(Leased::new(Source::Pooled(connection)))
            }
        })
    }

    /// The connections that operations lease, and a pool of sqlx that opens none before it is asked for one.
    async fn connect(url: &str, limits: DbOptions) -> Result<(Pool, KeptPool), ConnectError> {
        let DbOptions {
            max_connections,
            acquire_timeout,
        } = limits;
        let scheme = url.split(':').next().unwrap_or("");
        match scheme {
            #[cfg(feature = "sqlite")]
            "sqlite" => {
                let options = crate::sqlite::options(url)?;
                let engine = Engine::connect(Opener::new(url, &options), limits).await?;
                let mut pool = sqlx::sqlite::SqlitePoolOptions::new()
                    .max_connections(max_connections)
                    .acquire_timeout(acquire_timeout);
                if crate::sqlite::is_memory(url) {
                    // The pool may outlive everything else of the `Db`, and then still has the same database.
                    let keeper = engine.keeper().await?;
                    pool = pool.after_connect(move |_, _| {
                        let keeper = keeper.clone();
                        Box::pin(async move {
                            drop(keeper);
                            Ok(())
                        })
                    });
                }
                let pool = pool.connect_lazy_with(options);
                Ok((Pool::Sqlite(pool), KeptPool::Sqlite(engine)))
            }
            #[cfg(feature = "postgres")]
            "postgres" | "postgresql" => {
                let options: sqlx::postgres::PgConnectOptions = url.parse()?;
                let kept = Kept::new(options.clone(), None, limits);
                // The first connection, so that a database that does not answer is told now.
                drop(kept.lease().await?);
                let pool = sqlx::postgres::PgPoolOptions::new()
                    .max_connections(max_connections)
                    .acquire_timeout(acquire_timeout);
                let pool = pool.connect_lazy_with(options);
                Ok((Pool::Postgres(pool), KeptPool::Postgres(kept)))
            }
            #[cfg(feature = "mysql")]
            "mysql" | "mariadb" => {
                let options = crate::mysql::options(url, max_connections)?;
                let kept = Kept::new(options.clone(), Some(crate::mysql::STRICT), limits);
                drop(kept.lease().await?);
                let pool = sqlx::mysql::MySqlPoolOptions::new()
                    .max_connections(max_connections)
                    .acquire_timeout(acquire_timeout)
                    .after_connect(crate::mysql::be_strict);
                Ok((
                    Pool::MySql(pool.connect_lazy_with(options)),
                    KeptPool::MySql(kept),
                ))
            }
            #[allow(unreachable_patterns)] // Which are left depends on the features.
            "sqlite" | "postgres" | "postgresql" | "mysql" | "mariadb" => {
                let feature = match scheme {
                    "postgresql" => "postgres",
                    "mariadb" => "mysql",
                    other => other,
                };
                let why = format!("the feature `{feature}` of `relations-orm` is not turned on");
                Err(sqlx::Error::Configuration(why.into()).into())
            }
            _ => {
                let why = "the URL must start with `sqlite:`, `postgres:`, `mysql:` or `mariadb:`";
                Err(sqlx::Error::Configuration(why.into()).into())
            }
        }
    }

    async fn dialect(&self) -> Result<Dialect> {
        match self {
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(_) => Ok(Dialect::Sqlite),
            #[cfg(feature = "postgres")]
            Pool::Postgres(_) => Ok(Dialect::Postgres),
            #[cfg(feature = "mysql")]
            Pool::MySql(pool) => {
                let version: String = sqlx::query_scalar("SELECT VERSION()")
                    .fetch_one(pool)
                    .await
                    .map_err(from_sqlx)?;
                Ok(Dialect::MySql {
                    returning: version.contains("MariaDB"),
                })
            }
        }
    }
}

impl Db {
    /// Connects to the database of a URL: `sqlite::memory:`, `sqlite:path/to/file.db?mode=rwc`, `postgres://…`,
    /// `mysql://…`, `mariadb://…`. At most ten connections are opened; [`options`](Db::options) can say otherwise.
    ///
    /// `sqlite::memory:` is a new database, one for all connections of this `Db`. SQLite enforces foreign keys, waits up
    /// to five seconds for a lock, and keeps a write-ahead log for files. MySQL is told to refuse a value that does not fit
    /// rather than to cut it.
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
        let (pool, kept) = Pool::connect(url, options).await.map_err(|error| {
            let mut message = format!("cannot connect to `{}`: {error}", without_password(url));
            if message.contains("unable to open database file") && !url.contains("mode=") {
                message.push_str("\nhelp: add `?mode=rwc` to create the file");
            }
            Error::new(ErrorKind::Connection, message).with_source(error)
        })?;
        let mut db = Db::from_pool(pool).await?;
        db.kept = Some(kept);
        Ok(db)
    }

    /// A connection for one operation. Of our own there is none that has to be asked first whether it is alive.
    pub(crate) async fn lease(&self, access: Access) -> Result<Lease> {
        match &self.kept {
            Some(kept) => kept.lease(access).await,
            None => self.pool.lease().await.map_err(from_sqlx),
        }
    }

    /// Whether the operation runs in a transaction of its own.
    fn is_atomic(&self, operation: &dyn Operation) -> bool {
        #[cfg(feature = "sqlite")]
        if let Some(KeptPool::Sqlite(engine)) = &self.kept
            && !operation.is_read_only()
            && engine.writes_in_transactions()
        {
            return true;
        }
        operation.is_atomic(self.context.dialect)
    }

    /// A database over a pool that exists: `sqlx::SqlitePool`, `sqlx::PgPool` or `sqlx::MySqlPool`.
    ///
    /// MySQL is asked for its version once. A pool of SQLite keeps its own settings: turn `foreign_keys` on, and see
    /// [`with_decimal_order`](crate::with_decimal_order) for columns of decimals and `SqliteConnectOptions::with_regexp`,
    /// which is there without a feature of one's own, for regular expressions.
    ///
    /// # Errors
    /// `Connection` where MySQL cannot be asked.
    pub async fn from_pool(pool: impl Into<Pool>) -> Result<Db> {
        let pool = pool.into();
        let context = Context::new(pool.dialect().await?);
        Ok(Db {
            pool,
            kept: None,
            context,
        })
    }

    /// The same database, taken for a MySQL that has no `INSERT … RETURNING`. For tests on MariaDB, which has it.
    #[doc(hidden)]
    #[cfg(feature = "mysql")]
    pub fn without_returning(&self) -> Db {
        let mut db = self.clone();
        db.context.dialect = Dialect::MySql { returning: false };
        db
    }

    /// Closes all connections, once they are free. Clones of this `Db` can no longer be used. A file database then has
    /// its write-ahead log written back.
    pub async fn close(&self) {
        if let Some(kept) = &self.kept {
            kept.close().await;
        }
        match &self.pool {
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(pool) => pool.close().await,
            #[cfg(feature = "postgres")]
            Pool::Postgres(pool) => pool.close().await,
            #[cfg(feature = "mysql")]
            Pool::MySql(pool) => pool.close().await,
        }
    }

    /// A pool of sqlx on this database, for statements of one's own: the one that was given, or one beside the connections that
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
            kept: self.kept.clone(),
            context: self.context.observed(Arc::new(observer)),
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
        Box::pin(async move {
            if self.is_atomic(&*operation) {
                return Box::pin(TransactionOptions::new(self).run(operation)).await;
            }
            let access = match operation.is_read_only() {
                true => Access::Read,
                false => Access::Write,
            };
            let mut lease = self.lease(access).await?;
            let ran = session::run(lease.borrow(), operation, &self.context, false).await;
            ran.result
        })
    }
}

/// The URL with `***` for its password, wherever it stands.
fn without_password(url: &str) -> String {
    let mut shown = url.to_owned();
    // The last `@` ends the password, which may hold any other character.
    if let Some((scheme, rest)) = url.split_once("://")
        && let Some((user, host)) = rest.rsplit_once('@')
        && let Some((name, _)) = user.split_once(':')
    {
        shown = format!("{scheme}://{name}:***@{host}");
    }
    let Some((main, query)) = shown.split_once('?') else {
        return shown;
    };
    let hide = |pair: &str| match pair.split_once('=') {
        Some((name, _)) if name.eq_ignore_ascii_case("password") => format!("{name}=***"),
        _ => pair.to_owned(),
    };
    let pairs: Vec<String> = query.split('&').map(hide).collect();
    format!("{main}?{}", pairs.join("&"))
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn passwords_are_hidden() {
        let cases = [
            ("postgres://u:secret@h/db", "postgres://u:***@h/db"),
            ("postgres://u:p@ss:w/rd@h/db", "postgres://u:***@h/db"),
            (
                "mysql://u@h/db?password=secret&a=b",
                "mysql://u@h/db?password=***&a=b",
            ),
            ("postgres://u:pa?ss@h/db?a=b", "postgres://u:***@h/db?a=b"),
            ("sqlite::memory:", "sqlite::memory:"),
        ];
        for (url, shown) in cases {
            assert_eq!(without_password(url), shown);
        }
    }
}
