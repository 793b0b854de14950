//! The table of column types in the documentation of `derive(Model)`, walked: type × database × {least, greatest, empty, null, …}.
//!
//! The values of a type stand in their order. Each is written and read, found by its value, compared and sorted; alone, in a list, by a
//! run-time filter and from JSON. What a database does not hold is refused before a statement runs.

use crate::support::{TestDb, database_test};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use jiff::civil;
use relations::value::{ColumnConversion, Kind};
use relations::{Db, Dialect, ErrorKind, Json, prelude::*};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;
use time::macros::{date, datetime, time};
use time::{OffsetDateTime, PrimitiveDateTime, UtcDateTime};
use uuid::Uuid;

/// What the table says of a type.
#[derive(Clone)]
struct Of<T> {
    /// In SQLite, PostgreSQL and MySQL.
    sql: [&'static str; 3],
    /// In their order, each another.
    values: Vec<T>,
    /// What is refused where.
    refused: Vec<(T, fn(Dialect) -> bool)>,
    /// Whether the database's order is that of `values`; of texts it is the collation's.
    sorts: bool,
}

fn of<T>(sql: [&'static str; 3], values: impl IntoIterator<Item = T>) -> Of<T> {
    Of {
        sql,
        values: values.into_iter().collect(),
        refused: Vec::new(),
        sorts: true,
    }
}

impl<T> Of<T> {
    fn refuse(mut self, value: T, on: fn(Dialect) -> bool) -> Self {
        self.refused.push((value, on));
        self
    }

    fn unsorted(mut self) -> Self {
        self.sorts = false;
        self
    }
}

const POSTGRES: fn(Dialect) -> bool = |dialect| dialect == Dialect::Postgres;
const MYSQL: fn(Dialect) -> bool = |dialect| matches!(dialect, Dialect::MySql { .. });
const NOT_MYSQL: fn(Dialect) -> bool = |dialect| !MYSQL(dialect);
const NOT_POSTGRES: fn(Dialect) -> bool = |dialect| !POSTGRES(dialect);
const EVERYWHERE: fn(Dialect) -> bool = |_| true;

macro_rules! table {
    ($($name:ident $ty:ty, $of:expr;)*) => { $(
        mod $name {
            use super::*;

            #[derive(Debug, PartialEq, Serialize, Model)]
            struct Row {
                #[model(id)]
                id: i32,
                value: Option<$ty>,
            }

            #[database_test]
            async fn values(db: TestDb) {
                let of: Of<$ty> = $of;
                db.schema::<Row>().create().await.unwrap();
                let sql = db.schema::<Row>().to_sql().unwrap();
                let column = match db.dialect() {
                    Dialect::Sqlite => format!("\"value\" {}", of.sql[0]),
                    Dialect::Postgres => format!("\"value\" {}", of.sql[1]),
                    _ => format!("`value` {}", of.sql[2]),
                };
                assert!(sql.contains(&column), "{column} in {sql}");
                walk(&db, &db, of.clone()).await;
                if db.dialect() == Dialect::Sqlite {
                    let through_sqlx = Db::from_pool(db.pool().clone()).await.unwrap();
                    walk(&db, &through_sqlx, of).await;
                }
            }

            async fn walk(db: &TestDb, connection: &Db, of: Of<$ty>) {
                let rows = RowRepository::new(connection);
                let ids = async |predicate| {
                    let found = rows.find().filter(predicate).await.unwrap();
                    found.into_iter().map(|row| row.id).collect::<Vec<i32>>()
                };
                let values: Vec<$ty> = of.values.iter().cloned().filter(|value| {
                    !of.refused.iter().any(|(refused, on)| refused == value && on(db.dialect()))
                }).collect();
                let all = 1..=values.len() as i32;
                rows.create(Row { id: 0, value: None }).await.unwrap();
                for (value, id) in values.iter().zip(1..) {
                    let row = Row { id, value: Some(value.clone()) };
                    let created = rows.create(Row { id, value: row.value.clone() }).await;
                    assert_eq!(created.unwrap(), row);
                }
                for (value, id) in values.iter().zip(1..) {
                    assert_eq!(ids(Row::VALUE.eq(value)).await, [id], "eq {value:?}");
                    let others: Vec<i32> = all.clone().filter(|other| *other != id).collect();
                    assert_eq!(ids(Row::VALUE.ne(value)).await, others, "ne {value:?}");
                    assert_eq!(ids(Row::VALUE.in_([value])).await, [id], "in {value:?}");
                    let read = rows.get_by_id(id).await.unwrap();
                    assert_eq!(read.value.as_ref(), Some(value));
                    // JSON has numbers of 64 bits.
                    let json = serde_json::to_value(read.value.as_ref());
                    let json = json.unwrap_or_else(|_| format!("{value:?}").into());
                    let json = serde_json::json!({ "value": json });
                    // JSON has no form for what is not a finite number.
                    if json["value"].is_null() {
                        continue;
                    }
                    let found = rows.find_with(serde_json::json!({"where": {"value": {"eq": json["value"]}}}));
                    if <$ty as ColumnType>::KIND != Kind::I64 || !json["value"].is_object() {
                        let found = found.await.unwrap();
                        assert_eq!(found.len(), 1, "{json}");
                        assert_eq!(found[0].id, id);
                    }
                    rows.patch_by_id(0, Json(serde_json::json!({"value": json["value"]}))).await.unwrap();
                    assert_eq!(rows.get_by_id(0).await.unwrap().value.as_ref(), Some(value), "{json}");
                    let patch = Row::patch().value(None);
                    rows.patch_by_id(0, patch).await.unwrap();
                }
                assert_eq!(ids(Row::VALUE.is_null()).await, [0]);
                if of.sorts {
                    for (value, id) in values.iter().zip(1..) {
                        let least: Vec<i32> = (1..id).collect();
                        assert_eq!(ids(Row::VALUE.lt(value)).await, least, "lt {value:?}");
                        assert_eq!(ids(Row::VALUE.ge(value)).await, (id..=*all.end()).collect::<Vec<_>>());
                        let between = Row::VALUE.between(&values[0], value);
                        assert_eq!(ids(between).await, (1..=id).collect::<Vec<_>>());
                    }
                    let sorted = rows.find().order_by(Row::VALUE.desc()).await.unwrap();
                    let sorted: Vec<i32> = sorted.into_iter().map(|row| row.id).collect();
                    assert_eq!(sorted, (0..=*all.end()).rev().collect::<Vec<_>>());
                }
                db.ran();
                for (value, on) in of.refused {
                    if !on(db.dialect()) {
                        continue;
                    }
                    let refused = rows.create(Row { id: -1, value: Some(value.clone()) }).await;
                    assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidValue, "{value:?}");
                    let refused = rows.find().filter(Row::VALUE.eq(value)).await;
                    assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidValue);
                }
                assert_eq!(db.count(), 0);
                rows.delete().all_rows().await.unwrap();
            }
        }
    )* };
}

fn text<T: std::str::FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| panic!("{text}"))
}

table! {
    boolean bool, of(["BOOLEAN"; 3], [false, true]);
    integer_i8 i8, of(["INTEGER", "SMALLINT", "TINYINT"], [i8::MIN, -1, 0, 1, i8::MAX]);
    integer_i16 i16, of(["INTEGER", "SMALLINT", "SMALLINT"], [i16::MIN, -1, 0, 1, i16::MAX]);
    integer_i32 i32, of(["INTEGER", "INTEGER", "INT"], [i32::MIN, -1, 0, 1, i32::MAX]);
    integer_i64 i64, of(["INTEGER", "BIGINT", "BIGINT"], [i64::MIN, -1, 0, 1, i64::MAX]);
    integer_u8 u8, of(["INTEGER", "SMALLINT", "TINYINT UNSIGNED"], [0, 1, u8::MAX]);
    integer_u16 u16, of(["INTEGER", "INTEGER", "SMALLINT UNSIGNED"], [0, 1, u16::MAX]);
    integer_u32 u32, of(["INTEGER", "BIGINT", "INT UNSIGNED"], [0, 1, u32::MAX]);
    integer_u64 u64, of(["INTEGER", "BIGINT", "BIGINT UNSIGNED"], [0, 1, i64::MAX as u64, u64::MAX]).refuse(u64::MAX, NOT_MYSQL);
    integer_u128 u128, of(["TEXT", "TEXT", "LONGTEXT"], [0, 1, u64::MAX as u128 + 1, u128::MAX]);
    single f32, of(["REAL", "REAL", "FLOAT"], [f32::NEG_INFINITY, f32::MIN, -0.1, 0.0, f32::MIN_POSITIVE, 0.1, 1e30, f32::INFINITY])
        .refuse(f32::NEG_INFINITY, MYSQL).refuse(f32::INFINITY, MYSQL);
    double f64, of(["REAL", "DOUBLE PRECISION", "DOUBLE"], [f64::NEG_INFINITY, f64::MIN, -0.1, 0.0, f64::MIN_POSITIVE, 0.1, f64::MAX, f64::INFINITY])
        .refuse(f64::NEG_INFINITY, MYSQL).refuse(f64::INFINITY, MYSQL);
    string String, of(["TEXT", "TEXT", "LONGTEXT"], ["", "%", "'\"\\", "Zoë", "\u{0}", "Ж", "💡"].map(str::to_owned)).refuse("\u{0}".into(), POSTGRES).unsorted();
    bytes Vec<u8>, of(["BLOB", "BYTEA", "LONGBLOB"], [vec![], vec![0], vec![0, 0], vec![1], vec![127], vec![255, 0], vec![255; 3]]);
    chrono_date NaiveDate, of(["TEXT", "DATE", "DATE"], ["-4711-01-01", "0000-01-01", "1969-12-31", "2024-02-29", "9999-12-31", "+10000-01-01"].map(text))
        .refuse(text("-4711-01-01"), NOT_POSTGRES).refuse(text("+10000-01-01"), NOT_POSTGRES).refuse(NaiveDate::MIN, EVERYWHERE);
    chrono_time NaiveTime, of(["TEXT", "TIME", "TIME(6)"], ["00:00:00", "00:00:00.000001", "12:00:00", "23:59:59.999999"].map(text));
    chrono_date_time NaiveDateTime, of(["TEXT", "TIMESTAMP", "DATETIME(6)"], ["0000-01-01T00:00:00", "1969-12-31T23:59:59.999999", "2024-02-29T12:00:00", "9999-12-31T23:59:59.999999"].map(text))
        .refuse(NaiveDateTime::MIN, EVERYWHERE);
    chrono_moment DateTime<Utc>, of(["TEXT", "TIMESTAMPTZ", "DATETIME(6)"], ["0000-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z", "2024-02-29T12:00:00Z", "9999-12-31T23:59:59.999999Z"].map(text))
        .refuse(DateTime::<Utc>::MIN_UTC, EVERYWHERE);
    time_date time::Date, of(["TEXT", "DATE", "DATE"], [date!(-4711-01-01), date!(0000-01-01), date!(1969-12-31), date!(2024-02-29), time::Date::MAX])
        .refuse(date!(-4711-01-01), NOT_POSTGRES).refuse(time::Date::MIN, EVERYWHERE);
    time_time time::Time, of(["TEXT", "TIME", "TIME(6)"], [time::Time::MIDNIGHT, time!(00:00:00.000001), time!(12:00:00), time!(23:59:59.999999)]);
    time_date_time PrimitiveDateTime, of(["TEXT", "TIMESTAMP", "DATETIME(6)"], [datetime!(0000-01-01 00:00:00), datetime!(1969-12-31 23:59:59.999999), datetime!(2024-02-29 12:00:00), datetime!(9999-12-31 23:59:59.999999)])
        .refuse(PrimitiveDateTime::MIN, EVERYWHERE);
    time_moment OffsetDateTime, of(["TEXT", "TIMESTAMPTZ", "DATETIME(6)"], [datetime!(0000-01-01 00:00:00 UTC), datetime!(1969-12-31 23:59:59.999999 UTC), datetime!(2024-02-29 12:00:00 UTC), datetime!(9999-12-31 23:59:59.999999 UTC)])
        .refuse(datetime!(-9999-01-01 00:00:00 UTC), EVERYWHERE);
    time_utc UtcDateTime, of(["TEXT", "TIMESTAMPTZ", "DATETIME(6)"], [datetime!(0000-01-01 00:00:00 UTC), datetime!(2024-02-29 12:00:00.000001 UTC)].map(UtcDateTime::from));
    jiff_date civil::Date, of(["TEXT", "DATE", "DATE"], ["-004711-01-01", "0000-01-01", "1969-12-31", "2024-02-29", "9999-12-31"].map(text))
        .refuse(text("-004711-01-01"), NOT_POSTGRES).refuse(civil::Date::MIN, EVERYWHERE);
    jiff_time civil::Time, of(["TEXT", "TIME", "TIME(6)"], ["00:00:00", "00:00:00.000001", "12:00:00", "23:59:59.999999"].map(text));
    jiff_date_time civil::DateTime, of(["TEXT", "TIMESTAMP", "DATETIME(6)"], ["0000-01-01T00:00:00", "1969-12-31T23:59:59.999999", "2024-02-29T12:00:00", "9999-12-31T23:59:59.999999"].map(text))
        .refuse(civil::DateTime::MIN, EVERYWHERE);
    jiff_moment jiff::Timestamp, of(["TEXT", "TIMESTAMPTZ", "DATETIME(6)"], ["0000-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z", "2024-02-29T12:00:00Z", "9999-12-30T22:00:00.999999Z"].map(text))
        .refuse(jiff::Timestamp::MIN, EVERYWHERE);
    uuid_ Uuid, of(["TEXT", "UUID", "BINARY(16)"], [Uuid::nil(), Uuid::from_u128(1), Uuid::max()]);
    decimal Decimal, of(["TEXT", "NUMERIC", "DECIMAL(57, 28)"], [Decimal::MIN, text("-0.1"), Decimal::ZERO, text("0.0000000000000000000000000001"), text("10"), Decimal::MAX]);
    duration Duration, of(["INTEGER", "BIGINT", "BIGINT"], [Duration::ZERO, Duration::from_nanos(1), Duration::from_secs(60), Duration::from_nanos(i64::MAX as u64)])
        .refuse(Duration::MAX, EVERYWHERE);
    address IpAddr, of(["TEXT", "TEXT", "LONGTEXT"], ["0.0.0.0", "127.0.0.1", "255.255.255.255", "::", "::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"].map(text)).unsorted();
    address_v4 Ipv4Addr, of(["TEXT", "TEXT", "LONGTEXT"], ["0.0.0.0", "255.255.255.255"].map(text)).unsorted();
    address_v6 Ipv6Addr, of(["TEXT", "TEXT", "LONGTEXT"], ["::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"].map(text)).unsorted();
    text_enum Status, of(["TEXT CHECK", "TEXT CHECK", "VARCHAR(12) CHECK"], [Status::Open, Status::PaidInFull]).unsorted();
    integer_enum Level, of(["INTEGER CHECK", "SMALLINT CHECK", "SMALLINT CHECK"], [Level::Low, Level::High]);
    database_enum Mood, of(["TEXT CHECK", "\"mood\"", "ENUM ('Glad', 'Sad')"], [Mood::Glad, Mood::Sad]);
    newtype Code, of(["INTEGER", "INTEGER", "INT"], [Code(i32::MIN), Code(0), Code(i32::MAX)]);
    conversion Cents, of(["INTEGER", "BIGINT", "BIGINT"], [Cents(0), Cents(u32::MAX)]);
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, ColumnType)]
#[serde(rename_all = "snake_case")]
enum Status {
    Open,
    PaidInFull,
}

#[derive(Debug, Clone, Copy, PartialEq, ColumnType)]
#[model(integer)]
#[repr(i16)]
enum Level {
    Low = i16::MIN,
    High = i16::MAX,
}

impl Serialize for Level {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i16(*self as i16)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, ColumnType)]
#[model(db_enum = "mood")]
enum Mood {
    Glad,
    Sad,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, ColumnType)]
struct Code(i32);

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ColumnType)]
#[model(conversion)]
struct Cents(u32);

impl ColumnConversion for Cents {
    type Column = i64;
    type Error = std::num::TryFromIntError;

    fn to_column(&self) -> i64 {
        self.0.into()
    }

    fn from_column(column: i64) -> Result<Self, Self::Error> {
        column.try_into().map(Cents)
    }
}

#[derive(Debug, Model)]
struct NoNumber {
    #[model(id)]
    id: i32,
    single: f32,
    double: f64,
}

#[database_test]
async fn what_is_no_number_is_stored_where_the_database_has_it(db: TestDb) {
    db.schema::<NoNumber>().create().await.unwrap();
    let rows = NoNumberRepository::new(&*db);
    let row = NoNumber {
        id: 1,
        single: f32::NAN,
        double: f64::NAN,
    };
    match (rows.create(row).await, db.can.nan) {
        (Ok(row), true) => assert!(row.single.is_nan() && row.double.is_nan()),
        (Err(error), false) => assert_eq!(error.kind(), ErrorKind::InvalidValue),
        (created, _) => panic!("{created:?}"),
    }
}
