//! The owner of a transaction.

use super::error::closed;
use super::shared::Shared;
use super::{End, Tx};
use relations_core::Result;
use std::sync::Arc;

/// The owner of a transaction. Dropped without an end, by a panic or with its future, it rolls back.
pub(super) struct Open {
    pub(super) shared: Arc<Shared>,
}

impl Open {
    pub(super) fn new(shared: Shared) -> Open {
        Open {
            shared: Arc::new(shared),
        }
    }

    pub(super) fn handle(&self) -> Tx {
        Tx::new(self.shared.clone(), 0)
    }

    pub(super) async fn commit(self) -> Result<()> {
        let (checked, transaction) = {
            let mut state = self.shared.state.lock().await;
            let checked = self.shared.check_whole(&mut state).await;
            self.shared.close();
            (checked, state.transaction.take())
        };
        match (checked, transaction) {
            (Ok(()), Some(transaction)) => transaction.end(End::Commit).await,
            (Ok(()), None) => Err(closed()),
            (Err(error), None) => Err(error),
            (Err(error), Some(transaction)) => {
                let _ = transaction.end(End::RollBack).await;
                Err(error)
            }
        }
    }

    pub(super) async fn roll_back(self) {
        let (transaction, in_flight) = {
            let mut state = self.shared.state.lock().await;
            (state.transaction.take(), state.in_flight)
        };
        // Where a statement was dropped while it ran, its connection is closed, and the server rolls back.
        if let Some(transaction) = transaction.filter(|_| !in_flight) {
            // The caller's error is what counts; a connection that cannot roll back is closed by the pool.
            let _ = transaction.end(End::RollBack).await;
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.shared.close();
        if let Ok(mut state) = self.shared.state.try_lock() {
            state.transaction = None;
        }
    }
}
