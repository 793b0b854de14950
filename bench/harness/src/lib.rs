//! What the contestants share: the commands that drive them, the clock, digests, counted allocations.
//!
//! A contestant is a type that implements [`Contestant`], and a `main` that calls [`serve`] or [`serve_blocking`].

pub mod allocations;
mod contestant;
mod digest;
mod job;
mod lease;
pub mod memory;
mod protocol;
pub mod rows;
mod serve;
mod statements;

pub use contestant::{Contestant, NewAccount};
pub use digest::{Loaded, linked, row};
pub use job::{Database, Job, PAGE, Workload};
pub use lease::{Lease, Leases};
pub use protocol::{Answer, Command};
pub use serve::{serve, serve_blocking};
pub use statements::count_statement;

/// Contestants have errors of many types, and only their text is of interest.
pub type Error = Box<dyn std::error::Error + Send + Sync>;
pub type Result<T, E = Error> = std::result::Result<T, E>;
