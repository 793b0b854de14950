//! Callers that give up: what they began ends without them, and their connections are there for the next.

use crate::support::{Proxy, Sql, TestDb, database_test};
use relations::{Db, Error, Pool, prelude::*};
use sqlx::AssertSqlSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::{sleep, timeout};

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Item {
    #[model(id)]
    pub id: i64,
    pub qty: i64,
}

/// Rows of a view whose one row takes the database longer than any test.
#[derive(Debug, Clone, PartialEq, Model)]
pub struct Endless {
    #[model(id)]
    pub id: i64,
}

/// So long the callers of these tests wait, and less than what they wait for.
const SHORT: Duration = Duration::from_millis(25);

/// So long callers may take who are not in the way of anything.
const SOON: Duration = Duration::from_secs(4);

/// Far more than anything takes here.
const GENEROUS: Duration = Duration::from_secs(20);

async fn tables(db: &TestDb) {
    db.schema::<Item>().create().await.unwrap();
    let items = ItemRepository::new(&**db);
    items.create(Item { id: 1, qty: 1 }).await.unwrap();
    db.execute_sql(Sql::Each {
        sqlite: "CREATE VIEW endless AS SELECT 1 AS id",
        postgres: "CREATE VIEW endless AS SELECT 1::bigint AS id FROM pg_sleep(600)",
        mysql: "CREATE VIEW endless AS SELECT CAST(1 + SLEEP(600) AS SIGNED) AS id",
    })
    .await;
    db.execute_sql(Sql::Each {
        sqlite: "SELECT 1",
        postgres: "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS \
                $$ BEGIN PERFORM pg_sleep(600); RETURN NEW; END $$; \
            CREATE TRIGGER slow AFTER UPDATE ON item FOR EACH ROW EXECUTE FUNCTION slow()",
        mysql: "CREATE TRIGGER slow AFTER UPDATE ON item FOR EACH ROW DO SLEEP(600)",
    })
    .await;
}

/// A connection of its own to the test's database.
enum Own {
    #[cfg(feature = "postgres")]
    Postgres(sqlx::PgConnection),
    #[cfg(feature = "mysql")]
    MySql(sqlx::MySqlConnection),
}

impl Own {
    async fn of(db: &TestDb) -> Own {
        match db.pool() {
            #[cfg(feature = "postgres")]
            Pool::Postgres(pool) => Own::Postgres(pool.acquire().await.unwrap().detach()),
            #[cfg(feature = "mysql")]
            Pool::MySql(pool) => Own::MySql(pool.acquire().await.unwrap().detach()),
            _ => unreachable!("a database on a server"),
        }
    }

    async fn run(&mut self, postgres: &'static str, mysql: &'static str) {
        let _ = (postgres, mysql);
        match self {
            #[cfg(feature = "postgres")]
            Own::Postgres(own) => drop(sqlx::raw_sql(postgres).execute(own).await.unwrap()),
            #[cfg(feature = "mysql")]
            Own::MySql(own) => drop(sqlx::raw_sql(mysql).execute(own).await.unwrap()),
        }
    }

    async fn number(&mut self, postgres: &'static str, mysql: &'static str) -> i64 {
        let _ = (postgres, mysql);
        match self {
            #[cfg(feature = "postgres")]
            Own::Postgres(own) => sqlx::query_scalar(AssertSqlSafe(postgres))
                .fetch_one(own)
                .await
                .unwrap(),
            #[cfg(feature = "mysql")]
            Own::MySql(own) => sqlx::query_scalar(AssertSqlSafe(mysql))
                .fetch_one(own)
                .await
                .unwrap(),
        }
    }

    /// How many other connections the server counts.
    async fn others(&mut self) -> i64 {
        self.number(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
            AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
            "SELECT CAST(count(*) AS SIGNED) FROM information_schema.processlist \
            WHERE db = DATABASE() AND id <> CONNECTION_ID()",
        )
        .await
    }

    /// How many other connections run something.
    async fn running(&mut self) -> i64 {
        self.number(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
            AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND state <> 'idle'",
            "SELECT CAST(count(*) AS SIGNED) FROM information_schema.processlist \
            WHERE db = DATABASE() AND id <> CONNECTION_ID() AND command <> 'Sleep'",
        )
        .await
    }

    async fn lock(&mut self) {
        let postgres = "BEGIN; LOCK TABLE item IN ACCESS EXCLUSIVE MODE";
        self.run(postgres, "LOCK TABLES item WRITE").await;
    }

    async fn unlock(&mut self) {
        self.run("COMMIT", "UNLOCK TABLES").await;
    }
}

/// Until it holds, which the test's own patience ends.
macro_rules! until {
    ($holds:expr) => {
        timeout(GENEROUS, async {
            while !$holds {
                sleep(Duration::from_millis(10)).await;
            }
        })
        .await
        .expect(stringify!($holds))
    };
}

/// Callers that read for as long as the storm lasts, and wait so long for each read.
struct Callers {
    is_over: Arc<AtomicBool>,
    good: Arc<Vec<AtomicUsize>>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Callers {
    fn new(db: &Db, limit: Duration) -> Callers {
        let is_over = Arc::new(AtomicBool::new(false));
        let good: Arc<Vec<AtomicUsize>> = Arc::new((0..32).map(|_| AtomicUsize::new(0)).collect());
        let tasks = (0..32).map(|caller| {
            let (db, is_over, good) = (db.clone(), is_over.clone(), good.clone());
            tokio::spawn(async move {
                let items = ItemRepository::new(&db);
                while !is_over.load(Ordering::SeqCst) {
                    if let Ok(item) = timeout(limit, items.get_by_id(1)).await {
                        assert_eq!(item.unwrap().qty, 1);
                        good[caller].fetch_add(1, Ordering::SeqCst);
                    }
                }
            })
        });
        let tasks = tasks.collect();
        Callers {
            is_over,
            good,
            tasks,
        }
    }

    /// Whether each of them read something since they were asked last.
    fn all_read(&self) -> bool {
        let have_read = self.good.iter().filter(|it| it.load(Ordering::SeqCst) > 0);
        have_read.count() == self.good.len()
    }

    /// Waits until each has read something, and says whether that came to pass within this time.
    async fn all_read_within(&self, patience: Duration) -> bool {
        let all_read = async {
            while !self.all_read() {
                sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(patience, all_read).await.is_ok()
    }

    fn forget(&self) {
        self.good
            .iter()
            .for_each(|it| it.store(0, Ordering::SeqCst));
    }

    async fn end(self) {
        self.is_over.store(true, Ordering::SeqCst);
        for task in self.tasks {
            task.await.unwrap();
        }
    }
}

/// A pool of as many connections as each storm has.
async fn six(db: &TestDb) -> Db {
    let options = Db::options().max_connections(6);
    options.connect(db.url()).await.unwrap()
}

/// Whether such callers get what they want where there was no storm. Otherwise the machine is too slow for their limit.
async fn is_calm_enough(db: &TestDb, limit: Duration) -> bool {
    let calm = six(db).await;
    let callers = Callers::new(&calm, limit);
    let is_enough = callers.all_read_within(SOON).await;
    callers.end().await;
    calm.close().await;
    is_enough
}

#[database_test(postgres, mysql)]
async fn a_storm_passes(db: TestDb) {
    tables(&db).await;
    let (mut locker, mut counter) = (Own::of(&db).await, Own::of(&db).await);
    let before = counter.others().await;
    for limit in [10, 25, 200].map(Duration::from_millis) {
        let mut limit = limit;
        loop {
            while !is_calm_enough(&db, limit).await {
                limit *= 2;
            }
            // The server needs a moment to notice that a pool was closed.
            until!(counter.others().await <= before);
            let (has_passed, most) = storm(&db, limit, &mut locker, &mut counter).await;
            assert!(most - before <= 6, "{most} connections, {before} before");
            until!(counter.others().await <= before);
            if has_passed {
                break;
            }
            let is_slow = !is_calm_enough(&db, limit).await;
            assert!(is_slow, "a new pool reads, and one after a storm does not");
        }
    }
}

/// Locks the table for callers with this limit. Gives whether all of them read again afterwards, and the most connections that the server
/// counted.
async fn storm(db: &TestDb, limit: Duration, locker: &mut Own, counter: &mut Own) -> (bool, i64) {
    let stormy = six(db).await;
    let callers = Callers::new(&stormy, limit);
    let most = AtomicI64::new(0);
    let storm = async {
        callers.all_read_within(SOON).await;
        locker.lock().await;
        // What was under way before.
        sleep(limit * 2).await;
        callers.forget();
        sleep(Duration::from_millis(700)).await;
        assert!(!callers.all_read(), "the table is locked");
        locker.unlock().await;
        callers.forget();
        callers.all_read_within(GENEROUS).await
    };
    let count = async {
        loop {
            most.fetch_max(counter.others().await, Ordering::SeqCst);
            sleep(Duration::from_millis(5)).await;
        }
    };
    let has_passed = tokio::select! {
        has_passed = storm => has_passed,
        () = count => unreachable!("it counts until the storm is over"),
    };
    callers.end().await;
    stormy.close().await;
    (has_passed, most.into_inner())
}

/// The callers of one table do not take the connections of another's away.
#[database_test(postgres, mysql)]
async fn what_nobody_waits_for_is_cancelled_and_leaves_its_connection(db: TestDb) {
    tables(&db).await;
    let mut counter = Own::of(&db).await;
    let proxy = Proxy::before(db.url()).await;
    let options = Db::options().max_connections(2);
    let few = options.connect(proxy.url()).await.unwrap();
    let (items, endless) = (ItemRepository::new(&few), EndlessRepository::new(&few));
    for _ in 0..3 {
        // A read.
        timeout(SHORT, endless.find().all()).await.unwrap_err();
        until!(counter.running().await == 0);
        // A write.
        let writing = items.patch_by_id(1, Item::patch().qty(2));
        timeout(SHORT, writing).await.unwrap_err();
        until!(counter.running().await == 0);
        // A transaction, in a statement and between two.
        for is_running in [true, false] {
            let within = few.transaction(async |tx| {
                let items = ItemRepository::new(&tx);
                items.create(Item { id: 2, qty: 2 }).await?;
                if is_running {
                    EndlessRepository::new(&tx).find().all().await?;
                }
                std::future::pending::<Result<(), Error>>().await
            });
            timeout(SHORT, within).await.unwrap_err();
            until!(counter.running().await == 0);
        }
        let found = items.find().all().await.unwrap();
        assert_eq!(found, [Item { id: 1, qty: 1 }]);
    }
    assert!(proxy.accepted() <= 2, "{} connections", proxy.accepted());
    few.close().await;
}

/// With no other connection to cancel by, one is closed and makes room, or the only one is waited for.
#[database_test(postgres, mysql)]
async fn connections_that_all_wait_in_vain_come_back(db: TestDb) {
    tables(&db).await;
    let mut counter = Own::of(&db).await;
    for connections in [1, 3] {
        let before = counter.others().await;
        let options = Db::options().max_connections(connections);
        let few = options.connect(db.url()).await.unwrap();
        let waiting = (0..connections).map(|_| {
            let few = few.clone();
            tokio::spawn(async move {
                let endless = EndlessRepository::new(&few);
                timeout(SHORT * 4, endless.find().all()).await.unwrap_err();
            })
        });
        for waiting in waiting.collect::<Vec<_>>() {
            waiting.await.unwrap();
        }
        let items = ItemRepository::new(&few);
        let mut most = 0;
        let reading = async {
            for _ in 0..20 {
                let read = timeout(GENEROUS, items.find().all()).await;
                assert_eq!(read.unwrap().unwrap().len(), 1);
            }
        };
        let count = async {
            loop {
                most = most.max(counter.others().await - before);
                sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::select! {
            () = reading => {}
            () = count => {}
        }
        until!(counter.running().await == 0);
        few.close().await;
        until!(counter.others().await <= before);
    }
}

#[database_test(postgres, mysql)]
async fn connecting_goes_on_without_its_caller(db: TestDb) {
    tables(&db).await;
    let proxy = Proxy::before(db.url()).await;
    let options = Db::options().max_connections(3);
    let slow = options.connect(proxy.url()).await.unwrap();
    let items = ItemRepository::new(&slow);
    proxy.cut();
    proxy.stall();
    for _ in 0..10 {
        timeout(SHORT, items.find().all()).await.unwrap_err();
    }
    assert!(
        proxy.accepted() <= 1 + 3,
        "{} connections",
        proxy.accepted()
    );
    proxy.flow();
    // Longer each time, since a read of a slow machine may take longer than the first callers wait.
    let mut limit = Duration::ZERO;
    until!({
        limit += SHORT;
        let read = timeout(limit, items.find().all()).await;
        read.is_ok_and(|read| read.is_ok())
    });
    assert!(
        proxy.accepted() <= 1 + 3,
        "{} connections",
        proxy.accepted()
    );
    slow.close().await;
}
