//! What a database is told and holds: connections, schemas, columns, keys. Each file is a theme; models sit in the test that
//! needs them.

#![allow(missing_docs, unreachable_pub)] // Models of tests are written as users write theirs.
#![allow(clippy::cloned_ref_to_slice_refs, clippy::excessive_precision)] // A test compares with what it wrote.
#![allow(clippy::duplicated_attributes)] // Two relations to one model look like a repetition to it.
#![allow(clippy::type_complexity)] // Tests list what they expect.

#[path = "../support/all_databases.rs"]
mod all_databases;
#[path = "../support/mod.rs"]
mod support;

mod columns;
mod connect;
mod constraints;
mod conversions;
mod create_missing;
mod dates_and_times;
mod derived_types;
mod json_fields;
mod json_numbers;
mod keys;
mod lists;
mod metadata;
#[cfg(feature = "mysql")]
mod mysql;
mod numbers;
#[cfg(feature = "postgres")]
mod postgres;
mod random_values;
mod same_names;
mod schema;
#[cfg(feature = "sqlite")]
mod sqlite;
mod tables;
mod texts_and_bytes;
mod time_keys;
mod type_table;
mod unreadable_columns;
mod views;
