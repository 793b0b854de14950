//! Values on their way to the database, and what a column can hold.

#[cfg(feature = "serde_json")]
mod as_json;
mod column_type;
mod conversion;
mod decode_error;
mod dialect;
pub(crate) mod hash;
mod key_part;
mod kind;
mod list;
mod row;
mod standard;
#[cfg(any(feature = "time", feature = "jiff"))]
mod times;
mod value_row;
mod variant;
use crate::value::kind::kind_in;
#[cfg(feature = "serde_json")]
pub use as_json::{AsJson, JsonChecked, JsonColumn, JsonContent, JsonProbe, NotJson, OptionalJson};
pub(crate) use column_type::ColumnValue;
pub use column_type::{ColumnType, FieldValue, IntoField};
pub use conversion::{
    ColumnConversion, check_conversion, conversion_part, conversion_value, holds_no_option,
    read_conversion,
};
pub use decode_error::DecodeError;
pub use dialect::Dialect;
pub use key_part::KeyPart;
pub use kind::Kind;
#[cfg(feature = "postgres")]
pub(crate) use kind::array_type;
use list::column_list;
pub(crate) use list::{list_to_json, list_to_objects};
pub use row::{Row, RowReader};
use sea_query::Value as SqlValue;
pub(crate) use standard::{wide_from_text, wide_to_text};
pub use variant::{integer_variant, read_integer_variant, read_text_variant, text_variant};

/// One value, in a form that is the same for every database.
///
/// What a particular database makes of it is decided when a statement is built, since only then the database is known.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[allow(missing_docs)] // Each is named after the Rust type it holds.
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
    #[cfg(feature = "chrono")]
    Date(chrono::NaiveDate),
    #[cfg(feature = "chrono")]
    Time(chrono::NaiveTime),
    #[cfg(feature = "chrono")]
    DateTime(chrono::NaiveDateTime),
    #[cfg(feature = "chrono")]
    DateTimeUtc(chrono::DateTime<chrono::Utc>),
    #[cfg(feature = "uuid")]
    Uuid(uuid::Uuid),
    #[cfg(feature = "rust_decimal")]
    Decimal(rust_decimal::Decimal),
    #[cfg(feature = "serde_json")]
    Json(serde_json::Value),
    /// A value that no column holds, and why: every statement refuses it.
    Unstorable(&'static str),
    List(Vec<Value>),
}

/// How JSON writes the values of a type, where it is not as it writes others of their kind.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonForm {
    Plain,
    /// Nanoseconds, or what serde makes of a `Duration`: `{"secs": 1, "nanos": 500000000}`.
    Duration,
    /// A number of 64 bits, or a text with one of at most 39 digits.
    Wide,
    /// As ISO 8601 has it, or as the library `time` does: `2026-01-31 23:59:59.0`.
    #[cfg(feature = "time")]
    Time,
}

/// Tells of a value whether it is one of a type, and why not.
#[doc(hidden)]
pub type Check = fn(&Value) -> Result<(), String>;

/// Why a database cannot hold a value exactly.
pub(crate) type Unfit = &'static str;

impl Value {
    /// The value as the database takes it for a column of this kind.
    pub(crate) fn to_sql(&self, kind: Kind, dialect: Dialect) -> Result<SqlValue, Unfit> {
        let value = match self {
            Value::Null => return Ok(null(kind, dialect)),
            Value::Bool(value) => SqlValue::Bool(Some(*value)),
            Value::Int(value) => return Ok(int(*value, kind, dialect)),
            Value::Uint(value) => return uint(*value, dialect),
            Value::Float(value) => return float(*value, kind, dialect),
            Value::Text(value) => {
                if dialect == Dialect::Postgres && value.contains('\0') {
                    return Err("PostgreSQL cannot store a NUL character in text");
                }
                SqlValue::String(Some(value.clone()))
            }
            Value::Bytes(value) => SqlValue::Bytes(Some(value.clone())),
            #[cfg(feature = "chrono")]
            Value::Date(value) => {
                temporal::check_year(*value, dialect)?;
                SqlValue::ChronoDate(Some(*value))
            }
            #[cfg(feature = "chrono")]
            Value::Time(value) => SqlValue::ChronoTime(Some(temporal::kept(*value, dialect)?)),
            #[cfg(feature = "chrono")]
            Value::DateTime(value) => {
                temporal::check_year(value.date(), dialect)?;
                let time = temporal::kept(value.time(), dialect)?;
                SqlValue::ChronoDateTime(Some(value.date().and_time(time)))
            }
            #[cfg(feature = "chrono")]
            Value::DateTimeUtc(value) => {
                temporal::check_year(value.date_naive(), dialect)?;
                let time = temporal::kept(value.time(), dialect)?;
                let value = value.date_naive().and_time(time);
                match dialect {
                    Dialect::Postgres => SqlValue::ChronoDateTimeUtc(Some(value.and_utc())),
                    // Without a zone and always in UTC: a TIMESTAMP of MySQL would end in 2038, and SQLite, which compares
                    // texts, writes its own CURRENT_TIMESTAMP like this.
                    _ => SqlValue::ChronoDateTime(Some(value)),
                }
            }
            #[cfg(feature = "uuid")]
            Value::Uuid(value) => match dialect {
                // Readable, and JSON (which carries lists of keys) can hold it.
                Dialect::Sqlite => SqlValue::String(Some(value.hyphenated().to_string())),
                _ => SqlValue::Uuid(Some(*value)),
            },
            #[cfg(feature = "rust_decimal")]
            Value::Decimal(value) => match dialect {
                Dialect::Sqlite => SqlValue::String(Some(value.normalize().to_string())),
                _ => SqlValue::Decimal(Some(*value)),
            },
            #[cfg(feature = "serde_json")]
            Value::Json(value) => match dialect {
                Dialect::Postgres => {
                    if json_has_nul(value) {
                        return Err("PostgreSQL cannot store a NUL character in JSON");
                    }
                    SqlValue::Json(Some(Box::new(value.clone())))
                }
                _ => SqlValue::String(Some(value.to_string())),
            },
            Value::Unstorable(why) => return Err(why),
            Value::List(values) => return list(values, kind, dialect),
        };
        Ok(value)
    }

    /// Reads a column of this kind.
    pub(crate) fn read(
        row: &mut dyn RowReader,
        at: usize,
        kind: Kind,
    ) -> Result<Value, DecodeError> {
        if row.is_null(at)? {
            return Ok(Value::Null);
        }
        Ok(match kind {
            Kind::Bool => Value::Bool(row.boolean(at)?),
            Kind::U64 => Value::Uint(row.uint(at)?),
            kind if kind.is_integer() => Value::Int(row.int(at)?),
            Kind::F32 | Kind::F64 => Value::Float(row.float(at)?),
            Kind::Bytes => Value::Bytes(row.bytes(at)?),
            #[cfg(feature = "chrono")]
            Kind::Date => Value::Date(row.date(at)?),
            #[cfg(feature = "chrono")]
            Kind::Time => Value::Time(row.time(at)?),
            #[cfg(feature = "chrono")]
            Kind::DateTime => Value::DateTime(row.date_time(at)?),
            #[cfg(feature = "chrono")]
            Kind::DateTimeUtc => Value::DateTimeUtc(row.date_time_utc(at)?),
            #[cfg(feature = "uuid")]
            Kind::Uuid => Value::Uuid(row.uuid(at)?),
            #[cfg(feature = "rust_decimal")]
            Kind::Decimal => Value::Decimal(row.decimal(at)?),
            #[cfg(feature = "serde_json")]
            Kind::Json => Value::Json(row.json(at)?),
            Kind::List(of) => Value::List(row.list(at, *of)?),
            _ => Value::Text(row.text(at)?),
        })
    }

    /// The value as part of a key.
    pub(crate) fn as_part(&self) -> KeyPart<'_> {
        match self {
            Value::Int(value) => KeyPart::Int(*value),
            Value::Uint(value) => KeyPart::Uint(*value),
            Value::Text(value) => KeyPart::Text(value.into()),
            Value::Bytes(value) => KeyPart::Bytes(value.into()),
            #[cfg(feature = "chrono")]
            Value::Date(value) => KeyPart::Date(*value),
            #[cfg(feature = "chrono")]
            Value::Time(value) => KeyPart::Time(*value),
            #[cfg(feature = "chrono")]
            Value::DateTime(value) => KeyPart::DateTime(*value),
            #[cfg(feature = "chrono")]
            Value::DateTimeUtc(value) => KeyPart::DateTimeUtc(*value),
            #[cfg(feature = "uuid")]
            Value::Uuid(value) => KeyPart::Uuid(*value),
            _ => KeyPart::Null,
        }
    }

    /// The value for people: in error messages that name a key.
    pub(crate) fn display(&self) -> String {
        match self {
            Value::Null => "null".into(),
            Value::Bool(value) => value.to_string(),
            Value::Int(value) => value.to_string(),
            Value::Uint(value) => value.to_string(),
            Value::Float(value) => value.to_string(),
            Value::Text(value) => format!("{value:?}"),
            Value::Bytes(value) => format!("x'{}'", hex(value)),
            #[cfg(feature = "chrono")]
            Value::Date(value) => value.to_string(),
            #[cfg(feature = "chrono")]
            Value::Time(value) => value.to_string(),
            #[cfg(feature = "chrono")]
            Value::DateTime(value) => value.to_string(),
            #[cfg(feature = "chrono")]
            Value::DateTimeUtc(value) => value.to_string(),
            #[cfg(feature = "uuid")]
            Value::Uuid(value) => value.to_string(),
            #[cfg(feature = "rust_decimal")]
            Value::Decimal(value) => value.to_string(),
            #[cfg(feature = "serde_json")]
            Value::Json(value) => value.to_string(),
            Value::Unstorable(why) => format!("a value that is not stored: {why}"),
            Value::List(values) => {
                let values: Vec<String> = values.iter().map(Value::display).collect();
                format!("[{}]", values.join(", "))
            }
        }
    }
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn int(value: i64, kind: Kind, dialect: Dialect) -> SqlValue {
    // The column type has checked the range, so the narrower forms hold.
    match kind_in(kind, dialect) {
        Kind::I8 => SqlValue::TinyInt(Some(value as i8)),
        Kind::I16 => SqlValue::SmallInt(Some(value as i16)),
        Kind::I32 => SqlValue::Int(Some(value as i32)),
        Kind::U8 => SqlValue::TinyUnsigned(Some(value as u8)),
        Kind::U16 => SqlValue::SmallUnsigned(Some(value as u16)),
        Kind::U32 => SqlValue::Unsigned(Some(value as u32)),
        _ => SqlValue::BigInt(Some(value)),
    }
}

fn uint(value: u64, dialect: Dialect) -> Result<SqlValue, Unfit> {
    if let Dialect::MySql { .. } = dialect {
        return Ok(SqlValue::BigUnsigned(Some(value)));
    }
    match i64::try_from(value) {
        Ok(value) => Ok(SqlValue::BigInt(Some(value))),
        Err(_) => Err("this database has no unsigned integers above 9223372036854775807"),
    }
}

fn float(value: f64, kind: Kind, dialect: Dialect) -> Result<SqlValue, Unfit> {
    match dialect {
        Dialect::Sqlite if value.is_nan() => return Err("SQLite stores NaN as NULL"),
        Dialect::MySql { .. } if !value.is_finite() => {
            return Err("MySQL has neither NaN nor infinity");
        }
        _ => {}
    }
    Ok(match kind {
        Kind::F32 => SqlValue::Float(Some(value as f32)),
        _ => SqlValue::Double(Some(value)),
    })
}

/// NULL with a type, which PostgreSQL wants.
fn null(kind: Kind, dialect: Dialect) -> SqlValue {
    match kind_in(kind, dialect) {
        Kind::Bool => SqlValue::Bool(None),
        Kind::I8 => SqlValue::TinyInt(None),
        Kind::I16 => SqlValue::SmallInt(None),
        Kind::I32 => SqlValue::Int(None),
        Kind::I64 => SqlValue::BigInt(None),
        Kind::U8 => SqlValue::TinyUnsigned(None),
        Kind::U16 => SqlValue::SmallUnsigned(None),
        Kind::U32 => SqlValue::Unsigned(None),
        Kind::U64 => SqlValue::BigUnsigned(None),
        Kind::F32 => SqlValue::Float(None),
        Kind::F64 => SqlValue::Double(None),
        Kind::Text => SqlValue::String(None),
        Kind::Bytes => SqlValue::Bytes(None),
        #[cfg(feature = "chrono")]
        Kind::Date => SqlValue::ChronoDate(None),
        #[cfg(feature = "chrono")]
        Kind::Time => SqlValue::ChronoTime(None),
        #[cfg(feature = "chrono")]
        Kind::DateTime => SqlValue::ChronoDateTime(None),
        #[cfg(feature = "chrono")]
        Kind::DateTimeUtc => match dialect {
            Dialect::Postgres => SqlValue::ChronoDateTimeUtc(None),
            _ => SqlValue::ChronoDateTime(None),
        },
        #[cfg(feature = "uuid")]
        Kind::Uuid => match dialect {
            Dialect::Sqlite => SqlValue::String(None),
            _ => SqlValue::Uuid(None),
        },
        #[cfg(feature = "rust_decimal")]
        Kind::Decimal => match dialect {
            Dialect::Sqlite => SqlValue::String(None),
            _ => SqlValue::Decimal(None),
        },
        #[cfg(feature = "serde_json")]
        Kind::Json => match dialect {
            Dialect::Postgres => SqlValue::Json(None),
            _ => SqlValue::String(None),
        },
        #[cfg(feature = "postgres")]
        Kind::List(of) if dialect == Dialect::Postgres => SqlValue::Array(array_type(*of), None),
        Kind::List(_) => SqlValue::String(None),
    }
}

/// A list: an array on PostgreSQL, JSON elsewhere.
fn list(values: &[Value], kind: Kind, dialect: Dialect) -> Result<SqlValue, Unfit> {
    match (kind, dialect) {
        #[cfg(feature = "postgres")]
        (Kind::List(of), Dialect::Postgres) => {
            let elements = values.iter().map(|value| value.to_sql(*of, dialect));
            let elements = elements.collect::<Result<Vec<SqlValue>, Unfit>>()?;
            Ok(SqlValue::Array(array_type(*of), Some(Box::new(elements))))
        }
        (Kind::List(of), _) => Ok(SqlValue::String(Some(column_list(values, *of, dialect)?))),
        _ => Ok(SqlValue::String(Some(list_to_json(values, 1)?))),
    }
}

#[cfg(feature = "serde_json")]
fn json_has_nul(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::String(text) => text.contains('\0'),
        serde_json::Value::Array(items) => items.iter().any(json_has_nul),
        serde_json::Value::Object(fields) => fields
            .iter()
            .any(|(name, value)| name.contains('\0') || json_has_nul(value)),
        _ => false,
    }
}

#[cfg(feature = "chrono")]
mod temporal {
    use super::{Dialect, Unfit};
    use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};

    /// The ranges of <https://www.postgresql.org/docs/15/datatype-datetime.html> and of four-digit years elsewhere.
    pub(super) fn check_year(date: NaiveDate, dialect: Dialect) -> Result<(), Unfit> {
        let fits = match dialect {
            Dialect::Postgres => date.year() > -4712,
            // Text sorts as dates do only while years have four digits.
            _ => (0..=9999).contains(&date.year()),
        };
        if fits {
            Ok(())
        } else {
            Err("the year is outside the range of this database")
        }
    }

    /// The time as the database keeps it: to the microsecond, but on SQLite.
    pub(super) fn kept(time: NaiveTime, dialect: Dialect) -> Result<NaiveTime, Unfit> {
        if dialect == Dialect::Sqlite {
            return Ok(time);
        }
        if time.nanosecond() >= 1_000_000_000 {
            return Err("this database cannot store a leap second");
        }
        let kept = time.with_nanosecond(time.nanosecond() / 1000 * 1000);
        Ok(kept.expect("fewer nanoseconds than there were"))
    }
}

/// A decimal from text, only if it fits exactly; for drivers of databases that keep decimals as text.
#[cfg(feature = "rust_decimal")]
pub fn decimal_from_text(text: &str) -> Option<rust_decimal::Decimal> {
    use rust_decimal::Decimal;
    // Underscores are for programs, not for data.
    if text.contains('_') {
        return None;
    }
    let Some((digits, exponent)) = text.split_once(['e', 'E']) else {
        return Decimal::from_str_exact(text).ok();
    };
    // `from_scientific` would round.
    let mut decimal = Decimal::from_str_exact(digits).ok()?.normalize();
    let exponent: i32 = exponent.parse().ok()?;
    if decimal.is_zero() {
        return Some(decimal);
    }
    let scale = i64::from(decimal.scale()) - i64::from(exponent);
    if let Ok(scale) = u32::try_from(scale) {
        decimal.set_scale(scale).ok()?;
        return Some(decimal);
    }
    decimal.set_scale(0).ok()?;
    (0..scale.unsigned_abs()).try_fold(decimal, |decimal, _| decimal.checked_mul(Decimal::TEN))
}
