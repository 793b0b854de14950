//! Run-time filters against themselves: what holds of any filter, and what hostile texts can do.

#![allow(missing_docs, unreachable_pub)] // Models of tests are written as users write theirs.
#![cfg(all(
    feature = "sqlite",
    feature = "chrono",
    feature = "uuid",
    feature = "rust_decimal",
    feature = "serde_json"
))]

mod dice;
mod hostile;
mod misplaced;
mod models;
mod random;
mod round_trip;
mod typed;
