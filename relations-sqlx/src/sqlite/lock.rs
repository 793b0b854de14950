//! Waiting for a lock that somebody else holds.

use super::PATIENCE;
use std::time::{Duration, Instant};

/// The wait for a lock.
pub(super) struct Waiting {
    until: Instant,
    next: Duration,
}

impl Waiting {
    /// For a statement that may take so long.
    pub(super) fn new(limit: Option<Duration>) -> Waiting {
        let patience = limit.map_or(PATIENCE, |limit| limit.min(PATIENCE));
        Waiting {
            until: Instant::now() + patience,
            next: Duration::from_millis(1),
        }
    }

    pub(super) fn is_over(&self) -> bool {
        Instant::now() >= self.until
    }

    /// How long to wait before the next try: longer each time, up to a hundredth of a second or two.
    pub(super) fn next(&mut self) -> Duration {
        let wait = self.next;
        self.next = (wait * 2).min(Duration::from_millis(20));
        wait
    }
}
