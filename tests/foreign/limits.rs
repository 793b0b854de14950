//! Limits of time: what is over them is cancelled where it runs, and a server that does not answer is not waited for.

use crate::support::{Proxy, Sql, TestDb, database_test};
use relations::{Db, Error, ErrorKind, prelude::*};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Item {
    #[model(id)]
    pub id: i64,
    pub qty: i64,
}

/// Rows of a view whose one row takes the database longer than any test.
#[derive(Debug, Clone, PartialEq, serde::Serialize, Model)]
pub struct Endless {
    #[model(id)]
    pub id: i64,
}

const LIMIT: Duration = Duration::from_millis(200);

/// A limit of the server gets as long again until the server says so.
const LIMIT_OF_SERVER: Duration = Duration::from_secs(1);

/// Far more than the limit, and far less than what is endless.
const GENEROUS: Duration = Duration::from_secs(20);

async fn tables(db: &TestDb) {
    db.schema::<Item>().create().await.unwrap();
    db.execute_sql(Sql::Each {
        sqlite: "CREATE VIEW endless AS WITH RECURSIVE n (id) AS \
            (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 1000000000000) SELECT max(id) AS id FROM n",
        postgres: "CREATE VIEW endless AS SELECT 1::bigint AS id FROM pg_sleep(600)",
        mysql: "CREATE VIEW endless AS SELECT CAST(1 + SLEEP(600) AS SIGNED) AS id",
    })
    .await;
    db.execute_sql(Sql::Each {
        sqlite: "CREATE TRIGGER slow AFTER UPDATE ON item BEGIN SELECT id FROM endless; END",
        postgres: "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS \
                $$ BEGIN PERFORM pg_sleep(600); RETURN NEW; END $$; \
            CREATE TRIGGER slow AFTER UPDATE ON item FOR EACH ROW EXECUTE FUNCTION slow()",
        mysql: "CREATE TRIGGER slow AFTER UPDATE ON item FOR EACH ROW DO SLEEP(600)",
    })
    .await;
}

/// What a call gives, made again where the machine was slower than a limit that is not about this call. The test's own patience ends it.
macro_rules! in_time {
    ($call:expr) => {
        loop {
            match $call.await {
                Err(error) if error.is_timeout() => {}
                result => break result.unwrap(),
            }
        }
    };
}

/// A row, within no limit.
async fn create(db: &Db, id: i64) {
    let items = ItemRepository::new(db);
    items.create(Item::draft().id(id).qty(1)).await.unwrap();
}

#[track_caller]
fn assert_cancelled(error: &Error) {
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
    assert!(error.is_timeout() && !error.is_retryable());
    assert!(
        !error.outcome_is_unknown(),
        "the database says that it undid it: {error:?}"
    );
    assert_eq!(error.http_status(), 504);
}

#[database_test(sqlite_file, postgres, mysql)]
async fn a_statement_over_its_limit_is_cancelled_where_it_runs(db: TestDb) {
    tables(&db).await;
    let options = Db::options().max_connections(1);
    let options = options.statement_timeout(LIMIT_OF_SERVER);
    let limited = options.connect(db.url()).await.unwrap();
    let items = ItemRepository::new(&limited);
    create(&db, 1).await;
    for _ in 0..2 {
        let reading = EndlessRepository::new(&limited).find().all().await;
        assert_cancelled(&reading.unwrap_err());
        db.stopped().await;
        let writing = items.patch_by_id(1, Item::patch().qty(2)).await;
        assert_cancelled(&writing.unwrap_err());
        db.stopped().await;
        // The one connection is there for the next caller.
        assert_eq!(in_time!(items.get_by_id(1)).qty, 1);
    }
    let within = limited.transaction(async |tx| {
        let items = ItemRepository::new(&tx);
        items.create(Item::draft().id(2).qty(2)).await?;
        items.patch_by_id(1, Item::patch().qty(2)).await
    });
    assert_cancelled(&within.await.unwrap_err());
    assert_eq!(in_time!(items.find().count()), 1);
    limited.close().await;
}

#[database_test(sqlite_file, postgres, mysql)]
async fn a_transaction_over_its_limit_is_rolled_back(db: TestDb) {
    tables(&db).await;
    let limited = Db::options()
        .transaction_timeout(LIMIT)
        .connect(db.url())
        .await
        .unwrap();
    let tries = AtomicUsize::new(0);
    let tries = &tries;
    // In a statement, and between two.
    for is_running in [true, false] {
        let run = |tx: relations::Tx| async move {
            tries.fetch_add(1, Ordering::SeqCst);
            ItemRepository::new(&tx)
                .create(Item::draft().id(1).qty(1))
                .await?;
            if is_running {
                EndlessRepository::new(&tx).find().all().await?;
            }
            std::future::pending::<Result<(), Error>>().await
        };
        let ended = tokio::time::timeout(GENEROUS, limited.retry(3).transaction(run)).await;
        assert_cancelled(&ended.unwrap().unwrap_err());
        db.stopped().await;
        let items = ItemRepository::new(&limited);
        assert_eq!(in_time!(items.find().count()), 0);
    }
    assert_eq!(tries.load(Ordering::SeqCst), 2, "it is not tried again");

    // A transaction may have one of its own.
    let short = db.snapshot().timeout(LIMIT);
    let ended = short.transaction(async |_| std::future::pending::<Result<(), Error>>().await);
    assert_cancelled(
        &tokio::time::timeout(GENEROUS, ended)
            .await
            .unwrap()
            .unwrap_err(),
    );
    limited.close().await;
}

#[database_test(sqlite_file, postgres, mysql)]
async fn a_call_over_the_limit_of_its_handle_is_cancelled(db: TestDb) {
    tables(&db).await;
    let options = Db::options().max_connections(2);
    let plain = options.connect(db.url()).await.unwrap();
    let limited = plain.with_timeout(LIMIT);
    let items = ItemRepository::new(&limited);
    create(&plain, 1).await;
    for _ in 0..2 {
        let endless = EndlessRepository::new(&limited);
        let reading = tokio::time::timeout(GENEROUS, endless.find().all()).await;
        assert_cancelled(&reading.unwrap().unwrap_err());
        db.stopped().await;
        let writing = items.patch_by_id(1, Item::patch().qty(2));
        let error = tokio::time::timeout(GENEROUS, writing).await;
        let error = error.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
        assert!(error.outcome_is_unknown() && !error.is_retryable());
        db.stopped().await;
        // Nothing is kept of a transaction, and it takes no other call.
        let has_read = AtomicBool::new(false);
        // Again where the machine was slower than the limit before that.
        while !has_read.load(Ordering::SeqCst) {
            let transaction = limited.transaction(async |tx| {
                let items = ItemRepository::new(&tx);
                items.create(Item::draft().id(2).qty(2)).await?;
                has_read.store(true, Ordering::SeqCst);
                let reading = EndlessRepository::new(&tx).find().all().await;
                assert_cancelled(&reading.unwrap_err());
                let next = items.find().count().await.unwrap_err();
                assert_eq!(next.kind(), ErrorKind::TransactionClosed, "{next:?}");
                Ok::<_, Error>(())
            });
            let error = tokio::time::timeout(GENEROUS, transaction).await;
            let error = error.unwrap().unwrap_err();
            let kind = match has_read.load(Ordering::SeqCst) {
                true => ErrorKind::TransactionClosed,
                false => ErrorKind::Timeout,
            };
            assert_eq!(error.kind(), kind, "{error:?}");
            db.stopped().await;
        }
        assert_eq!(in_time!(items.find().count()), 1);
        assert_eq!(in_time!(items.get_by_id(1)).qty, 1);
    }
    plain.close().await;
}

#[database_test(sqlite_file, postgres, mysql)]
async fn a_call_with_a_run_time_filter_is_limited(db: TestDb) {
    tables(&db).await;
    let options = Db::options().filter_timeout(LIMIT);
    let limited = options.connect(db.url()).await.unwrap();
    let endless = EndlessRepository::new(&limited);
    let filter = r#"{"where": {"id": {"gte": 0}}}"#;
    let finding = tokio::time::timeout(GENEROUS, endless.find_with(filter)).await;
    assert_cancelled(&finding.unwrap().unwrap_err());
    db.stopped().await;
    let counting = tokio::time::timeout(GENEROUS, endless.count_with(filter)).await;
    assert_cancelled(&counting.unwrap().unwrap_err());
    db.stopped().await;
    // Writes, too.
    create(&db, 1).await;
    let items = ItemRepository::new(&limited);
    let patching = items.patch_with(Item::patch().qty(2), filter);
    let error = tokio::time::timeout(GENEROUS, patching).await.unwrap();
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Timeout);
    db.stopped().await;
    limited.close().await;
}

#[database_test(postgres, mysql)]
async fn a_server_that_does_not_answer_is_not_waited_for(db: TestDb) {
    db.schema::<Item>().create().await.unwrap();
    let options = Db::options()
        .statement_timeout(LIMIT)
        .connect_timeout(LIMIT);
    let options = options.acquire_timeout(LIMIT * 2);
    // Again where the machine was slower than the limits.
    let connect = async |proxy: &Proxy| {
        loop {
            let Ok(stalling) = options.connect(proxy.url()).await else {
                continue;
            };
            let items = ItemRepository::new(&stalling);
            if items.find().count().await.is_ok() {
                break stalling;
            }
        }
    };
    // A read does nothing, whatever becomes of it.
    let proxy = Proxy::before(db.url()).await;
    let stalling = connect(&proxy).await;
    proxy.stall();
    let items = ItemRepository::new(&stalling);
    let reading = tokio::time::timeout(GENEROUS, items.find().all());
    let error = reading.await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
    assert!(!error.outcome_is_unknown());
    // Nor is there another connection.
    let reading = tokio::time::timeout(GENEROUS, items.find().all());
    let error = reading.await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
    assert!(!error.outcome_is_unknown());

    // A write may have happened.
    let proxy = Proxy::before(db.url()).await;
    let stalling = connect(&proxy).await;
    proxy.stall();
    let items = ItemRepository::new(&stalling);
    let writing = items.create(Item::draft().id(1).qty(1));
    let error = tokio::time::timeout(GENEROUS, writing)
        .await
        .unwrap()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
    assert!(error.outcome_is_unknown() && !error.is_retryable());

    // So may a COMMIT, and it is not tried again.
    let proxy = Proxy::before(db.url()).await;
    let stalling = connect(&proxy).await;
    let stalls = AtomicUsize::new(0);
    let (shared, stalls) = (&proxy, &stalls);
    let run = |tx: relations::Tx| async move {
        ItemRepository::new(&tx)
            .create(Item::draft().id(2).qty(1))
            .await?;
        shared.stall();
        stalls.fetch_add(1, Ordering::SeqCst);
        Ok::<_, Error>(())
    };
    let error = loop {
        let committing = stalling.retry(3).transaction(run);
        let error = tokio::time::timeout(GENEROUS, committing).await;
        let error = error.unwrap().unwrap_err();
        // Again where the machine was slower than the limit before the COMMIT.
        if stalls.load(Ordering::SeqCst) > 0 {
            break error;
        }
    };
    assert_eq!(stalls.load(Ordering::SeqCst), 1);
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
    assert!(error.outcome_is_unknown() && !error.is_retryable());
    let closing = stalling.close_within(LIMIT);
    let _ = tokio::time::timeout(GENEROUS, closing).await.unwrap();
}

#[database_test]
async fn closing_waits_as_long_as_it_is_told(db: TestDb) {
    db.schema::<Item>().create().await.unwrap();
    let items = ItemRepository::new(&*db);
    items.create(Item::draft().id(1).qty(1)).await.unwrap();
    let result = db.transaction(async |tx| {
        let error = db
            .close_within(Duration::from_millis(20))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        // What goes on may end.
        ItemRepository::new(&tx).get_by_id(1).await
    });
    result.await.unwrap();
    let error = items.find().all().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(!error.is_retryable());
    db.close_within(GENEROUS).await.unwrap();
}
