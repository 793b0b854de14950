//! Databases for [`relations`](https://docs.rs/relations-orm), over sqlx: [`Db`], [`Tx`] and the creation of schemas.
//!
//! Each database has a feature: `sqlite`, `postgres`, `mysql`. Users depend on the facade, `relations-orm`.

#[cfg(not(any(feature = "sqlite", feature = "postgres", feature = "mysql")))]
compile_error!("turn on at least one of the features `sqlite`, `postgres` and `mysql`");

mod db;
mod error;
mod event;
// SQLite alone keeps its connections elsewhere, in `sqlite/engine.rs`.
#[cfg_attr(not(any(feature = "postgres", feature = "mysql")), allow(dead_code))]
mod kept;
mod lease;
#[cfg(feature = "mysql")]
mod mysql;
mod options;
#[cfg(feature = "postgres")]
mod postgres;
mod schema;
mod session;
#[cfg(feature = "sqlite")]
mod sqlite;
mod transaction;

pub use db::{Db, Pool};
pub use event::StatementEvent;
pub use options::DbOptions;
pub use schema::DbSchema;
#[cfg(feature = "sqlite")]
pub use sqlite::with_decimal_order;
pub use transaction::{Isolation, Retrying, TransactionOptions, Tx};
