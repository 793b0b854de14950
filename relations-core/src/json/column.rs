//! Columns that hold JSON, for the drivers.

use crate::json::JsonValue;
#[cfg(feature = "serde_json")]
use crate::json::number::long_integer;
use crate::value::{DecodeError, Kind, Value};

/// The JSON of a column. An integer that would become another one is refused, since nobody could tell afterwards. Fractions are
/// rounded to the nearest float, as everywhere: databases divide to more digits than a float has.
#[cfg(feature = "serde_json")]
pub fn json_from_text(text: &str) -> Result<serde_json::Value, DecodeError> {
    let value = serde_json::from_str(text).map_err(DecodeError::from_driver)?;
    if !*super::KEEPS_DIGITS
        && has_long_float(&value)
        && let Some(written) = long_integer(text)
    {
        let written = crate::error::shortened(written);
        let message = format!(
            "its number {written} is beyond 64 bits, which the feature `arbitrary_precision` of serde_json would keep"
        );
        return Err(DecodeError::new(message));
    }
    Ok(value)
}

/// Whether some number of it may have been an integer beyond 64 bits.
#[cfg(feature = "serde_json")]
fn has_long_float(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Number(number) => number
            .as_f64()
            .is_some_and(|float| number.is_f64() && float.abs() >= i64::MAX as f64),
        serde_json::Value::Array(values) => values.iter().any(has_long_float),
        serde_json::Value::Object(entries) => entries.values().any(has_long_float),
        _ => false,
    }
}

/// A list from its JSON, for drivers of databases that keep lists so.
pub fn list_from_json(text: &str, of: Kind) -> Result<Vec<Value>, DecodeError> {
    let elements = match JsonValue::from_json(text) {
        Ok(JsonValue::List(elements)) => elements,
        Ok(other) => {
            let message = format!("expected a list, not {}", other.describe());
            return Err(DecodeError::new(message));
        }
        Err(why) => return Err(DecodeError::new(why)),
    };
    let element = |element: JsonValue| {
        let value = match (of, &element) {
            (Kind::U64, JsonValue::Int(number)) => u64::try_from(*number).ok().map(Value::Uint),
            (kind, JsonValue::Int(number)) if kind.is_integer() => {
                i64::try_from(*number).ok().map(Value::Int)
            }
            (Kind::Text, JsonValue::Text(text)) => Some(Value::Text(text.clone())),
            #[cfg(feature = "uuid")]
            (Kind::Uuid, JsonValue::Text(text)) => text.parse().ok().map(Value::Uuid),
            (Kind::Bool, JsonValue::Bool(value)) => Some(Value::Bool(*value)),
            (Kind::F32, number) => float(number).map(nearest_f32).map(Value::Float),
            (Kind::F64, number) => float(number).map(Value::Float),
            #[cfg(feature = "chrono")]
            (Kind::Date, JsonValue::Text(text)) => text.parse().ok().map(Value::Date),
            #[cfg(feature = "chrono")]
            (Kind::Time, JsonValue::Text(text)) => text.parse().ok().map(Value::Time),
            #[cfg(feature = "chrono")]
            (Kind::DateTime, JsonValue::Text(text)) => date_time(text).map(Value::DateTime),
            #[cfg(feature = "chrono")]
            (Kind::DateTimeUtc, JsonValue::Text(text)) => {
                date_time(text).map(|time| Value::DateTimeUtc(time.and_utc()))
            }
            #[cfg(feature = "rust_decimal")]
            (Kind::Decimal, JsonValue::Text(text)) => {
                crate::value::decimal_from_text(text).map(Value::Decimal)
            }
            _ => None,
        };
        value.ok_or_else(|| DecodeError::new(format!("its list holds {}", element.describe())))
    };
    elements.into_iter().map(element).collect()
}

fn float(number: &JsonValue) -> Option<f64> {
    match number {
        JsonValue::Float(number) => Some(*number),
        JsonValue::Int(number) => Some(*number as f64),
        JsonValue::Digits(written) => written.parse().ok(),
        _ => None,
    }
}

/// The float of 32 bits that is written with these digits, which are as few as tell it from others.
fn nearest_f32(number: f64) -> f64 {
    let nearest = number as f32;
    match nearest.is_finite() {
        true => nearest.into(),
        false => number,
    }
}

/// As it is written into lists.
#[cfg(feature = "chrono")]
fn date_time(text: &str) -> Option<chrono::NaiveDateTime> {
    chrono::NaiveDateTime::parse_from_str(text, "%F %T%.f").ok()
}
