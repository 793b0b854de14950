//! Transactions: a closure that commits or rolls back, and the handle it works with.

mod begin;
mod error;
mod isolation;
mod open;
mod options;
mod retry;
mod savepoint;
mod shared;
mod state;
mod tx;

pub(crate) use begin::{Begin, End};
pub use isolation::Isolation;
pub use options::TransactionOptions;
pub use retry::Retrying;
pub use tx::Tx;

use crate::driver::Operation;
use crate::event::Context;
use crate::lease::Lease;
use crate::rules::Rules;
use crate::session::Ran;
use futures_util::future::BoxFuture;
use relations_core::Pending;

/// A leased connection inside a transaction, whichever database it is of. Dropped without an end, it rolls back.
pub(crate) trait Transaction: Send {
    fn rules(&self) -> Rules;

    fn run<'t>(
        &'t mut self,
        operation: Box<dyn Operation>,
        context: &'t Context,
        read_only: bool,
    ) -> BoxFuture<'t, Ran>;

    fn run_script<'t>(
        &'t mut self,
        statements: &'t [String],
        context: &'t Context,
        read_only: bool,
    ) -> Pending<'t, ()>;

    /// Runs a statement about savepoints.
    fn run_raw<'t>(&'t mut self, sql: &'t str) -> Pending<'t, ()>;

    /// See [`Lease::is_undone`].
    fn is_undone(&mut self) -> BoxFuture<'_, bool>;

    fn end(self: Box<Self>, end: End) -> Pending<'static, ()>;
}

impl<L: Lease> Transaction for L {
    fn rules(&self) -> Rules {
        L::RULES
    }

    fn run<'t>(
        &'t mut self,
        operation: Box<dyn Operation>,
        context: &'t Context,
        read_only: bool,
    ) -> BoxFuture<'t, Ran> {
        Box::pin(Lease::run(self, operation, context, read_only))
    }

    fn run_script<'t>(
        &'t mut self,
        statements: &'t [String],
        context: &'t Context,
        read_only: bool,
    ) -> Pending<'t, ()> {
        Box::pin(Lease::run_script(self, statements, context, read_only))
    }

    fn run_raw<'t>(&'t mut self, sql: &'t str) -> Pending<'t, ()> {
        Box::pin(Lease::run_raw(self, sql))
    }

    fn is_undone(&mut self) -> BoxFuture<'_, bool> {
        Box::pin(Lease::is_undone(self))
    }

    fn end(self: Box<Self>, end: End) -> Pending<'static, ()> {
        Box::pin(Lease::end(*self, end))
    }
}
