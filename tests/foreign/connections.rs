//! Connections that the server or the network closed.

use crate::support::{Proxy, TestDb, database_test};
use relations::{Db, Dialect, Error, ErrorKind, Pool, prelude::*};
use sqlx::AssertSqlSafe;
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Part)]
pub struct Item {
    #[model(id, generated)]
    pub id: i64,
    pub qty: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Part {
    #[model(id, generated)]
    pub id: i64,
    #[belongs_to(Item)]
    pub item_id: i64,
}

/// Opens several connections.
async fn warm(db: &Db) {
    let items = ItemRepository::new(db);
    items.find().count().await.unwrap();
    let reads = (0..8).map(|_| {
        let db = db.clone();
        tokio::spawn(async move { ItemRepository::new(&db).find().all().await })
    });
    for read in reads.collect::<Vec<_>>() {
        read.await.unwrap().unwrap();
    }
}

/// Has the server close all connections to the test's database but the one that says so.
async fn close_all(db: &TestDb) {
    match db.pool() {
        #[cfg(feature = "postgres")]
        Pool::Postgres(pool) => {
            let mut connection = pool.acquire().await.unwrap();
            let others = "FROM pg_stat_activity WHERE datname = current_database() \
                AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
            let close = format!("SELECT count(pg_terminate_backend(pid)) {others}");
            let left = format!("SELECT count(*) {others}");
            for sql in [close, left] {
                let query = || sqlx::query_scalar::<_, i64>(AssertSqlSafe(sql.clone()));
                while query().fetch_one(&mut *connection).await.unwrap() > 0 {}
            }
        }
        #[cfg(feature = "mysql")]
        Pool::MySql(pool) => {
            let mut connection = pool.acquire().await.unwrap();
            let sql = "SELECT CAST(id AS SIGNED) FROM information_schema.processlist \
                WHERE db = DATABASE() AND id <> CONNECTION_ID()";
            let ids: Vec<i64> = sqlx::query_scalar(sql)
                .fetch_all(&mut *connection)
                .await
                .unwrap();
            for id in ids {
                let sql = AssertSqlSafe(format!("KILL {id}"));
                let _ = sqlx::raw_sql(sql).execute(&mut *connection).await;
            }
            let left = "SELECT CAST(count(*) AS SIGNED) FROM information_schema.processlist \
                WHERE db = DATABASE() AND id <> CONNECTION_ID()";
            let left = || sqlx::query_scalar::<_, i64>(left);
            while left().fetch_one(&mut *connection).await.unwrap() > 0 {}
        }
        _ => unreachable!("a database on a server"),
    }
}

#[database_test(postgres, mysql)]
async fn reads_and_transactions_do_not_notice_that_all_connections_were_closed(db: TestDb) {
    db.schema::<(Item, Part)>().create().await.unwrap();
    let items = ItemRepository::new(&*db);
    items.create(Item::draft().qty(1)).await.unwrap();
    for _ in 0..3 {
        warm(&db).await;
        close_all(&db).await;
        for _ in 0..15 {
            assert_eq!(items.find().all().await.unwrap().len(), 1);
        }
        warm(&db).await;
        close_all(&db).await;
        let changed = db.transaction(async |tx| {
            let items = ItemRepository::new(&tx);
            items.patch_by_id(1, Item::patch().qty(2)).await
        });
        changed.await.unwrap();
        warm(&db).await;
        close_all(&db).await;
        // A draft with drafts in it is a transaction of its own.
        let nested = Item::draft().qty(3).parts([Part::draft()]);
        let item = items.create(nested).await.unwrap();
        items.delete_by_id(item.id).await.unwrap_err();
        items.parts(item.id).delete().all_rows().await.unwrap();
        items.delete_by_id(item.id).await.unwrap();
    }
}

#[database_test(postgres, mysql)]
async fn one_write_fails_at_most(db: TestDb) {
    db.schema::<(Item, Part)>().create().await.unwrap();
    let items = ItemRepository::new(&*db);
    warm(&db).await;
    close_all(&db).await;
    let mut failed = Vec::new();
    for n in 0..15 {
        failed.extend(items.create(Item::draft().qty(n)).await.err());
    }
    assert!(failed.len() <= 1, "{failed:?}");
    for error in &failed {
        assert_eq!(error.kind(), ErrorKind::Connection);
        assert_ne!(error.is_retryable(), error.outcome_is_unknown());
    }
    assert_eq!(
        items.find().count().await.unwrap(),
        15 - failed.len() as u64
    );
}

#[database_test(postgres, mysql)]
async fn a_connection_cut_in_a_transaction_is_counted_by_retry(db: TestDb) {
    let proxy = Proxy::before(db.url()).await;
    let shaky = Db::connect(proxy.url()).await.unwrap();
    shaky.schema::<(Item, Part)>().create().await.unwrap();
    let tries = std::sync::atomic::AtomicUsize::new(0);
    let (tries, proxy) = (&tries, &proxy);
    let run = |tx| async move {
        let items = ItemRepository::new(&tx);
        let nth = tries.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let item = items.create(Item::draft().qty(1)).await?;
        if nth < 2 {
            proxy.cut();
        }
        let changed = items.patch_by_id(item.id, Item::patch().qty(2)).await;
        if let Err(error) = &changed {
            assert_eq!(error.kind(), ErrorKind::Connection);
            assert!(error.is_retryable() && !error.outcome_is_unknown());
        }
        changed
    };
    shaky.retry(5).transaction(run).await.unwrap();
    assert_eq!(tries.load(std::sync::atomic::Ordering::SeqCst), 3);
    let found = ItemRepository::new(&*db).find().all().await.unwrap();
    assert_eq!(found.len(), 1, "what was cut off was not kept");
    assert_eq!(found[0].qty, 2);
}

#[database_test(postgres, mysql)]
async fn an_answer_that_was_lost_says_so(db: TestDb) {
    let proxy = Proxy::before(db.url()).await;
    let shaky = Db::options()
        .max_connections(1)
        .connect(proxy.url())
        .await
        .unwrap();
    shaky.schema::<(Item, Part)>().create().await.unwrap();
    let items = ItemRepository::new(&shaky);
    // Prepared, so that the next answer is that of the statement itself.
    items.create(Item::draft().qty(1)).await.unwrap();

    proxy.lose_an_answer();
    let error = items.create(Item::draft().qty(2)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(
        error.outcome_is_unknown() && !error.is_retryable(),
        "{error:?}"
    );
    assert_eq!(items.find().count().await.unwrap(), 2, "it has happened");

    // A read is asked again.
    proxy.lose_an_answer();
    assert_eq!(items.find().count().await.unwrap(), 2);

    // What a transaction did was undone with its connection.
    let insert = async |tx: relations::Tx| {
        let items = ItemRepository::new(&tx);
        items.find().count().await?;
        proxy.lose_an_answer();
        items.create(Item::draft().qty(3)).await
    };
    let error = shaky.transaction(insert).await.unwrap_err();
    assert!(error.is_connection() && error.is_retryable() && !error.outcome_is_unknown());
    assert_eq!(items.find().count().await.unwrap(), 2);

    // Of a COMMIT nobody knows, and nobody tries again.
    let commit = |tx: relations::Tx| {
        let proxy = &proxy;
        async move {
            let items = ItemRepository::new(&tx);
            items.create(Item::draft().qty(4)).await?;
            proxy.lose_an_answer();
            Ok::<_, Error>(())
        }
    };
    let error = shaky.retry(5).transaction(commit).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(
        error.outcome_is_unknown() && !error.is_retryable(),
        "{error:?}"
    );
    assert_eq!(items.find().count().await.unwrap(), 3, "it was kept, once");
}

/// What one task of [`a_restart_under_tasks`] met.
#[derive(Default)]
struct Met {
    written: u64,
    unknown: u64,
    failed_writes: u64,
}

async fn read_and_write(db: Db, until: tokio::sync::watch::Receiver<bool>) -> Met {
    let (items, mut met) = (ItemRepository::new(&db), Met::default());
    while !*until.borrow() {
        items
            .find()
            .limit(3)
            .all()
            .await
            .expect("reads do not fail");
        match items.create(Item::draft().qty(1)).await {
            Ok(_) => met.written += 1,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
                assert_ne!(error.is_retryable(), error.outcome_is_unknown());
                met.unknown += u64::from(error.outcome_is_unknown());
                met.failed_writes += 1;
            }
        }
    }
    met
}

#[database_test(postgres, mysql)]
async fn a_restart_under_tasks(db: TestDb) {
    let proxy = Proxy::before(db.url()).await;
    let shaky = Db::connect(proxy.url()).await.unwrap();
    shaky.schema::<(Item, Part)>().create().await.unwrap();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let tasks = (0..16).map(|_| tokio::spawn(read_and_write(shaky.clone(), stopped.clone())));
    let tasks: Vec<_> = tasks.collect();
    let watcher = ItemRepository::new(&*db);
    let grown = async |rows: u64| {
        let before = watcher.find().count().await.unwrap();
        while watcher.find().count().await.unwrap() < before + rows {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    grown(50).await;
    proxy.stop();
    tokio::time::sleep(Duration::from_millis(300)).await;
    proxy.start();
    grown(50).await;
    stop.send_replace(true);
    let (mut written, mut unknown) = (0, 0);
    for task in tasks {
        let met = task.await.unwrap();
        assert!(
            met.failed_writes <= 1,
            "{} writes failed",
            met.failed_writes
        );
        written += met.written;
        unknown += met.unknown;
    }
    let rows = watcher.find().count().await.unwrap();
    assert!(
        (written..=written + unknown).contains(&rows),
        "{rows} rows, {written} + {unknown}"
    );
}

/// A server that has no connection to give is waited for, as one is that is given back.
#[database_test(postgres, mysql)]
async fn too_many_connections_are_waited_for(db: TestDb) {
    db.schema::<(Item, Part)>().create().await.unwrap();
    let database = db.url().rsplit('/').next().unwrap();
    let name = database
        .split('?')
        .next()
        .unwrap()
        .replace("relations_test", "few");
    let mut statements = vec![format!(
        "CREATE USER {name} PASSWORD 'p' CONNECTION LIMIT 2"
    )];
    statements.push(format!("GRANT pg_read_all_data TO {name}"));
    let is_mysql = db.dialect() != Dialect::Postgres;
    if is_mysql {
        statements = vec![
            format!("CREATE USER {name}@'%' IDENTIFIED BY 'p' WITH MAX_USER_CONNECTIONS 2"),
            format!("GRANT ALL ON *.* TO {name}@'%'"),
            format!("CREATE USER {name}@localhost IDENTIFIED BY 'p' WITH MAX_USER_CONNECTIONS 2"),
            format!("GRANT ALL ON *.* TO {name}@localhost"),
        ];
    }
    db.execute(&statements.join("; ")).await;
    let (scheme, rest) = db.url().split_once("://").unwrap();
    let (_, host) = rest.split_once('@').unwrap();
    let url = format!("{scheme}://{name}:p@{host}");
    let few = Db::connect(&url).await.unwrap();
    warm(&few).await;

    // Both of the user's connections are in use.
    let taken = few.transaction(async |_first| {
        let taken = few.transaction(async |_second| {
            let third = Db::options().max_connections(2).connect(&url).await;
            Ok::<_, Error>(third.expect_err("a third connection"))
        });
        taken.await
    });
    let taken = taken.await.unwrap();
    assert_eq!(taken.kind(), ErrorKind::Connection);
    few.close().await;
    let statements = match is_mysql {
        true => format!("DROP USER {name}@'%'; DROP USER {name}@localhost"),
        false => format!("DROP OWNED BY {name}; DROP USER {name}"),
    };
    db.execute(&statements).await;
}
