//! Relations through links. Models sit in the test that needs them.

#![allow(missing_docs, unreachable_pub)] // Models of tests are written as users write theirs.
#![allow(clippy::cloned_ref_to_slice_refs, clippy::excessive_precision)] // A test compares with what it wrote.
#![allow(clippy::duplicated_attributes)] // Two relations to one model look like a repetition to it.
#![allow(clippy::type_complexity)] // Tests list what they expect.

#[path = "../support/all_databases.rs"]
mod all_databases;
#[path = "../support/mod.rs"]
mod support;

mod has_and_belongs_to_many;
mod link_includes;
mod link_keys;
mod link_predicates;
mod linking;
mod missing_constraints;
mod nested_links;
mod playlists;
mod repeated_links;
