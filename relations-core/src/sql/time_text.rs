//! Times on SQLite, which are texts. One time has several: `06:00:00`, and the same with zeros of a fraction behind it, as
//! other programs write them. A comparison sees them all.

use crate::query::Operator;
use crate::value::{Dialect, Kind};
use sea_query::Value as SqlValue;
use std::ops::Range;

/// Which text of a time: the shortest, which is the one that we write; or the one with three, six or nine digits of a fraction.
/// By itself the shortest sorts before the others, and the longest behind them.
pub(crate) type Form = usize;

pub(crate) const SHORTEST: Form = 0;
const LONGEST: Form = 3;
const ALL: Range<Form> = SHORTEST..LONGEST + 1;
pub(crate) const FIRST: Range<Form> = SHORTEST..SHORTEST + 1;

/// The texts that a comparison with a value of this kind takes; one, where there are no several texts.
pub(crate) fn compared(kind: Kind, operator: Operator, dialect: Dialect) -> Range<Form> {
    match operator {
        Operator::Eq | Operator::Ne => each(kind, dialect),
        Operator::Lt | Operator::Ge => FIRST,
        Operator::Gt | Operator::Le => last(kind, dialect),
    }
}

/// All texts of a value of this kind.
pub(crate) fn each(kind: Kind, dialect: Dialect) -> Range<Form> {
    match has_forms(kind, dialect) {
        true => ALL,
        false => FIRST,
    }
}

/// The text of a value behind which no other of its texts sorts.
pub(crate) fn last(kind: Kind, dialect: Dialect) -> Range<Form> {
    match has_forms(kind, dialect) {
        true => LONGEST..LONGEST + 1,
        false => FIRST,
    }
}

#[cfg(feature = "chrono")]
fn has_forms(kind: Kind, dialect: Dialect) -> bool {
    let is_time = matches!(kind, Kind::Time | Kind::DateTime | Kind::DateTimeUtc);
    is_time && dialect == Dialect::Sqlite
}

#[cfg(not(feature = "chrono"))]
fn has_forms(_: Kind, _: Dialect) -> bool {
    false
}

/// The value in this form. Where its fraction has more digits, there is no such text, and the shortest stands for it.
#[cfg(feature = "chrono")]
pub(crate) fn in_form(value: SqlValue, form: Form) -> SqlValue {
    use chrono::Timelike;
    let digits = [0, 3, 6, 9][form];
    let (whole, nanosecond) = match &value {
        _ if form == SHORTEST => return value,
        SqlValue::ChronoTime(Some(time)) => (time.format("%T"), time.nanosecond()),
        SqlValue::ChronoDateTime(Some(time)) => (time.format("%F %T"), time.nanosecond()),
        _ => return value,
    };
    // A leap second is written as second 60, and counts as more than a second of nanoseconds.
    let fraction = format!("{:09}", nanosecond % 1_000_000_000);
    match fraction[digits..].bytes().all(|digit| digit == b'0') {
        true => SqlValue::String(Some(format!("{whole}.{}", &fraction[..digits]))),
        false => value,
    }
}

#[cfg(not(feature = "chrono"))]
pub(crate) fn in_form(value: SqlValue, _: Form) -> SqlValue {
    value
}

#[cfg(all(test, feature = "chrono"))]
mod tests {
    use super::*;

    fn texts(time: &str) -> Vec<String> {
        let time = time.parse().unwrap();
        let text = |form| match in_form(SqlValue::ChronoTime(Some(time)), form) {
            SqlValue::String(Some(text)) => text,
            SqlValue::ChronoTime(Some(time)) => time.to_string(),
            value => unreachable!("{value:?}"),
        };
        ALL.map(text).collect()
    }

    #[test]
    fn a_time_has_texts_of_several_lengths() {
        assert_eq!(
            texts("06:00:00"),
            [
                "06:00:00",
                "06:00:00.000",
                "06:00:00.000000",
                "06:00:00.000000000"
            ]
        );
        assert_eq!(
            texts("06:00:00.12"),
            [
                "06:00:00.120",
                "06:00:00.120",
                "06:00:00.120000",
                "06:00:00.120000000"
            ]
        );
    }

    #[test]
    fn no_digit_is_lost() {
        let nano = "06:00:00.123456789";
        assert_eq!(
            texts("06:00:00.123456789"),
            [nano, nano, nano, "06:00:00.123456789"]
        );
    }
}
