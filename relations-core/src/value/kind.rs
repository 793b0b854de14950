//! The kinds of values that a column stores.

use crate::value::dialect::Dialect;

/// What a column stores. Decides the column's type in a schema and how its values are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs)] // Each is named after the Rust type it stands for.
pub enum Kind {
    Bool,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    F32,
    F64,
    Text,
    Bytes,
    #[cfg(feature = "chrono")]
    Date,
    #[cfg(feature = "chrono")]
    Time,
    #[cfg(feature = "chrono")]
    DateTime,
    #[cfg(feature = "chrono")]
    DateTimeUtc,
    #[cfg(feature = "uuid")]
    Uuid,
    #[cfg(feature = "rust_decimal")]
    Decimal,
    #[cfg(feature = "serde_json")]
    Json,
    /// A list of keys, for `references_many`.
    List(&'static Kind),
}

impl Kind {
    /// Whether its values are decimals.
    pub(crate) const fn is_decimal(self) -> bool {
        #[cfg(feature = "rust_decimal")]
        if matches!(self, Kind::Decimal) {
            return true;
        }
        false
    }

    /// Whether its values are times of a day.
    pub(crate) const fn is_date_time(self) -> bool {
        #[cfg(feature = "chrono")]
        if matches!(self, Kind::DateTime | Kind::DateTimeUtc) {
            return true;
        }
        false
    }

    /// Whether all its values are `i64`.
    pub(crate) const fn is_number(self) -> bool {
        self.is_integer() && !matches!(self, Kind::U64)
    }

    pub(crate) const fn is_integer(self) -> bool {
        matches!(
            self,
            Kind::I8
                | Kind::I16
                | Kind::I32
                | Kind::I64
                | Kind::U8
                | Kind::U16
                | Kind::U32
                | Kind::U64
        )
    }
}

/// The kind as which a value travels: PostgreSQL has neither one-byte nor unsigned integers.
pub(crate) fn kind_in(kind: Kind, dialect: Dialect) -> Kind {
    match (dialect, kind) {
        (Dialect::Postgres, Kind::I8 | Kind::U8) => Kind::I16,
        (Dialect::Postgres, Kind::U16) => Kind::I32,
        (Dialect::Postgres, Kind::U32 | Kind::U64) => Kind::I64,
        (_, kind) => kind,
    }
}

/// The type of PostgreSQL's arrays of values of this kind.
#[cfg(feature = "postgres")]
pub(crate) fn array_type(kind: Kind) -> sea_query::ArrayType {
    use sea_query::ArrayType;
    match kind_in(kind, Dialect::Postgres) {
        Kind::Bool => ArrayType::Bool,
        Kind::I16 => ArrayType::SmallInt,
        Kind::I32 => ArrayType::Int,
        Kind::I64 => ArrayType::BigInt,
        Kind::I8 | Kind::U8 | Kind::U16 | Kind::U32 | Kind::U64 => {
            unreachable!("PostgreSQL has no such integers, see `kind_in`")
        }
        Kind::F32 => ArrayType::Float,
        Kind::F64 => ArrayType::Double,
        Kind::Text => ArrayType::String,
        Kind::Bytes => ArrayType::Bytes,
        #[cfg(feature = "chrono")]
        Kind::Date => ArrayType::ChronoDate,
        #[cfg(feature = "chrono")]
        Kind::Time => ArrayType::ChronoTime,
        #[cfg(feature = "chrono")]
        Kind::DateTime => ArrayType::ChronoDateTime,
        #[cfg(feature = "chrono")]
        Kind::DateTimeUtc => ArrayType::ChronoDateTimeUtc,
        #[cfg(feature = "uuid")]
        Kind::Uuid => ArrayType::Uuid,
        #[cfg(feature = "rust_decimal")]
        Kind::Decimal => ArrayType::Decimal,
        #[cfg(feature = "serde_json")]
        Kind::Json => ArrayType::Json,
        Kind::List(_) => unreachable!("lists hold keys, and a list is none"),
    }
}
