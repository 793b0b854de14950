//! Types of the standard library that are kept as others.

use crate::value::column_type::ColumnType;
use crate::value::decode_error::DecodeError;
use crate::value::key_part::KeyPart;
use crate::value::kind::Kind;
use crate::value::row::RowReader;
use crate::value::{Check, JsonForm, Value, value_row};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

/// Column types by what reads them and what becomes of a value.
macro_rules! kept_as {
    ($($ty:ty, $name:literal, $kind:ident, $form:ident, |$row:ident, $at:ident| $read:expr, |$value:ident| $write:expr;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl ColumnType for $ty {
            type Base = Self;
            type This = Self;
            const NAME: &'static str = $name;
            const KIND: Kind = Kind::$kind;
            const CHECK: Option<Check> = Some(value_row::check::<Self>);
            const FORM: JsonForm = JsonForm::$form;

            fn read($row: &mut dyn RowReader, $at: usize) -> Result<Self, DecodeError> {
                $read
            }

            fn into_value(self) -> Value {
                self.to_value()
            }

            fn to_value(&self) -> Value {
                let $value = self;
                $write
            }

            fn key_part(&self) -> KeyPart<'_> {
                KeyPart::of(self.to_value())
            }

            fn from_key_part(part: KeyPart<'_>) -> Option<Self> {
                value_row::read(&part.to_value()).ok()
            }
        }
    )* };
}
#[cfg(any(feature = "time", feature = "jiff"))]
pub(super) use kept_as;

kept_as! {
    Duration, "Duration", I64, Duration, |row, at| duration(row.int(at)?), |value| nanoseconds(*value);
    u128, "u128", Text, Wide, |row, at| wide(&row.text(at)?), |value| Value::Text(wide_to_text(*value));
    IpAddr, "IpAddr", Text, Plain, |row, at| address(&row.text(at)?), |value| Value::Text(value.to_string());
    Ipv4Addr, "Ipv4Addr", Text, Plain, |row, at| address(&row.text(at)?), |value| Value::Text(value.to_string());
    Ipv6Addr, "Ipv6Addr", Text, Plain, |row, at| address(&row.text(at)?), |value| Value::Text(value.to_string());
}

fn duration(nanoseconds: i64) -> Result<Duration, DecodeError> {
    let nanoseconds = u64::try_from(nanoseconds);
    let nanoseconds = nanoseconds.map_err(|_| DecodeError::new("a duration is not negative"))?;
    Ok(Duration::from_nanos(nanoseconds))
}

fn nanoseconds(duration: Duration) -> Value {
    match i64::try_from(duration.as_nanos()) {
        Ok(nanoseconds) => Value::Int(nanoseconds),
        Err(_) => Value::Unstorable("a column holds durations of 292 years at most"),
    }
}

fn address<A: std::str::FromStr>(text: &str) -> Result<A, DecodeError> {
    // A CHAR column fills its texts up with spaces.
    let read = text.trim_end_matches(' ').parse();
    read.map_err(|_| {
        DecodeError::new(format!(
            "it is {text:?}, which is not an IP address of its type"
        ))
    })
}

fn wide(text: &str) -> Result<u128, DecodeError> {
    wide_from_text(text).ok_or_else(|| {
        DecodeError::new(format!(
            "it is {text:?}, which is not a `u128` of 39 digits"
        ))
    })
}

/// With as many digits as the greatest number has, so that texts sort as their numbers do.
pub(crate) fn wide_to_text(number: u128) -> String {
    format!("{number:039}")
}

/// Only as it is written, so that no two texts stand for one number.
pub(crate) fn wide_from_text(text: &str) -> Option<u128> {
    let number = text.parse().ok()?;
    (wide_to_text(number) == text).then_some(number)
}
