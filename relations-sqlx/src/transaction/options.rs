//! What is said of a transaction before its closure.

use super::Tx;
use super::open::Open;
use super::shared::Shared;
use super::{Begin, Isolation, Retrying};
use crate::db::Db;
use crate::driver::Operation;
use crate::repeat::Repeats;
use crate::session::Ran;
use relations_core::{Error, ErrorKind, Pending, Result};
use std::time::Duration;

/// Options of a transaction, set before its closure runs.
#[derive(Debug, Clone, Copy)]
#[must_use = "options do nothing until `transaction(..)` is awaited"]
pub struct TransactionOptions<'d> {
    db: &'d Db,
    isolation: Option<Isolation>,
    read_only: bool,
    timeout: Option<Duration>,
}

impl<'d> TransactionOptions<'d> {
    pub(crate) fn new(db: &'d Db) -> Self {
        TransactionOptions {
            db,
            isolation: None,
            read_only: false,
            timeout: db.transaction_timeout,
        }
    }

    /// Sets the isolation.
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = Some(isolation);
        self
    }

    /// How long the transaction may take, from its begin to the end of its closure, before it is rolled back and ends
    /// with a `Timeout` error. A statement that runs at that time is cancelled.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    pub(crate) fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Runs the transaction again, up to `times` more times, as long as it ends with a [retryable](Error::is_retryable)
    /// error.
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
    pub async fn transaction<T>(self, run: impl AsyncFnOnce(Tx) -> Result<T>) -> Result<T> {
        self.try_transaction(run).await
    }

    /// Runs the closure in a transaction; see [`Db::try_transaction`](crate::Db::try_transaction).
    ///
    /// # Errors
    /// Those of [`Db::transaction`](crate::Db::transaction).
    pub async fn try_transaction<T, E: From<Error>>(
        self,
        run: impl AsyncFnOnce(Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        let open = self.begin().await?;
        let running = self.in_time(run(open.handle()));
        match running.await.unwrap_or_else(|error| Err(error.into())) {
            Ok(value) => open.commit().await.map(|()| value).map_err(E::from),
            Err(error) => {
                let _ = open.roll_back().await;
                Err(error)
            }
        }
    }

    /// Runs an operation in a transaction of its own, and again where what ended it passes: all of it was undone.
    pub(crate) async fn run(self, operation: Box<dyn Operation>) -> Result<Box<dyn Operation>> {
        let mut repeats = Repeats::new();
        let mut ran = self.try_once(operation).await;
        loop {
            let Err(error) = ran.result else {
                return ran.into_result();
            };
            let fault = self.db.backend.fault(&error);
            ran = match ran.operation {
                Some(operation) if repeats.may_repeat(&error, fault) => {
                    repeats.pause().await;
                    self.try_once(operation).await
                }
                _ => return Err(error),
            };
        }
    }

    /// Runs the operation once, with its commit.
    async fn try_once(&self, operation: Box<dyn Operation>) -> Ran {
        let open = match self.begin().await {
            Ok(open) => open,
            Err(error) => return Ran::nothing(error),
        };
        let handle = open.handle();
        let running = self.in_time(handle.run_here(operation));
        let mut ran = running.await.unwrap_or_else(Ran::nothing);
        match ran.result {
            Ok(()) => ran.result = open.commit().await,
            Err(_) => drop(open.roll_back().await),
        }
        ran
    }

    /// What the closure gives, if it does so in time.
    pub(super) async fn in_time<T>(&self, running: impl Future<Output = T>) -> Result<T> {
        let Some(limit) = self.timeout else {
            return Ok(running.await);
        };
        let done = tokio::time::timeout(limit, running).await;
        done.map_err(|_| {
            let message = format!("the transaction took longer than {limit:?}");
            Error::new(ErrorKind::Timeout, message)
        })
    }

    /// Boxed, so that it is compiled here and not where it is awaited.
    pub(super) fn begin(&self) -> Pending<'_, Open> {
        Box::pin(async move {
            let begin = Begin {
                isolation: self.isolation,
                read_only: self.read_only,
            };
            let transaction = self.db.backend.begin(begin).await?;
            let context = self.db.context.clone();
            Ok(Open::new(Shared::new(transaction, context, self.read_only)))
        })
    }
}
