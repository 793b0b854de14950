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

/// A list of keys from its JSON, for drivers of databases that keep lists so.
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
            _ => None,
        };
        value.ok_or_else(|| DecodeError::new(format!("its list holds {}", element.describe())))
    };
    elements.into_iter().map(element).collect()
}
