//! How a `Db` connects.

use crate::db::Db;
use relations_core::Result;
use std::time::Duration;

/// The limits of a statement: servers count milliseconds, PostgreSQL up to 2^31 of them.
const SHORTEST: Duration = Duration::from_millis(1);
const THREE_WEEKS: Duration = Duration::from_secs(21 * 24 * 60 * 60);

/// The longest time to wait.
const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Options for the connections of a [`Db`], set before it connects.
///
/// # Examples
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> relations_core::Result<()> {
/// # use relations_sqlx::Db;
/// let db = Db::options().max_connections(20).connect("sqlite::memory:").await?;
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
#[must_use = "options do nothing until `connect(..)` is awaited"]
pub struct DbOptions {
    pub(crate) max_connections: u32,
    pub(crate) acquire_timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) statement_timeout: Option<Duration>,
    pub(crate) transaction_timeout: Option<Duration>,
    pub(crate) filter_timeout: Duration,
}

/// How long a call with a run-time filter may take, unless the options say otherwise.
pub(crate) const FILTER_TIMEOUT: Duration = Duration::from_secs(10);

impl DbOptions {
    /// Those of sqlx's pools.
    pub(crate) fn new() -> DbOptions {
        DbOptions {
            max_connections: 10,
            acquire_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            statement_timeout: None,
            transaction_timeout: None,
            filter_timeout: FILTER_TIMEOUT,
        }
    }

    /// How many connections are opened at most: 10 by default, from 1 to 10,000. They are opened when operations need
    /// them. One that a server may still count is among them, such as one that was closed in the middle of a statement.
    /// SQLite has one writer at a time, whatever their number. [`Db::pool`] opens as many of its own.
    pub fn max_connections(mut self, connections: u32) -> Self {
        self.max_connections = connections.clamp(1, 10_000);
        self
    }

    /// How long an operation waits for a connection before it ends with a `Connection` error: 30 seconds by default, at
    /// most a year. On PostgreSQL and MySQL this includes opening a connection, also the first one. SQLite waits for
    /// its lock by a limit of its own, five seconds.
    pub fn acquire_timeout(mut self, timeout: Duration) -> Self {
        self.acquire_timeout = timeout.min(YEAR);
        self
    }

    /// How long opening one connection may take: 10 seconds by default. An operation that gets none because the server
    /// restarts or has too many connections tries again until [`acquire_timeout`](DbOptions::acquire_timeout) is over;
    /// the first connection is tried once. SQLite, which opens files, ignores it.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout.min(YEAR);
        self
    }

    /// How long a statement may take before it is cancelled and ends with a `Timeout` error. PostgreSQL, MariaDB, and
    /// SQLite in the process cancel it themselves; MySQL does so only for statements that read. If a server does not
    /// answer at all, the connection is closed a little later, and
    /// [`outcome_is_unknown`](relations_core::Error::outcome_is_unknown) says whether a write may have happened. From a
    /// millisecond to three weeks; no limit by default.
    ///
    /// Without a limit a call waits for as long as its connection is open. Of an answer that was damaged on its way, so that it seems to be
    /// longer than what comes, the rest is waited for; this limit and that of [`Db::with_timeout`] end that as well.
    ///
    /// It applies to all statements of repositories and schemas, but not to those of [`Db::pool`]. For a limit of some
    /// calls there is [`Db::with_timeout`].
    pub fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.statement_timeout = Some(timeout.clamp(SHORTEST, THREE_WEEKS));
        self
    }

    /// How long a transaction may take, from its begin to the end of its closure, before it is rolled back and ends
    /// with a `Timeout` error. Its statements take no longer either. No limit by default; a transaction can be given
    /// [one of its own](crate::TransactionOptions::timeout).
    pub fn transaction_timeout(mut self, timeout: Duration) -> Self {
        self.transaction_timeout = Some(timeout.clamp(SHORTEST, THREE_WEEKS));
        self
    }

    /// How long a call with a run-time filter, such as `find_with` or `count_with`, may take before it is cancelled and ends with a
    /// `Timeout` error, as [`Db::with_timeout`] says. From a millisecond to three weeks; 10 seconds by default, since a
    /// filter may come from anybody, and within its [`Budget`](relations_core::Budget) it may still ask much of a large table.
    pub fn filter_timeout(mut self, timeout: Duration) -> Self {
        self.filter_timeout = timeout.clamp(SHORTEST, THREE_WEEKS);
        self
    }

    /// How long a statement may take.
    pub(crate) fn longest_statement(&self) -> Option<Duration> {
        let limits = [self.statement_timeout, self.transaction_timeout];
        limits.into_iter().flatten().min()
    }

    /// Connects to the database of a URL, as [`Db::connect`] does.
    ///
    /// # Errors
    /// `Connection`, with the URL (without its password) and the reason.
    pub async fn connect(self, url: &str) -> Result<Db> {
        Db::connect_with(url, self).await
    }
}
