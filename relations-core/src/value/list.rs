//! Lists of values as JSON, for the parameters and columns that hold them.

#[cfg(feature = "chrono")]
use crate::value::temporal;
use crate::value::{Dialect, Kind, Unfit, Value, hex};
use serde::{Serialize, Serializer};

/// Keys of this many columns as JSON: `[1, 2]`, or `[[1, "a"], [2, "b"]]`. What JSON has no form for travels as text that the
/// statement turns back (see `statement::list`).
pub(crate) fn list_to_json(values: &[Value], columns: usize) -> Result<String, Unfit> {
    let text = match columns {
        1 => serde_json::to_string(&Elements(values)),
        _ => serde_json::to_string(&Rows { values, columns }),
    };
    text.map_err(|_| "a list holds keys")
}

/// Keys as JSON objects with the columns' names, `[{"code": "a"}, {"code": "b"}]`.
pub(crate) fn list_to_objects(values: &[Value], columns: &[&str]) -> Result<String, Unfit> {
    let objects = Objects { values, columns };
    serde_json::to_string(&objects).map_err(|_| "a list holds keys")
}

struct Objects<'v> {
    values: &'v [Value],
    columns: &'v [&'v str],
}

impl Serialize for Objects<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.values.chunks(self.columns.len()).map(|values| Object {
            values,
            columns: self.columns,
        }))
    }
}

pub(crate) struct Object<'v> {
    values: &'v [Value],
    columns: &'v [&'v str],
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // PostgreSQL reads bytes from hexadecimal digits after `\x`.
        let values = self.values.iter().map(|value| match value {
            Value::Bytes(bytes) => Value::Text(format!("\\x{}", hex(bytes))),
            other => other.clone(),
        });
        let values: Vec<Value> = values.collect();
        serializer.collect_map(self.columns.iter().zip(values.iter().map(Element)))
    }
}

/// The list of a column as JSON, on databases without arrays. Each element is refused, or cut, as in a column of its own.
pub(crate) fn column_list(values: &[Value], of: Kind, dialect: Dialect) -> Result<String, Unfit> {
    let kept = values.iter().map(|value| kept(value, dialect));
    let kept: Vec<Value> = kept.collect::<Result<_, _>>()?;
    let elements: Vec<ColumnElement> = kept.iter().map(|value| ColumnElement(value, of)).collect();
    serde_json::to_string(&elements).map_err(|_| "JSON has no form for an element of the list")
}

fn kept(value: &Value, dialect: Dialect) -> Result<Value, Unfit> {
    let _ = dialect;
    Ok(match value {
        Value::Float(float) if !float.is_finite() => {
            return Err("a list is kept as JSON, which has numbers that are finite only");
        }
        #[cfg(feature = "chrono")]
        Value::Date(date) => {
            temporal::check_year(*date, dialect)?;
            value.clone()
        }
        #[cfg(feature = "chrono")]
        Value::Time(time) => Value::Time(temporal::kept(*time, dialect)?),
        #[cfg(feature = "chrono")]
        Value::DateTime(time) => {
            temporal::check_year(time.date(), dialect)?;
            let of_day = temporal::kept(time.time(), dialect)?;
            Value::DateTime(time.date().and_time(of_day))
        }
        #[cfg(feature = "chrono")]
        Value::DateTimeUtc(time) => {
            temporal::check_year(time.date_naive(), dialect)?;
            let of_day = temporal::kept(time.time(), dialect)?;
            Value::DateTimeUtc(time.date_naive().and_time(of_day).and_utc())
        }
        _ => value.clone(),
    })
}

/// An element of a column's list, in the form that other programs expect too.
struct ColumnElement<'v>(&'v Value, Kind);

impl Serialize for ColumnElement<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.0, self.1) {
            (Value::Bool(value), _) => serializer.serialize_bool(*value),
            // Of as few digits as tell it from others of its width.
            (Value::Float(value), Kind::F32) => serializer.serialize_f32(*value as f32),
            (Value::Float(value), _) => serializer.serialize_f64(*value),
            (value, _) => Element(value).serialize(serializer),
        }
    }
}

struct Rows<'v> {
    values: &'v [Value],
    columns: usize,
}

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.values.chunks(self.columns).map(Elements))
    }
}

struct Elements<'v>(&'v [Value]);

impl Serialize for Elements<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Element))
    }
}

struct Element<'v>(&'v Value);

impl Serialize for Element<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Bool(value) => serializer.serialize_i64(i64::from(*value)),
            Value::Int(value) => serializer.serialize_i64(*value),
            Value::Uint(value) => serializer.serialize_u64(*value),
            Value::Text(value) => serializer.serialize_str(value),
            Value::Bytes(value) => serializer.serialize_str(&hex(value)),
            #[cfg(feature = "uuid")]
            Value::Uuid(value) => serializer.collect_str(&value.hyphenated()),
            #[cfg(feature = "rust_decimal")]
            Value::Decimal(value) => serializer.collect_str(&value.normalize()),
            #[cfg(feature = "chrono")]
            Value::Date(value) => serializer.collect_str(value),
            // As SQLite keeps them, and MySQL takes them, which both know no `T`.
            #[cfg(feature = "chrono")]
            Value::Time(value) => serializer.collect_str(value),
            #[cfg(feature = "chrono")]
            Value::DateTime(value) => serializer.collect_str(&value.format("%F %T%.f")),
            #[cfg(feature = "chrono")]
            Value::DateTimeUtc(value) => serializer.collect_str(&value.format("%F %T%.f")),
            other => Err(serde::ser::Error::custom(format!("{other:?} is not a key"))),
        }
    }
}
