//! Filters known at run time only, and the graphs that they give. Each file is a theme; models sit in the test that needs
//! them.

#![allow(missing_docs, unreachable_pub)] // Models of tests are written as users write theirs.
#![allow(clippy::cloned_ref_to_slice_refs, clippy::excessive_precision)] // A test compares with what it wrote.
#![allow(clippy::duplicated_attributes)] // Two relations to one model look like a repetition to it.
#![allow(clippy::type_complexity)] // Tests list what they expect.

#[path = "../support/all_databases.rs"]
mod all_databases;
#[path = "../support/mod.rs"]
mod support;

mod asked;
mod cursors;
mod embedded_filters;
mod filter_budget;
mod filter_errors;
mod filter_values;
mod graph;
mod json;
mod json_orders;
mod resolvers;
mod run_time_filter;
mod trees;
