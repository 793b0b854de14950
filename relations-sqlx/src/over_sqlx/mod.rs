//! What databases spoken to through sqlx have in common: pools, leases, errors.

mod canceller;
mod error;
mod guarded;
mod held;
mod lease;
mod opener;
mod pool;
mod running;
mod source;
mod tls;

pub(crate) use canceller::{Identity, Stop};
pub(crate) use error::{explained, from_sqlx};
pub(crate) use guarded::{guarded, guarded_value};
pub(crate) use lease::SqlxLease;
pub(crate) use source::{UsersPool, connect};

use crate::catalog::Catalog;
use crate::driver::Executed;
use crate::fault::Fault;
use crate::rules::Rules;
use crate::session::Counting;
use crate::transaction::Begin;
use relations_core::catalog::TableName;
use relations_core::{Dialect, Result, Violation};
use sea_query::Values;
use sqlx::database::HasStatementCache;
use sqlx::error::DatabaseError;
use sqlx::{Database, SqlStr};
use std::sync::Arc;
use std::time::Duration;

/// What differs from database to database. Each implements it in its folder.
pub(crate) trait SqlxDatabase: Database + HasStatementCache + DatabaseErrors {
    const RULES: Rules;
    const CATALOG: Catalog;

    /// A query for the triggers of a table, where the database gives rows before its triggers ran.
    const TRIGGERS: Option<OfTable> = None;

    /// The SQL that is spoken there. The lease is a future, for those that have to ask.
    fn dialect(
        lease: impl Future<Output = Result<SqlxLease<Self>>> + Send,
    ) -> impl Future<Output = Result<Dialect>> + Send;

    /// Prepares a new connection of our own, on which the server cancels a statement that takes longer than the limit.
    fn greet(
        connection: &mut Self::Connection,
        limit: Option<Duration>,
    ) -> impl Future<Output = sqlx::Result<()>> + Send;

    /// What the server calls the connection, for [`stop`](SqlxDatabase::stop).
    fn identify(
        connection: &mut Self::Connection,
    ) -> impl Future<Output = sqlx::Result<Identity>> + Send;

    /// Has the server stop what another connection runs, if it still runs this statement.
    fn stop(
        connection: &mut Self::Connection,
        number: i64,
        sql: &str,
        stop: Stop,
    ) -> impl Future<Output = sqlx::Result<()>> + Send;

    /// Runs a statement and hands its rows to the sink.
    fn fetch(
        connection: &mut Self::Connection,
        sql: &Arc<str>,
        values: Values,
        sink: &mut Counting<'_>,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Runs a statement that gives no rows.
    fn execute(
        connection: &mut Self::Connection,
        sql: &Arc<str>,
        values: Values,
    ) -> impl Future<Output = Result<Executed>> + Send;

    /// Runs statements that have no values, without preparing them.
    fn run_raw(
        connection: &mut Self::Connection,
        sql: SqlStr,
    ) -> impl Future<Output = sqlx::Result<()>> + Send;

    /// How a transaction begins.
    fn begin(begin: Begin) -> BeginStatements;
}

/// A query about a table, with its values.
pub(crate) type OfTable = fn(&TableName) -> (String, Values);

/// The statements that begin a transaction.
pub(crate) struct BeginStatements {
    /// One that goes before it.
    pub(crate) before: Option<SqlStr>,
    pub(crate) begin: SqlStr,
}

/// How a database's errors are to be read.
pub(crate) trait DatabaseErrors {
    /// What an error means, as the table of the database's codes has it.
    fn fault(error: &dyn DatabaseError) -> Fault;

    /// The constraint that was violated.
    fn violation(error: &dyn DatabaseError) -> Violation;

    /// See [`Lease::was_done_before`](crate::lease::Lease::was_done_before).
    fn was_done_before(_error: &dyn DatabaseError) -> bool {
        false
    }

    /// What the user can do about an error with this message.
    fn help(_message: &str) -> Option<&'static str> {
        None
    }
}
