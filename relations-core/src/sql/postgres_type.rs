//! The types as which PostgreSQL is sent values.

use sea_query::{ArrayType, Value as SqlValue};

/// The type of a value, as SQL names it.
#[derive(Clone, Copy)]
pub(crate) struct PostgresType {
    /// Of the value, or of the elements of an array. A text has no type, and takes that of the column it meets; an `i64` is what a
    /// number is if nothing else is said.
    name: &'static str,
    is_array: bool,
}

impl PostgresType {
    pub(crate) fn of(value: &SqlValue) -> PostgresType {
        let (element, is_array) = match value {
            #[cfg(feature = "postgres")]
            SqlValue::Array(element, _) => (element.clone(), true),
            value => (value.array_type(), false),
        };
        PostgresType {
            name: name(&element),
            is_array,
        }
    }

    /// What tells it from others: one address and length are one text.
    pub(crate) fn words(self) -> [usize; 2] {
        let (address, length) = (self.name.as_ptr().addr(), self.name.len());
        [address, length * 2 + usize::from(self.is_array)]
    }

    /// The placeholder with its type, unless that goes without saying.
    pub(crate) fn cast(self, placeholder: &str) -> String {
        let brackets = if self.is_array { "[]" } else { "" };
        match self.name {
            "" => placeholder.to_owned(),
            name => format!("CAST({placeholder} AS {name}{brackets})"),
        }
    }
}

fn name(element: &ArrayType) -> &'static str {
    match element {
        ArrayType::Bool => "boolean",
        ArrayType::SmallInt => "smallint",
        ArrayType::Int => "integer",
        ArrayType::Float => "real",
        ArrayType::Double => "double precision",
        ArrayType::Bytes => "bytea",
        #[cfg(feature = "chrono")]
        ArrayType::ChronoDate => "date",
        #[cfg(feature = "chrono")]
        ArrayType::ChronoTime => "time",
        #[cfg(feature = "chrono")]
        ArrayType::ChronoDateTime => "timestamp",
        #[cfg(feature = "chrono")]
        ArrayType::ChronoDateTimeUtc => "timestamptz",
        #[cfg(feature = "uuid")]
        ArrayType::Uuid => "uuid",
        #[cfg(feature = "rust_decimal")]
        ArrayType::Decimal => "numeric",
        #[cfg(feature = "serde_json")]
        ArrayType::Json => "jsonb",
        _ => "",
    }
}
