//! What every test gets: a database of its own, a record of the statements that ran, and what the database can do.

#![allow(dead_code, unused_imports)] // No crate of tests needs all of it.

mod dice;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
mod proxy;
mod server;
#[cfg(feature = "sqlite")]
mod sqlite;

pub(crate) use dice::Dice;
#[cfg(feature = "mysql")]
pub(crate) use mysql::MySql;
#[cfg(feature = "postgres")]
pub(crate) use postgres::Postgres;
pub(crate) use proxy::{Damage, Proxy};
pub(crate) use relations_test_attribute::database_test;
pub(crate) use server::{from_environment, is_hostile};
#[cfg(feature = "sqlite")]
pub(crate) use sqlite::{SqliteInFile, SqliteInMemory, path};

use relations::schema::{DbSchema, ModelSet};
use relations::{Db, Dialect, Pool};
use std::any::Any;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The differences between databases that show in behaviour; everything else is the same.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Capabilities {
    /// `u64` above `i64::MAX` fits in a column.
    pub(crate) large_unsigned: bool,
    /// Times keep nanoseconds, not only microseconds.
    pub(crate) nanoseconds: bool,
    /// Text may contain the character NUL.
    pub(crate) nul_in_text: bool,
    pub(crate) nan: bool,
    pub(crate) infinity: bool,
    /// `-0.0` keeps its sign.
    pub(crate) negative_zero: bool,
    /// `ilike` knows the two cases of letters beyond ASCII.
    pub(crate) folds_all_letters: bool,
    /// The creation of tables can be undone.
    pub(crate) transactional_schema: bool,
    /// `set` takes one statement.
    pub(crate) set_in_one_statement: bool,
    /// Several transactions can write at the same time, and so get in each other's way.
    pub(crate) concurrent_writers: bool,
    /// Columns take values of any type, so that rows can hold what no field can read.
    pub(crate) columns_take_anything: bool,
    /// The database is kept in a file and outlives its connections.
    pub(crate) in_a_file: bool,
}

/// A kind of database: how to make one for a test, and how to remove it.
pub(crate) trait Database {
    const CAPABILITIES: Capabilities;

    /// Creates an empty database of this name and gives its URL.
    fn create(&self, name: &str) -> impl Future<Output = String>;

    fn remove(&self, name: &str) -> impl Future<Output = ()>;
}

/// A database for one test. Statements through it are recorded.
pub(crate) struct TestDb {
    db: Db,
    url: String,
    pub(crate) can: Capabilities,
    record: Record,
}

#[derive(Clone, Default)]
struct Record(Arc<Mutex<Vec<Ran>>>);

/// A statement that ran.
#[derive(Debug, Clone)]
pub(crate) struct Ran {
    pub(crate) sql: String,
    pub(crate) parameters: usize,
    pub(crate) rows: u64,
    pub(crate) error: Option<String>,
}

impl Record {
    fn take(&self) -> Vec<Ran> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

impl TestDb {
    async fn connect(url: String, can: Capabilities) -> TestDb {
        let db = Db::connect(&url)
            .await
            .expect("the test's database answers");
        let record = Record::default();
        let seen = record.clone();
        let db = db.observed(move |event| {
            let ran = Ran {
                sql: event.sql.to_owned(),
                parameters: event.parameters,
                rows: event.rows,
                error: event.error.map(ToString::to_string),
            };
            seen.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(ran);
        });
        TestDb {
            db,
            url,
            can,
            record,
        }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// A second `Db` on the same database, with a pool of its own. Not for a database in memory.
    pub(crate) async fn another(&self) -> Db {
        Db::connect(&self.url)
            .await
            .expect("the test's database answers")
    }

    /// The statements since the last call.
    pub(crate) fn ran(&self) -> Vec<Ran> {
        let ran = self.record.take();
        match is_hostile() && self.dialect() == Dialect::Sqlite {
            true => without_second_looks(ran),
            false => ran,
        }
    }

    /// The texts of the statements since the last call.
    pub(crate) fn statements(&self) -> Vec<String> {
        self.ran().into_iter().map(|ran| ran.sql).collect()
    }

    /// How many statements ran since the last call.
    pub(crate) fn count(&self) -> usize {
        self.ran().len()
    }

    /// Asserts the whole text of all statements since the last call.
    #[track_caller]
    pub(crate) fn assert_sql<const N: usize>(&self, expected: [Sql; N]) {
        let expected: Vec<String> = expected.iter().map(|sql| sql.of(self.dialect())).collect();
        assert_eq!(self.statements(), expected);
    }

    /// The tables of models. That `create` made what the models need is checked each time, unseen by the record.
    pub(crate) fn schema<S: ModelSet>(&self) -> TestSchema<'_, S> {
        TestSchema {
            schema: self.db.schema(),
            unseen: self.db.observed(|_| {}),
        }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        relations::Connection::dialect(&self.db)
    }

    /// Runs SQL of the test's own, several statements at once too, unseen by the record.
    pub(crate) async fn execute(&self, sql: &str) {
        let result = self.try_execute(sql).await;
        result.expect("the test's own SQL runs");
    }

    /// Runs SQL of the test's own that the database may refuse.
    pub(crate) async fn try_execute(&self, sql: &str) -> Result<(), sqlx::Error> {
        let sql = sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned()));
        match self.db.pool() {
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(pool) => sql.execute(pool).await.map(drop),
            #[cfg(feature = "postgres")]
            Pool::Postgres(pool) => sql.execute(pool).await.map(drop),
            #[cfg(feature = "mysql")]
            Pool::MySql(pool) => sql.execute(pool).await.map(drop),
            _ => unreachable!("a pool of a database whose feature is on"),
        }
    }

    /// Runs SQL of the test's own that differs by database.
    pub(crate) async fn execute_sql(&self, sql: Sql) {
        self.execute(&sql.of(self.dialect())).await;
    }

    /// How many statements run on the test's database, but for the one that asks.
    pub(crate) async fn running(&self) -> i64 {
        let sql = match self.dialect() {
            Dialect::Sqlite => return 0,
            Dialect::Postgres => {
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                AND pid <> pg_backend_pid() AND state = 'active' AND backend_type = 'client backend'"
            }
            _ => {
                "SELECT CAST(count(*) AS SIGNED) FROM information_schema.processlist \
                WHERE db = DATABASE() AND id <> CONNECTION_ID() AND command <> 'Sleep'"
            }
        };
        self.number(sql).await
    }

    /// Until the server runs nothing any more, which the test's own patience ends.
    pub(crate) async fn stopped(&self) {
        while self.running().await > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The number that a query of the test's own gives.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        match self.db.pool() {
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(pool) => sqlx::query_scalar(sql).fetch_one(pool).await,
            #[cfg(feature = "postgres")]
            Pool::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await,
            #[cfg(feature = "mysql")]
            Pool::MySql(pool) => sqlx::query_scalar(sql).fetch_one(pool).await,
            _ => unreachable!("a pool of a database whose feature is on"),
        }
        .expect("the test's own SQL gives a number")
    }
}

/// The tables of models in a test's database.
pub(crate) struct TestSchema<'d, S> {
    schema: DbSchema<'d, S>,
    unseen: Db,
}

impl<'d, S> Deref for TestSchema<'d, S> {
    type Target = DbSchema<'d, S>;

    fn deref(&self) -> &DbSchema<'d, S> {
        &self.schema
    }
}

impl<S: ModelSet> TestSchema<'_, S> {
    pub(crate) async fn create(&self) -> relations::Result<()> {
        self.schema.create().await?;
        let check = self.unseen.schema::<S>().check().await?;
        assert!(
            check.is_empty(),
            "after `create` the database differs: {check}"
        );
        #[cfg(feature = "sqlite")]
        if let (Pool::Sqlite(pool), true) = (self.unseen.pool(), is_hostile())
            && !pool.is_closed()
        {
            sqlite::make_hostile(pool).await;
        }
        Ok(())
    }
}

/// A text of SQL as each database has it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sql {
    /// The same but for quotes, placeholders and limits: here `"`, `?`, and the number, which MySQL is not told in the text. Where
    /// PostgreSQL is told a type, that is `?::integer`.
    Same(&'static str),
    Each {
        sqlite: &'static str,
        postgres: &'static str,
        mysql: &'static str,
    },
}

impl Sql {
    pub(crate) fn of(self, dialect: Dialect) -> String {
        match (self, dialect) {
            (Sql::Each { sqlite, .. }, Dialect::Sqlite) => sqlite.to_owned(),
            (Sql::Each { postgres, .. }, Dialect::Postgres) => postgres.to_owned(),
            (Sql::Each { mysql, .. }, _) => mysql.to_owned(),
            (Sql::Same(text), Dialect::Sqlite) => without_types(text),
            (Sql::Same(text), Dialect::Postgres) => numbered(text),
            (Sql::Same(text), _) => with_limits_bound(&without_types(text)).replace('"', "`"),
        }
    }
}

/// Without those that read new rows once more, since a trigger ran: on a hostile SQLite each table of a model has some.
fn without_second_looks(ran: Vec<Ran>) -> Vec<Ran> {
    let mut inserted: Option<String> = None;
    let mut looked_once = Vec::new();
    for ran in ran {
        let into = |before: &str| {
            let rest = ran
                .sql
                .strip_prefix("INSERT ")
                .or(ran.sql.strip_prefix("SELECT "));
            let (_, name) = rest?.split_once(before)?;
            name.split('"').next().map(str::to_owned)
        };
        let table =
            into("INTO \"").filter(|_| ran.error.is_none() && ran.sql.contains(" RETURNING "));
        if inserted.is_none() || into(" FROM \"") != inserted {
            looked_once.push(ran);
        }
        inserted = table;
    }
    looked_once
}

/// `LIMIT ?` for each `LIMIT 20`.
fn with_limits_bound(text: &str) -> String {
    let mut pieces = text.split("LIMIT ");
    let mut bound = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        bound.push_str("LIMIT ?");
        bound.push_str(piece.trim_start_matches(|digit: char| digit.is_ascii_digit()));
    }
    bound
}

/// `$1`, `$2` for each `?`, and `CAST($3 AS integer)` for `?::integer`.
fn numbered(text: &str) -> String {
    let mut numbered = String::new();
    for (at, piece) in text.split('?').enumerate() {
        let (ty, rest) = split_type(piece);
        match (at, ty) {
            (0, _) => {}
            (at, None) => numbered.push_str(&format!("${at}")),
            (at, Some(ty)) => numbered.push_str(&format!("CAST(${at} AS {ty})")),
        }
        numbered.push_str(rest);
    }
    numbered
}

/// `?` for each `?::integer`.
fn without_types(text: &str) -> String {
    let pieces: Vec<&str> = text.split('?').map(|piece| split_type(piece).1).collect();
    pieces.join("?")
}

/// The type that follows a placeholder, if there is one, and the rest.
fn split_type(piece: &str) -> (Option<&str>, &str) {
    let Some(typed) = piece.strip_prefix("::") else {
        return (None, piece);
    };
    let end = typed.find(|letter: char| !letter.is_ascii_alphabetic());
    let (ty, rest) = typed.split_at(end.unwrap_or(typed.len()));
    (Some(ty), rest)
}

/// `relations_test_<seconds>_<process>_<number>`, so that runs at the same time do not meet.
pub(crate) const PREFIX: &str = "relations_test_";

pub(crate) fn seconds() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("the clock is past 1970").as_secs()
}

/// No test takes half as long, on a loaded machine either.
const PATIENCE: Duration = Duration::from_secs(180);

pub(crate) type Test = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Runs one test on a new database, and removes the database whatever became of the test.
pub(crate) fn run<D: Database>(database: D, test: fn(TestDb) -> Test) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime
        .expect("the system gives what a runtime needs")
        .block_on(run_on(database, test));
}

async fn run_on<D: Database>(database: D, test: fn(TestDb) -> Test) {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("{PREFIX}{}_{}_{number}", seconds(), std::process::id());
    let url = database.create(&name).await;
    let db = TestDb::connect(url, D::CAPABILITIES).await;
    let handle = db.db.clone();
    // A task of its own, which catches a panic; it also shows that everything here is `Send`.
    let mut task = tokio::spawn(test(db));
    let result = tokio::time::timeout(PATIENCE, &mut task).await;
    task.abort();
    let closed = tokio::time::timeout(PATIENCE, handle.close()).await;
    database.remove(&name).await;
    let result = result.expect("the test ends in time");
    closed.expect("all connections come back to the pool in time");
    if let Err(error) = result {
        let panic: Box<dyn Any + Send> = error.into_panic();
        std::panic::resume_unwind(panic);
    }
}

/// Polls a future at most so many times, and drops it then. Gives what came of it, if it was done.
pub(crate) async fn given_up<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let (mut future, mut left) = (Box::pin(future), polls);
    std::future::poll_fn(move |context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}
