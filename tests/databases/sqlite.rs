//! What only SQLite has.

mod itself {
    use relations::prelude::*;

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Row {
        #[model(id)]
        pub id: i64,
    }

    async fn pragma(db: &Db, name: &'static str) -> String {
        let relations::Pool::Sqlite(pool) = db.pool() else {
            panic!("it is SQLite")
        };
        let mut found = Vec::new();
        let mut leases = Vec::new();
        // On each connection of the pool.
        for _ in 0..3 {
            let mut lease = pool.acquire().await.unwrap();
            let value: String = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
                "SELECT CAST({name} AS TEXT) FROM pragma_{name}"
            )))
            .fetch_one(&mut *lease)
            .await
            .unwrap();
            found.push(value);
            leases.push(lease);
        }
        found.dedup();
        assert_eq!(found.len(), 1, "{name}: {found:?}");
        found.remove(0)
    }

    #[tokio::test]
    async fn a_file_gets_a_write_ahead_log_and_foreign_keys() {
        let path = crate::support::path(&format!(
            "{}pragma_{}",
            crate::support::PREFIX,
            std::process::id()
        ));
        let url = format!("sqlite:{}?mode=rwc", path.display());
        let db = Db::connect(&url).await.unwrap();
        assert_eq!(pragma(&db, "journal_mode").await, "wal");
        assert_eq!(pragma(&db, "foreign_keys").await, "1");
        db.schema::<Row>().create().await.unwrap();
        RowRepository::new(&db).create(Row { id: 1 }).await.unwrap();
        drop(db);
        // What was written outlives the connection, and is read without the right to write.
        let again = Db::connect(&format!("sqlite:{}?mode=ro", path.display()))
            .await
            .unwrap();
        assert_eq!(
            RowRepository::new(&again).find().all().await.unwrap(),
            [Row { id: 1 }]
        );
        assert!(
            RowRepository::new(&again)
                .create(Row { id: 2 })
                .await
                .is_err()
        );
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", path.display()));
        }
    }

    #[tokio::test]
    async fn memory_has_foreign_keys() {
        let db = Db::connect("sqlite::memory:").await.unwrap();
        assert_eq!(pragma(&db, "foreign_keys").await, "1");
    }

    #[tokio::test]
    async fn each_memory_is_a_database_of_its_own() {
        let first = Db::connect("sqlite::memory:").await.unwrap();
        let second = Db::connect("sqlite::memory:").await.unwrap();
        first.schema::<Row>().create().await.unwrap();
        RowRepository::new(&first)
            .create(Row { id: 1 })
            .await
            .unwrap();
        second.schema::<Row>().create().await.unwrap();
        assert_eq!(RowRepository::new(&second).find().count().await.unwrap(), 0);
    }

    #[tokio::test]
    async fn a_file_that_is_not_there_is_not_made() {
        let error = Db::connect("sqlite:/tmp/relations_test_no_such_file.db")
            .await
            .unwrap_err();
        assert_eq!(error.kind(), relations::ErrorKind::Connection);
        assert!(
            error.to_string().contains("relations_test_no_such_file.db"),
            "{error}"
        );
    }

    #[tokio::test]
    async fn a_pool_of_ones_own() {
        use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
        let options: SqliteConnectOptions = "sqlite::memory:".parse().unwrap();
        let options = relations::driver::with_decimal_order(options);
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options)
            .await
            .unwrap();
        let db = Db::from_pool(pool).await.unwrap();
        db.schema::<Row>().create().await.unwrap();
        RowRepository::new(&db).create(Row { id: 1 }).await.unwrap();
        assert_eq!(RowRepository::new(&db).find().count().await.unwrap(), 1);
    }

    /// SQLite undoes the transaction, and would then keep each later statement by itself.
    #[tokio::test]
    async fn a_conflict_that_rolls_back_on_a_pool_of_ones_own() {
        use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
        let options: SqliteConnectOptions = "sqlite::memory:".parse().unwrap();
        let one = SqlitePoolOptions::new().max_connections(1);
        let db = Db::from_pool(one.connect_with(options).await.unwrap());
        let db = db.await.unwrap();
        let table = "CREATE TABLE row (id INTEGER NOT NULL PRIMARY KEY ON CONFLICT ROLLBACK)";
        db.sql(table).execute().await.unwrap();
        let result = db
            .transaction(async |tx| {
                let rows = RowRepository::new(&tx);
                rows.create(Row { id: 1 }).await?;
                let error = rows.create(Row { id: 1 }).await.unwrap_err();
                assert_eq!(error.kind(), relations::ErrorKind::AlreadyExists);
                let _ = rows.create(Row { id: 2 }).await;
                Ok::<_, relations::Error>(())
            })
            .await;
        result.unwrap_err();
        assert_eq!(RowRepository::new(&db).find().count().await.unwrap(), 0);
        // A failure that undoes nothing leaves the transaction usable.
        db.sql("CREATE TABLE other (id INTEGER PRIMARY KEY)")
            .execute()
            .await
            .unwrap();
        db.transaction(async |tx| {
            tx.sql("INSERT INTO other VALUES (1)").execute().await?;
            tx.sql("INSERT INTO other VALUES (1)")
                .execute()
                .await
                .unwrap_err();
            tx.sql("INSERT INTO other VALUES (2)").execute().await?;
            Ok::<_, relations::Error>(())
        })
        .await
        .unwrap();
    }

    #[tokio::test]
    async fn a_statement_that_changes_no_row_says_zero() {
        let db = Db::connect("sqlite::memory:").await.unwrap();
        db.schema::<Row>().create().await.unwrap();
        let two = db.sql("INSERT INTO row VALUES (1), (2)").execute().await;
        assert_eq!(two.unwrap(), 2);
        let index = db.sql("CREATE INDEX by_id ON row (id)").execute().await;
        assert_eq!(index.unwrap(), 0);
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Word {
        #[model(id)]
        pub id: i64,
        pub text: String,
    }

    #[tokio::test]
    async fn regular_expressions_on_a_pool_of_ones_own() {
        use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
        // Each with a database of its own, which clones of the options would share.
        let options = || -> SqliteConnectOptions { "sqlite::memory:".parse().unwrap() };
        for (options, is_known) in [(options(), false), (options().with_regexp(), true)] {
            let one = SqlitePoolOptions::new().max_connections(1);
            let db = Db::from_pool(one.connect_with(options).await.unwrap());
            let db = db.await.unwrap();
            db.schema::<Word>().create().await.unwrap();
            let words = WordRepository::new(&db);
            let found = words.find().filter(Word::TEXT.regexp("a")).all().await;
            if is_known {
                assert_eq!(found.unwrap(), []);
                continue;
            }
            let error = found.unwrap_err();
            assert_eq!(error.kind(), relations::ErrorKind::Database);
            let message = error.to_string();
            assert!(
                message.ends_with(
                    "no such function: REGEXP\nhelp: connect with `SqliteConnectOptions::with_regexp`"
                ),
                "{message}"
            );
        }
    }
}

/// SQLite runs in the process: nobody's thread is blocked for long, and nothing is left of what was dropped. Each test's
/// runtime has one thread for its tasks.
mod in_process {
    use super::itself::{Row, RowRepository};
    use crate::support::given_up;
    use relations::prelude::*;
    use relations::{Error, ErrorKind};
    use sqlx::{ConnectOptions, Connection as _};
    use std::cell::Cell;
    use std::future::IntoFuture;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::{Duration, Instant};

    /// Until a statement is under way, which nothing tells. One that is not yet makes a test easier to pass, not harder.
    const UNDER_WAY: Duration = Duration::from_millis(100);

    /// Somewhat fewer ticks than a second has where nothing is in their way.
    const A_SECOND: u32 = 160;

    /// A file that is removed in the end, and its `Db`.
    struct OnFile {
        db: Db,
        path: std::path::PathBuf,
    }

    impl Drop for OnFile {
        fn drop(&mut self) {
            remove(&self.path);
        }
    }

    fn remove(path: &std::path::Path) {
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", path.display()));
        }
    }

    impl OnFile {
        async fn new(name: &str) -> OnFile {
            let prefix = crate::support::PREFIX;
            let path = crate::support::path(&format!("{prefix}{name}_{}", std::process::id()));
            // A test that was killed may have left it.
            remove(&path);
            let url = path.display().to_string().replace('%', "%25");
            let db = Db::connect(&format!("sqlite:{url}?mode=rwc"))
                .await
                .unwrap();
            prepare(&db).await;
            OnFile { db, path }
        }

        /// A connection that the `Db` does not know of, as another process has it.
        async fn stranger(&self) -> sqlx::SqliteConnection {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&self.path);
            options.connect().await.unwrap()
        }
    }

    async fn memory() -> Db {
        let db = Db::connect("sqlite::memory:").await.unwrap();
        prepare(&db).await;
        db
    }

    /// A view that takes long to read.
    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Slow {
        #[model(id)]
        pub id: i64,
    }

    /// One that takes for ever.
    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Endless {
        #[model(id)]
        pub id: i64,
    }

    const TRAP: &str = "CREATE TRIGGER trapped AFTER DELETE ON trap BEGIN INSERT INTO row SELECT id FROM endless; END";

    /// A table from which deleting takes for ever.
    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Trap {
        #[model(id)]
        pub id: i64,
    }

    async fn execute(db: &Db, sql: String) {
        let relations::Pool::Sqlite(pool) = db.pool() else {
            panic!("it is SQLite")
        };
        let sql = sqlx::raw_sql(sqlx::AssertSqlSafe(sql));
        sql.execute(pool).await.unwrap();
    }

    async fn prepare(db: &Db) {
        db.schema::<(Row, Trap)>().create().await.unwrap();
        for (name, rows) in [("slow", 1_000_000_u64), ("endless", 1_000_000_000_000)] {
            let view = format!(
                "CREATE VIEW {name} AS WITH RECURSIVE n(id) AS
                 (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < {rows})
                 SELECT id FROM n WHERE id = {rows}"
            );
            execute(db, view).await;
        }
        execute(db, TRAP.to_owned()).await;
    }

    async fn count(db: &Db) -> u64 {
        RowRepository::new(db).find().count().await.unwrap()
    }

    async fn create(connection: impl Connection, id: i64) -> relations::Result<Row> {
        RowRepository::new(connection).create(Row { id }).await
    }

    /// Counts how often another task got its turn, some 170 times a second where nothing is in its way. On a machine that is slow it is slow as
    /// well, so that it is the clock for what must not take long.
    struct Ticks(Arc<AtomicU32>, tokio::task::JoinHandle<()>);

    impl Ticks {
        fn start() -> Ticks {
            let ticks = Arc::new(AtomicU32::new(0));
            let counted = ticks.clone();
            let task = tokio::spawn(async move {
                // By a timer, since one that is always ready would take the processor from the work that is waited for.
                loop {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    counted.fetch_add(1, Ordering::Relaxed);
                }
            });
            Ticks(ticks, task)
        }

        /// How many there are in a second in which nothing is done here.
        async fn of_a_second() -> u32 {
            let ticks = Ticks::start();
            tokio::time::sleep(Duration::from_secs(1)).await;
            ticks.stop()
        }

        /// Waits until there were so many.
        async fn reach(&self, ticks: u32) {
            while self.0.load(Ordering::Relaxed) < ticks {
                tokio::task::yield_now().await;
            }
        }

        fn so_far(&self) -> u32 {
            self.0.load(Ordering::Relaxed)
        }

        fn stop(self) -> u32 {
            self.1.abort();
            self.so_far()
        }
    }

    async fn nothing_is_left_of_dropped_futures(db: &Db) {
        for polls in 0..12 {
            let rows = (0..2000).map(|id| Row { id: id + 10 });
            let repository = RowRepository::new(db);
            let all = repository.create_all(rows.collect::<Vec<_>>());
            let done = given_up(all.into_future(), polls).await;
            let found = count(db).await;
            // One statement: all or nothing, also where nobody waits for the answer.
            assert!(matches!(found, 0 | 2000), "{found} of 2000");
            assert!(done.is_none() || found == 2000);
            RowRepository::new(db).delete().all_rows().await.unwrap();

            let transaction = db.transaction(async |tx| {
                create(&tx, 1).await?;
                let rows = (0..500).map(|id| Row { id: id + 10 });
                let rows: Vec<Row> = rows.collect();
                RowRepository::new(&tx).create_all(rows).await?;
                RowRepository::new(&tx).find().all().await?;
                tx.transaction(async |tx| create(&tx, 2).await).await?;
                // It is there already, so that the end is a rollback.
                create(&tx, 1).await
            });
            let done = given_up(transaction, polls).await;
            assert!(done.is_none_or(|result| result.is_err()));
            let ticks = Ticks::start();
            assert_eq!(count(db).await, 0, "after {polls} polls");
            create(db, 3).await.unwrap();
            assert!(ticks.stop() < 2 * A_SECOND, "a lock was left");
            RowRepository::new(db).delete().all_rows().await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_future_dropped_anywhere_leaves_nothing_in_a_file() {
        nothing_is_left_of_dropped_futures(&OnFile::new("dropped").await.db).await;
    }

    #[tokio::test]
    async fn a_future_dropped_anywhere_leaves_nothing_in_memory() {
        nothing_is_left_of_dropped_futures(&memory().await).await;
    }

    #[tokio::test]
    async fn a_long_query_lets_other_tasks_run() {
        let db = memory().await;
        // Whoever blocks the thread does so each time; what else runs on the machine may be in the way of one.
        for tries in 1.. {
            let (ticks, started) = (Ticks::start(), Instant::now());
            let rows = SlowRepository::new(&db).find().all().await.unwrap();
            assert_eq!(rows.len(), 1);
            let (elapsed, ticks) = (started.elapsed().as_millis() / 5, ticks.stop());
            if u128::from(ticks) > elapsed / 4 && ticks > 3 {
                return;
            }
            assert!(tries < 50, "{ticks} ticks of {elapsed}");
        }
    }

    #[tokio::test]
    async fn short_operations_are_done_when_they_are_first_polled() {
        let on = OnFile::new("short").await;
        for db in [&memory().await, &on.db] {
            create(db, 1).await.unwrap();
            let rows = RowRepository::new(db);
            assert!(given_up(create(db, 2), 1).await.is_some());
            let row = given_up(rows.find_by_id(1).get(), 1).await;
            assert_eq!(row.unwrap().unwrap(), Row { id: 1 });
            let after = rows.find().filter(Row::ID.gt(0)).limit(20);
            assert!(given_up(after.all(), 1).await.is_some());
            let page = given_up(rows.find().limit(20).all(), 1).await;
            assert_eq!(page.unwrap().unwrap().len(), 2);
            // It may have to go through the whole table; what ends there may be done on its thread before it is polled.
            let endless = EndlessRepository::new(db);
            let others = endless.find().filter(Endless::ID.ne(0)).limit(20);
            assert!(given_up(others.all(), 1).await.is_none());
        }
    }

    #[tokio::test]
    async fn tasks_of_short_operations_take_turns() {
        let db = memory().await;
        let ticks = Arc::new(AtomicU32::new(0));
        let counted = ticks.clone();
        let other = tokio::spawn(async move {
            loop {
                tokio::task::yield_now().await;
                counted.fetch_add(1, Ordering::Relaxed);
            }
        });
        for id in 0..1000 {
            create(&db, id).await.unwrap();
        }
        other.abort();
        assert!(ticks.load(Ordering::Relaxed) > 3);
    }

    /// While another task holds a transaction, this one waits, and the only thread goes on.
    async fn a_short_operation_waits(db: &Db, wait: impl AsyncFn(&Db)) {
        let (started, has_started) = tokio::sync::oneshot::channel();
        let (end, may_end) = tokio::sync::oneshot::channel();
        let holder = db.clone();
        let holder = tokio::spawn(async move {
            holder
                .transaction(async |tx| {
                    create(&tx, 1).await?;
                    started.send(()).unwrap();
                    may_end.await.unwrap();
                    create(&tx, 2).await
                })
                .await
        });
        has_started.await.unwrap();
        let (ticks, ended) = (Ticks::start(), Cell::new(false));
        let waiting = async {
            wait(db).await;
            assert!(ended.get(), "it did not wait");
        };
        let ending = async {
            ticks.reach(10).await;
            ended.set(true);
            end.send(()).unwrap();
            ticks.so_far()
        };
        let ((), ended) = tokio::join!(waiting, ending);
        // Not because it lost patience.
        assert!(ticks.stop() - ended < 3 * A_SECOND);
        holder.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn a_write_waits_for_a_transaction_without_its_thread() {
        let wait = async |db: &Db| {
            create(db, 3).await.unwrap();
            assert_eq!(count(db).await, 3);
        };
        a_short_operation_waits(&OnFile::new("waits").await.db, wait).await;
        a_short_operation_waits(&memory().await, wait).await;
    }

    #[tokio::test]
    async fn in_memory_a_read_waits_for_a_transaction_too() {
        let wait = async |db: &Db| {
            let row = RowRepository::new(db).find_by_id(1).get().await.unwrap();
            assert_eq!(row.id, 1);
            assert_eq!(count(db).await, 2);
        };
        a_short_operation_waits(&memory().await, wait).await;
    }

    #[tokio::test]
    async fn a_write_beside_its_own_transaction_is_a_conflict() {
        let db = memory().await;
        let started = Instant::now();
        let result = db
            .transaction(async |tx| {
                create(&tx, 1).await?;
                create(&db, 2).await
            })
            .await;
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Conflict);
        // The patience of SQLite's lock, which is no option.
        assert!(started.elapsed() >= Duration::from_secs(5));
        assert_eq!(count(&db).await, 0);
    }

    #[tokio::test]
    async fn a_dropped_query_is_interrupted() {
        let on = OnFile::new("interrupted").await;
        for db in [memory().await, on.db.clone()] {
            let endless = EndlessRepository::new(&db);
            let all = endless.find().all();
            assert!(tokio::time::timeout(UNDER_WAY, all).await.is_err());
            create(&db, 1).await.unwrap();
            // All connections are free again.
            let closed = tokio::time::timeout(Duration::from_secs(60), db.close());
            closed.await.expect("the query ended");
        }
    }

    #[tokio::test]
    async fn a_transaction_goes_on_after_a_query_that_was_dropped() {
        let on = OnFile::new("goes_on").await;
        on.db
            .transaction(async |tx| {
                create(&tx, 1).await?;
                let endless = EndlessRepository::new(&tx);
                let all = endless.find().all();
                assert!(tokio::time::timeout(UNDER_WAY, all).await.is_err());
                create(&tx, 2).await
            })
            .await
            .unwrap();
        assert_eq!(count(&on.db).await, 2);
    }

    #[tokio::test]
    async fn a_write_that_was_interrupted_loses_its_transaction() {
        let on = OnFile::new("loses").await;
        let mut under_way = UNDER_WAY;
        let error = loop {
            let result = on
                .db
                .transaction(async |tx| {
                    create(&tx, 1).await?;
                    let traps = TrapRepository::new(&tx);
                    traps.create(Trap { id: 1 }).await?;
                    let delete = traps.delete().filter(Trap::ID.gt(0)).into_future();
                    let dropped = tokio::time::timeout(under_way, delete).await;
                    assert!(dropped.is_err(), "{dropped:?}");
                    create(&tx, 2).await
                })
                .await;
            match result {
                Err(error) => break error,
                // The machine was too slow to begin with the write, so that nothing was lost.
                Ok(_) => {
                    assert_eq!(count(&on.db).await, 2);
                    execute(&on.db, "DELETE FROM row".to_owned()).await;
                    execute(&on.db, "DROP TRIGGER trapped; DELETE FROM trap".to_owned()).await;
                    execute(&on.db, TRAP.to_owned()).await;
                    under_way *= 2;
                    assert!(under_way < Duration::from_secs(60), "it is never lost");
                }
            }
        };
        assert_eq!(error.kind(), ErrorKind::TransactionClosed);
        assert_eq!(count(&on.db).await, 0);
    }

    #[tokio::test]
    async fn a_transaction_dropped_during_a_query_is_rolled_back() {
        let on = OnFile::new("rolled_back").await;
        for db in [&memory().await, &on.db] {
            let transaction = db.transaction(async |tx| {
                create(&tx, 1).await?;
                EndlessRepository::new(&tx).find().all().await
            });
            assert!(tokio::time::timeout(UNDER_WAY, transaction).await.is_err());
            let ticks = Ticks::start();
            create(db, 2).await.unwrap();
            assert!(ticks.stop() < 2 * A_SECOND);
            assert_eq!(count(db).await, 1);
        }
    }

    #[tokio::test]
    async fn the_lock_of_another_process_is_waited_for() {
        let on = OnFile::new("stranger").await;
        let mut stranger = on.stranger().await;
        let run = async |stranger: &mut sqlx::SqliteConnection, sql: &'static str| {
            sqlx::raw_sql(sql).execute(stranger).await.unwrap();
        };
        run(&mut stranger, "BEGIN IMMEDIATE").await;
        let usual = Ticks::of_a_second().await;
        let (ticks, started) = (Ticks::start(), Instant::now());
        for result in [
            create(&on.db, 1).await,
            on.db.transaction(async |tx| create(&tx, 1).await).await,
        ] {
            let error: Error = result.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Conflict);
            assert!(error.is_retryable());
        }
        let elapsed = started.elapsed();
        // Twice the patience of SQLite's lock, which is no option.
        assert!(elapsed >= Duration::from_secs(10), "{elapsed:?}");
        let ticks = ticks.stop();
        assert!(ticks < 14 * A_SECOND, "{elapsed:?}");
        let usual = usual.min(Ticks::of_a_second().await);
        // A third of what there are where nobody waits.
        assert!(
            ticks > usual * 10 / 3,
            "the thread was blocked: {ticks}, {usual}"
        );
        // Reading needs no lock.
        assert_eq!(count(&on.db).await, 0);

        // Work on the other thread waits there.
        let rows: Vec<Row> = (0..100).map(|id| Row { id: id + 10 }).collect();
        let repository = RowRepository::new(&on.db);
        let (short, long) = (create(&on.db, 1), repository.create_all(rows));
        let end = async {
            let ticks = Ticks::start();
            ticks.reach(10).await;
            ticks.stop();
            run(&mut stranger, "COMMIT").await;
        };
        let (short, long, ()) = tokio::join!(short, long, end);
        short.unwrap();
        long.unwrap();
        assert_eq!(count(&on.db).await, 101);
        stranger.close().await.unwrap();
    }

    #[tokio::test]
    async fn an_odd_name_and_a_file_that_nobody_changes() {
        let on = OnFile::new("odd name#1 50%").await;
        create(&on.db, 1).await.unwrap();
        // The log goes back into the file, which is all that an immutable database reads.
        on.db.close().await;
        assert!(on.path.exists());
        let url = |mode: &str| {
            let path = on.path.display().to_string();
            format!("sqlite:{}?{mode}", path.replace('%', "%25"))
        };
        for mode in ["immutable=true", "mode=ro", "mode=rw"] {
            let db = Db::connect(&url(mode)).await.unwrap();
            assert_eq!(count(&db).await, 1, "{mode}");
            let written = create(&db, 2).await;
            assert_eq!(written.is_ok(), mode == "mode=rw", "{mode}: {written:?}");
            db.close().await;
        }
        let error = Db::connect(&url("mode=none")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection);
    }

    #[tokio::test]
    async fn the_pool_outlives_its_db_in_memory() {
        let db = memory().await;
        create(&db, 1).await.unwrap();
        let relations::Pool::Sqlite(pool) = db.pool().clone() else {
            panic!("it is SQLite")
        };
        let rows = "SELECT COUNT(*) FROM row";
        let count: i64 = sqlx::query_scalar(rows).fetch_one(&pool).await.unwrap();
        assert_eq!(count, 1);
        drop(db);
        let count: i64 = sqlx::query_scalar(rows).fetch_one(&pool).await.unwrap();
        assert_eq!(count, 1);
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Every {
        #[model(id)]
        pub id: i64,
        pub boolean: bool,
        pub small: i8,
        pub large: u64,
        pub single: f32,
        pub double: f64,
        pub text: String,
        pub bytes: Vec<u8>,
        pub absent: Option<String>,
        pub date: chrono::NaiveDate,
        pub time: chrono::NaiveTime,
        pub date_time: chrono::NaiveDateTime,
        pub instant: chrono::DateTime<chrono::Utc>,
        pub uuid: uuid::Uuid,
        pub decimal: rust_decimal::Decimal,
        pub json: serde_json::Value,
    }

    fn every(id: i64, time: &str) -> Every {
        let date_time: chrono::NaiveDateTime = format!("2024-02-29T{time}").parse().unwrap();
        Every {
            id,
            boolean: true,
            small: -7,
            large: 1 << 60,
            single: 0.1,
            double: 1e300,
            text: "a\0b \u{e9}".to_owned(),
            bytes: vec![0, 255],
            absent: None,
            date: date_time.date(),
            time: date_time.time(),
            date_time,
            instant: date_time.and_utc(),
            uuid: uuid::Uuid::from_u128(7),
            decimal: "1.50".parse().unwrap(),
            json: serde_json::json!({"b": [1, null], "a": 1.5}),
        }
    }

    #[tokio::test]
    async fn rows_are_stored_and_read_as_through_sqlx() {
        let on = OnFile::new("every").await;
        let through_sqlx = Db::from_pool(on.db.pool().clone()).await.unwrap();
        on.db.schema::<Every>().create().await.unwrap();
        let times = [
            "12:30:05",
            "00:00:00.5",
            "23:59:59.123456",
            "01:02:03.000000001",
        ];
        for (id, time) in (0..).zip(times) {
            let rows = [every(2 * id, time), every(2 * id + 1, time)];
            let [here, there] = rows.clone();
            EveryRepository::new(&on.db).create(here).await.unwrap();
            EveryRepository::new(&through_sqlx)
                .create(there)
                .await
                .unwrap();
            for db in [&on.db, &through_sqlx] {
                for row in &rows {
                    let found = EveryRepository::new(db).find_by_id(row.id).get().await;
                    assert_eq!(found.unwrap(), *row);
                }
            }
        }
        let relations::Pool::Sqlite(pool) = on.db.pool() else {
            panic!("it is SQLite")
        };
        for field in Every::metadata().fields().iter().skip(1) {
            let column = field.column();
            let differing = format!(
                "SELECT COUNT(*) FROM every a JOIN every b ON b.id = a.id + 1
                 WHERE a.id % 2 = 0
                 AND (typeof(a.{column}) <> typeof(b.{column}) OR hex(a.{column}) <> hex(b.{column}))"
            );
            let differing = sqlx::query_scalar(sqlx::AssertSqlSafe(differing));
            let differing: i64 = differing.fetch_one(pool).await.unwrap();
            assert_eq!(differing, 0, "{column}");
        }
    }
}
