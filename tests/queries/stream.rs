//! Rows as a stream: all of them once, in blocks, without a connection held between these.

use crate::support::{TestDb, database_test};
use relations::prelude::*;
use relations::{Error, ErrorKind};
use serde::Serialize;
use std::collections::BTreeSet;

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_many(Reading)]
pub struct Sensor {
    #[model(id)]
    pub id: i64,
    pub place: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
pub struct Reading {
    #[model(id)]
    pub id: i64,
    #[belongs_to(Sensor)]
    pub sensor_id: i64,
}

/// So many sensors, each third of which has no place, and a reading for each even one.
async fn sensors(db: &TestDb, count: i64) -> SensorRepository<&Db> {
    db.schema::<(Sensor, Reading)>().create().await.unwrap();
    let sensors = SensorRepository::new(&**db);
    let place = |id: i64| (id % 3 != 0).then_some(id % 7);
    let rows = (1..=count).map(|id| Sensor {
        id,
        place: place(id),
    });
    sensors.create_all(rows).await.unwrap();
    let readings = (2..=count)
        .step_by(2)
        .map(|id| Reading { id, sensor_id: id });
    ReadingRepository::new(&**db)
        .create_all(readings)
        .await
        .unwrap();
    db.ran();
    sensors
}

#[database_test]
async fn all_rows_come_in_their_order_with_what_they_include(db: TestDb) {
    let sensors = sensors(&db, 2_500).await;
    let query = sensors.find().include(Sensor::READINGS);
    let mut stream = query.clone().stream();
    let mut rows = Vec::new();
    while let Some(row) = stream.try_next().await.unwrap() {
        rows.push(row);
    }
    // Three blocks, each with a statement for the readings.
    assert_eq!(db.ran().len(), 6);
    assert_eq!(rows, query.await.unwrap());
    assert!(stream.try_next().await.unwrap().is_none());
}

#[database_test]
async fn ties_nulls_limits_and_offsets_are_those_of_the_query(db: TestDb) {
    let sensors = sensors(&db, 2_100).await;
    let by_place = sensors.find().order_by(Sensor::PLACE.desc());
    for query in [
        by_place.clone(),
        by_place.clone().limit(1_500).offset(300),
        by_place.clone().limit(1_000),
        by_place.clone().limit(0),
        sensors.find().filter(Sensor::PLACE.is_null()),
    ] {
        let mut stream = query.clone().stream();
        let mut ids = Vec::new();
        while let Some(sensor) = stream.try_next().await.unwrap() {
            ids.push(sensor.id);
        }
        let all = query.await.unwrap();
        let all: Vec<i64> = all.iter().map(|sensor| sensor.id).collect();
        assert_eq!(ids, all);
    }

    // From a cursor on, in both directions.
    let middle = sensors.get_by_id(1_000).await.unwrap();
    let cursor = by_place.cursor_of(&middle).unwrap();
    for query in [
        by_place.clone().after(&cursor),
        by_place.clone().before(&cursor).limit(20),
    ] {
        let mut stream = query.clone().stream();
        let mut rows = Vec::new();
        while let Some(sensor) = stream.try_next().await.unwrap() {
            rows.push(sensor);
        }
        assert_eq!(rows, query.await.unwrap());
    }
}

#[database_test]
async fn rows_that_stay_come_once_while_others_come_and_go(db: TestDb) {
    let sensors = sensors(&db, 3_000).await;
    ReadingRepository::new(&*db)
        .delete()
        .all_rows()
        .await
        .unwrap();
    let query = sensors.find().order_by(Sensor::PLACE.asc());
    let mut stream = query.stream();
    let mut seen = Vec::new();
    let (mut next, mut last) = (10_000, 0);
    while let Some(sensor) = stream.try_next().await.unwrap() {
        if sensor.id < 10_000 {
            seen.push(sensor.id);
        }
        if seen.len() % 500 == 0 && seen.len() != last {
            last = seen.len();
            // The row that the next block goes on after is removed, too.
            sensors.delete_by_id(sensor.id).await.unwrap();
            let sensor = Sensor {
                id: next,
                place: Some(3),
            };
            sensors.create(sensor).await.unwrap();
            next += 1;
        }
    }
    let once: BTreeSet<i64> = seen.iter().copied().collect();
    assert_eq!((seen.len(), once.len()), (3_000, 3_000));
}

#[database_test]
async fn a_stream_works_in_a_transaction(db: TestDb) {
    sensors(&db, 1_200).await;
    let count = db.transaction(async |tx| {
        let sensors = SensorRepository::new(&tx);
        let mut stream = sensors.find().stream();
        let mut count = 0;
        while let Some(sensor) = stream.try_next().await? {
            // Between its blocks the transaction does other things.
            if sensor.id % 600 == 0 {
                let change = Sensor::patch().place(9);
                count += sensors.patch_by_id(sensor.id, change).await?;
            }
        }
        Ok::<_, Error>(count)
    });
    assert_eq!(count.await.unwrap(), 2);
}

#[database_test]
async fn lines_of_json_are_rows_with_what_they_include(db: TestDb) {
    let sensors = sensors(&db, 2).await;
    let query = sensors.find().include(Sensor::READINGS);
    let mut lines = query.stream().json_lines();
    let mut text = String::new();
    while let Some(line) = lines.try_next().await.unwrap() {
        text += &line;
    }
    assert_eq!(
        text,
        "{\"id\":1,\"place\":1,\"readings\":[]}\n{\"id\":2,\"place\":2,\"readings\":[{\"id\":2,\"sensor_id\":2}]}\n"
    );
}

#[database_test]
async fn an_error_ends_the_stream(db: TestDb) {
    let sensors = sensors(&db, 5).await;
    db.execute("DROP TABLE reading").await;
    let mut stream = sensors.find().include(Sensor::READINGS).stream();
    let error = stream.try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Database);
    assert!(stream.try_next().await.unwrap().is_none());
}
