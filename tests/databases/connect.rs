//! The handle to a database.

use crate::support::{TestDb, database_test, given_up};
use relations::prelude::*;
use relations::{ErrorKind, Pool};
use std::error::Error as _;
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Row {
    #[model(id, generated)]
    pub id: i64,
    pub n: i64,
}

#[database_test]
async fn many_tasks_see_the_same_rows(db: TestDb) {
    db.schema::<Row>().create().await.unwrap();
    let writers: Vec<_> = (0..30)
        .map(|n| {
            let db = (*db).clone();
            tokio::spawn(async move { RowRepository::new(db).create(Row::draft().n(n)).await })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap().unwrap();
    }
    let readers: Vec<_> = (0..50)
        .map(|_| {
            let db = (*db).clone();
            tokio::spawn(async move { RowRepository::new(&db).find().count().await })
        })
        .collect();
    for reader in readers {
        assert_eq!(reader.await.unwrap().unwrap(), 30);
    }
}

#[database_test]
async fn from_pool_works_on_a_pool_that_exists(db: TestDb) {
    db.schema::<Row>().create().await.unwrap();
    let pool: Pool = db.pool().clone();
    let same = Db::from_pool(pool).await.unwrap();
    RowRepository::new(&same)
        .create(Row::draft().n(1))
        .await
        .unwrap();
    assert_eq!(RowRepository::new(&*db).find().count().await.unwrap(), 1);
}

#[database_test]
async fn observers_add_up_and_clones_keep_them(db: TestDb) {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    db.schema::<Row>().create().await.unwrap();
    db.ran();
    let seen = Arc::new(AtomicU32::new(0));
    let counter = seen.clone();
    let observed = db.observed(move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    RowRepository::new(observed.clone())
        .find()
        .all()
        .await
        .unwrap();
    RowRepository::new(&*db).find().all().await.unwrap();
    assert_eq!(seen.load(Ordering::Relaxed), 1);
    assert_eq!(db.count(), 2);
}

#[database_test]
async fn a_database_that_does_not_answer_is_a_connection_error(db: TestDb) {
    // A folder that is not there, and a port where nobody listens.
    let (url, why) = match db.dialect() {
        relations::Dialect::Sqlite => ("sqlite:/nowhere/at/all.db", "unable to open database file"),
        relations::Dialect::Postgres => (
            "postgres://user:secret@127.0.0.1:1/x?password=secret",
            "refused",
        ),
        _ => ("mysql://user:secret@127.0.0.1:1/x", "refused"),
    };
    // At once, since the test's own patience is shorter than these.
    let long = Duration::from_secs(3600);
    let options = Db::options().acquire_timeout(long).connect_timeout(long);
    let error = options.connect(url).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(error.source().is_some());
    for text in [error.to_string(), format!("{error:?}")] {
        assert!(!text.contains("secret"), "{text}");
    }
    let message = error.to_string();
    assert!(message.starts_with("cannot connect to `"), "{message}");
    assert!(message.contains(why), "it does not say why: {message}");
}

#[database_test]
async fn a_wrong_user_or_database_is_a_connection_error(db: TestDb) {
    let (server, _) = db.url().rsplit_once('/').unwrap_or((db.url(), ""));
    let url = match db.dialect() {
        // A folder is no database.
        relations::Dialect::Sqlite => "sqlite:/tmp".to_owned(),
        _ => format!("{server}/relations_test_no_such_database"),
    };
    let error = Db::connect(&url).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(error.source().is_some());
    if db.dialect() != relations::Dialect::Sqlite {
        assert!(
            error
                .to_string()
                .contains("relations_test_no_such_database"),
            "{error}"
        );
        // sqlx adds the line in the source code of the server.
        assert!(!error.to_string().contains("at line"), "{error}");
    }
}

#[database_test]
async fn an_unknown_url_says_what_is_known(_: TestDb) {
    for url in ["oracle://user:secret@host/db", "", "nonsense", "://"] {
        let error = Db::connect(url).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection);
        assert!(
            error
                .to_string()
                .contains("`sqlite:`, `postgres:`, `mysql:` or `mariadb:`"),
            "{error}"
        );
        assert!(!format!("{error:?}{error}").contains("secret"), "{error:?}");
    }
    assert_eq!(
        Db::connect("shop.db").await.unwrap_err().to_string(),
        "cannot connect: the URL must start with `sqlite:`, `postgres:`, `mysql:` or `mariadb:`\n\
         help: a file of SQLite is `sqlite:` and its path"
    );
}

#[database_test]
async fn a_closed_pool_is_a_connection_error(db: TestDb) {
    let of_ones_own = Db::from_pool(db.pool().clone()).await.unwrap();
    match db.pool() {
        #[cfg(feature = "sqlite")]
        Pool::Sqlite(pool) => pool.close().await,
        #[cfg(feature = "postgres")]
        Pool::Postgres(pool) => pool.close().await,
        #[cfg(feature = "mysql")]
        Pool::MySql(pool) => pool.close().await,
        _ => unreachable!("a pool of a database whose feature is on"),
    }
    // The connections that repositories use are others, unless the pool is one's own.
    db.schema::<Row>().create().await.unwrap();
    db.close().await;
    for db in [&of_ones_own, &*db] {
        let error = RowRepository::new(db).find().all().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection);
        assert_eq!(error.to_string(), "the pool is closed");
    }
}

#[database_test]
async fn debug_shows_no_values_and_no_password(db: TestDb) {
    let shown = format!("{:?}", *db);
    assert!(shown.starts_with("Db"), "{shown}");
    assert!(!shown.contains(db.url()), "{shown}");
    let draft = format!(
        "{:?} {:?}",
        Row::draft().n(4711_i64),
        Row::patch().n(4711_i64)
    );
    assert!(!draft.contains("4711"), "{draft}");
}

/// Who has the only connection keeps others waiting, and no longer than was said.
#[database_test]
async fn connections_are_no_more_than_asked_for(db: TestDb) {
    if !db.can.in_a_file {
        // Another `Db` would have another database in memory.
        return;
    }
    db.schema::<Row>().create().await.unwrap();
    let options = Db::options();
    let one = options.acquire_timeout(Duration::from_secs(3));
    let one = one.max_connections(1).connect(db.url()).await.unwrap();
    let result = one
        .transaction(async |_| {
            let other = RowRepository::new(&one).find().all().await;
            assert_eq!(other.unwrap_err().kind(), ErrorKind::Connection);
            Ok::<_, relations::Error>(())
        })
        .await;
    result.unwrap();
    assert_eq!(RowRepository::new(&one).find().all().await.unwrap(), []);
    one.close().await;

    let two = options.max_connections(2).connect(db.url()).await.unwrap();
    let both = two.transaction(async |_| {
        let tx = two.snapshot();
        tx.transaction(async |_| Ok::<_, relations::Error>(()))
            .await
    });
    both.await.unwrap();
    two.close().await;
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Mark)]
pub struct Sheet {
    #[model(id)]
    pub id: i64,
    pub pile: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Mark {
    #[model(id, generated)]
    pub id: i64,
    #[belongs_to(Sheet)]
    pub sheet_id: i64,
}

/// A future can be dropped wherever it waits; whoever has its connection next must see nothing of it.
#[database_test]
async fn an_operation_dropped_at_any_await_leaves_nothing_for_the_next(db: TestDb) {
    db.schema::<(Sheet, Mark)>().create().await.unwrap();
    let sheets = SheetRepository::new(&*db);
    let pile = |pile: i64, ids: std::ops::Range<i64>| ids.map(move |id| Sheet { id, pile });
    let rows: Vec<Sheet> = pile(1, 0..1000).chain(pile(2, 1000..1003)).collect();
    sheets.create_all(rows).await.unwrap();
    let marks = (0..1000).map(|id| Mark::draft().sheet_id(id));
    MarkRepository::new(&*db)
        .create_all(marks.collect::<Vec<_>>())
        .await
        .unwrap();

    let (mut read, mut written) = (false, false);
    for polls in 0..1000 {
        let first = sheets.find().filter(Sheet::PILE.eq(1));
        let first = given_up(first.include(Sheet::MARKS).all(), polls).await;
        if let Some(found) = first {
            read = true;
            assert_eq!(found.unwrap().len(), 1000);
        }
        let next = sheets.find().filter(Sheet::PILE.eq(2)).all().await.unwrap();
        let ids: Vec<i64> = next.iter().map(|sheet| sheet.id).collect();
        assert_eq!(ids, [1000, 1001, 1002], "after {polls} polls");

        let id = 2000 + 2 * i64::try_from(polls).unwrap();
        let given = given_up(sheets.create(Sheet { id, pile: 3 }), polls).await;
        written |= given.is_some();
        let next = Sheet {
            id: id + 1,
            pile: 4,
        };
        assert_eq!(sheets.create(next.clone()).await.unwrap(), next);
        let stored = sheets.find_by_id(id).await.unwrap();
        assert!(stored.is_some() || given.is_none(), "after {polls} polls");
        if read && written {
            return;
        }
    }
    panic!("it never ends");
}
