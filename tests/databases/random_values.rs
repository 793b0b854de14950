//! Random values of each type, with extremes among them: they come back as they were, and the database compares and sorts them as
//! Rust does. Texts sort by their code points where a schema says so, which is not on PostgreSQL.

use crate::support::{TestDb, database_test, is_hostile};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use relations::{Db, Dialect, prelude::*};
use rust_decimal::Decimal;
use std::cmp::Ordering;
use std::time::Duration;
use uuid::Uuid;

/// Numbers that are the same in each run (SplitMix64).
struct Dice {
    state: u64,
    dialect: Dialect,
}

impl Dice {
    fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Fewer than `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.bits() % end
    }

    /// A number of any width, so that small ones come up as often as large ones.
    fn any_width(&mut self) -> u64 {
        let width = self.below(64);
        self.bits() >> width
    }

    fn one_of<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize].clone()
    }

    fn text(&mut self) -> String {
        let letters = [
            'a', 'B', 'b', ' ', '\'', '%', '\\', 'é', 'Ж', 'ß', '\u{ffff}', '💡', '\n', '_', '0',
        ];
        let length = self.below(6);
        let text: String = (0..length).map(|_| self.one_of(&letters)).collect();
        match is_utf16(self.dialect) {
            true => text.replace('\u{ffff}', "\u{fffd}"),
            false => text,
        }
    }

    /// A time between the years 0 and 9999, in microseconds; near to another one as often as not.
    fn date_time(&mut self) -> NaiveDateTime {
        let anchors = [
            "0000-01-01T00:00:00",
            "1969-12-31T23:59:59",
            "2024-02-29T12:00:00",
            "9999-12-31T23:59:59",
        ];
        let anchor: NaiveDateTime = self.one_of(&anchors).parse().unwrap();
        let span = match self.below(2) {
            0 => 3,
            _ => 3_000_000_000_000_000,
        };
        let by = TimeDelta::microseconds(self.below(span) as i64);
        match anchor.and_utc().timestamp() > 1_000_000_000 {
            true => anchor - by,
            false => anchor + by,
        }
    }

    fn decimal(&mut self) -> Decimal {
        let mantissa =
            i128::from(self.any_width() as i64) * i128::from(self.below(1 << 31) as i64 + 1);
        let scale = self.below(29) as u32;
        match self.below(10) {
            0 => self.one_of(&[Decimal::MAX, Decimal::MIN, Decimal::ZERO]),
            _ => Decimal::from_i128_with_scale(mantissa, scale),
        }
    }
}

/// Whether texts are in UTF-16, where SQLite keeps another letter for U+FFFF, and sorts by the bytes of its encoding.
fn is_utf16(dialect: Dialect) -> bool {
    dialect == Dialect::Sqlite && is_hostile()
}

macro_rules! random {
    ($($name:ident $ty:ty, |$dice:ident| $value:expr;)*) => { $(
        mod $name {
            use super::*;

            #[derive(Debug, Clone, PartialEq, Model)]
            struct Row {
                #[model(id)]
                id: i64,
                value: $ty,
            }

            #[database_test]
            async fn values(db: TestDb) {
                db.schema::<Row>().create().await.unwrap();
                walk(&db).await;
                if db.dialect() == Dialect::Sqlite {
                    walk(&Db::from_pool(db.pool().clone()).await.unwrap()).await;
                }
            }

            async fn walk(db: &Db) {
                let mut dice = Dice { state: 7, dialect: db.dialect() };
                let $dice = &mut dice;
                let all: Vec<Row> = (1..=60).map(|id| Row { id, value: $value }).collect();
                let rows = RowRepository::new(db);
                assert_eq!(rows.create_all(all.clone()).await.unwrap(), all);
                assert_eq!(rows.find().order_by(Row::ID.asc()).await.unwrap(), all);
                let order = |one: &$ty, other: &$ty| one.partial_cmp(other).unwrap();
                let is_by_letters = db.dialect() != Dialect::Postgres && !is_utf16(db.dialect());
                let has_order = stringify!($ty) != "String" || is_by_letters;
                if has_order {
                    let mut sorted = all.clone();
                    sorted.sort_by(|one, other| order(&one.value, &other.value));
                    let found = rows.find().order_by(Row::VALUE.asc()).order_by(Row::ID.asc());
                    assert_eq!(found.await.unwrap(), sorted);
                }
                for pivot in all.iter().step_by(5) {
                    let expected = |wanted: fn(Ordering) -> bool| {
                        let kept = all.iter().filter(|row| wanted(order(&row.value, &pivot.value)));
                        kept.map(|row| row.id).collect::<Vec<i64>>()
                    };
                    let found = async |predicate| {
                        let found = rows.find().filter(predicate).order_by(Row::ID.asc());
                        found.await.unwrap().iter().map(|row| row.id).collect::<Vec<i64>>()
                    };
                    let value = &pivot.value;
                    assert_eq!(found(Row::VALUE.eq(value)).await, expected(Ordering::is_eq), "eq {value:?}");
                    assert_eq!(found(Row::VALUE.ne(value)).await, expected(Ordering::is_ne), "ne {value:?}");
                    if has_order {
                        assert_eq!(found(Row::VALUE.lt(value)).await, expected(Ordering::is_lt), "lt {value:?}");
                        assert_eq!(found(Row::VALUE.ge(value)).await, expected(Ordering::is_ge), "ge {value:?}");
                    }
                }
                rows.delete().all_rows().await.unwrap();
            }
        }
    )* };
}

random! {
    booleans bool, |dice| dice.below(2) == 0;
    bytes_of_8 i8, |dice| dice.bits() as i8;
    signed_16 i16, |dice| dice.bits() as i16;
    signed_32 i32, |dice| dice.any_width() as i32;
    signed_64 i64, |dice| match dice.below(9) { 0 => i64::MIN, 1 => i64::MAX, _ => dice.any_width() as i64 };
    unsigned_8 u8, |dice| dice.bits() as u8;
    unsigned_16 u16, |dice| dice.bits() as u16;
    unsigned_32 u32, |dice| dice.any_width() as u32;
    unsigned_64 u64, |dice| match dice.dialect { Dialect::MySql { .. } => dice.any_width(), _ => dice.any_width() >> 1 };
    unsigned_128 u128, |dice| match dice.below(9) { 0 => u128::MAX, _ => u128::from(dice.any_width()) * u128::from(dice.any_width()) };
    floats_32 f32, |dice| { let value = f32::from_bits(dice.bits() as u32); if value.is_finite() { value } else { 0.1 } };
    floats_64 f64, |dice| match dice.below(4) {
        0 => dice.any_width() as i64 as f64 / 8.0,
        _ => { let value = f64::from_bits(dice.bits()); if value.is_finite() { value } else { -0.1 } }
    };
    texts String, |dice| dice.text();
    binary Vec<u8>, |dice| (0..dice.below(5)).map(|_| dice.one_of(&[0, 1, 127, 128, 255])).collect();
    durations Duration, |dice| Duration::from_nanos(dice.any_width() >> 1);
    dates NaiveDate, |dice| dice.date_time().date();
    times NaiveTime, |dice| dice.date_time().time();
    date_times NaiveDateTime, |dice| dice.date_time();
    moments DateTime<Utc>, |dice| dice.date_time().and_utc();
    uuids Uuid, |dice| Uuid::from_u128(u128::from(dice.any_width()) << 64 | u128::from(dice.bits()));
    decimals Decimal, |dice| dice.decimal();
}
