//! Numbers of JSON that 64 bits do not hold: kept exactly, or refused with their path and as they were written.

use crate::support::{TestDb, database_test};
use relations::{ErrorKind, Json, prelude::*};
use rust_decimal::Decimal;
use serde_json::Value;

#[derive(Debug, Clone, PartialEq, Model)]
struct Reading {
    #[model(id)]
    id: i64,
    count: Option<i64>,
    wide: Option<u128>,
    ratio: Option<f64>,
    #[model(precision = 28, scale = 20)]
    price: Option<Decimal>,
    note: Option<Value>,
    #[model(json)]
    sizes: Option<Vec<f64>>,
}

/// A body with one number, where it is refused, and the start of why.
const REFUSED: [(&str, &str, &str); 10] = [
    (
        r#"{"id": 1, "count": 99999999999999999999}"#,
        "count",
        "99999999999999999999 is not between",
    ),
    (
        r#"{"id": 1, "count": 1e400}"#,
        "count",
        "expected an integer, not `1e400`",
    ),
    (
        r#"{"id": 99999999999999999999}"#,
        "id",
        "99999999999999999999 is not between",
    ),
    (
        r#"{"id": 1, "ratio": 99999999999999999999}"#,
        "ratio",
        "99999999999999999999 has more digits",
    ),
    (
        r#"{"id": 1, "ratio": 0.33333333333333333333}"#,
        "ratio",
        "0.33333333333333333333 has more digits",
    ),
    (
        r#"{"id": 1, "ratio": -1e309}"#,
        "ratio",
        "-1e309 has more digits",
    ),
    (
        r#"{"id": 1, "price": 1e400}"#,
        "price",
        "\"1e400\" is not a number",
    ),
    (
        r#"{"id": 1, "note": 99999999999999999999}"#,
        "note",
        "99999999999999999999 has more digits",
    ),
    (
        r#"{"id": 1, "note": {"a": [1, {"b": 99999999999999999999}]}}"#,
        "note.a[1].b",
        "99999999999999999999 has more digits",
    ),
    (
        r#"{"id": 1, "sizes": [1, 1e309]}"#,
        "sizes[1]",
        "1e309 has more digits",
    ),
];

#[database_test]
async fn a_number_that_would_change_is_refused_as_it_was_written(db: TestDb) {
    db.schema::<Reading>().create().await.unwrap();
    let readings = ReadingRepository::new(&*db);
    for (body, path, why) in REFUSED {
        let error = readings.create(Json(body)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData, "{body}");
        let problem = &error.problems()[0];
        assert_eq!(problem.path(), path, "{body}");
        assert!(problem.message().starts_with(why), "{body}: {error}");
        let error = readings.create(Json(body.as_bytes())).await.unwrap_err();
        assert_eq!(error.problems()[0].path(), path, "{body}");
    }
    assert_eq!(readings.find().count().await.unwrap(), 0);
    let filter = r#"{"where": {"count": 99999999999999999999}}"#;
    let error = readings.find_with(filter).await.unwrap_err();
    assert_eq!(error.problems()[0].path(), "where.count");
    assert!(
        error
            .to_string()
            .contains("99999999999999999999 is not between")
    );
}

#[database_test]
async fn a_number_that_fits_is_kept_with_all_its_digits(db: TestDb) {
    db.schema::<Reading>().create().await.unwrap();
    let readings = ReadingRepository::new(&*db);
    let body = r#"{"id": 1, "count": -9223372036854775808, "wide": 340282366920938463463374607431768211455,
        "ratio": 123456789012345680000, "price": 12345678.12345678901234567890,
        "note": [18446744073709551615, 0.10000000000000001], "sizes": [1.7976931348623157e308, 5e-324]}"#;
    let row = readings.create(Json(body)).await.unwrap();
    let exact = "12345678.1234567890123456789".parse().unwrap();
    let expected = Reading {
        id: 1,
        count: Some(i64::MIN),
        wide: Some(u128::MAX),
        ratio: Some(123_456_789_012_345_680_000.0),
        price: Some(exact),
        note: Some(serde_json::json!([u64::MAX, 0.1])),
        sizes: Some(vec![f64::MAX, 5e-324]),
    };
    assert_eq!(row, expected);
    assert_eq!(readings.get_by_id(1).await.unwrap(), expected);
    let filter = r#"{"where": {"price": 12345678.1234567890123456789}}"#;
    assert_eq!(readings.find_with(filter).await.unwrap().len(), 1);
    let filter = r#"{"where": {"price": {"gt": 12345678.12345678901234567889}}}"#;
    assert_eq!(readings.find_with(filter).await.unwrap().len(), 1);
}

#[database_test]
async fn an_integer_that_somebody_stored_is_never_read_as_another(db: TestDb) {
    db.schema::<Reading>().create().await.unwrap();
    let readings = ReadingRepository::new(&*db);
    let stored = [
        (1, r#"{"a": 99999999999999999999}"#),
        (
            2,
            r#"{"a": "99999999999999999999", "b": 0.33333333333333333333}"#,
        ),
        (3, r#"{"a": 1e30, "b": 18446744073709551615}"#),
    ];
    for (id, json) in stored {
        let sql = format!("INSERT INTO reading (id, note) VALUES ({id}, '{json}')");
        db.execute(&sql).await;
    }
    let error = readings.get_by_id(1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    let message = error.to_string();
    assert!(
        message.contains("99999999999999999999 is beyond 64 bits"),
        "{message}"
    );
    assert!(message.contains("note"), "{message}");
    let row = readings.get_by_id(2).await.unwrap();
    let third = 1.0 / 3.0;
    assert_eq!(
        row.note,
        Some(serde_json::json!({"a": "99999999999999999999", "b": third}))
    );
    let row = readings.get_by_id(3).await.unwrap();
    assert_eq!(
        row.note,
        Some(serde_json::json!({"a": 1e30, "b": u64::MAX}))
    );
}
