//! Models of one table, whose numbers differ in width: each sends its own, also on a connection that has prepared the other's.

use crate::support::{TestDb, database_test};
use relations::prelude::*;

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Reading {
    #[model(id)]
    pub id: i64,
    pub size: i64,
    pub limit: Option<i64>,
    pub weight: f64,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "reading")]
pub struct ShortReading {
    #[model(id)]
    pub id: i32,
    pub size: i16,
    pub limit: Option<i32>,
    pub weight: f32,
}

fn reading(id: i64) -> Reading {
    Reading {
        id,
        size: id * 10,
        limit: None,
        weight: 0.5,
    }
}

fn short(id: i32) -> ShortReading {
    ShortReading {
        id,
        size: id as i16 * 10,
        limit: Some(id),
        weight: 0.25,
    }
}

/// Runs a test in a transaction, so that all its statements are of one connection.
async fn on_one_connection(db: &TestDb, test: impl AsyncFn(&Tx)) {
    db.schema::<Reading>().create().await.unwrap();
    let done = db.transaction(async |tx| {
        test(&tx).await;
        Ok::<(), relations::Error>(())
    });
    done.await.unwrap();
}

async fn create_and_patch(tx: &Tx) {
    let wide = ReadingRepository::new(tx);
    let narrow = ShortReadingRepository::new(tx);
    for id in 1..=3 {
        assert_eq!(wide.create(reading(id)).await.unwrap(), reading(id));
        let id = id as i32 + 10;
        assert_eq!(narrow.create(short(id)).await.unwrap(), short(id));
    }
    for limit in [None, Some(7)] {
        let patch = Reading::patch().size(70).limit(limit).weight(1.5);
        wide.patch_by_id(1, patch).await.unwrap();
        let limit = limit.map(|limit| limit as i32);
        let patch = ShortReading::patch().size(80).limit(limit).weight(1.5);
        narrow.patch_by_id(11, patch).await.unwrap();
        let (first, second) = (wide.find_by_id(11).await, narrow.find_by_id(1).await);
        assert_eq!(first.unwrap().unwrap().size, 80);
        assert_eq!(second.unwrap().unwrap().limit, limit);
    }
}

#[database_test]
async fn models_of_one_table_create_and_patch(db: TestDb) {
    on_one_connection(&db, create_and_patch).await;
}

async fn find(tx: &Tx) {
    let wide = ReadingRepository::new(tx);
    let narrow = ShortReadingRepository::new(tx);
    wide.create_all((1..=3).map(reading)).await.unwrap();
    narrow.create_all((11..=13).map(short)).await.unwrap();
    for _ in 0..2 {
        assert_eq!(wide.find_by_id(1).await.unwrap(), Some(reading(1)));
        assert_eq!(narrow.find_by_id(11).await.unwrap(), Some(short(11)));

        let found = wide.find().filter(Reading::ID.in_([2, 3, 4])).all().await;
        assert_eq!(found.unwrap(), [reading(2), reading(3)]);
        let found = narrow.find().filter(ShortReading::ID.in_([12, 13, 14]));
        assert_eq!(found.all().await.unwrap(), [short(12), short(13)]);

        let found = wide.find().filter(Reading::SIZE.between(20, 30));
        assert_eq!(found.count().await.unwrap(), 2);
        let found = narrow.find().filter(ShortReading::SIZE.between(20, 30));
        assert_eq!(found.count().await.unwrap(), 2);

        let found = wide.find().filter(Reading::WEIGHT.gt(0.3));
        assert_eq!(found.count().await.unwrap(), 3);
        let found = narrow.find().filter(ShortReading::WEIGHT.gt(0.3));
        assert_eq!(found.count().await.unwrap(), 3);
    }
}

#[database_test]
async fn models_of_one_table_are_found(db: TestDb) {
    on_one_connection(&db, find).await;
}
