//! Schemas that change: what differs, the steps that make one of the other, and running them.

#![allow(missing_docs, unreachable_pub)] // Models of tests are written as users write theirs.

#[path = "../support/all_databases.rs"]
mod all_databases;
#[path = "../support/mod.rs"]
mod support;

mod changes;
mod models;
mod running;
mod walks;
