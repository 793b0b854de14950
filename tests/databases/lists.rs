//! Fields that are lists: arrays on PostgreSQL, JSON elsewhere.

use crate::support::{TestDb, database_test};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use relations::{Dialect, ErrorKind, Json, prelude::*};
use rust_decimal::Decimal;
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

fn text<T: std::str::FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| panic!("{text}"))
}

/// A list of each type: what it holds, that it is found by, that JSON writes and reads.
macro_rules! lists {
    ($($name:ident $ty:ty, $array:literal, $values:expr;)*) => { $(
        mod $name {
            use super::*;

            #[derive(Debug, Clone, PartialEq, Serialize, Model)]
            struct Row {
                #[model(id)]
                id: i64,
                list: Vec<$ty>,
                open: Option<Vec<$ty>>,
            }

            #[database_test]
            async fn list(db: TestDb) {
                db.schema::<Row>().create().await.unwrap();
                let check = db.schema::<Row>().check().await.unwrap();
                assert!(check.is_empty(), "{check}");
                if db.dialect() == Dialect::Postgres {
                    let sql = db.schema::<Row>().to_sql().unwrap();
                    assert!(sql.contains(concat!("\"list\" ", $array, "[]")), "{sql}");
                }
                walk(&db).await;
                if db.dialect() == Dialect::Sqlite {
                    let through_sqlx = relations::Db::from_pool(db.pool().clone()).await.unwrap();
                    walk(&through_sqlx).await;
                }
            }

            async fn walk(db: &relations::Db) {
                let rows = RowRepository::new(db);
                let values: Vec<$ty> = $values.into_iter().collect();
                let reversed: Vec<$ty> = values.iter().rev().cloned().collect();
                let lists = [values.clone(), reversed, Vec::new(), values[..1].to_vec()];
                for (list, id) in lists.iter().zip(1..) {
                    let row = Row { id, list: list.clone(), open: Some(list.clone()) };
                    assert_eq!(rows.create(row.clone()).await.unwrap(), row);
                    assert_eq!(rows.get_by_id(id).await.unwrap(), row);
                    let json = serde_json::json!({"id": id + 10, "list": list, "open": null});
                    let copy = rows.create(Json(json)).await.unwrap();
                    assert_eq!(copy, Row { id: id + 10, list: list.clone(), open: None });
                    assert_eq!(rows.get_by_id(id + 10).await.unwrap(), copy);
                }
                for (list, id) in lists.iter().zip(1..) {
                    let found = rows.find().filter(Row::LIST.eq(list.clone()) & Row::OPEN.is_not_null());
                    let ids: Vec<i64> = found.await.unwrap().iter().map(|row| row.id).collect();
                    assert_eq!(ids, [id], "{list:?}");
                    let others = rows.find().filter(Row::LIST.ne(list.clone()) & Row::OPEN.is_null());
                    assert_eq!(others.count().await.unwrap(), 3, "{list:?}");
                }
                let patch = Row::patch().list(Vec::<$ty>::new()).open(None::<Vec<$ty>>);
                rows.patch_by_id(1, patch).await.unwrap();
                assert!(rows.get_by_id(1).await.unwrap().list.is_empty());
                rows.delete().all_rows().await.unwrap();
            }
        }
    )* };
}

lists! {
    booleans bool, "BOOLEAN", [true, false, false];
    singles f32, "REAL", [f32::MIN, -0.1, 0.0, 0.1, f32::MIN_POSITIVE, f32::MAX];
    doubles f64, "DOUBLE PRECISION", [f64::MIN, -0.1, 0.0, 0.1, f64::MIN_POSITIVE, f64::MAX, 1e15, 9007199254740993.0];
    integers i64, "BIGINT", [i64::MIN, -1, 0, i64::MAX];
    texts String, "TEXT", ["", "NULL", "{}", "a,b", "\"\\'", "Ж💡"].map(str::to_owned);
    uuids Uuid, "UUID", [Uuid::nil(), Uuid::max()];
    decimals Decimal, "NUMERIC", [Decimal::MIN, text("-0.1"), text("0"), text("0.0000000000000000000000000001"), Decimal::MAX];
    dates NaiveDate, "DATE", ["0000-01-01", "1969-12-31", "2024-02-29", "9999-12-31"].map(text);
    times NaiveTime, "TIME", ["00:00:00", "00:00:00.000001", "12:00:00", "23:59:59.999999"].map(text);
    date_times NaiveDateTime, "TIMESTAMP", ["0000-01-01T00:00:00", "1969-12-31T23:59:59.999999", "9999-12-31T23:59:59.999999"].map(text);
    moments DateTime<Utc>, "TIMESTAMPTZ", ["0000-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"].map(text);
}

#[derive(Debug, Clone, PartialEq, Model)]
struct Measured {
    #[model(id)]
    id: i64,
    values: Vec<f64>,
    days: Vec<NaiveDate>,
}

#[database_test]
async fn elements_are_refused_as_values_of_columns_are(db: TestDb) {
    db.schema::<Measured>().create().await.unwrap();
    let rows = MeasuredRepository::new(&*db);
    let postgres = db.dialect() == Dialect::Postgres;
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let row = Measured {
            id: 1,
            values: vec![0.5, value],
            days: Vec::new(),
        };
        match rows.create(row).await {
            Ok(row) if postgres => {
                assert_eq!(row.values[1].to_string(), value.to_string());
                rows.delete().all_rows().await.unwrap();
            }
            Err(error) if !postgres => assert_eq!(error.kind(), ErrorKind::InvalidValue),
            other => panic!("{other:?}"),
        }
    }
    let row = Measured {
        id: 1,
        values: Vec::new(),
        days: vec![NaiveDate::MIN],
    };
    let error = rows.create(row).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
}

/// No element of a list is an `Option`.
#[database_test]
async fn null_within_a_list_cannot_be_read(db: TestDb) {
    db.schema::<Measured>().create().await.unwrap();
    let rows = MeasuredRepository::new(&*db);
    for (id, [values, days]) in [
        (1, ["ARRAY[0.5, NULL]", "ARRAY['2024-01-01']::date[]"]),
        (2, ["ARRAY[0.5]", "ARRAY[NULL]::date[]"]),
    ] {
        let insert = match db.dialect() {
            Dialect::Postgres => format!("({id}, {values}, {days})"),
            _ if id == 1 => format!("({id}, '[0.5, null]', '[\"2024-01-01\"]')"),
            _ => format!("({id}, '[0.5]', '[null]')"),
        };
        let columns = match db.dialect() {
            Dialect::MySql { .. } => "`id`, `values`, `days`",
            _ => "id, \"values\", days",
        };
        db.execute(&format!("INSERT INTO measured ({columns}) VALUES {insert}"))
            .await;
        let error = rows.get_by_id(id).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    }
    let json = Json(r#"{"id": 3, "values": [null], "days": []}"#);
    let error = rows.create(json).await.unwrap_err();
    assert!(error.problems()[0].path().starts_with("values"), "{error}");
}
