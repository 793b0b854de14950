//! The schema that a database has, and how it differs from what models need.

pub mod catalog;
mod change;
mod check;
mod diff;
mod difference;
mod expected;
mod expression;
mod state;
mod steps;
mod type_fit;
mod type_name;
mod warning;

pub use change::Change;
pub use diff::SchemaDiff;
pub use difference::{Difference, DifferenceKind, SchemaCheck};
pub use state::{Rename, SchemaState};
pub use steps::Step;
pub use warning::{ChangeWarning, ChangeWarningKind};
