//! What the values of a field are in JSON, for descriptions of an API.

use crate::model::FieldMetadata;
use crate::value::{JsonForm, Kind};

/// What the values of a field are in JSON, when rows are written out by the field's type and read from a body.
///
/// # Examples
/// ```
/// # use docs_models::*;
/// use relations_core::JsonShape;
///
/// let total = Order::metadata().field("total").unwrap();
/// assert!(matches!(total.json_shape(), JsonShape::Integer { bits: 64, .. }));
/// assert_eq!(Customer::metadata().field("name").unwrap().json_shape(), JsonShape::Text);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonShape {
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Integer {
        /// How many bits it has.
        bits: u32,
        /// Whether it can be negative.
        is_signed: bool,
    },
    /// A number, of single or of double precision.
    Number {
        /// How many bits it has.
        bits: u32,
    },
    /// Any text.
    Text,
    /// A list of numbers from 0 to 255.
    Bytes,
    /// A text: `2026-01-31`.
    Date,
    /// A text: `23:59:59`.
    Time,
    /// A text without a zone: `2026-01-31T23:59:59`.
    DateTime,
    /// A text with a zone, as RFC 3339 has it: `2026-01-31T23:59:59Z`.
    DateTimeUtc,
    /// A text in which the library `time` writes a moment, and which may be given as `2026-01-31T23:59:59Z` too.
    Moment,
    /// A UUID as a text.
    Uuid,
    /// An exact number, as a text or a number.
    Decimal,
    /// A whole number that is not negative, of at most 39 digits: a number, or a text where it has more than 64 bits.
    Wide,
    /// `{"secs": 1, "nanos": 500000000}`, or nanoseconds.
    Duration,
    /// Anything.
    Any,
    /// A list.
    List(Box<JsonShape>),
}

impl FieldMetadata {
    /// What its values are in JSON. Whether there may be null is [`is_nullable`](Self::is_nullable).
    pub fn json_shape(&self) -> JsonShape {
        match self.form {
            JsonForm::Plain => shape(self.kind),
            JsonForm::Duration => JsonShape::Duration,
            JsonForm::Wide => JsonShape::Wide,
            #[cfg(feature = "time")]
            JsonForm::Time => match shape(self.kind) {
                JsonShape::DateTimeUtc => JsonShape::Moment,
                other => other,
            },
        }
    }
}

fn shape(kind: Kind) -> JsonShape {
    let integer = |bits, is_signed| JsonShape::Integer { bits, is_signed };
    match kind {
        Kind::Bool => JsonShape::Bool,
        Kind::I8 => integer(8, true),
        Kind::I16 => integer(16, true),
        Kind::I32 => integer(32, true),
        Kind::I64 => integer(64, true),
        Kind::U8 => integer(8, false),
        Kind::U16 => integer(16, false),
        Kind::U32 => integer(32, false),
        Kind::U64 => integer(64, false),
        Kind::F32 => JsonShape::Number { bits: 32 },
        Kind::F64 => JsonShape::Number { bits: 64 },
        Kind::Text => JsonShape::Text,
        Kind::Bytes => JsonShape::Bytes,
        #[cfg(feature = "chrono")]
        Kind::Date => JsonShape::Date,
        #[cfg(feature = "chrono")]
        Kind::Time => JsonShape::Time,
        #[cfg(feature = "chrono")]
        Kind::DateTime => JsonShape::DateTime,
        #[cfg(feature = "chrono")]
        Kind::DateTimeUtc => JsonShape::DateTimeUtc,
        #[cfg(feature = "uuid")]
        Kind::Uuid => JsonShape::Uuid,
        #[cfg(feature = "rust_decimal")]
        Kind::Decimal => JsonShape::Decimal,
        #[cfg(feature = "serde_json")]
        Kind::Json => JsonShape::Any,
        Kind::List(of) => JsonShape::List(Box::new(shape(*of))),
    }
}
