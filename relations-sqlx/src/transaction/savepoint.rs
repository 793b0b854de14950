//! A savepoint within a transaction.

use super::Tx;
use super::error::refused;
use super::state::State;
use relations_core::{Error, Result};

/// How a savepoint ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SavepointEnd {
    Release,
    RollBack,
}

impl SavepointEnd {
    pub(super) fn sql(self) -> &'static str {
        match self {
            SavepointEnd::Release => "RELEASE SAVEPOINT",
            SavepointEnd::RollBack => "ROLLBACK TO SAVEPOINT",
        }
    }
}

/// The owner of a savepoint.
pub(super) struct Savepoint<'t> {
    tx: &'t Tx,
    open: bool,
}

impl<'t> Savepoint<'t> {
    pub(super) fn new(tx: &'t Tx) -> Self {
        Savepoint { tx, open: true }
    }
}

impl Savepoint<'_> {
    /// Ends the savepoint as its outcome says.
    pub(super) async fn keep<T, E: From<Error>>(
        self,
        state: &mut State,
        result: Result<T, E>,
    ) -> Result<T, E> {
        match result {
            Ok(value) => {
                self.end(state, SavepointEnd::Release).await?;
                Ok(value)
            }
            Err(error) => {
                // The error is what counts; where this fails, so will the transaction.
                let _ = self.end(state, SavepointEnd::RollBack).await;
                Err(error)
            }
        }
    }

    async fn end(mut self, state: &mut State, end: SavepointEnd) -> Result<()> {
        let position = state.levels.len() - 1;
        let has_failed = state.failed.is_some_and(|failed| failed >= self.tx.level);
        let result = match end {
            SavepointEnd::Release if has_failed => {
                let undone = state.end_savepoint(SavepointEnd::RollBack, position).await;
                undone.and(Err(refused()))
            }
            _ => state.end_savepoint(end, position).await,
        };
        if let Err(error) = &result {
            self.tx.shared.note(error);
        }
        self.open = false;
        result
    }
}

impl Drop for Savepoint<'_> {
    fn drop(&mut self) {
        if self.open {
            self.tx.shared.abandoned().push(self.tx.level);
        }
    }
}
