//! The routes of an API, as a client sees them, on every database. Each file is a theme.

#![allow(missing_docs, unreachable_pub)] // Models of tests are written as users write theirs.

#[path = "../../../tests/support/all_databases.rs"]
mod all_databases;
#[path = "../../../tests/support/mod.rs"]
mod support;

mod client;
#[cfg(feature = "explorer")]
mod explorer;
mod hostile;
mod integers;
mod loopback;
mod loopback_suites;
mod models;
mod nest;
mod nested;
mod openapi;
mod policies;
mod rows;
mod size;
mod stream;
mod targets;
mod wire;
