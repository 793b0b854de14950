//! What a database driver implements: a connection that runs operations, and the rows it reads.

mod sink;
use crate::error::Result;
use crate::resolver::InclusionResolvers;
use crate::schema::catalog::TableName;
pub use crate::sql::Statement;
pub use crate::value::{DecodeError, Dialect, Row, RowReader};
pub(crate) use sink::{AnyRow, Number, RowsSink};
use std::any::Any;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The future of one call on the database. Boxed, so that its type repeats neither the types of the arguments nor that
/// of the driver: the code behind it is compiled once, and the compiler reports a wrong argument once, at the argument.
pub type Pending<'c, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'c>>;

/// Something a repository can work on: `Db`, `&Db`, `Tx` or `&Tx`.
///
/// One connection is leased for each operation, however many statements the operation needs.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// # use relations::Result;
/// /// Works within a transaction as well as without.
/// async fn rename(connection: impl Connection, id: i64, name: &str) -> Result<u64> {
///     let customers = CustomerRepository::new(connection);
///     customers.patch_by_id(id, Customer::patch().name(name)).await
/// }
///
/// assert_eq!(rename(&db, 1, "Sif").await?, 1);
/// let renamed = db.transaction(async |tx| rename(&tx, 2, "Heimdall").await).await?;
/// assert_eq!(renamed, 1);
/// # Ok(()) });
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a connection",
    label = "a repository takes `Db`, `&Db`, `Tx` or `&Tx`"
)]
pub trait Connection: Send + Sync {
    /// The SQL this connection speaks.
    fn dialect(&self) -> Dialect;

    /// Which relations run-time filters may include.
    fn inclusion_resolvers(&self) -> &InclusionResolvers;

    /// Runs one operation on one leased connection, and gives it back with its result.
    fn run(&self, operation: Box<dyn Operation>) -> Pending<'_, Box<dyn Operation>>;
}

/// A connection within a transaction, which can keep locks.
#[diagnostic::on_unimplemented(
    message = "rows are locked within a transaction only",
    label = "`{Self}` is not a transaction",
    note = "call it on a repository over the `&tx` of `db.transaction(async |tx| ..)`"
)]
pub trait InTransaction: Connection {}

#[diagnostic::do_not_recommend]
impl<C: InTransaction> InTransaction for &C {}

#[diagnostic::do_not_recommend]
impl<C: Connection> Connection for &C {
    fn dialect(&self) -> Dialect {
        (**self).dialect()
    }

    fn inclusion_resolvers(&self) -> &InclusionResolvers {
        (**self).inclusion_resolvers()
    }

    fn run(&self, operation: Box<dyn Operation>) -> Pending<'_, Box<dyn Operation>> {
        (**self).run(operation)
    }
}

/// Everything one call of a repository does on the database. It keeps its result.
///
/// It owns its data, so a driver may run it on another thread, and may run it again if the first run had no effect.
pub trait Operation: Any + Send {
    /// Whether its statements take effect all together or not at all: it then runs in a transaction, or in a savepoint
    /// of one.
    fn is_atomic(&self, _dialect: Dialect) -> bool {
        false
    }

    /// Whether it only reads.
    fn is_read_only(&self) -> bool {
        false
    }

    /// Whether it takes few steps however large the tables are: it finds a few rows by a key, or stores a few. A driver
    /// for a database in the process then runs it in place, since going to another thread would take longer.
    fn is_short(&self) -> bool {
        false
    }

    /// Whether a run-time filter says what it does. Such a filter may come from anybody, so a driver limits its time.
    fn is_of_filter(&self) -> bool {
        false
    }

    /// Runs the statements, one after the other. After an error it can be run again, from the first statement on.
    fn run<'s>(&'s mut self, session: &'s mut dyn Session) -> Pending<'s, ()>;
}

/// The work of an operation, as the core writes it down; [`run`] makes an [`Operation`] of it.
pub(crate) trait Work: Send + 'static {
    /// What the call gives back.
    type Output: Send + 'static;

    fn is_atomic(&self, _: Dialect) -> bool {
        false
    }

    fn is_read_only(&self) -> bool {
        false
    }

    fn is_short(&self) -> bool {
        false
    }

    fn is_of_filter(&self) -> bool {
        false
    }

    /// Keeps what it needs to be run again.
    fn run(
        &mut self,
        session: &mut dyn Session,
    ) -> impl Future<Output = Result<Self::Output>> + Send;
}

/// Work that is described by a run-time filter.
pub(crate) struct OfFilter<W>(pub(crate) W);

impl<W: Work> Work for OfFilter<W> {
    type Output = W::Output;

    fn is_atomic(&self, dialect: Dialect) -> bool {
        self.0.is_atomic(dialect)
    }

    fn is_read_only(&self) -> bool {
        self.0.is_read_only()
    }

    fn is_short(&self) -> bool {
        self.0.is_short()
    }

    fn is_of_filter(&self) -> bool {
        true
    }

    async fn run(&mut self, session: &mut dyn Session) -> Result<W::Output> {
        self.0.run(session).await
    }
}

/// Work, and then what came of it.
struct Job<W: Work> {
    work: W,
    output: Option<W::Output>,
}

impl<W: Work> Operation for Job<W> {
    fn is_atomic(&self, dialect: Dialect) -> bool {
        self.work.is_atomic(dialect)
    }

    fn is_read_only(&self) -> bool {
        self.work.is_read_only()
    }

    fn is_short(&self) -> bool {
        self.work.is_short()
    }

    fn is_of_filter(&self) -> bool {
        self.work.is_of_filter()
    }

    fn run<'s>(&'s mut self, session: &'s mut dyn Session) -> Pending<'s, ()> {
        Box::pin(async move {
            self.output = Some(self.work.run(session).await?);
            Ok(())
        })
    }
}

/// Does the work on one leased connection.
pub(crate) fn run<W: Work>(connection: &dyn Connection, work: W) -> Running<'_, W::Output> {
    Running {
        pending: connection.run(Box::new(Job { work, output: None })),
        output: output_of::<W>,
    }
}

/// What a work gave, taken from its operation.
fn output_of<W: Work>(done: Box<dyn Operation>) -> W::Output {
    let done: Box<dyn Any> = done;
    match done.downcast().map(|job: Box<Job<W>>| job.output) {
        Ok(Some(output)) => output,
        _ => unreachable!("a connection gives back the operation that it has run"),
    }
}

/// Work that is being done. A future of its own, since a boxed one around that of the connection would be one allocation more
/// for each call.
#[must_use = "nothing is done until it is awaited"]
pub(crate) struct Running<'c, T> {
    pending: Pending<'c, Box<dyn Operation>>,
    output: fn(Box<dyn Operation>) -> T,
}

impl<T> Future for Running<'_, T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        let output = self.output;
        let done = self.pending.as_mut().poll(context);
        done.map(|done| done.map(output))
    }
}

/// Gives a work a function that runs it. [`run`] is generic, and would be compiled in the user's crate for each work that generic
/// code there runs; this is not.
macro_rules! compiled_once {
    ($work:ty => $output:ty) => {
        impl $work {
            /// Does the work on one leased connection.
            pub(crate) fn run_on(
                self,
                connection: &dyn $crate::driver::Connection,
            ) -> $crate::driver::Running<'_, $output> {
                $crate::driver::run(connection, self)
            }
        }
    };
}

pub(crate) use compiled_once;

/// A leased connection.
pub trait Session: Send {
    /// The SQL this connection speaks.
    fn dialect(&self) -> Dialect;

    /// Runs a statement and hands each row to `sink` as it comes.
    fn fetch<'s>(&'s mut self, statement: Statement, sink: &'s mut dyn RowSink) -> Pending<'s, ()>;

    /// Runs a statement that gives no rows.
    fn execute(&mut self, statement: Statement) -> Pending<'_, Executed>;

    /// Whether a trigger may have changed the rows that the last statement gave, after it gave them. A driver of a database that gives
    /// rows as they are at the end of the statement says no; `None` where [`has_triggers`](Session::has_triggers) must be asked.
    fn has_triggered(&self) -> Option<bool> {
        Some(false)
    }

    /// Whether the table has triggers.
    fn has_triggers<'s>(&'s mut self, _table: &'s TableName) -> Pending<'s, bool> {
        Box::pin(async { Ok(false) })
    }

    /// The columns of a constraint or unique index whose violation the database reported by its name alone; none where it cannot
    /// be found, or not asked for now. It is called after that error, so that a driver may have to ask on another connection.
    fn constraint_columns<'s>(
        &'s mut self,
        _table: &'s TableName,
        _constraint: &'s str,
    ) -> Pending<'s, Vec<String>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}

/// Takes the rows of one statement.
pub trait RowSink: Send {
    /// Takes one row.
    fn row(&mut self, row: &mut dyn RowReader) -> Result<()>;
}

/// What a statement without rows did.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Executed {
    /// How many rows were inserted, matched by an update, or deleted.
    pub rows: u64,
    /// The id the database made, where it reports one (MySQL, SQLite).
    pub last_insert_id: Option<i64>,
}

impl Executed {
    /// With the number of rows, and the id the database made, where it reports one.
    pub fn new(rows: u64, last_insert_id: Option<i64>) -> Executed {
        Executed {
            rows,
            last_insert_id,
        }
    }
}
