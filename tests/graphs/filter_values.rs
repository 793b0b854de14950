//! Values in run-time filters, of every type.

use crate::asked::*;
use crate::support::{TestDb, database_test};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use relations::prelude::*;
use relations::{Filter, Where};
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

/// A row with a column of each type.
#[derive(Debug, Clone, PartialEq, Model)]
pub struct Sample {
    #[model(id)]
    pub id: i64,
    pub flag: bool,
    pub tiny: i8,
    pub small: i16,
    pub int: i32,
    pub big: i64,
    pub byte: u8,
    pub word: u16,
    pub dword: u32,
    pub huge: u64,
    pub single: f32,
    pub double: f64,
    pub text: String,
    pub bytes: Vec<u8>,
    pub date: NaiveDate,
    pub time: NaiveTime,
    pub naive: NaiveDateTime,
    pub utc: DateTime<Utc>,
    pub uuid: Uuid,
    pub amount: Decimal,
    pub document: serde_json::Value,
    pub nothing: Option<serde_json::Value>,
}

async fn sample(db: &TestDb) -> SampleRepository<&Db> {
    db.schema::<Sample>().create().await.unwrap();
    let samples = SampleRepository::new(&**db);
    let naive: NaiveDateTime = "2026-01-31T23:59:58.123456".parse().unwrap();
    let sample = Sample {
        id: i64::MIN,
        flag: true,
        tiny: i8::MIN,
        small: i16::MAX,
        int: i32::MIN,
        big: i64::MAX,
        byte: u8::MAX,
        word: u16::MAX,
        dword: u32::MAX,
        huge: i64::MAX as u64,
        single: 0.1,
        double: 0.1,
        text: "12 ü".into(),
        bytes: vec![0, 255],
        date: naive.date(),
        time: naive.time(),
        naive,
        utc: naive.and_utc(),
        uuid: "67e55044-10b1-426f-9247-bb680e5fe0c8".parse().unwrap(),
        amount: "12.50".parse().unwrap(),
        document: json!({"a": 1}),
        nothing: None,
    };
    samples.create(sample).await.unwrap();
    db.ran();
    samples
}

#[database_test]
async fn values_of_every_type(db: TestDb) {
    let samples = sample(&db).await;
    for rows in [
        r#"{"id": -9223372036854775808}"#,
        r#"{"id": "-9223372036854775808"}"#,
        r#"{"flag": true}"#,
        r#"{"flag": "true"}"#,
        r#"{"flag": {"neq": false}}"#,
        r#"{"tiny": -128}"#,
        r#"{"tiny": {"lt": 127}}"#,
        r#"{"small": 32767}"#,
        r#"{"int": -2147483648}"#,
        r#"{"int": {"between": ["-2147483648", 2147483647]}}"#,
        r#"{"big": 9223372036854775807}"#,
        r#"{"big": {"inq": [1, "9223372036854775807"]}}"#,
        r#"{"byte": 255}"#,
        r#"{"byte": 255.0}"#,
        r#"{"word": 65535}"#,
        r#"{"dword": 4294967295}"#,
        r#"{"huge": 9223372036854775807}"#,
        r#"{"huge": {"gt": 0}}"#,
        r#"{"single": 0.1}"#,
        r#"{"single": {"gt": 0, "lt": "0.5"}}"#,
        r#"{"double": 0.1}"#,
        r#"{"double": "1e-1"}"#,
        r#"{"double": {"gt": -1}}"#,
        r#"{"text": "12 ü"}"#,
        r#"{"text": {"gt": "12"}}"#,
        r#"{"bytes": {"eq": [0, 255]}}"#,
        r#"{"bytes": {"inq": [[1], [0, 255]]}}"#,
        r#"{"bytes": {"neq": []}}"#,
        r#"{"date": "2026-01-31"}"#,
        r#"{"date": {"between": ["2026-01-01", "2026-02-01"]}}"#,
        r#"{"time": "23:59:58.123456"}"#,
        r#"{"time": {"gt": "23:59:58"}}"#,
        r#"{"naive": "2026-01-31T23:59:58.123456"}"#,
        r#"{"utc": "2026-01-31T23:59:58.123456Z"}"#,
        r#"{"utc": "2026-02-01T01:59:58.123456+02:00"}"#,
        r#"{"utc": {"lt": "2026-02-01T00:00:00Z"}}"#,
        r#"{"uuid": "67e55044-10b1-426f-9247-bb680e5fe0c8"}"#,
        r#"{"uuid": {"inq": ["67E55044-10B1-426F-9247-BB680E5FE0C8"]}}"#,
        r#"{"amount": 12.5}"#,
        r#"{"amount": "12.50"}"#,
        r#"{"amount": {"gt": 12, "lt": "12.6"}}"#,
        r#"{"amount": {"inq": [1, 12.5]}}"#,
        r#"{"document": {"exists": true}}"#,
        r#"{"document": {"neq": null}}"#,
        r#"{"nothing": null}"#,
        r#"{"nothing": {"exists": false}}"#,
    ] {
        let asked: Where<Sample> = rows.parse().unwrap();
        assert_eq!(samples.count_with(&asked).await.unwrap(), 1, "{rows}");
        let written = serde_json::to_string(&asked).unwrap();
        assert_eq!(
            written.parse::<Where<Sample>>().unwrap(),
            asked,
            "{written}"
        );
    }
    let largest = r#"{"where": {"huge": 18446744073709551615}}"#;
    match samples.count_with(largest).await {
        Ok(count) => assert_eq!((count, db.can.large_unsigned), (0, true)),
        Err(error) => assert!(
            error.problems()[0].path() == "where.huge" && !db.can.large_unsigned,
            "{error}"
        ),
    }
}

#[database_test]
async fn values_that_would_change_are_refused(db: TestDb) {
    for (rows, path, code) in [
        (r#"{"flag": 1}"#, "flag", "wrong_type"),
        (r#"{"flag": "yes"}"#, "flag", "wrong_type"),
        (r#"{"tiny": 128}"#, "tiny", "invalid_value"),
        (r#"{"tiny": -129}"#, "tiny", "invalid_value"),
        (r#"{"small": "32768"}"#, "small", "invalid_value"),
        (r#"{"int": 2147483648}"#, "int", "invalid_value"),
        (r#"{"int": 1.5}"#, "int", "wrong_type"),
        (r#"{"int": "1.0"}"#, "int", "wrong_type"),
        (r#"{"int": "01"}"#, "int", "wrong_type"),
        (r#"{"int": " 1"}"#, "int", "wrong_type"),
        (r#"{"int": ""}"#, "int", "wrong_type"),
        (r#"{"int": true}"#, "int", "wrong_type"),
        (r#"{"int": [1]}"#, "int", "wrong_type"),
        (r#"{"int": {"like": "1%"}}"#, "int.like", "unknown_operator"),
        (
            r#"{"int": {"regexp": "1"}}"#,
            "int.regexp",
            "unknown_operator",
        ),
        (r#"{"big": 9223372036854775808}"#, "big", "invalid_value"),
        (r#"{"big": 1e30}"#, "big", "wrong_type"),
        (r#"{"byte": 256}"#, "byte", "invalid_value"),
        (r#"{"byte": -1}"#, "byte", "invalid_value"),
        (r#"{"word": -1}"#, "word", "invalid_value"),
        (r#"{"dword": 4294967296}"#, "dword", "invalid_value"),
        (r#"{"huge": -1}"#, "huge", "invalid_value"),
        (
            r#"{"huge": "18446744073709551616"}"#,
            "huge",
            "invalid_value",
        ),
        (r#"{"single": 0.12345678901}"#, "single", "invalid_value"),
        (r#"{"single": 1e300}"#, "single", "invalid_value"),
        (r#"{"double": "NaN"}"#, "double", "wrong_type"),
        (r#"{"double": "inf"}"#, "double", "wrong_type"),
        (r#"{"double": 9007199254740993}"#, "double", "invalid_value"),
        (r#"{"text": 12}"#, "text", "wrong_type"),
        (r#"{"text": true}"#, "text", "wrong_type"),
        (r#"{"bytes": "AP8="}"#, "bytes", "wrong_type"),
        (r#"{"bytes": {"eq": [256]}}"#, "bytes.eq", "invalid_value"),
        (
            r#"{"bytes": {"like": "a"}}"#,
            "bytes.like",
            "unknown_operator",
        ),
        (r#"{"date": "2026-02-30"}"#, "date", "invalid_value"),
        (r#"{"date": 20260131}"#, "date", "wrong_type"),
        (
            r#"{"date": "2026-01-31T00:00:00"}"#,
            "date",
            "invalid_value",
        ),
        (r#"{"time": "25:00:00"}"#, "time", "invalid_value"),
        (
            r#"{"naive": "2026-01-31T10:00:00Z"}"#,
            "naive",
            "invalid_value",
        ),
        (r#"{"utc": "2026-01-31T10:00:00"}"#, "utc", "invalid_value"),
        (r#"{"uuid": "x"}"#, "uuid", "invalid_value"),
        (r#"{"uuid": 5}"#, "uuid", "wrong_type"),
        (r#"{"amount": "1,5"}"#, "amount", "invalid_value"),
        (r#"{"amount": true}"#, "amount", "wrong_type"),
        (
            r#"{"document": {"eq": {"a": 1}}}"#,
            "document.eq",
            "unknown_operator",
        ),
        (
            r#"{"document": {"a": 1}}"#,
            "document.a",
            "unknown_operator",
        ),
        (
            r#"{"document": {"inq": []}}"#,
            "document.inq",
            "unknown_operator",
        ),
        (r#"{"nothing": 5}"#, "nothing", "unknown_operator"),
    ] {
        let error = rows.parse::<Where<Sample>>().unwrap_err();
        assert_eq!(offences(&error), [(path, code)], "{rows}: {error}");
    }
    // A decimal takes the digits as they are written, also more than a float has.
    let digits = r#"{"amount": 0.12345678901234567}"#.parse::<Where<Sample>>();
    let amount: Decimal = "0.12345678901234567".parse().unwrap();
    assert_eq!(digits.unwrap(), Sample::AMOUNT.eq(amount).into());
    let error = r#"{"document": {"gt": 1}}"#.parse::<Where<Sample>>().unwrap_err();
    assert_eq!(error.problems()[0].allowed(), ["exists"]);
    let error = r#"{"order": "document"}"#.parse::<Filter<Sample>>().unwrap_err();
    assert_eq!(offences(&error), [("order", "invalid_value")]);
    assert_eq!(db.count(), 0);
}
