//! One column of a key, borrowed from a row.

use crate::value::Value;
use std::borrow::Cow;

/// A value that a key is made of, as it stands in its row.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[allow(missing_docs)] // Each is named after the value it stands for.
pub enum KeyPart<'v> {
    /// No key; also of what no key is made of.
    Null,
    Int(i64),
    Uint(u64),
    Text(Cow<'v, str>),
    Bytes(Cow<'v, [u8]>),
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
    /// A list of keys.
    List(Vec<Value>),
}

impl KeyPart<'static> {
    /// Of a value that nobody else holds.
    pub(crate) fn of(value: Value) -> KeyPart<'static> {
        match value {
            Value::Text(value) => KeyPart::Text(value.into()),
            Value::Bytes(value) => KeyPart::Bytes(value.into()),
            Value::Int(value) => KeyPart::Int(value),
            Value::Uint(value) => KeyPart::Uint(value),
            #[cfg(feature = "chrono")]
            Value::Date(value) => KeyPart::Date(value),
            #[cfg(feature = "chrono")]
            Value::Time(value) => KeyPart::Time(value),
            #[cfg(feature = "chrono")]
            Value::DateTime(value) => KeyPart::DateTime(value),
            #[cfg(feature = "chrono")]
            Value::DateTimeUtc(value) => KeyPart::DateTimeUtc(value),
            #[cfg(feature = "uuid")]
            Value::Uuid(value) => KeyPart::Uuid(value),
            Value::List(values) => KeyPart::List(values),
            _ => KeyPart::Null,
        }
    }
}

impl KeyPart<'_> {
    pub(crate) fn to_value(&self) -> Value {
        match self {
            KeyPart::Null => Value::Null,
            KeyPart::Int(value) => Value::Int(*value),
            KeyPart::Uint(value) => Value::Uint(*value),
            KeyPart::Text(value) => Value::Text(value.as_ref().to_owned()),
            KeyPart::Bytes(value) => Value::Bytes(value.as_ref().to_owned()),
            #[cfg(feature = "chrono")]
            KeyPart::Date(value) => Value::Date(*value),
            #[cfg(feature = "chrono")]
            KeyPart::Time(value) => Value::Time(*value),
            #[cfg(feature = "chrono")]
            KeyPart::DateTime(value) => Value::DateTime(*value),
            #[cfg(feature = "chrono")]
            KeyPart::DateTimeUtc(value) => Value::DateTimeUtc(*value),
            #[cfg(feature = "uuid")]
            KeyPart::Uuid(value) => Value::Uuid(*value),
            KeyPart::List(values) => Value::List(values.clone()),
        }
    }
}
