//! SQLite: in the process, over rusqlite; and over sqlx where the pool is the user's.

mod arguments;
mod begin;
mod blocking;
mod catalog;
mod clock;
mod codes;
mod decimals;
mod error;
mod lease;
mod lock;
mod numbers;
mod open;
mod options;
mod over_sqlx;
mod pool;
mod reader;
mod regexp;
mod source;
mod statement;
#[cfg(feature = "chrono")]
mod times;
#[cfg(feature = "uuid")]
mod uuids;
mod violation;

pub use decimals::with_decimal_order;

use crate::backend::Backend;
use crate::connect_error::ConnectError;
use crate::databases::Connected;
use crate::options::DbOptions;
use crate::over_sqlx::UsersPool;
use crate::rules::Rules;
use sqlx::SqlitePool;
use std::sync::Arc;
use std::time::Duration;

/// How long a caller waits for a lock.
const PATIENCE: Duration = Duration::from_secs(5);

const RULES: Rules = Rules {
    drop_loses_connection: false,
    conflict_undoes_transaction: false,
    failure_blocks_transaction: false,
    failure_may_undo_transaction: true,
    transactional_schema: true,
};

pub(crate) async fn connect(
    url: &str,
    limits: DbOptions,
) -> Result<Connected<SqlitePool>, ConnectError> {
    let connected = source::connect(url, limits).await;
    connected.map_err(|error| {
        let is_missing = error.message().contains("unable to open database file");
        let help =
            (is_missing && !url.contains("mode=")).then_some("add `?mode=rwc` to create the file");
        error.with_help(help)
    })
}

pub(crate) fn over(pool: SqlitePool) -> Arc<dyn Backend> {
    Arc::new(UsersPool(pool))
}
