//! A leased connection of any database as the core uses it: statements that are counted, timed and reported.

use crate::constraint::Asking;
use crate::driver::{Executed, Operation, RowReader, RowSink, Session, Statement};
use crate::event::{Context, StatementEvent};
use crate::lease::Lease;
use relations_core::catalog::TableName;
use relations_core::{Dialect, Error, ErrorKind, Pending, Result};
use std::time::{Duration, Instant};

/// A connection while an operation runs on it.
struct DbSession<'c, L> {
    lease: &'c mut L,
    context: &'c Context,
    read_only: bool,
    /// Whether the database refused a statement, after which PostgreSQL takes no others of the transaction.
    has_failed: bool,
    /// Whether a statement changed rows.
    has_written: bool,
}

/// What came of an operation.
pub(crate) struct Ran {
    pub(crate) result: Result<()>,
    /// The operation, with what came of it. Gone where the thread that ran it is.
    pub(crate) operation: Option<Box<dyn Operation>>,
    /// See [`DbSession::has_failed`].
    pub(crate) has_failed: bool,
    /// See [`DbSession::has_written`].
    pub(crate) has_written: bool,
}

impl Ran {
    /// For an operation that did not run.
    pub(crate) fn nothing(error: Error) -> Ran {
        Ran {
            result: Err(error),
            operation: None,
            has_failed: false,
            has_written: false,
        }
    }

    /// The operation with what came of it, or the error.
    pub(crate) fn into_result(self) -> Result<Box<dyn Operation>> {
        self.result?;
        Ok(self.operation.expect("an operation that ran comes back"))
    }
}

/// Runs an operation where it is called.
pub(crate) async fn run<L: Lease>(
    lease: &mut L,
    mut operation: Box<dyn Operation>,
    context: &Context,
    read_only: bool,
) -> Ran {
    let mut session = DbSession::new(lease, context, read_only);
    let result = operation.run(&mut session).await;
    Ran {
        has_failed: session.has_failed,
        has_written: session.has_written,
        result,
        operation: Some(operation),
    }
}

/// Runs statements without values where it is called, one after the other.
pub(crate) async fn run_script<L: Lease>(
    lease: &mut L,
    statements: &[String],
    context: &Context,
    read_only: bool,
) -> Result<()> {
    let mut session = DbSession::new(lease, context, read_only);
    for sql in statements {
        session.run_raw(sql).await?;
    }
    Ok(())
}

impl<L: Lease> Session for DbSession<'_, L> {
    fn dialect(&self) -> Dialect {
        self.context.dialect
    }

    fn fetch<'s>(&'s mut self, statement: Statement, sink: &'s mut dyn RowSink) -> Pending<'s, ()> {
        Box::pin(async move {
            self.check_writes(&statement)?;
            let (started, parameters) = (Instant::now(), statement.values.0.len());
            let mut sink = Counting::new(sink);
            let is_read = statement.only_reads();
            let Statement { sql, values, .. } = statement;
            let result = self.lease.fetch(&sql, values, &mut sink).await;
            // What only reads leaves no doubt about what happened.
            let result = result.map_err(|error| match is_read {
                true => without_effect(error),
                false => error,
            });
            self.has_written |= !is_read && sink.rows > 0;
            self.report(&sql, parameters, sink.rows, started, result.as_ref().err());
            self.has_failed |= result.is_err() && !sink.refused;
            result
        })
    }

    fn execute(&mut self, statement: Statement) -> Pending<'_, Executed> {
        Box::pin(async move {
            self.check_writes(&statement)?;
            let (started, parameters) = (Instant::now(), statement.values.0.len());
            let Statement { sql, values, .. } = statement;
            let result = self.lease.execute(&sql, values).await;
            let rows = result.as_ref().map_or(0, |executed| executed.rows);
            self.has_written |= rows > 0;
            self.report(&sql, parameters, rows, started, result.as_ref().err());
            self.has_failed |= result.is_err();
            result
        })
    }

    fn has_triggered(&self) -> Option<bool> {
        self.lease.has_triggered()
    }

    fn has_triggers<'s>(&'s mut self, table: &'s TableName) -> Pending<'s, bool> {
        Box::pin(self.lease.has_triggers(table))
    }

    fn constraint_columns<'s>(
        &'s mut self,
        table: &'s TableName,
        constraint: &'s str,
    ) -> Pending<'s, Vec<String>> {
        Box::pin(async move {
            let context = self.context;
            if let Some(columns) = context.constraints.get(table, constraint) {
                return Ok(columns);
            }
            let asking = Asking::new(L::CATALOG.constraint, table, constraint);
            let columns = match self.lease.is_blocked_by_failure() {
                false => Some(asking.on(self).await?),
                true => context.constraints.ask_elsewhere(asking, context).await?,
            };
            // Nothing is found where the constraint was made in a transaction that is still open, and read on another connection.
            if let Some(columns) = columns.as_ref().filter(|columns| !columns.is_empty()) {
                context.constraints.keep(table, constraint, columns);
            }
            Ok(columns.unwrap_or_default())
        })
    }
}

impl<'c, L: Lease> DbSession<'c, L> {
    fn new(lease: &'c mut L, context: &'c Context, read_only: bool) -> Self {
        DbSession {
            lease,
            context,
            read_only,
            has_failed: false,
            has_written: false,
        }
    }

    /// Refuses a statement that writes where only reading was asked for. PostgreSQL and MySQL do so themselves.
    fn check_writes(&self, statement: &Statement) -> Result<()> {
        if !self.read_only || statement.only_reads() {
            return Ok(());
        }
        let message = "a snapshot only reads, and this statement writes";
        Err(Error::new(ErrorKind::Database, message))
    }

    async fn run_raw(&mut self, sql: &str) -> Result<()> {
        let started = Instant::now();
        let result = self.lease.run_raw(sql).await;
        self.report(sql, 0, 0, started, result.as_ref().err());
        result
    }

    fn report(
        &self,
        sql: &str,
        parameters: usize,
        rows: u64,
        started: Instant,
        error: Option<&Error>,
    ) {
        self.context.report(&StatementEvent {
            sql,
            parameters,
            rows,
            elapsed: started.elapsed(),
            error,
        });
    }
}

/// What a call gives, if it ends in time. Otherwise its future is dropped, and what it runs is cancelled.
pub(crate) async fn in_time<T>(
    limit: Duration,
    running: impl Future<Output = T>,
) -> Result<T, Error> {
    let done = tokio::time::timeout(limit, running).await;
    done.map_err(|_| {
        let message = format!("the call took longer than {limit:?}");
        Error::new(ErrorKind::Timeout, message)
    })
}

/// The error as it is where nothing that was sent can have been kept: a broken connection is then worth another try.
pub(crate) fn without_effect(error: Error) -> Error {
    match error.outcome_is_unknown() {
        true => {
            let is_retryable = error.is_connection();
            error.without_effect(is_retryable)
        }
        false => error,
    }
}

/// Counts the rows on their way to a sink.
pub(crate) struct Counting<'k> {
    sink: &'k mut dyn RowSink,
    pub(crate) rows: u64,
    /// Whether the sink refused a row, which is not the database's doing.
    refused: bool,
}

impl<'k> Counting<'k> {
    pub(crate) fn new(sink: &'k mut dyn RowSink) -> Self {
        Counting {
            sink,
            rows: 0,
            refused: false,
        }
    }

    pub(crate) fn row(&mut self, mut row: impl RowReader) -> Result<()> {
        self.rows += 1;
        let result = self.sink.row(&mut row);
        self.refused = result.is_err();
        result
    }
}
