//! What a leased connection can do. Each database implements it for its own connections.

use crate::catalog::Catalog;
use crate::driver::{Executed, Operation};
use crate::event::Context;
use crate::fault::Fault;
use crate::rules::Rules;
use crate::session::{self, Counting, Ran};
use crate::transaction::{Begin, End};
use relations_core::catalog::TableName;
use relations_core::{Error, Result};
use sea_query::Values;
use std::sync::Arc;

/// A leased connection. It is given back when dropped, or closed where it is not fit for the next caller.
///
/// Sessions and transactions are generic over it, so that a statement costs one boxed future and a row none.
pub(crate) trait Lease: Send + 'static {
    const RULES: Rules;
    const CATALOG: Catalog;

    /// Runs a statement and hands its rows to the sink.
    fn fetch(
        &mut self,
        sql: &Arc<str>,
        values: Values,
        sink: &mut Counting<'_>,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Runs a statement that gives no rows.
    fn execute(
        &mut self,
        sql: &Arc<str>,
        values: Values,
    ) -> impl Future<Output = Result<Executed>> + Send;

    /// Whether a trigger may have changed rows after the last statement gave them; `None` where that is not known.
    fn has_triggered(&self) -> Option<bool> {
        Some(false)
    }

    /// Whether the table has triggers, where a statement does not tell that one ran.
    fn has_triggers(&mut self, _: &TableName) -> impl Future<Output = Result<bool>> + Send {
        async { Ok(false) }
    }

    /// Runs statements that have no values and need no preparation: savepoints, and the creation of tables.
    fn run_raw(&mut self, sql: &str) -> impl Future<Output = Result<()>> + Send;

    /// Begins a transaction. Without an [`end`](Lease::end) it is rolled back.
    fn begin(&mut self, begin: Begin) -> impl Future<Output = Result<()>> + Send;

    fn end(self, end: End) -> impl Future<Output = Result<()>> + Send;

    /// Whether the transaction is no longer there, though nobody ended it.
    fn is_undone(&mut self) -> impl Future<Output = bool> + Send;

    /// Whether no statement is taken after one that failed, until the transaction or a level of it is rolled back.
    fn is_blocked_by_failure(&self) -> bool {
        false
    }

    /// Has the connection closed rather than given back.
    fn spoil(&mut self);

    /// What an error means, where it is the database's.
    fn fault(error: &Error) -> Option<Fault>;

    /// Whether the error says that there is already what a statement would make, or no longer what it would drop.
    fn was_done_before(_: &Error) -> bool {
        false
    }

    /// Runs an operation: where it is called, unless the database would keep this thread for long.
    fn run(
        &mut self,
        operation: Box<dyn Operation>,
        context: &Context,
        read_only: bool,
    ) -> impl Future<Output = Ran> + Send
    where
        Self: Sized,
    {
        session::run(self, operation, context, read_only)
    }

    /// Runs statements without values, one after the other.
    fn run_script(
        &mut self,
        statements: &[String],
        context: &Context,
        read_only: bool,
    ) -> impl Future<Output = Result<()>> + Send
    where
        Self: Sized,
    {
        session::run_script(self, statements, context, read_only)
    }
}
