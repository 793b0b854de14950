//! Tables, values and servers that others made: what a database holds that this crate did not write.

#![allow(missing_docs, unreachable_pub)] // Models of tests are written as users write theirs.
#![allow(clippy::duplicated_attributes)] // Two relations to one model look like a repetition to it.

#[path = "../support/all_databases.rs"]
mod all_databases;
#[path = "../support/mod.rs"]
mod support;

mod check;
mod codes;
mod conditions;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod connections;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod damage;
mod generated;
#[cfg(feature = "mysql")]
mod languages;
mod limits;
mod links;
mod names;
mod rentals;
mod schemas;
mod secrets;
mod settings;
mod stale;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod storm;
mod times;
mod triggers;
mod values;
mod violations;
mod warehouse;
mod ways;
