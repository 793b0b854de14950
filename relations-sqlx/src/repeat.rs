//! Running again what a server's restart, a deadlock or a stale statement ended before it did anything.

use crate::fault::Fault;
use relations_core::Error;
use std::time::Duration;

/// How often one operation is run again. Each further time waits longer, three seconds in all.
const MOST: u32 = 9;

/// How often something was run again.
pub(crate) struct Repeats {
    so_far: u32,
}

impl Repeats {
    pub(crate) fn new() -> Repeats {
        Repeats { so_far: 0 }
    }

    /// Whether to run again what ended like this: it did nothing, and what was in its way passes. What it means is asked of the
    /// database, since a lock that was waited for in vain is no reason to wait for it once more.
    pub(crate) fn may_repeat(&self, error: &Error, fault: Option<Fault>) -> bool {
        self.so_far < MOST && error.is_retryable() && fault.is_some_and(Fault::is_passing)
    }

    /// Waits before the next time: not at all before the first, since most connections that broke did so alone.
    pub(crate) async fn pause(&mut self) {
        if self.so_far > 0 {
            tokio::time::sleep(Duration::from_millis(3 << self.so_far)).await;
        }
        self.so_far += 1;
    }
}
