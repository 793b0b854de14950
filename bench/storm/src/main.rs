//! A storm: many callers, each of which waits for a short while only, and a table that is locked for a second. How many reads succeed
//! in the second after it, beside those of the second before it?
//!
//! `storm URL ..` prints a line for each limit and contestant on each server: good reads in the second before, in the second of the
//! lock and in the one after it, the ratio of after and before, and the most connections that the server counted.

use relations::prelude::*;
use sqlx::{Connection, MySqlConnection, MySqlPool, PgConnection, PgPool};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::{sleep, timeout};

const CONNECTIONS: u32 = 6;
const CALLERS: usize = 32;
const LIMITS: [u64; 5] = [5, 10, 25, 50, 200];
const ROWS: i64 = 1000;
const SECOND: Duration = Duration::from_secs(1);

/// A row of the table that is locked.
#[derive(Debug, Clone, Model)]
#[model(table = "storm_row")]
pub struct StormRow {
    #[model(id)]
    pub id: i64,
    pub qty: i64,
}

/// Who reads.
#[derive(Clone)]
enum Reader {
    Relations(StormRowRepository<Db>),
    Postgres(PgPool),
    MySql(MySqlPool),
}

impl Reader {
    /// One row by its id, and whether it came.
    async fn read(&self, id: i64) -> bool {
        match self {
            Reader::Relations(rows) => rows.get_by_id(id).await.is_ok(),
            Reader::Postgres(pool) => {
                let query =
                    sqlx::query_as::<_, (i64, i64)>("SELECT id, qty FROM storm_row WHERE id = $1");
                query.bind(id).fetch_one(pool).await.is_ok()
            }
            Reader::MySql(pool) => {
                let query =
                    sqlx::query_as::<_, (i64, i64)>("SELECT id, qty FROM storm_row WHERE id = ?");
                query.bind(id).fetch_one(pool).await.is_ok()
            }
        }
    }
}

/// A connection that has nothing to do with either pool.
enum Own {
    Postgres(PgConnection),
    MySql(MySqlConnection),
}

impl Own {
    async fn connect(url: &str) -> Own {
        match url.starts_with("postgres") {
            true => Own::Postgres(PgConnection::connect(url).await.expect("PostgreSQL")),
            false => Own::MySql(MySqlConnection::connect(url).await.expect("MySQL")),
        }
    }

    async fn run(&mut self, postgres: &'static str, mysql: &'static str) {
        match self {
            Own::Postgres(connection) => {
                sqlx::raw_sql(postgres).execute(connection).await.map(drop)
            }
            Own::MySql(connection) => sqlx::raw_sql(mysql).execute(connection).await.map(drop),
        }
        .expect("a statement of its own");
    }

    /// How many connections there are, but for this one.
    async fn count(&mut self) -> i64 {
        match self {
            Own::Postgres(connection) => {
                let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                    AND backend_type = 'client backend' AND pid <> pg_backend_pid()";
                sqlx::query_scalar(sql).fetch_one(connection).await
            }
            Own::MySql(connection) => {
                let sql = "SELECT CAST(count(*) AS SIGNED) FROM information_schema.processlist \
                    WHERE db = DATABASE() AND id <> CONNECTION_ID()";
                sqlx::query_scalar(sql).fetch_one(connection).await
            }
        }
        .expect("the number of connections")
    }
}

async fn table(db: &Db, own: &mut Own) {
    let drop = "DROP TABLE IF EXISTS storm_row";
    own.run(drop, drop).await;
    db.schema::<StormRow>().create().await.expect("a table");
    let rows: Vec<_> = (0..ROWS).map(|id| StormRow { id, qty: id }).collect();
    let repository = StormRowRepository::new(db);
    repository.create_all(rows).await.expect("its rows");
}

/// Good reads in the seconds before, in and after the lock, and the most connections of the reader.
async fn storm(reader: Reader, url: &str, limit: Duration) -> ([u64; 3], i64) {
    let (over, phase) = (AtomicBool::new(false), AtomicUsize::new(0));
    let good: [AtomicU64; 4] = Default::default();
    let shared = Arc::new((over, phase, good));
    let callers = (0..CALLERS).map(|caller| {
        let (reader, shared) = (reader.clone(), shared.clone());
        tokio::spawn(async move {
            let (over, phase, good) = &*shared;
            let mut id = caller as i64;
            while !over.load(Ordering::Relaxed) {
                id = (id * 31 + 7) % ROWS;
                if let Ok(true) = timeout(limit, reader.read(id)).await {
                    good[phase.load(Ordering::Relaxed)].fetch_add(1, Ordering::Relaxed);
                }
            }
        })
    });
    let callers: Vec<_> = callers.collect();

    let (mut locker, mut counter) = (Own::connect(url).await, Own::connect(url).await);
    let (counting, most) = (shared.clone(), Arc::new(AtomicU64::new(0)));
    let seen = most.clone();
    let counter = tokio::spawn(async move {
        while !counting.0.load(Ordering::Relaxed) {
            // The one that locks is not the reader's.
            let count = counter.count().await - 1;
            seen.fetch_max(count.unsigned_abs(), Ordering::Relaxed);
            sleep(Duration::from_millis(10)).await;
        }
    });

    sleep(SECOND).await;
    shared.1.store(1, Ordering::Relaxed);
    sleep(SECOND).await;
    shared.1.store(2, Ordering::Relaxed);
    locker
        .run(
            "BEGIN; LOCK TABLE storm_row IN ACCESS EXCLUSIVE MODE",
            "LOCK TABLES storm_row WRITE",
        )
        .await;
    sleep(SECOND).await;
    locker.run("COMMIT", "UNLOCK TABLES").await;
    shared.1.store(3, Ordering::Relaxed);
    sleep(SECOND).await;
    shared.0.store(true, Ordering::Relaxed);
    for caller in callers {
        caller.await.expect("a caller");
    }
    counter.await.expect("the counter");
    let good = [1, 2, 3].map(|phase| shared.2[phase].load(Ordering::Relaxed));
    let most = most.load(Ordering::Relaxed);
    (good, i64::try_from(most).expect("few connections"))
}

#[tokio::main]
async fn main() {
    let only = std::env::var("STORM_LIMIT")
        .ok()
        .and_then(|it| it.parse().ok());
    println!("| server | limit | who | before | lock | after | ratio | connections |");
    println!("|---|---|---|---|---|---|---|---|");
    for url in std::env::args().skip(1) {
        let scheme = url.split(':').next().expect("a scheme").to_owned();
        let mut own = Own::connect(&url).await;
        let setting_up = Db::connect(&url).await.expect("the server");
        table(&setting_up, &mut own).await;
        setting_up.close().await;
        drop(own);
        for limit in LIMITS
            .into_iter()
            .filter(|limit| only.is_none_or(|only: u64| only == *limit))
        {
            for who in ["sqlx", "relations"] {
                let options = Db::options().max_connections(CONNECTIONS);
                let db = options.connect(&url).await.expect("the server");
                let reader = match (who, db.pool()) {
                    ("relations", _) => Reader::Relations(StormRowRepository::new(db.clone())),
                    (_, relations::Pool::Postgres(pool)) => Reader::Postgres(pool.clone()),
                    (_, relations::Pool::MySql(pool)) => Reader::MySql(pool.clone()),
                    _ => panic!("a database on a server"),
                };
                let (good, most) = storm(reader, &url, Duration::from_millis(limit)).await;
                let [before, lock, after] = good;
                let ratio = after as f64 / before as f64;
                println!(
                    "| {scheme} | {limit} ms | {who} | {before} | {lock} | {after} | {ratio:.2} | {most} |"
                );
                let _ = db.close_within(Duration::from_secs(3)).await;
                sleep(Duration::from_millis(300)).await;
            }
        }
    }
}
