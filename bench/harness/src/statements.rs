//! Counts statements inside the process, for SQLite, which has no server that could tell.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

static STATEMENTS: AtomicU64 = AtomicU64::new(0);

/// To be called by drivers that do not tell `tracing`; see [`Contestant::watch`](crate::Contestant::watch).
pub fn count_statement() {
    STATEMENTS.fetch_add(1, Relaxed);
}

/// Takes part in `tracing` for the rest of the process. It costs time, so it is done when nothing is timed any more.
pub(crate) fn listen() {
    static IS_LISTENING: OnceLock<()> = OnceLock::new();
    IS_LISTENING.get_or_init(|| {
        // There is no other subscriber.
        let _ = tracing::subscriber::set_global_default(Listener);
    });
}

pub(crate) fn so_far() -> u64 {
    STATEMENTS.load(Relaxed)
}

/// `None` if the driver does not tell.
pub(crate) fn since(before: u64) -> Option<u64> {
    Some(so_far() - before).filter(|statements| *statements > 0)
}

struct Listener;

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // sqlx, and with it SeaORM; and this project.
        matches!(metadata.target(), "sqlx::query" | "relations::statement")
            && *metadata.level() <= Level::DEBUG
    }

    fn event(&self, _: &Event<'_>) {
        count_statement();
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
