//! Databases for [`relations`](https://docs.rs/relations-orm), over sqlx: [`Db`], [`Tx`] and the creation of schemas.
//!
//! Each database has a feature: `sqlite`, `postgres`, `mysql`. `tls-rustls` and `tls-native` are for servers. Users depend on the facade, `relations-orm`.

#![cfg_attr(docsrs, feature(doc_cfg))]
// What only some databases use is missed by nobody where all are on.
#![cfg_attr(
    not(all(feature = "mysql", feature = "postgres", feature = "sqlite")),
    allow(dead_code, unused_imports)
)]

mod backend;
mod catalog;
mod connect_error;
mod constraint;
mod databases;
mod db;
mod discover;
mod event;
mod fault;
mod lease;
pub mod migrate;
mod operation;
mod options;
mod over_sqlx;
mod repeat;
mod rules;
mod schema;
mod session;
pub mod tool;
mod transaction;
mod url;

// The databases, each in a folder of its own; their list is in `databases.rs`.
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use relations_core::driver;

pub use databases::Pool;
pub use db::Db;
pub use event::StatementEvent;
pub use options::DbOptions;
pub use schema::DbSchema;
#[cfg(feature = "sqlite")]
pub use sqlite::with_decimal_order;
pub use transaction::{Isolation, Retrying, TransactionOptions, Tx};
