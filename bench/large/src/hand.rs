//! SQL by hand: rusqlite on SQLite, sqlx on servers, prepared once.

use crate::Result;
use crate::data::Account;
use relations::{Db, Pool};
use sqlx::Row;
use std::sync::{Arc, Mutex};

pub(crate) enum Hand {
    Sqlite(Arc<Mutex<rusqlite::Connection>>),
    Server(Pool),
}

/// Columns of an account under an alias.
pub(crate) const COLUMNS: &str = "a.id, a.owner_id, a.created_at, a.title";

impl Hand {
    pub(crate) fn connect(url: &str, db: &Db) -> Result<Hand> {
        let Some(file) = url.strip_prefix("sqlite:") else {
            return Ok(Hand::Server(db.pool().clone()));
        };
        let file = file.split('?').next().unwrap_or_default();
        let connection = rusqlite::Connection::open(file.trim_start_matches("//"))?;
        Ok(Hand::Sqlite(Arc::new(Mutex::new(connection))))
    }

    pub(crate) async fn execute(&self, sql: &str) -> Result<()> {
        let text = sqlx::AssertSqlSafe(sql.to_owned());
        match self {
            Hand::Sqlite(connection) => connection.lock().unwrap().execute_batch(sql)?,
            Hand::Server(Pool::Postgres(pool)) => {
                sqlx::raw_sql(text).execute(pool).await?;
            }
            Hand::Server(Pool::MySql(pool)) => {
                sqlx::raw_sql(text).execute(pool).await?;
            }
            Hand::Server(_) => unreachable!("no other database is a server"),
        }
        Ok(())
    }

    /// The accounts of a statement that gives their columns.
    pub(crate) async fn accounts(&self, sql: &str) -> Result<Vec<Account>> {
        let text = sqlx::AssertSqlSafe(sql.to_owned());
        match self {
            Hand::Sqlite(connection) => {
                let (connection, sql) = (connection.clone(), sql.to_owned());
                blocking(move || {
                    let connection = connection.lock().unwrap();
                    let mut statement = connection.prepare_cached(&sql)?;
                    let rows = statement.query_map([], |row| {
                        Ok(Account {
                            id: row.get(0)?,
                            owner_id: row.get(1)?,
                            created_at: row.get(2)?,
                            title: row.get(3)?,
                        })
                    })?;
                    rows.collect()
                })
                .await
            }
            Hand::Server(Pool::Postgres(pool)) => {
                let rows = sqlx::query(text).fetch_all(pool).await?;
                rows.iter().map(account).collect()
            }
            Hand::Server(Pool::MySql(pool)) => {
                let rows = sqlx::query(text).fetch_all(pool).await?;
                rows.iter().map(account).collect()
            }
            Hand::Server(_) => unreachable!("no other database is a server"),
        }
    }

    /// The number that a statement gives.
    pub(crate) async fn number(&self, sql: &str) -> Result<i64> {
        let text = sqlx::AssertSqlSafe(sql.to_owned());
        Ok(match self {
            Hand::Sqlite(connection) => {
                let (connection, sql) = (connection.clone(), sql.to_owned());
                blocking(move || {
                    let connection = connection.lock().unwrap();
                    let mut statement = connection.prepare_cached(&sql)?;
                    statement.query_row([], |row| row.get(0))
                })
                .await?
            }
            Hand::Server(Pool::Postgres(pool)) => sqlx::query_scalar(text).fetch_one(pool).await?,
            Hand::Server(Pool::MySql(pool)) => sqlx::query_scalar(text).fetch_one(pool).await?,
            Hand::Server(_) => unreachable!("no other database is a server"),
        })
    }
}

/// As an application does that has other things to do: a query may take long.
async fn blocking<T: Send + 'static>(
    query: impl FnOnce() -> rusqlite::Result<T> + Send + 'static,
) -> Result<T> {
    Ok(tokio::task::spawn_blocking(query).await??)
}

fn account<R: Row>(row: &R) -> Result<Account>
where
    usize: sqlx::ColumnIndex<R>,
    i64: for<'r> sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    String: for<'r> sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
{
    Ok(Account {
        id: row.try_get(0)?,
        owner_id: row.try_get(1)?,
        created_at: row.try_get(2)?,
        title: row.try_get(3)?,
    })
}
