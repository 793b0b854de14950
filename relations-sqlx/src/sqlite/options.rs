//! How SQLite is opened by sqlx, and what its URLs say.

use super::PATIENCE;
use super::decimals::with_decimal_order;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

/// The options for a URL: `sqlite::memory:`, or the path of a file, with `?mode=ro|rw|rwc`.
pub(super) fn options(url: &str) -> Result<SqliteConnectOptions, sqlx::Error> {
    let options = with_decimal_order(SqliteConnectOptions::from_str(url)?)
        .with_regexp()
        .foreign_keys(true)
        .busy_timeout(PATIENCE);
    if is_memory(url) {
        // All connections of the pool see one database through the `memdb` VFS, which waits for locks as files do;
        // a shared cache would answer "locked" at once instead. Each `connect` makes a database of its own.
        static DATABASES: AtomicU64 = AtomicU64::new(0);
        let number = DATABASES.fetch_add(1, Ordering::Relaxed);
        let options = options
            .in_memory(false)
            .shared_cache(false)
            .create_if_missing(true);
        return Ok(options
            .filename(format!("/relations-{number}"))
            .vfs("memdb"));
    }
    if keeps_journal(url) {
        return Ok(options);
    }
    Ok(options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal))
}

/// Whether the journal of the file is left as it is, since nothing is to be written.
pub(super) fn keeps_journal(url: &str) -> bool {
    url.contains("mode=ro") || url.contains("immutable=")
}

pub(super) fn is_memory(url: &str) -> bool {
    url.contains(":memory:")
        || url.contains("mode=memory")
        || matches!(url, "sqlite:" | "sqlite://")
}
