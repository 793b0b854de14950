//! Rows that are locked until their transaction ends.

use crate::support::{TestDb, database_test};
use relations::prelude::*;
use relations::{Db, ErrorKind};

#[derive(Debug, Clone, PartialEq, Model)]
#[has_one(Receipt)]
pub struct Task {
    #[model(id)]
    pub id: i64,
    pub tries: i64,
    #[belongs_to(Worker)]
    pub worker_id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Worker {
    #[model(id)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Receipt {
    #[model(id)]
    pub id: i64,
    #[belongs_to(Task)]
    pub task_id: i64,
}

async fn three_tasks(db: &TestDb) {
    db.schema::<(Task, Worker, Receipt)>()
        .create()
        .await
        .unwrap();
    let name = "Thor".to_owned();
    let thor = Worker { id: 1, name };
    WorkerRepository::new(&**db).create(thor).await.unwrap();
    let task = |id| Task {
        id,
        tries: 0,
        worker_id: 1,
    };
    let tasks = TaskRepository::new(&**db);
    tasks.create_all((1..=3).map(task)).await.unwrap();
    let receipt = Receipt { id: 1, task_id: 1 };
    ReceiptRepository::new(&**db).create(receipt).await.unwrap();
}

#[database_test]
async fn no_change_is_lost_between_reading_and_writing(db: TestDb) {
    three_tasks(&db).await;
    let workers = (0..16).map(|_| {
        let db = Db::clone(&db);
        tokio::spawn(async move {
            let once = db.transaction(async |tx| {
                let tasks = TaskRepository::new(&tx);
                let found = tasks.find().filter(Task::ID.eq(2)).for_update();
                let task = found.get().await?;
                tasks
                    .patch_by_id(2, Task::patch().tries(task.tries + 1))
                    .await
            });
            once.await.unwrap();
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
    let task = TaskRepository::new(&*db).get_by_id(2).await.unwrap();
    assert_eq!(task.tries, 16);
}

#[database_test]
async fn rows_are_found_as_without_a_lock(db: TestDb) {
    three_tasks(&db).await;
    let found = db.transaction(async |tx| {
        let tasks = TaskRepository::new(&tx);
        let find = || {
            let by_name = Task::WORKER.order(Worker::NAME.asc());
            let sorted = tasks.find().order_by(by_name).order_by(Task::ID.desc());
            sorted.include(Task::WORKER).include(Task::RECEIPT)
        };
        let plain = find().limit(2).all().await?;
        assert_eq!(find().limit(2).for_update().all().await?, plain);
        assert_eq!(find().limit(2).skip_locked().all().await?, plain);
        assert_eq!(find().no_wait().all().await?, find().all().await?);
        assert_eq!(find().for_update().count().await?, 3);
        tasks
            .find()
            .filter(Task::RECEIPT.exists())
            .for_update()
            .get()
            .await
    });
    assert_eq!(found.await.unwrap().id, 1);
}

#[database_test]
async fn rows_that_others_lock_are_skipped_or_refused(db: TestDb) {
    three_tasks(&db).await;
    if !db.can.concurrent_writers {
        // Transactions that write come one after the other: no row is ever locked by another.
        return;
    }
    let other = Db::clone(&db);
    let locked = db.transaction(async |tx| {
        let tasks = TaskRepository::new(&tx);
        tasks
            .find()
            .filter(Task::ID.eq(1))
            .for_update()
            .get()
            .await?;
        let rest = other.transaction(async |tx| {
            let tasks = TaskRepository::new(&tx);
            // Who only reads does not wait.
            assert_eq!(tasks.find().count().await?, 3);
            let next = tasks.find().limit(1).skip_locked().all().await?;
            assert_eq!(next[0].id, 2);
            tasks.find().filter(Task::ID.le(1)).no_wait().all().await
        });
        let error = rest.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
        assert!(error.is_retryable());
        Ok::<(), relations::Error>(())
    });
    locked.await.unwrap();
}
