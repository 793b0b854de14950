//! Transactions: what is kept, what is undone, and what handles may do.

use crate::support::{TestDb, database_test, given_up};
use relations::prelude::*;
use relations::query::AssertSqlSafe;
use relations::{Dialect, Error, ErrorKind, Isolation};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::{Barrier, oneshot};

#[derive(Debug, Clone, PartialEq, Model)]
#[has_one(Account)]
pub struct Supplier {
    #[model(id)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Account {
    #[model(id, generated)]
    pub id: i64,
    pub balance: i64,
    #[belongs_to(Supplier)]
    pub supplier_id: i64,
}

fn supplier(id: i64) -> Supplier {
    Supplier {
        id,
        name: format!("s{id}"),
    }
}

async fn create<C: Connection>(connection: C, id: i64) -> relations::Result<Supplier> {
    SupplierRepository::new(connection)
        .create(supplier(id))
        .await
}

async fn ids<C: Connection>(connection: C) -> Vec<i64> {
    let rows = SupplierRepository::new(connection)
        .find()
        .all()
        .await
        .unwrap();
    rows.into_iter().map(|row| row.id).collect()
}

async fn schema(db: &TestDb) {
    db.schema::<(Supplier, Account)>().create().await.unwrap();
}

#[database_test]
async fn ok_commits(db: TestDb) {
    schema(&db).await;
    let row = db
        .transaction(async |tx| create(&tx, 1).await)
        .await
        .unwrap();
    assert_eq!(row, supplier(1));
    assert_eq!(ids(&*db).await, [1]);
}

#[derive(Debug)]
enum Mine {
    Refused,
    Database(Error),
}

impl From<Error> for Mine {
    fn from(error: Error) -> Mine {
        Mine::Database(error)
    }
}

#[database_test]
async fn an_error_of_any_type_rolls_back(db: TestDb) {
    schema(&db).await;
    let result: Result<(), Mine> = db
        .transaction(async |tx| {
            create(&tx, 1).await?;
            Err(Mine::Refused)
        })
        .await;
    assert!(matches!(result, Err(Mine::Refused)));
    let result: Result<(), Mine> = db
        .transaction(async |tx| {
            create(&tx, 1).await?;
            create(&tx, 1).await?;
            Ok(())
        })
        .await;
    assert!(matches!(result, Err(Mine::Database(error)) if error.is_already_exists()));
    assert_eq!(ids(&*db).await, [0_i64; 0]);
}

#[database_test]
async fn a_panic_rolls_back(db: TestDb) {
    schema(&db).await;
    let inner = (*db).clone();
    let task = tokio::spawn(async move {
        let _: relations::Result<()> = inner
            .transaction(async |tx| {
                create(&tx, 1).await?;
                panic!("on purpose");
            })
            .await;
    });
    assert!(task.await.unwrap_err().is_panic());
    assert_eq!(ids(&*db).await, [0_i64; 0]);
    create(&*db, 1).await.unwrap();
}

#[database_test]
async fn a_dropped_future_rolls_back(db: TestDb) {
    schema(&db).await;
    let (started, has_started) = oneshot::channel();
    let inner = (*db).clone();
    let task = tokio::spawn(async move {
        let result: relations::Result<()> = inner
            .transaction(async |tx| {
                create(&tx, 1).await?;
                started.send(()).unwrap();
                std::future::pending().await
            })
            .await;
        result.unwrap();
    });
    has_started.await.unwrap();
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!(ids(&*db).await, [0_i64; 0]);
    create(&*db, 1).await.unwrap();
}

/// Never ready, and always to be polled again.
async fn until_given_up() -> relations::Result<()> {
    loop {
        tokio::task::yield_now().await;
    }
}

#[database_test]
async fn a_future_dropped_during_a_statement_rolls_back(db: TestDb) {
    schema(&db).await;
    for polls in (0..12).chain([50]) {
        let transaction = db.transaction(async |tx| {
            for id in 1..200 {
                create(&tx, id).await?;
            }
            until_given_up().await
        });
        assert!(given_up(transaction, polls).await.is_none());
        assert_eq!(ids(&*db).await, [0_i64; 0], "after {polls} polls");
    }
    create(&*db, 1).await.unwrap();
}

#[database_test]
async fn a_handle_kept_beyond_the_closure_is_closed(db: TestDb) {
    schema(&db).await;
    let kept: Tx = db
        .transaction(async |tx| Ok::<_, Error>(tx.clone()))
        .await
        .unwrap();
    let error = create(&kept, 1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TransactionClosed);
    let error = SupplierRepository::new(&kept)
        .find()
        .all()
        .await
        .unwrap_err();
    assert!(error.is_transaction_closed());
    let error = kept
        .transaction(async |_| Ok::<_, Error>(()))
        .await
        .unwrap_err();
    assert!(error.is_transaction_closed());
    let mut of_failed = None;
    let result: Result<(), Mine> = db
        .transaction(async |tx| {
            of_failed = Some(tx.clone());
            Err(Mine::Refused)
        })
        .await;
    result.unwrap_err();
    assert!(
        create(of_failed.unwrap(), 1)
            .await
            .unwrap_err()
            .is_transaction_closed()
    );
    assert_eq!(ids(&*db).await, [0_i64; 0]);
}

#[database_test]
async fn a_handle_in_another_task_is_closed_when_the_closure_ends(db: TestDb) {
    schema(&db).await;
    let (give, take) = oneshot::channel();
    let (ended, has_ended) = oneshot::channel::<()>();
    let task = tokio::spawn(async move {
        let tx: Tx = take.await.unwrap();
        has_ended.await.unwrap();
        create(tx, 2).await
    });
    db.transaction(async |tx| {
        create(&tx, 1).await?;
        give.send(tx).unwrap();
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    ended.send(()).unwrap();
    assert!(task.await.unwrap().unwrap_err().is_transaction_closed());
    assert_eq!(ids(&*db).await, [1]);
}

#[database_test]
async fn others_do_not_see_what_is_not_committed(db: TestDb) {
    if !db.can.concurrent_writers && !db.can.in_a_file {
        // In memory, SQLite has no snapshots: a reader waits for the writer.
        return;
    }
    schema(&db).await;
    let other = db.another().await;
    db.transaction(async |tx| {
        create(&tx, 1).await?;
        assert_eq!(ids(&tx).await, [1]);
        assert_eq!(ids(&other).await, [0_i64; 0]);
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    assert_eq!(ids(&other).await, [1]);
}

#[database_test]
async fn includes_and_relations_see_the_rows_of_their_transaction(db: TestDb) {
    schema(&db).await;
    let result: Result<(), Mine> = db
        .transaction(async |tx| {
            let suppliers = SupplierRepository::new(&tx);
            suppliers.create(supplier(1)).await?;
            suppliers
                .account(1)
                .create(Account::draft().balance(5))
                .await?;
            let rows = suppliers
                .find()
                .include(Supplier::ACCOUNT.include(Account::SUPPLIER))
                .all()
                .await?;
            assert_eq!(rows[0].account.as_ref().unwrap().supplier.id, 1);
            let accounts = AccountRepository::new(&tx);
            let rows = accounts.find().include(Account::SUPPLIER).all().await?;
            assert_eq!(rows[0].supplier.id, 1);
            assert_eq!(accounts.supplier(rows[0].id).get().await?.id, 1);
            assert_eq!(
                suppliers
                    .account(1)
                    .set(Account::draft().balance(6))
                    .await?
                    .balance,
                6
            );
            assert_eq!(
                suppliers
                    .account(1)
                    .patch(Account::patch().balance(7))
                    .await?,
                1
            );
            assert_eq!(suppliers.account(1).delete().await?, 1);
            Err(Mine::Refused)
        })
        .await;
    assert!(matches!(result, Err(Mine::Refused)), "{result:?}");
    assert_eq!(ids(&*db).await, [0_i64; 0]);
}

#[database_test]
async fn statements_of_a_transaction_are_observed(db: TestDb) {
    schema(&db).await;
    db.ran();
    db.transaction(async |tx| create(&tx, 1).await)
        .await
        .unwrap();
    let inserts = db
        .statements()
        .into_iter()
        .filter(|sql| sql.starts_with("INSERT"))
        .count();
    assert_eq!(inserts, 1);
}

#[database_test]
async fn a_nested_transaction_is_kept_or_undone_on_its_own(db: TestDb) {
    schema(&db).await;
    db.transaction(async |tx| {
        create(&tx, 1).await?;
        tx.transaction(async |inner| create(&inner, 2).await)
            .await?;
        let undone: Result<(), Mine> = tx
            .transaction(async |inner| {
                create(&inner, 3).await?;
                inner
                    .transaction(async |innermost| create(&innermost, 4).await)
                    .await?;
                Err(Mine::Refused)
            })
            .await;
        assert!(undone.is_err());
        assert_eq!(ids(&tx).await, [1, 2]);
        create(&tx, 5).await?;
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    assert_eq!(ids(&*db).await, [1, 2, 5]);
}

#[database_test]
async fn a_nested_transaction_that_fails_in_the_database_leaves_the_outer_usable(db: TestDb) {
    schema(&db).await;
    db.transaction(async |tx| {
        create(&tx, 1).await?;
        let error = tx
            .transaction(async |inner| create(&inner, 1).await)
            .await
            .unwrap_err();
        assert!(error.is_already_exists());
        create(&tx, 2).await?;
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    assert_eq!(ids(&*db).await, [1, 2]);
}

#[database_test]
async fn a_nested_transaction_that_is_dropped_is_undone(db: TestDb) {
    schema(&db).await;
    db.transaction(async |tx| {
        create(&tx, 1).await?;
        let (created, is_created) = oneshot::channel();
        let nested = tx.transaction(async |inner| {
            create(&inner, 2).await?;
            created.send(()).unwrap();
            std::future::pending::<relations::Result<()>>().await
        });
        tokio::select! {
            result = nested => panic!("it waits for ever: {result:?}"),
            result = is_created => result.unwrap(),
        }
        assert_eq!(ids(&tx).await, [1]);
        create(&tx, 3).await?;
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    assert_eq!(ids(&*db).await, [1, 3]);
}

#[database_test]
async fn a_nested_transaction_dropped_last_is_not_committed(db: TestDb) {
    schema(&db).await;
    db.transaction(async |tx| {
        create(&tx, 1).await?;
        let (created, is_created) = oneshot::channel();
        let nested = tx.transaction(async |inner| {
            create(&inner, 2).await?;
            created.send(()).unwrap();
            std::future::pending::<relations::Result<()>>().await
        });
        tokio::select! {
            result = nested => panic!("it waits for ever: {result:?}"),
            result = is_created => result.unwrap(),
        }
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    assert_eq!(ids(&*db).await, [1]);
}

#[database_test]
async fn the_outer_handle_is_busy_during_a_nested_transaction(db: TestDb) {
    schema(&db).await;
    db.transaction(async |tx| {
        tx.transaction(async |inner| {
            let error = create(&tx, 1).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TransactionBusy);
            let error = tx
                .transaction(async |_| Ok::<_, Error>(()))
                .await
                .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TransactionBusy);
            create(&inner, 2).await
        })
        .await?;
        create(&tx, 3).await
    })
    .await
    .unwrap();
    assert_eq!(ids(&*db).await, [2, 3]);
}

#[database_test]
async fn a_nested_handle_kept_beyond_its_closure_is_closed(db: TestDb) {
    schema(&db).await;
    db.transaction(async |tx| {
        let kept = tx
            .transaction(async |inner| Ok::<_, Error>(inner.clone()))
            .await?;
        assert!(create(&kept, 1).await.unwrap_err().is_transaction_closed());
        create(&tx, 2).await
    })
    .await
    .unwrap();
    assert_eq!(ids(&*db).await, [2]);
}

#[database_test]
async fn statements_of_one_transaction_queue(db: TestDb) {
    schema(&db).await;
    db.transaction(async |tx| {
        let creates: Vec<_> = (0..20)
            .map(|id| tokio::spawn(create(tx.clone(), id)))
            .collect();
        for create in creates {
            create.await.unwrap()?;
        }
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    assert_eq!(ids(&*db).await.len(), 20);
}

#[database_test]
async fn every_isolation_runs(db: TestDb) {
    schema(&db).await;
    let all = [
        Isolation::ReadCommitted,
        Isolation::RepeatableRead,
        Isolation::Serializable,
    ];
    for (id, isolation) in all.into_iter().enumerate() {
        db.isolation(isolation)
            .transaction(async |tx| create(&tx, id as i64).await)
            .await
            .unwrap();
        let retried = db.isolation(isolation).retry(1);
        retried
            .transaction(async |tx| create(&tx, id as i64 + 10).await)
            .await
            .unwrap();
    }
    assert_eq!(ids(&*db).await, [0, 1, 2, 10, 11, 12]);
}

#[database_test]
async fn isolation_does_not_outlive_its_transaction(db: TestDb) {
    schema(&db).await;
    for _ in 0..12 {
        db.snapshot()
            .transaction(async |tx| Ok::<_, Error>(ids(&tx).await))
            .await
            .unwrap();
        db.isolation(Isolation::Serializable)
            .transaction(async |_| Ok::<_, Error>(()))
            .await
            .unwrap();
    }
    // A read-only connection would refuse.
    for id in 0..12 {
        create(&*db, id).await.unwrap();
    }
}

#[database_test]
async fn a_snapshot_sees_one_moment(db: TestDb) {
    if !db.can.in_a_file {
        // In memory, SQLite has no snapshots: the writer waits for the reader.
        return;
    }
    schema(&db).await;
    create(&*db, 1).await.unwrap();
    let other = db.another().await;
    let seen = db
        .snapshot()
        .transaction(async |tx| {
            let before = ids(&tx).await;
            create(&other, 2).await?;
            assert_eq!(ids(&tx).await, before);
            let rows = SupplierRepository::new(&tx)
                .find()
                .include(Supplier::ACCOUNT)
                .all()
                .await?;
            assert_eq!(rows.len(), 1);
            Ok::<_, Error>(before)
        })
        .await
        .unwrap();
    assert_eq!(seen, [1]);
    assert_eq!(ids(&*db).await, [1, 2]);
}

#[database_test]
async fn a_snapshot_does_not_write(db: TestDb) {
    schema(&db).await;
    let error = db
        .snapshot()
        .transaction(async |tx| create(&tx, 1).await)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Database);
    assert_eq!(ids(&*db).await, [0_i64; 0]);
    // The connection that refused writes takes them again.
    for id in 0..12 {
        create(&*db, id).await.unwrap();
    }
}

/// Moves one from the balance of `first` to that of `second`, once both have read where they are to meet.
async fn transfer(
    db: Db,
    first: i64,
    second: i64,
    meet: Option<Arc<Barrier>>,
    tries: Arc<AtomicU32>,
) -> relations::Result<()> {
    db.isolation(Isolation::Serializable)
        .retry(10)
        .transaction(async |tx| {
            let is_first_try = tries.fetch_add(1, Ordering::SeqCst) < 2;
            let suppliers = SupplierRepository::new(&tx);
            let balance = suppliers.account(first).get().await?.balance;
            if let (true, Some(meet)) = (is_first_try, &meet) {
                meet.wait().await;
            }
            let other = suppliers.account(second).get().await?.balance;
            suppliers
                .account(first)
                .patch(Account::patch().balance(balance - 1))
                .await?;
            suppliers
                .account(second)
                .patch(Account::patch().balance(other + 1))
                .await?;
            Ok(())
        })
        .await
}

#[database_test]
async fn conflicting_transactions_are_retried_until_both_succeed(db: TestDb) {
    schema(&db).await;
    let suppliers = SupplierRepository::new(&*db);
    for id in [1, 2] {
        create(&*db, id).await.unwrap();
        suppliers
            .account(id)
            .create(Account::draft().balance(10))
            .await
            .unwrap();
    }
    // Where writers queue, the second does not begin before the first has ended.
    let meet = db.can.concurrent_writers.then(|| Arc::new(Barrier::new(2)));
    let tries = Arc::new(AtomicU32::new(0));
    let tasks = [(1, 2), (2, 1)].map(|(first, second)| {
        tokio::spawn(transfer(
            (*db).clone(),
            first,
            second,
            meet.clone(),
            tries.clone(),
        ))
    });
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    for id in [1, 2] {
        assert_eq!(suppliers.account(id).get().await.unwrap().balance, 10);
    }
    let tries = tries.load(Ordering::SeqCst);
    assert_eq!(tries > 2, db.can.concurrent_writers, "{tries} tries");
}

#[database_test]
async fn a_conflict_without_a_retry_is_reported(db: TestDb) {
    if !db.can.concurrent_writers {
        return;
    }
    schema(&db).await;
    for id in [1, 2] {
        create(&*db, id).await.unwrap();
    }
    // Each patches its own row first, then the other's: a deadlock.
    let meet = Arc::new(Barrier::new(2));
    let tasks = [(1, 2), (2, 1)].map(|(first, second)| {
        let (db, meet) = ((*db).clone(), meet.clone());
        tokio::spawn(async move {
            db.transaction(async |tx| {
                let suppliers = SupplierRepository::new(&tx);
                suppliers
                    .patch_by_id(first, Supplier::patch().name("x"))
                    .await?;
                meet.wait().await;
                suppliers
                    .patch_by_id(second, Supplier::patch().name("y"))
                    .await
            })
            .await
        })
    });
    let mut conflicts = 0;
    for task in tasks {
        if let Err(error) = task.await.unwrap() {
            assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
            assert!(error.is_retryable());
            conflicts += 1;
        }
    }
    assert_eq!(conflicts, 1);
}

#[database_test]
async fn other_errors_are_not_retried(db: TestDb) {
    schema(&db).await;
    let tries = AtomicU32::new(0);
    let result = db
        .retry(5)
        .transaction(async |tx| {
            tries.fetch_add(1, Ordering::SeqCst);
            create(&tx, 1).await?;
            create(&tx, 1).await
        })
        .await;
    assert!(result.unwrap_err().is_already_exists());
    assert_eq!(tries.load(Ordering::SeqCst), 1);
}

#[database_test]
async fn writers_queue_and_do_not_fail(db: TestDb) {
    schema(&db).await;
    let tasks: Vec<_> = (0..20)
        .map(|id| {
            let db = (*db).clone();
            tokio::spawn(async move {
                db.transaction(async |tx| {
                    ids(&tx).await;
                    create(&tx, id).await
                })
                .await
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(ids(&*db).await.len(), 20);
}

#[database_test]
async fn a_transaction_borrows_from_its_surroundings(db: TestDb) {
    schema(&db).await;
    let names = ["a".to_owned(), "b".to_owned()];
    let mut created = Vec::new();
    db.transaction(async |tx| {
        for (id, name) in names.iter().enumerate() {
            let row = Supplier {
                id: id as i64,
                name: name.clone(),
            };
            created.push(SupplierRepository::new(&tx).create(row).await?);
        }
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    assert_eq!(created.len(), names.len());
}

#[database_test]
async fn an_ignored_error_never_loses_rows_in_silence(db: TestDb) {
    schema(&db).await;
    let result = db
        .transaction(async |tx| {
            create(&tx, 1).await?;
            assert!(create(&tx, 1).await.unwrap_err().is_already_exists());
            Ok::<_, Error>(())
        })
        .await;
    // PostgreSQL undoes the whole transaction after an error; then nobody may be told that it was kept.
    assert_eq!(result.is_ok(), ids(&*db).await == [1]);

    let result = db
        .transaction(async |tx| {
            create(&tx, 2).await?;
            let inner = tx.transaction(async |tx| create(&tx, 2).await).await;
            assert!(inner.unwrap_err().is_already_exists());
            Ok::<_, Error>(())
        })
        .await;
    result.unwrap();
    assert!(ids(&*db).await.contains(&2));
}

#[database_test]
async fn a_nested_transaction_still_open_at_the_end_keeps_nothing(db: TestDb) {
    schema(&db).await;
    let (started, wait) = oneshot::channel();
    let (go_on, hold) = oneshot::channel::<()>();
    let mut inner = None;
    let result = db
        .transaction(async |tx| {
            let task = tokio::spawn(async move {
                tx.transaction(async |tx| {
                    create(&tx, 1).await?;
                    started.send(()).unwrap();
                    hold.await.unwrap();
                    create(&tx, 2).await
                })
                .await
            });
            inner = Some(task);
            wait.await.unwrap();
            Ok::<_, Error>(())
        })
        .await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::TransactionBusy);
    go_on.send(()).unwrap();
    let inner = inner.unwrap().await.unwrap();
    assert_eq!(inner.unwrap_err().kind(), ErrorKind::TransactionClosed);
    assert_eq!(ids(&*db).await, [0_i64; 0]);
}

/// An insert of supplier 7 that takes so many seconds, or on SQLite steps of some hundred nanoseconds.
fn slow_insert(dialect: Dialect, seconds: f64, steps: u64) -> AssertSqlSafe<String> {
    let rows = match dialect {
        Dialect::Sqlite => format!(
            "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {steps}) \
             SELECT max(i) AS m FROM n) AS s"
        ),
        Dialect::Postgres => format!("pg_sleep({seconds})"),
        _ => format!("(SELECT SLEEP({seconds}) AS m) AS s"),
    };
    AssertSqlSafe(format!(
        "INSERT INTO supplier (id, name) SELECT 7, 'slow' FROM {rows}"
    ))
}

#[database_test]
async fn a_call_over_its_limit_ends_the_transaction_though_another_waits_behind_it(db: TestDb) {
    schema(&db).await;
    let slow = slow_insert(db.dialect(), 600.0, 1_000_000_000_000);
    let limited = db.with_timeout(Duration::from_secs(2));
    let was_over = AtomicBool::new(false);
    // Again where the machine was slower than the limit before that.
    while !was_over.load(Ordering::SeqCst) {
        let result = limited
            .transaction(async |tx| {
                create(&tx, 1).await?;
                let behind = async {
                    tokio::time::sleep(Duration::from_millis(500)).await;
                    create(&tx, 2).await
                };
                let (over, _) = tokio::join!(tx.sql(slow.clone()).execute(), behind);
                assert_eq!(over.unwrap_err().kind(), ErrorKind::Timeout);
                was_over.store(true, Ordering::SeqCst);
                Ok::<_, Error>(())
            })
            .await;
        result.unwrap_err();
        assert_eq!(ids(&*db).await, [0_i64; 0]);
    }
}

#[database_test]
async fn calls_dropped_one_after_the_other_never_keep_a_part(db: TestDb) {
    schema(&db).await;
    let slow = slow_insert(db.dialect(), 0.5, 2_000_000);
    for (polls, is_kept) in (1..8).flat_map(|polls| [(polls, false), (polls, true)]) {
        let result = db
            .transaction(async |tx| {
                create(&tx, 1).await?;
                let slow = tx.sql(slow.clone()).execute();
                let _ = tokio::time::timeout(Duration::from_millis(20), slow).await;
                // Finds out what became of the first one, and may be dropped on the way.
                given_up(create(&tx, 2), polls).await;
                let _ = create(&tx, 3).await;
                match is_kept {
                    true => Ok(()),
                    false => Err(Error::new(ErrorKind::Database, "nothing is to be kept")),
                }
            })
            .await;
        let kept = ids(&*db).await;
        let expected = if result.is_ok() { Some(&1) } else { None };
        assert_eq!(kept.first(), expected, "after {polls} polls: {kept:?}");
        SupplierRepository::new(&*db)
            .delete()
            .all_rows()
            .await
            .unwrap();
    }
}
