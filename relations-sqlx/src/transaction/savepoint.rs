//! A savepoint within a transaction.

use super::Tx;
use super::error::refused;
use super::state::State;
use relations_core::{Error, Result};

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
                self.end(state, "RELEASE SAVEPOINT").await?;
                Ok(value)
            }
            Err(error) => {
                // The error is what counts; where this fails, so will the transaction.
                let _ = self.end(state, "ROLLBACK TO SAVEPOINT").await;
                Err(error)
            }
        }
    }

    async fn end(mut self, state: &mut State, command: &str) -> Result<()> {
        let position = state.levels.len() - 1;
        let has_failed = state.failed.is_some_and(|failed| failed >= self.tx.level);
        let result = match command {
            "RELEASE SAVEPOINT" if has_failed => {
                let undone = state.control("ROLLBACK TO SAVEPOINT", position).await;
                undone.and(Err(refused()))
            }
            _ => state.control(command, position).await,
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
