//! What the runner and a contestant's process say to each other: a line of JSON each.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Command {
    /// One operation, for the digest of what it gives.
    Check,
    /// So many operations that are not timed, with allocations counted.
    Count { operations: usize },
    /// From now on statements are counted too, which costs time and allocations of its own.
    Listen,
    /// As many operations as there is time for, at least one.
    Run { milliseconds: u64 },
    /// How much memory was in use at most since the process was ready.
    Memory,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// Connected, said before any command; or listening.
    Ready,
    Checked {
        digest: String,
    },
    Counted {
        allocations: u64,
        bytes: u64,
        /// As far as the driver tells.
        statements: Option<u64>,
    },
    /// The time of each operation, in nanoseconds.
    Ran {
        times: Vec<u64>,
    },
    /// In KiB, of the whole process: at first, and at most since then.
    Memory {
        before: u64,
        peak: u64,
    },
    Failed {
        error: String,
    },
}
