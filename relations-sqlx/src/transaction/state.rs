//! What is known of an open transaction.

use super::Transaction;
use super::error::closed;
use super::savepoint::SavepointEnd;
use relations_core::Result;

/// What is known of the transaction. Whoever runs a statement holds it.
pub(super) struct State {
    pub(super) transaction: Option<Box<dyn Transaction>>,
    /// The open levels, outermost first. Only the last may be used.
    pub(super) levels: Vec<u64>,
    pub(super) next_level: u64,
    /// Whether a statement runs, or was dropped while it ran.
    pub(super) in_flight: bool,
    /// Whether what the server has is no longer known, so that nothing may be kept.
    pub(super) is_lost: bool,
    /// The level at which PostgreSQL refused a statement. It takes no others until that level is rolled back, and turns a
    /// commit into a rollback without an error.
    pub(super) failed: Option<u64>,
}

impl State {
    pub(super) fn new(transaction: Box<dyn Transaction>) -> State {
        State {
            transaction: Some(transaction),
            levels: vec![0],
            next_level: 1,
            in_flight: false,
            is_lost: false,
            failed: None,
        }
    }

    /// The transaction, unless it has ended.
    pub(super) fn transaction(&mut self) -> Result<&mut dyn Transaction> {
        match &mut self.transaction {
            Some(transaction) => Ok(&mut **transaction),
            None => Err(closed()),
        }
    }

    /// Gives up the transaction, with the statement that runs in it.
    pub(super) fn give_up(&mut self) {
        self.in_flight = false;
        self.is_lost = true;
        self.transaction = None;
    }

    /// Notes whether SQLite undid the transaction, after which it would keep each statement by itself.
    pub(super) async fn look(&mut self) {
        if let Some(transaction) = &mut self.transaction {
            self.is_lost |= transaction.is_undone().await;
        }
    }

    /// Ends the savepoint at this position among the levels, and those within. Dropped or failed on the way, the whole
    /// transaction is lost, since nobody knows what the server did.
    pub(super) async fn end_savepoint(&mut self, end: SavepointEnd, position: usize) -> Result<()> {
        let level = self.levels[position];
        let sql = format!("{} relations_{level}", end.sql());
        self.is_lost = true;
        self.transaction()?.run_raw(&sql).await?;
        self.is_lost = false;
        self.levels.truncate(position);
        if end == SavepointEnd::RollBack && self.failed.is_some_and(|failed| failed >= level) {
            self.failed = None;
        }
        Ok(())
    }
}
