//! How long a statement runs, as the progress handler of its connection asks.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Shared by a connection and its progress handler.
#[derive(Debug, Clone)]
pub(super) struct Clock {
    /// How long a statement may take. Without it time is not asked for.
    pub(super) limit: Option<Duration>,
    since: Instant,
    /// When the statement has to be done, in nanoseconds from `since`.
    end: Arc<AtomicU64>,
}

impl Clock {
    pub(super) fn new(limit: Option<Duration>) -> Clock {
        Clock {
            limit,
            since: Instant::now(),
            end: Arc::new(AtomicU64::new(u64::MAX)),
        }
    }

    /// Begins the time of a statement.
    pub(super) fn start(&self) {
        if let Some(limit) = self.limit {
            self.end
                .store(nanoseconds(self.since.elapsed() + limit), Ordering::Relaxed);
        }
    }

    /// What the connection does between operations takes as long as it takes.
    pub(super) fn stop(&self) {
        if self.limit.is_some() {
            self.end.store(u64::MAX, Ordering::Relaxed);
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.limit.is_some() && nanoseconds(self.since.elapsed()) > self.end.load(Ordering::Relaxed)
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
