//! Each kind of relation, and what its repository does. Each file is a theme; models sit in the test that needs them.

#![allow(missing_docs, unreachable_pub)] // Models of tests are written as users write theirs.
#![allow(clippy::cloned_ref_to_slice_refs, clippy::excessive_precision)] // A test compares with what it wrote.
#![allow(clippy::duplicated_attributes)] // Two relations to one model look like a repetition to it.
#![allow(clippy::type_complexity)] // Tests list what they expect.

#[path = "../support/all_databases.rs"]
mod all_databases;
#[path = "../support/mod.rs"]
mod support;

mod belongs_to;
mod embedded;
mod fixed_scopes;
mod half_keys;
mod has_many;
mod has_many_keys;
mod has_one;
mod other_crates;
mod polymorphic;
mod references_many;
mod rows_with_slots;
