//! What a database driver implements: a connection that runs operations, and the rows it reads.

use crate::error::Result;
use crate::resolver::InclusionResolvers;
use crate::value::{Kind, Value};
use std::borrow::Cow;
use std::fmt;
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

    /// Runs one operation on one leased connection.
    fn run<O: Operation>(&self, operation: O) -> impl Future<Output = Result<O::Output>> + Send;
}

#[diagnostic::do_not_recommend]
impl<C: Connection> Connection for &C {
    fn dialect(&self) -> Dialect {
        (**self).dialect()
    }

    fn inclusion_resolvers(&self) -> &InclusionResolvers {
        (**self).inclusion_resolvers()
    }

    fn run<O: Operation>(&self, operation: O) -> impl Future<Output = Result<O::Output>> + Send {
        (**self).run(operation)
    }
}

/// Everything one call of a repository does on the database.
///
/// It owns its data, so that a driver may run it on another thread.
pub trait Operation: Send + 'static {
    /// What the call gives back.
    type Output: Send + 'static;

    /// Whether all of its statements must hold, or none: it then runs in a transaction, or in a savepoint of one.
    fn is_atomic(&self, _dialect: Dialect) -> bool {
        false
    }

    /// Whether it only reads.
    fn is_read_only(&self) -> bool {
        false
    }

    /// Whether it takes few steps whatever the tables hold: a few rows found by a key, or a few rows stored. A driver for a
    /// database in the process then runs it in place, since going to another thread would take longer.
    fn is_short(&self) -> bool {
        false
    }

    /// Runs the statements, one after the other.
    fn run<S: Session>(self, session: &mut S) -> impl Future<Output = Result<Self::Output>> + Send;
}

/// A leased connection.
pub trait Session: Send {
    /// The SQL this connection speaks.
    fn dialect(&self) -> Dialect;

    /// Runs a statement and hands each row to `sink` as it comes; gives the sink back.
    fn fetch<K: RowSink>(
        &mut self,
        statement: Statement,
        sink: K,
    ) -> impl Future<Output = Result<K>> + Send;

    /// Runs a statement that gives no rows.
    fn execute(&mut self, statement: Statement) -> impl Future<Output = Result<Executed>> + Send;
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
pub trait RowSink: Send + 'static {
    /// Takes one row.
    fn row<R: RowReader>(&mut self, row: &mut R) -> Result<()>;
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

macro_rules! forward {
    ($($(#[$feature:meta])? $name:ident: $ty:ty;)*) => {
        impl<R: RowReader + ?Sized> RowReader for &mut R {
            $(
                $(#[$feature])?
                fn $name(&mut self, at: usize) -> Result<$ty, Misread> {
                    (**self).$name(at)
                }
            )*

            fn list(&mut self, at: usize, of: Kind) -> Result<Vec<Value>, Misread> {
                (**self).list(at, of)
            }
        }
    };
}

forward! {
    is_null: bool;
    int: i64;
    uint: u64;
    float: f64;
    boolean: bool;
    text: String;
    bytes: Vec<u8>;
    #[cfg(feature = "chrono")] date: chrono::NaiveDate;
    #[cfg(feature = "chrono")] time: chrono::NaiveTime;
    #[cfg(feature = "chrono")] date_time: chrono::NaiveDateTime;
    #[cfg(feature = "chrono")] date_time_utc: chrono::DateTime<chrono::Utc>;
    #[cfg(feature = "uuid")] uuid: uuid::Uuid;
    #[cfg(feature = "rust_decimal")] decimal: rust_decimal::Decimal;
    #[cfg(feature = "serde_json")] json: serde_json::Value;
}

/// Why a column could not be read; the column is named by who knows it.
#[derive(Debug)]
pub struct Misread {
    pub(crate) reason: Cow<'static, str>,
    pub(crate) source: Option<Box<dyn std::error::Error + Send + Sync>>,
    /// Whether the column is NULL, which is no mistake where the field is an `Option`.
    pub(crate) is_null: bool,
}

impl Misread {
    /// With a reason to show, such as "-1 is negative".
    pub fn new(reason: impl Into<Cow<'static, str>>) -> Misread {
        Misread {
            reason: reason.into(),
            source: None,
            is_null: false,
        }
    }

    /// Of a column that is NULL.
    pub fn null() -> Misread {
        Misread {
            is_null: true,
            ..Misread::new("it is NULL, and the field is not an `Option`")
        }
    }

    /// With the driver's error.
    pub fn from_driver(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Misread {
        let source = source.into();
        let misread = Misread::new(source.to_string());
        Misread {
            source: Some(source),
            ..misread
        }
    }
}

/// A row being read from left to right.
#[derive(Debug)]
pub struct Row<'r, R> {
    reader: &'r mut R,
    at: usize,
}

impl<'r, R: RowReader> Row<'r, R> {
    pub(crate) fn new(reader: &'r mut R) -> Self {
        Row { reader, at: 0 }
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
    pub fn read<T: crate::ColumnType>(&mut self) -> Result<T, Misread> {
        let value = T::read(self.reader, self.at)?;
        self.at += 1;
        Ok(value)
    }
}
