//! Queries: predicates, orders, and related rows that come with a result. Each file is a theme; models sit in the test that needs
//! them.

#![allow(missing_docs, unreachable_pub)] // Models of tests are written as users write theirs.
#![allow(clippy::cloned_ref_to_slice_refs, clippy::excessive_precision)] // A test compares with what it wrote.
#![allow(clippy::duplicated_attributes)] // Two relations to one model look like a repetition to it.
#![allow(clippy::type_complexity)] // Tests list what they expect.

#[path = "../support/all_databases.rs"]
mod all_databases;
#[path = "../support/mod.rs"]
mod support;

mod aggregates;
mod bulk;
mod collations;
mod computed;
mod equivalence;
mod equivalence_many;
mod filter;
mod include;
mod include_many;
mod keys_sent;
mod locks;
mod nested;
mod numbered_pages;
mod other_times;
mod pages;
mod places_of_null;
mod raw;
mod regexp;
mod related;
mod select;
mod shortcuts;
mod stream;
mod text_keys;
mod widths;
mod worst_filter;
