//! The owner of a transaction.

use super::error::closed;
use super::shared::Shared;
use super::{End, Tx};
use relations_core::Pending;
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

    // Boxed, so that both are compiled here and not where they are awaited.

    pub(super) fn commit(self) -> Pending<'static, ()> {
        Box::pin(async move {
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
        })
    }

    /// Rolls back. The caller has an error to report; a connection that cannot roll back is closed by the pool.
    pub(super) fn roll_back(self) -> Pending<'static, ()> {
        Box::pin(async move {
            let (transaction, in_flight) = {
                let mut state = self.shared.state.lock().await;
                (state.transaction.take(), state.in_flight)
            };
            // Where a statement was dropped while it ran, its connection is closed, and the server rolls back.
            match transaction.filter(|_| !in_flight) {
                Some(transaction) => transaction.end(End::RollBack).await,
                None => Ok(()),
            }
        })
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
