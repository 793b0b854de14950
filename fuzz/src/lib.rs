//! What the targets share: models with a column of every kind and a relation of every kind, and what must hold of a filter.

pub mod check;
pub mod models;
pub mod planner;
