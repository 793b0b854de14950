//! What is said of a transaction before its closure.

use super::Tx;
use super::open::Open;
use super::shared::Shared;
use super::{Begin, Isolation, Retrying};
use crate::db::Db;
use crate::driver::Operation;
use relations_core::{Error, Result};

/// Options of a transaction, which come before its closure.
#[derive(Debug, Clone, Copy)]
#[must_use = "options do nothing until `transaction(..)` is awaited"]
pub struct TransactionOptions<'d> {
    db: &'d Db,
    isolation: Option<Isolation>,
    read_only: bool,
}

impl<'d> TransactionOptions<'d> {
    pub(crate) fn new(db: &'d Db) -> Self {
        TransactionOptions {
            db,
            isolation: None,
            read_only: false,
        }
    }

    /// Sets the isolation.
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = Some(isolation);
        self
    }

    pub(crate) fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Runs the transaction again, up to so many more times, while a [retryable](Error::is_retryable) error ends it.
    pub fn retry(self, times: u32) -> Retrying<'d> {
        Retrying {
            options: self,
            times,
        }
    }

    /// Runs the closure in a transaction; see [`Db::transaction`](crate::Db::transaction).
    ///
    /// # Errors
    /// Those of [`Db::transaction`](crate::Db::transaction).
    pub async fn transaction<T, E: From<Error>>(
        self,
        run: impl AsyncFnOnce(Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        let open = self.begin().await?;
        match run(open.handle()).await {
            Ok(value) => open.commit().await.map(|()| value).map_err(E::from),
            Err(error) => {
                open.roll_back().await;
                Err(error)
            }
        }
    }

    /// Runs an operation in a transaction of its own.
    pub(crate) async fn run(self, operation: Box<dyn Operation>) -> Result<Box<dyn Operation>> {
        let open = self.begin().await?;
        match open.handle().run_here(operation).await {
            Ok(output) => open.commit().await.map(|()| output),
            Err(error) => {
                open.roll_back().await;
                Err(error)
            }
        }
    }

    pub(super) async fn begin(&self) -> Result<Open> {
        let begin = Begin {
            isolation: self.isolation,
            read_only: self.read_only,
        };
        let transaction = self.db.backend.begin(begin).await?;
        let context = self.db.context.clone();
        Ok(Open::new(Shared::new(transaction, context, self.read_only)))
    }
}
