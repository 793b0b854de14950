//! What a database driver implements: a connection that runs operations, and the rows it reads.

use crate::error::Result;
use crate::resolver::InclusionResolvers;
use crate::value::{Kind, Value};
use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

/// The SQL a database speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// SQLite 3.41 or newer.
    Sqlite,
    /// PostgreSQL 12 or newer.
    Postgres,
    /// MariaDB 10.6 or newer, and MySQL 8.
    MySql {
        /// Whether `INSERT … RETURNING` is there: MariaDB has it, MySQL has not.
        returning: bool,
    },
}

impl Dialect {
    /// Whether a new row comes back from the statement that inserts it.
    pub(crate) fn insert_returns(self) -> bool {
        !matches!(self, Dialect::MySql { returning: false })
    }

    /// Whether it is MySQL or MariaDB.
    pub(crate) fn is_mysql(self) -> bool {
        matches!(self, Dialect::MySql { .. })
    }
}

/// One SQL text with its values, in the order of their placeholders.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// The text, with the dialect's own placeholders. Statements of one shape share it.
    pub sql: Arc<str>,
    /// The values for the placeholders.
    pub values: sea_query::Values,
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sql)
    }
}

/// The future of one call on the database. Boxed, so that its type repeats neither the arguments' types nor the driver's: what
/// is behind it is compiled once, and a wrong argument is reported once, where it stands.
pub type Pending<'c, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'c>>;

/// Something a repository can work on: `Db`, `&Db`, `Tx` or `&Tx`.
///
/// A connection is leased once an operation, however many statements the operation needs.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a connection",
    label = "a repository takes `Db`, `&Db`, `Tx` or `&Tx`"
)]
pub trait Connection: Send + Sync {
    /// The SQL this connection speaks.
    fn dialect(&self) -> Dialect;

    /// Which relations run-time filters may include.
    fn inclusion_resolvers(&self) -> &InclusionResolvers;

    /// Runs one operation on one leased connection, and gives it back with what came of it.
    fn run(&self, operation: Box<dyn Operation>) -> Pending<'_, Box<dyn Operation>>;
}

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

/// Everything one call of a repository does on the database. What comes of it stays in it.
///
/// It owns its data, so that a driver may run it on another thread.
pub trait Operation: Any + Send {
    /// Whether all of its statements must hold, or none: it then runs in a transaction, or in a savepoint of one.
    fn is_atomic(&self, dialect: Dialect) -> bool;

    /// Whether it only reads.
    fn is_read_only(&self) -> bool;

    /// Whether it takes few steps whatever the tables hold: a few rows found by a key, or a few rows stored. A driver for a
    /// database in the process then runs it in place, since going to another thread would take longer.
    fn is_short(&self) -> bool;

    /// Runs the statements, one after the other.
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

    fn run(self, session: &mut dyn Session) -> impl Future<Output = Result<Self::Output>> + Send;
}

/// Work, and then what came of it.
enum Job<W: Work> {
    Waiting(W),
    Running,
    Done(W::Output),
}

impl<W: Work> Job<W> {
    fn asks(&self, question: impl Fn(&W) -> bool) -> bool {
        matches!(self, Job::Waiting(work) if question(work))
    }
}

impl<W: Work> Operation for Job<W> {
    fn is_atomic(&self, dialect: Dialect) -> bool {
        self.asks(|work| work.is_atomic(dialect))
    }

    fn is_read_only(&self) -> bool {
        self.asks(W::is_read_only)
    }

    fn is_short(&self) -> bool {
        self.asks(W::is_short)
    }

    fn run<'s>(&'s mut self, session: &'s mut dyn Session) -> Pending<'s, ()> {
        Box::pin(async move {
            if let Job::Waiting(work) = std::mem::replace(self, Job::Running) {
                *self = Job::Done(work.run(session).await?);
            }
            Ok(())
        })
    }
}

/// Does the work on one leased connection.
pub(crate) fn run<W: Work>(connection: &dyn Connection, work: W) -> Pending<'_, W::Output> {
    let running = connection.run(Box::new(Job::Waiting(work)));
    Box::pin(async move {
        let done: Box<dyn Any> = running.await?;
        match done.downcast().map(|job| *job) {
            Ok(Job::<W>::Done(output)) => Ok(output),
            _ => unreachable!("a connection gives back the operation that it has run"),
        }
    })
}

/// A leased connection.
pub trait Session: Send {
    /// The SQL this connection speaks.
    fn dialect(&self) -> Dialect;

    /// Runs a statement and hands each row to `sink` as it comes.
    fn fetch<'s>(&'s mut self, statement: Statement, sink: &'s mut dyn RowSink) -> Pending<'s, ()>;

    /// Runs a statement that gives no rows.
    fn execute(&mut self, statement: Statement) -> Pending<'_, Executed>;
}

/// What a statement without rows did.
#[derive(Debug, Clone, Copy)]
pub struct Executed {
    /// How many rows were inserted, matched by an update, or deleted.
    pub rows: u64,
    /// The id the database made, where it reports one (MySQL, SQLite).
    pub last_insert_id: Option<i64>,
}

/// Takes the rows of one statement.
pub trait RowSink: Send {
    /// Takes one row.
    fn row(&mut self, row: &mut dyn RowReader) -> Result<()>;
}

/// Reads the columns of one row by position, counted from 0.
///
/// Each method errs on NULL, with [`Misread::null`], and on a value that does not fit exactly.
#[allow(missing_docs)] // Each reads what it is named after.
pub trait RowReader {
    fn is_null(&mut self, at: usize) -> Result<bool, Misread>;
    fn int(&mut self, at: usize) -> Result<i64, Misread>;
    fn uint(&mut self, at: usize) -> Result<u64, Misread>;
    fn float(&mut self, at: usize) -> Result<f64, Misread>;
    fn boolean(&mut self, at: usize) -> Result<bool, Misread>;
    fn text(&mut self, at: usize) -> Result<String, Misread>;
    fn bytes(&mut self, at: usize) -> Result<Vec<u8>, Misread>;
    #[cfg(feature = "chrono")]
    fn date(&mut self, at: usize) -> Result<chrono::NaiveDate, Misread>;
    #[cfg(feature = "chrono")]
    fn time(&mut self, at: usize) -> Result<chrono::NaiveTime, Misread>;
    #[cfg(feature = "chrono")]
    fn date_time(&mut self, at: usize) -> Result<chrono::NaiveDateTime, Misread>;
    #[cfg(feature = "chrono")]
    fn date_time_utc(&mut self, at: usize) -> Result<chrono::DateTime<chrono::Utc>, Misread>;
    #[cfg(feature = "uuid")]
    fn uuid(&mut self, at: usize) -> Result<uuid::Uuid, Misread>;
    #[cfg(feature = "rust_decimal")]
    fn decimal(&mut self, at: usize) -> Result<rust_decimal::Decimal, Misread>;
    #[cfg(feature = "serde_json")]
    fn json(&mut self, at: usize) -> Result<serde_json::Value, Misread>;
    fn list(&mut self, at: usize, of: Kind) -> Result<Vec<Value>, Misread>;
}

/// Why a column could not be read; the column is named by who knows it.
#[derive(Debug)]
pub struct Misread(
    /// `None` of a column that is NULL, which is no mistake where the field is an `Option`. Small, since each column that is
    /// read may give one.
    Option<Box<Reason>>,
);

#[derive(Debug)]
struct Reason {
    text: Cow<'static, str>,
    source: Option<BoxError>,
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl Misread {
    /// With a reason to show, such as "-1 is negative".
    pub fn new(reason: impl Into<Cow<'static, str>>) -> Misread {
        Misread(Some(Box::new(Reason {
            text: reason.into(),
            source: None,
        })))
    }

    /// Of a column that is NULL.
    pub fn null() -> Misread {
        Misread(None)
    }

    /// With the driver's error.
    pub fn from_driver(source: impl Into<BoxError>) -> Misread {
        let source = source.into();
        Misread(Some(Box::new(Reason {
            text: source.to_string().into(),
            source: Some(source),
        })))
    }

    /// Whether the column is NULL.
    pub(crate) fn is_null(&self) -> bool {
        self.0.is_none()
    }

    /// The reason, and the driver's error.
    pub(crate) fn into_parts(self) -> (Cow<'static, str>, Option<BoxError>) {
        match self.0 {
            Some(reason) => (reason.text, reason.source),
            None => ("it is NULL, and the field is not an `Option`".into(), None),
        }
    }
}

/// A row being read from left to right.
#[allow(missing_debug_implementations)] // A row has nothing to show but its position.
pub struct Row<'r> {
    reader: &'r mut dyn RowReader,
    at: usize,
}

impl<'r> Row<'r> {
    /// The row from this column on.
    pub(crate) fn new(reader: &'r mut dyn RowReader, at: usize) -> Self {
        Row { reader, at }
    }

    /// The position of the next column.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Passes over columns.
    pub(crate) fn skip(&mut self, columns: usize) {
        self.at += columns;
    }

    /// Whether the column so many places further on is NULL.
    pub(crate) fn is_null_ahead(&mut self, offset: usize) -> Result<bool, Misread> {
        self.reader.is_null(self.at + offset)
    }

    /// Reads the next column.
    #[inline]
    pub fn read<T: crate::ColumnType>(&mut self) -> Result<T, Misread> {
        let value = T::read(self.reader, self.at)?;
        self.at += 1;
        Ok(value)
    }
}
