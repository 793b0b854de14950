//! A transaction that is run again after a conflict.

use super::open::Open;
use super::{TransactionOptions, Tx};
use relations_core::{Error, Result};
use std::time::Duration;

/// Options of a transaction that is run again after a conflict.
#[derive(Debug, Clone, Copy)]
#[must_use = "options do nothing until `transaction(..)` is awaited"]
pub struct Retrying<'d> {
    pub(super) options: TransactionOptions<'d>,
    pub(super) times: u32,
}

impl Retrying<'_> {
    /// How long each try may take; see [`TransactionOptions::timeout`].
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.timeout(timeout);
        self
    }

    /// Runs the closure in a transaction; see [`Db::transaction`](crate::Db::transaction). After a conflict everything
    /// is rolled back and the closure runs again, so whatever it does outside the database must be safe to repeat.
    ///
    /// # Errors
    /// Those of [`Db::transaction`](crate::Db::transaction), from the last try.
    pub async fn transaction<T, F>(self, run: impl Fn(Tx) -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        self.try_transaction(run).await
    }

    /// The same for a closure with an error type of its own; see [`Db::try_transaction`](crate::Db::try_transaction).
    ///
    /// # Errors
    /// Those of [`Db::transaction`](crate::Db::transaction), from the last try.
    pub async fn try_transaction<T, E, F>(self, run: impl Fn(Tx) -> F) -> Result<T, E>
    where
        E: From<Error>,
        F: Future<Output = Result<T, E>>,
    {
        let mut tries_left = self.times;
        loop {
            let (result, has_conflicted) = match self.options.begin().await {
                Ok(open) => try_once(&self.options, open, &run).await,
                Err(error) => {
                    let has_conflicted = error.is_retryable();
                    (Err(E::from(error)), has_conflicted)
                }
            };
            if result.is_ok() || tries_left == 0 || !has_conflicted {
                return result;
            }
            // A little longer each time, so that the same transactions do not meet again.
            let tries = self.times - tries_left;
            tokio::time::sleep(Duration::from_millis(2 << tries.min(7))).await;
            tries_left -= 1;
        }
    }
}

/// Runs the closure once; says as well whether another transaction got in its way.
async fn try_once<T, E, F>(
    options: &TransactionOptions<'_>,
    open: Open,
    run: &impl Fn(Tx) -> F,
) -> (Result<T, E>, bool)
where
    E: From<Error>,
    F: Future<Output = Result<T, E>>,
{
    let shared = open.shared.clone();
    let running = options.in_time(run(open.handle()));
    let mut was_unknown = false;
    let result = match running.await.unwrap_or_else(|error| Err(error.into())) {
        Ok(value) => match open.commit().await {
            Ok(()) => Ok(value),
            Err(error) => {
                shared.note(&error);
                // An earlier statement may have been worth another try, but now nobody knows what was kept.
                was_unknown = error.outcome_is_unknown();
                Err(E::from(error))
            }
        },
        Err(error) => {
            let _ = open.roll_back().await;
            Err(error)
        }
    };
    (result, shared.has_conflicted() && !was_unknown)
}
