//! The schema that a database has, and how it differs from what models need.

pub mod catalog;
mod check;
mod difference;
mod expected;
mod type_fit;

pub use difference::{Difference, DifferenceKind, SchemaCheck};
