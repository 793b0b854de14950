//! A database as the rest of the crate knows it, whichever it is.

use crate::catalog::Catalog;
use crate::driver::Operation;
use crate::event::Context;
use crate::fault::Fault;
use crate::lease::Lease;
use crate::migrate::{self, Job};
use crate::repeat::Repeats;
use crate::session::{Ran, without_effect};
use crate::transaction::{Begin, Transaction};
use futures_util::future::BoxFuture;
use relations_core::{Dialect, Error, Pending, Result};

/// What a connection is leased for. SQLite in the process has one writer at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

impl Access {
    fn of(operation: &dyn Operation) -> Access {
        match operation.is_read_only() {
            true => Access::Read,
            false => Access::Write,
        }
    }
}

/// Where connections are leased. A database implements it once for its own connections, and once for a pool of the user's;
/// [`Backend`] follows from it.
pub(crate) trait Source: Send + Sync {
    type Lease: Lease;

    /// The SQL that is spoken there.
    fn dialect(&self) -> impl Future<Output = Result<Dialect>> + Send;

    fn lease(&self, access: Access) -> impl Future<Output = Result<Self::Lease>> + Send;

    /// Whether each write has to be a transaction.
    fn writes_in_transactions(&self) -> bool {
        false
    }

    /// Closes all connections, once they are free.
    fn close(&self) -> impl Future<Output = ()> + Send;

    /// Takes no more operations, and has connections closed as they become free, without waiting for it.
    fn abandon(&self);
}

/// A database with its connections. Each method takes a boxed future for the whole of what it does.
pub(crate) trait Backend: Send + Sync {
    fn dialect(&self) -> Pending<'_, Dialect>;

    /// See [`Source::writes_in_transactions`].
    fn writes_in_transactions(&self) -> bool;

    /// Whether the creation of tables can be undone.
    fn has_transactional_schema(&self) -> bool;

    /// How the database is asked for its tables.
    fn catalog(&self) -> Catalog;

    /// Runs an operation on a connection that is leased for it.
    fn run<'b>(
        &'b self,
        operation: Box<dyn Operation>,
        context: &'b Context,
    ) -> Pending<'b, Box<dyn Operation>>;

    /// Runs statements without values, one after the other, outside of a transaction.
    fn run_script<'b>(&'b self, statements: &'b [String], context: &'b Context) -> Pending<'b, ()>;

    /// Runs migrations on one connection, and gives the names of those that it ran.
    fn migrate<'b>(&'b self, job: Job, context: &'b Context) -> Pending<'b, Vec<String>>;

    fn begin(&self, begin: Begin) -> Pending<'_, Box<dyn Transaction>>;

    /// What an error means, where it is the database's.
    fn fault(&self, error: &Error) -> Option<Fault>;

    /// Closes all connections, once they are free.
    fn close(&self) -> BoxFuture<'_, ()>;

    /// See [`Source::abandon`].
    fn abandon(&self);
}

impl<S: Source> Backend for S {
    fn dialect(&self) -> Pending<'_, Dialect> {
        Box::pin(Source::dialect(self))
    }

    fn writes_in_transactions(&self) -> bool {
        Source::writes_in_transactions(self)
    }

    fn has_transactional_schema(&self) -> bool {
        S::Lease::RULES.transactional_schema
    }

    fn catalog(&self) -> Catalog {
        S::Lease::CATALOG
    }

    fn run<'b>(
        &'b self,
        operation: Box<dyn Operation>,
        context: &'b Context,
    ) -> Pending<'b, Box<dyn Operation>> {
        let access = Access::of(&*operation);
        Box::pin(async move {
            let mut lease = self.lease(access).await?;
            let ran = Lease::run(&mut lease, operation, context, false).await;
            match ran.result {
                Ok(()) => ran.into_result(),
                // Boxed, since it is rare.
                Err(_) => Box::pin(run_again(self, lease, ran, context)).await,
            }
        })
    }

    fn run_script<'b>(&'b self, statements: &'b [String], context: &'b Context) -> Pending<'b, ()> {
        Box::pin(async move {
            let mut lease = self.lease(Access::Write).await?;
            let result = Lease::run_script(&mut lease, statements, context, false).await;
            if result.is_err() {
                // It may have been left without its checks of foreign keys.
                lease.spoil();
            }
            result
        })
    }

    fn migrate<'b>(&'b self, job: Job, context: &'b Context) -> Pending<'b, Vec<String>> {
        Box::pin(async move {
            let mut lease = self.lease(Access::Write).await?;
            // It gets settings and a transaction that others do not expect, also where this future is dropped.
            lease.spoil();
            migrate::run(&mut lease, &job, context).await
        })
    }

    fn begin(&self, begin: Begin) -> Pending<'_, Box<dyn Transaction>> {
        Box::pin(async move {
            let mut repeats = Repeats::new();
            loop {
                let mut lease = self.lease(begin.access()).await?;
                let error = match Lease::begin(&mut lease, begin).await {
                    Ok(()) => {
                        let transaction: Box<dyn Transaction> = Box::new(lease);
                        return Ok(transaction);
                    }
                    Err(error) => without_effect(error),
                };
                if !repeats.may_repeat(&error, S::Lease::fault(&error)) {
                    return Err(error);
                }
                drop(lease);
                repeats.pause().await;
            }
        })
    }

    fn fault(&self, error: &Error) -> Option<Fault> {
        S::Lease::fault(error)
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(Source::close(self))
    }

    fn abandon(&self) {
        Source::abandon(self);
    }
}

/// Whether the answer to a statement was lost, if only that of one which reads.
fn leaves_doubt(error: &Error) -> bool {
    error.is_connection() || error.is_timeout()
}

/// Runs an operation again that failed outside of a transaction, where it did nothing and what was in its way passes: on another
/// connection, where this one broke.
async fn run_again<S: Source>(
    source: &S,
    mut lease: S::Lease,
    mut ran: Ran,
    context: &Context,
) -> Result<Box<dyn Operation>> {
    let mut repeats = Repeats::new();
    loop {
        let Err(error) = ran.result else {
            return ran.into_result();
        };
        let is_read_only = ran.operation.as_ref().is_some_and(|it| it.is_read_only());
        let error = match is_read_only {
            true => without_effect(error),
            // The answer to a later statement was lost, and an earlier one was kept.
            false if ran.has_written && leaves_doubt(&error) => error.with_unknown_outcome(),
            false => error,
        };
        let may_repeat = !ran.has_written && repeats.may_repeat(&error, S::Lease::fault(&error));
        let operation = match ran.operation {
            Some(operation) if may_repeat => operation,
            _ => return Err(error),
        };
        drop(lease);
        repeats.pause().await;
        lease = source.lease(Access::of(&*operation)).await?;
        ran = Lease::run(&mut lease, operation, context, false).await;
    }
}
