//! SQL in the user's own words, and what its rows are read into.

mod fragment;
mod from_row;
mod text;
use crate::driver::{self, Connection, Pending, RowSink, Session, Work};
use crate::error::{Error, ErrorKind, Result};
use crate::sql::Statement;
use crate::value::{ColumnType, Dialect, RowReader};
pub use fragment::{IntoFragment, SqlFragment};
pub use from_row::FromRow;
use from_row::Reading;
use sea_query::Value as SqlValue;
use std::fmt;
use std::marker::PhantomData;
pub use text::{AssertSqlSafe, IntoBound, IntoSql};

/// A statement in your own words, from `db.sql("…")` or `tx.sql("…")`.
///
/// It goes to the database as it is, with the database's own placeholders: `$1`, `$2` on PostgreSQL, `?` elsewhere. The values for
/// them are given by [`bind`](SqlQuery::bind), in their order.
///
/// What a row is read into is a model, by the names of its columns; a struct with `#[derive(FromRow)]`, by the names of its fields;
/// or a tuple, by position. [`value`](SqlQuery::value) and [`values`](SqlQuery::values) give the first column alone.
///
/// What starts with `SELECT`, `VALUES`, or `WITH` and has no word that writes, counts as reading: SQLite runs several at a time, and what a
/// lost connection ended runs again by itself. All else counts as writing.
#[must_use = "a statement does nothing until `all`, `first`, `get`, `value`, `values` or `execute` is awaited"]
pub struct SqlQuery<'c> {
    connection: &'c dyn Connection,
    statement: Result<(String, Vec<SqlValue>)>,
}

impl fmt::Debug for SqlQuery<'_> {
    /// Shows the text, and no values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sql = self.statement.as_ref().map(|(sql, _)| sql);
        f.debug_struct("SqlQuery")
            .field("sql", &sql)
            .finish_non_exhaustive()
    }
}

impl<'c> SqlQuery<'c> {
    /// On `Db` or `Tx`, for code over any [`Connection`].
    pub fn new(connection: &'c dyn Connection, sql: impl IntoSql) -> SqlQuery<'c> {
        SqlQuery {
            connection,
            statement: Ok(sql.into_sql(connection.dialect())),
        }
    }

    /// The value for the next placeholder: of any type that a column can have, `&str`, or an `Option`.
    ///
    /// A list, such as a `Vec<i64>`, is an array on PostgreSQL (`= ANY($1)`) and a JSON text elsewhere
    /// (`IN (SELECT value FROM json_each(?))`).
    pub fn bind(mut self, value: impl IntoBound) -> Self {
        let dialect = self.connection.dialect();
        self.statement = self.statement.and_then(|(sql, mut values)| {
            values.push(bound(value, values.len() + 1, dialect)?);
            Ok((sql, values))
        });
        self
    }

    /// Gives all rows, in the order in which the database gives them. One statement.
    ///
    /// # Errors
    /// `Decode` where a column is missing, is there twice, or does not fit; `InvalidValue` where the database cannot hold a bound
    /// value; and whatever the database says of the statement.
    pub fn all<T: FromRow>(self) -> Pending<'c, Vec<T>> {
        self.rows(usize::MAX)
    }

    /// Gives the first row, if there is one. One statement, whose other rows are read and dropped: add a `LIMIT` where there may be
    /// many.
    ///
    /// # Errors
    /// Those of [`all`](SqlQuery::all).
    pub fn first<T: FromRow>(self) -> Pending<'c, Option<T>> {
        let rows = self.rows(1);
        Box::pin(async move { Ok(rows.await?.pop()) })
    }

    /// Gives the first row.
    ///
    /// # Errors
    /// `NotFound` where there is none, and those of [`all`](SqlQuery::all).
    pub fn get<T: FromRow>(self) -> Pending<'c, T> {
        let first = self.first();
        Box::pin(async move { first.await?.ok_or_else(no_row) })
    }

    /// Gives the first column of the first row, such as a count.
    ///
    /// # Errors
    /// Those of [`get`](SqlQuery::get).
    pub fn value<T: ColumnType>(self) -> Pending<'c, T> {
        let row = self.get::<(T,)>();
        Box::pin(async move { Ok(row.await?.0) })
    }

    /// Gives the first column of all rows.
    ///
    /// # Errors
    /// Those of [`all`](SqlQuery::all).
    pub fn values<T: ColumnType>(self) -> Pending<'c, Vec<T>> {
        let rows = self.all::<(T,)>();
        Box::pin(async move { Ok(rows.await?.into_iter().map(|(value,)| value).collect()) })
    }

    /// Runs a statement whose rows are not wanted. Gives how many were inserted, matched by an update, or deleted.
    ///
    /// # Errors
    /// `InvalidValue` where the database cannot hold a bound value, and whatever it says of the statement.
    pub fn execute(self) -> Pending<'c, u64> {
        let connection = self.connection;
        Box::pin(async move {
            let statement = self.finish()?;
            driver::run(connection, Execute { statement }).await
        })
    }

    fn rows<T: FromRow>(self, most: usize) -> Pending<'c, Vec<T>> {
        let connection = self.connection;
        Box::pin(async move {
            let fetch = Fetch {
                statement: self.finish()?,
                most,
                rows: PhantomData,
            };
            driver::run(connection, fetch).await
        })
    }

    fn finish(self) -> Result<Statement> {
        let (sql, values) = self.statement?;
        Ok(Statement {
            sql: sql.into(),
            values: sea_query::Values(values),
        })
    }
}

/// The value as the database takes it.
fn bound(value: impl IntoBound, number: usize, dialect: Dialect) -> Result<SqlValue> {
    let (value, kind) = value.into_bound();
    value.to_sql(kind, dialect).map_err(|why| {
        let message = format!("cannot bind value {number} of the statement: {why}");
        Error::new(ErrorKind::InvalidValue, message)
    })
}

fn no_row() -> Error {
    Error::new(ErrorKind::NotFound, "the statement gives no row")
}

/// Runs a statement, and reads its rows.
struct Fetch<T> {
    statement: Statement,
    most: usize,
    rows: PhantomData<fn() -> T>,
}

impl<T: FromRow> Work for Fetch<T> {
    type Output = Vec<T>;

    fn is_read_only(&self) -> bool {
        self.statement.only_reads()
    }

    async fn run(&mut self, session: &mut dyn Session) -> Result<Vec<T>> {
        let mut sink = Sink {
            rows: Vec::new(),
            most: self.most,
            reading: None,
        };
        session.fetch(self.statement.clone(), &mut sink).await?;
        Ok(sink.rows)
    }
}

struct Sink<T> {
    rows: Vec<T>,
    most: usize,
    /// Known from the first row on.
    reading: Option<Reading>,
}

impl<T: FromRow> RowSink for Sink<T> {
    fn row(&mut self, row: &mut dyn RowReader) -> Result<()> {
        if self.rows.len() == self.most {
            return Ok(());
        }
        if self.reading.is_none() {
            self.reading = Some(Reading::of::<T>(row)?);
        }
        let reading = self.reading.as_ref().expect("it was just made");
        self.rows.push(reading.read(row)?);
        Ok(())
    }
}

/// The rows of a statement that only reads.
pub(crate) async fn fetch<T: FromRow>(
    connection: &dyn Connection,
    statement: Statement,
) -> Result<Vec<T>> {
    let fetch = Fetch {
        statement,
        most: usize::MAX,
        rows: PhantomData,
    };
    driver::run(connection, fetch).await
}

struct Execute {
    statement: Statement,
}

impl Work for Execute {
    type Output = u64;

    async fn run(&mut self, session: &mut dyn Session) -> Result<u64> {
        let executed = session.execute(self.statement.clone()).await?;
        Ok(executed.rows)
    }
}
