//! A leased connection of any of the databases, and the statements it runs.

use crate::error::from_sqlx;
use crate::event::{Context, StatementEvent};
use relations_core::connection::{Executed, Operation, RowReader, RowSink, Session, Statement};
use relations_core::{Dialect, Error, ErrorKind, Pending, Result};
#[cfg(any(feature = "sqlite", feature = "mysql"))]
use sea_query_sqlx::SqlxValues;
use sqlx::AssertSqlSafe;
use std::sync::Arc;
use std::time::Instant;

/// A connection while an operation runs on it.
pub(crate) struct DbSession<'c> {
    connection: Connection<'c>,
    context: &'c Context,
    read_only: bool,
    /// Whether the database refused a statement, after which PostgreSQL takes no others of the transaction.
    has_failed: bool,
}

/// Wherever it comes from, a pool or a transaction.
pub(crate) enum Connection<'c> {
    #[cfg(feature = "sqlite")]
    InProcess(&'c mut crate::sqlite::leased::Leased),
    #[cfg(feature = "sqlite")]
    Sqlite(&'c mut crate::lease::Leased<sqlx::Sqlite>),
    #[cfg(feature = "postgres")]
    Postgres(&'c mut crate::lease::Leased<sqlx::Postgres>),
    #[cfg(feature = "mysql")]
    MySql(&'c mut crate::lease::Leased<sqlx::MySql>),
}

/// What came of an operation.
pub(crate) struct Ran {
    pub(crate) result: Result<Box<dyn Operation>>,
    /// See [`DbSession::has_failed`].
    pub(crate) has_failed: bool,
}

/// Runs an operation: where it is called, unless SQLite would keep this thread for long.
pub(crate) async fn run(
    connection: Connection<'_>,
    operation: Box<dyn Operation>,
    context: &Context,
    read_only: bool,
) -> Ran {
    #[cfg(feature = "sqlite")]
    let connection = match connection {
        Connection::InProcess(leased) if !operation.is_short() => {
            let context = context.clone();
            let work = move |leased: &mut crate::sqlite::leased::Leased| {
                let connection = Connection::InProcess(leased);
                let running = run_here(connection, operation, &context, read_only);
                crate::sqlite::leased::finished(running)
            };
            return leased.elsewhere(work).await.unwrap_or_else(|error| Ran {
                result: Err(error),
                has_failed: false,
            });
        }
        connection => connection,
    };
    run_here(connection, operation, context, read_only).await
}

async fn run_here(
    connection: Connection<'_>,
    mut operation: Box<dyn Operation>,
    context: &Context,
    read_only: bool,
) -> Ran {
    let mut session = DbSession::new(connection, context, read_only);
    let result = operation.run(&mut session).await;
    Ran {
        result: result.map(|()| operation),
        has_failed: session.has_failed,
    }
}

/// Runs statements without values, one after the other: where it is called, unless SQLite would keep this thread for long.
pub(crate) async fn run_script(
    connection: Connection<'_>,
    statements: &[String],
    context: &Context,
    read_only: bool,
) -> Result<()> {
    #[cfg(feature = "sqlite")]
    let connection = match connection {
        Connection::InProcess(leased) => {
            let (context, statements) = (context.clone(), statements.to_vec());
            let work = move |leased: &mut crate::sqlite::leased::Leased| {
                let connection = Connection::InProcess(leased);
                let mut session = DbSession::new(connection, &context, read_only);
                crate::sqlite::leased::finished(session.run_script(&statements))
            };
            return leased.elsewhere(work).await?;
        }
        connection => connection,
    };
    let mut session = DbSession::new(connection, context, read_only);
    session.run_script(statements).await
}

impl Session for DbSession<'_> {
    fn dialect(&self) -> Dialect {
        self.context.dialect
    }

    fn fetch<'s>(&'s mut self, statement: Statement, sink: &'s mut dyn RowSink) -> Pending<'s, ()> {
        Box::pin(async move {
            self.check_writes(&statement)?;
            let (started, parameters) = (Instant::now(), statement.values.0.len());
            let mut sink = Counting {
                sink,
                rows: 0,
                refused: false,
            };
            let result = self
                .connection
                .fetch(&statement.sql, statement.values, &mut sink)
                .await;
            self.context.report(&StatementEvent {
                sql: &statement.sql,
                parameters,
                rows: sink.rows,
                elapsed: started.elapsed(),
                error: result.as_ref().err(),
            });
            self.has_failed |= result.is_err() && !sink.refused;
            result
        })
    }

    fn execute(&mut self, statement: Statement) -> Pending<'_, Executed> {
        Box::pin(async move {
            self.check_writes(&statement)?;
            let (started, parameters) = (Instant::now(), statement.values.0.len());
            let result = self
                .connection
                .execute(&statement.sql, statement.values)
                .await;
            self.context.report(&StatementEvent {
                sql: &statement.sql,
                parameters,
                rows: result.as_ref().map_or(0, |executed| executed.rows),
                elapsed: started.elapsed(),
                error: result.as_ref().err(),
            });
            self.has_failed |= result.is_err();
            result
        })
    }
}

/// Counts the rows on their way to a sink.
pub(crate) struct Counting<'k> {
    sink: &'k mut dyn RowSink,
    pub(crate) rows: u64,
    /// Whether the sink refused a row, which is not the database's doing.
    refused: bool,
}

impl Counting<'_> {
    pub(crate) fn row(&mut self, mut row: impl RowReader) -> Result<()> {
        self.rows += 1;
        let result = self.sink.row(&mut row);
        self.refused = result.is_err();
        result
    }
}

impl Connection<'_> {
    async fn fetch(
        &mut self,
        sql: &Arc<str>,
        values: sea_query::Values,
        sink: &mut Counting<'_>,
    ) -> Result<()> {
        match self {
            #[cfg(feature = "sqlite")]
            Connection::InProcess(leased) => leased.fetch(sql, &values, sink).await,
            #[cfg(feature = "sqlite")]
            Connection::Sqlite(leased) => {
                // Collected, since decoding between the rows would let SQLite's thread and this one wait for each other.
                let query = sqlx::query_with(AssertSqlSafe(sql.clone()), SqlxValues(values));
                let rows = query.fetch_all(leased.start()).await.map_err(from_sqlx);
                let rows = leased.done(rows)?;
                rows.iter()
                    .try_for_each(|row| sink.row(crate::sqlite::Reader(row)))
            }
            #[cfg(feature = "postgres")]
            Connection::Postgres(leased) => {
                use futures_util::TryStreamExt;
                // Streamed, so that decoding overlaps with the server's work.
                let arguments = crate::postgres::arguments(values)?;
                let query = sqlx::query_with(AssertSqlSafe(sql.clone()), arguments);
                let connection = leased.start();
                let mut rows = query.fetch(connection);
                let mut columns = crate::postgres::Columns::default();
                let result = async {
                    while let Some(row) = rows.try_next().await.map_err(from_sqlx)? {
                        sink.row(columns.read(&row))?;
                    }
                    Ok(())
                }
                .await;
                drop(rows);
                leased.done(result)
            }
            #[cfg(feature = "mysql")]
            Connection::MySql(leased) => {
                let query = sqlx::query_with(AssertSqlSafe(sql.clone()), SqlxValues(values));
                let result = fetch_mysql(query.fetch(leased.start()), sink).await;
                leased.done(result)
            }
        }
    }

    async fn execute(&mut self, sql: &Arc<str>, values: sea_query::Values) -> Result<Executed> {
        match self {
            #[cfg(feature = "sqlite")]
            Connection::InProcess(leased) => leased.execute(sql, &values).await,
            #[cfg(feature = "sqlite")]
            Connection::Sqlite(leased) => {
                let query = sqlx::query_with(AssertSqlSafe(sql.clone()), SqlxValues(values));
                let result = query.execute(leased.start()).await;
                let done = leased.done(result.map_err(from_sqlx))?;
                let last_insert_id = Some(done.last_insert_rowid());
                Ok(Executed {
                    rows: done.rows_affected(),
                    last_insert_id,
                })
            }
            #[cfg(feature = "postgres")]
            Connection::Postgres(leased) => {
                let arguments = crate::postgres::arguments(values)?;
                let query = sqlx::query_with(AssertSqlSafe(sql.clone()), arguments);
                let result = query.execute(leased.start()).await;
                let done = leased.done(result.map_err(from_sqlx))?;
                Ok(Executed {
                    rows: done.rows_affected(),
                    last_insert_id: None,
                })
            }
            #[cfg(feature = "mysql")]
            Connection::MySql(leased) => {
                let query = sqlx::query_with(AssertSqlSafe(sql.clone()), SqlxValues(values));
                let result = query.execute(leased.start()).await;
                let done = leased.done(result.map_err(from_sqlx))?;
                let last_insert_id = i64::try_from(done.last_insert_id()).ok();
                Ok(Executed {
                    rows: done.rows_affected(),
                    last_insert_id,
                })
            }
        }
    }

    /// Runs statements that have no values and need no preparation: transaction control and the creation of tables.
    pub(crate) async fn run_raw(&mut self, sql: &str) -> Result<(), Error> {
        #[cfg(feature = "sqlite")]
        if let Connection::InProcess(leased) = self {
            return leased.run_raw(sql).await;
        }
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        match self {
            #[cfg(feature = "sqlite")]
            Connection::InProcess(_) => unreachable!("it is done above"),
            #[cfg(feature = "sqlite")]
            Connection::Sqlite(leased) => {
                let result = sql.execute(leased.start()).await;
                leased.done(result.map(drop).map_err(from_sqlx))
            }
            #[cfg(feature = "postgres")]
            Connection::Postgres(leased) => {
                let result = sql.execute(leased.start()).await;
                leased.done(result.map(drop).map_err(from_sqlx))
            }
            #[cfg(feature = "mysql")]
            Connection::MySql(leased) => {
                let result = sql.execute(leased.start()).await;
                leased.done(result.map(drop).map_err(from_sqlx))
            }
        }
    }
}

#[cfg(feature = "mysql")]
async fn fetch_mysql(
    mut rows: impl futures_util::Stream<Item = sqlx::Result<sqlx::mysql::MySqlRow>> + Unpin,
    sink: &mut Counting<'_>,
) -> Result<()> {
    use futures_util::TryStreamExt;
    while let Some(row) = rows.try_next().await.map_err(from_sqlx)? {
        sink.row(crate::mysql::Reader(&row))?;
    }
    Ok(())
}

impl<'c> DbSession<'c> {
    fn new(connection: Connection<'c>, context: &'c Context, read_only: bool) -> Self {
        DbSession {
            connection,
            context,
            read_only,
            has_failed: false,
        }
    }

    /// Refuses a statement that writes where only reading was asked for. PostgreSQL and MySQL do so themselves.
    fn check_writes(&self, statement: &Statement) -> Result<()> {
        if !self.read_only || statement.sql.starts_with("SELECT") {
            return Ok(());
        }
        let message = "a snapshot only reads, and this statement writes";
        Err(Error::new(ErrorKind::Database, message))
    }

    /// Runs statements without values, one after the other.
    async fn run_script(&mut self, statements: &[String]) -> Result<()> {
        for sql in statements {
            let started = Instant::now();
            let result = self.connection.run_raw(sql).await;
            self.context.report(&StatementEvent {
                sql,
                parameters: 0,
                rows: 0,
                elapsed: started.elapsed(),
                error: result.as_ref().err(),
            });
            result?;
        }
        Ok(())
    }
}
