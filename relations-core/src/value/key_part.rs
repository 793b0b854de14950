//! One column of a key, borrowed from a row.

use crate::value::Value;

/// A value that a key is made of, as it stands in its row.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[allow(missing_docs)] // Each is named after the value it stands for.
pub enum KeyPart<'v> {
    /// No key; also of what no key is made of.
    Null,
    Int(i64),
    Uint(u64),
    Text(&'v str),
    Bytes(&'v [u8]),
    #[cfg(feature = "chrono")]
    Date(chrono::NaiveDate),
    #[cfg(feature = "uuid")]
    Uuid(uuid::Uuid),
    /// A list of keys.
    List(Vec<Value>),
}

impl KeyPart<'_> {
    pub(crate) fn to_value(&self) -> Value {
        match self {
            KeyPart::Null => Value::Null,
            KeyPart::Int(value) => Value::Int(*value),
            KeyPart::Uint(value) => Value::Uint(*value),
            KeyPart::Text(value) => Value::Text((*value).to_owned()),
            KeyPart::Bytes(value) => Value::Bytes((*value).to_owned()),
            #[cfg(feature = "chrono")]
            KeyPart::Date(value) => Value::Date(*value),
            #[cfg(feature = "uuid")]
            KeyPart::Uuid(value) => Value::Uuid(*value),
            KeyPart::List(values) => Value::List(values.clone()),
        }
    }
}
