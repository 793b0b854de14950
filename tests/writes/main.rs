//! A repository of a model, all that writes rows, and transactions. Each file is a theme; models sit in the test that needs
//! them.

#![allow(missing_docs, unreachable_pub)] // Models of tests are written as users write theirs.
#![allow(clippy::cloned_ref_to_slice_refs, clippy::excessive_precision)] // A test compares with what it wrote.
#![allow(clippy::duplicated_attributes)] // Two relations to one model look like a repetition to it.
#![allow(clippy::type_complexity)] // Tests list what they expect.

#[path = "../support/all_databases.rs"]
mod all_databases;
#[path = "../support/mod.rs"]
mod support;

mod by_filter;
mod given_ids;
mod hostile_json;
mod ids;
mod json_keys;
mod json_writes;
mod made;
mod mass_assignment;
mod nested;
mod repository;
mod transactions;
mod upsert;
mod versions;
