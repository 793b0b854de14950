//! Fields that are lists: arrays on PostgreSQL, JSON elsewhere.

use crate::support::{TestDb, database_test};
use relations::{Dialect, ErrorKind, Json, prelude::*};
use serde::Serialize;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
struct Lists {
    #[model(id)]
    id: i64,
    small: Vec<i16>,
    middle: Option<Vec<i32>>,
    large: Vec<i64>,
    unsigned: Vec<u64>,
    texts: Vec<String>,
    ids: Option<Vec<Uuid>>,
}

fn empty(id: i64) -> Lists {
    Lists {
        id,
        small: Vec::new(),
        middle: None,
        large: Vec::new(),
        unsigned: Vec::new(),
        texts: Vec::new(),
        ids: None,
    }
}

#[database_test]
async fn lists_come_back_as_they_were(db: TestDb) {
    db.schema::<Lists>().create().await.unwrap();
    let rows = ListsRepository::new(&*db);
    let full = Lists {
        id: 1,
        small: vec![i16::MIN, 0, i16::MAX],
        middle: Some(vec![i32::MIN, i32::MAX, i32::MAX]),
        large: vec![i64::MIN, i64::MAX],
        unsigned: vec![0, i64::MAX as u64],
        texts: ["", "NULL", "{}", "a,b", "\"\\'", "Ж💡"]
            .map(str::to_owned)
            .to_vec(),
        ids: Some(vec![Uuid::nil(), Uuid::max()]),
    };
    let emptied = Lists {
        middle: Some(Vec::new()),
        ids: Some(Vec::new()),
        ..empty(2)
    };
    for row in [&full, &emptied, &empty(3)] {
        assert_eq!(rows.create(row.clone()).await.unwrap(), *row);
        assert_eq!(rows.get_by_id(row.id).await.unwrap(), *row);
        let mut json = serde_json::to_value(row).unwrap();
        json["id"] = (row.id + 10).into();
        let copy = rows.create(Json(json)).await.unwrap();
        let expected = Lists {
            id: row.id + 10,
            ..row.clone()
        };
        assert_eq!(copy, expected);
    }
    let patch = Lists::patch().small([1, 2]).texts(vec!["x".to_owned()]);
    rows.patch_by_id(1, patch).await.unwrap();
    let changed = rows.get_by_id(1).await.unwrap();
    assert_eq!(
        (changed.small, changed.texts),
        (vec![1, 2], vec!["x".to_owned()])
    );
    let without = rows.find().filter(Lists::IDS.is_null()).count().await;
    assert_eq!(without.unwrap(), 2);
    let sql = db.schema::<Lists>().to_sql().unwrap();
    let column = match db.dialect() {
        Dialect::Sqlite => "\"unsigned\" TEXT",
        Dialect::Postgres => "\"unsigned\" BIGINT[]",
        _ => "`unsigned` JSON",
    };
    assert!(sql.contains(column), "{sql}");
}

#[database_test]
async fn what_a_list_cannot_hold_is_refused(db: TestDb) {
    db.schema::<Lists>().create().await.unwrap();
    let rows = ListsRepository::new(&*db);
    let postgres = db.dialect() == Dialect::Postgres;
    let unsigned = Lists {
        unsigned: vec![u64::MAX],
        ..empty(2)
    };
    let nul = Lists {
        texts: vec!["\0".to_owned()],
        ..empty(3)
    };
    for (row, is_held) in [(unsigned, !postgres), (nul, !postgres)] {
        match rows.create(row.clone()).await {
            Ok(created) if is_held => assert_eq!(created, row),
            Err(error) if !is_held => assert_eq!(error.kind(), ErrorKind::InvalidValue),
            other => panic!("{other:?}"),
        }
    }
}
