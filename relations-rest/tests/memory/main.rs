//! How much memory requests take, on every database. The tests run one after the other, since they share the memory of the process.

#![allow(missing_docs, unreachable_pub)] // Models of tests are written as users write theirs.

#[path = "../../../tests/support/all_databases.rs"]
mod all_databases;
#[allow(dead_code)] // Other tests need the rest.
#[path = "../rest/client.rs"]
mod client;
#[allow(dead_code)]
#[path = "../rest/models.rs"]
mod models;
#[path = "../../../tests/support/mod.rs"]
mod support;

mod hostile;
mod rss;
mod stream;
