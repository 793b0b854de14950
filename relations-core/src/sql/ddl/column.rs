//! The type a column has in a table, for each database.

use crate::model::FieldMetadata;
use crate::sql::ddl::limits::TextType;
use crate::sql::quote;
use crate::value::{Dialect, Kind};

/// The type of a column; `text` is what it is if it holds a text or bytes.
pub(crate) fn column_type(
    field: &FieldMetadata,
    text: Option<TextType>,
    dialect: Dialect,
) -> String {
    if let Some(own) = field.db_type {
        return own.to_owned();
    }
    match (field.db_enum, dialect) {
        (Some(name), Dialect::Postgres) => return quote(name, dialect),
        (Some(_), Dialect::MySql { .. }) => {
            return format!("ENUM ({})", texts(field.values));
        }
        _ => {}
    }
    if let Some(TextType::Short(length)) = text {
        let name = if field.kind == Kind::Text {
            "VARCHAR"
        } else {
            "VARBINARY"
        };
        return format!("{name}({length})");
    }
    if let (Kind::List(of), Dialect::Postgres) = (field.kind, dialect) {
        return format!("{}[]", plain_type(*of, dialect));
    }
    if let (Some((precision, scale)), true) = (field.precision, dialect != Dialect::Sqlite) {
        return format!("DECIMAL({precision}, {scale})");
    }
    plain_type(field.kind, dialect).to_owned()
}

/// The usual type of a column of this kind.
pub(crate) fn plain_type(kind: Kind, dialect: Dialect) -> &'static str {
    // MySQL's plain TEXT and BLOB end at 64 KiB.
    let [sqlite, postgres, mysql] = match kind {
        Kind::Bool => ["BOOLEAN", "BOOLEAN", "BOOLEAN"],
        Kind::I8 => ["INTEGER", "SMALLINT", "TINYINT"],
        Kind::I16 => ["INTEGER", "SMALLINT", "SMALLINT"],
        Kind::I32 => ["INTEGER", "INTEGER", "INT"],
        Kind::I64 => ["INTEGER", "BIGINT", "BIGINT"],
        Kind::U8 => ["INTEGER", "SMALLINT", "TINYINT UNSIGNED"],
        Kind::U16 => ["INTEGER", "INTEGER", "SMALLINT UNSIGNED"],
        Kind::U32 => ["INTEGER", "BIGINT", "INT UNSIGNED"],
        Kind::U64 => ["INTEGER", "BIGINT", "BIGINT UNSIGNED"],
        Kind::F32 => ["REAL", "REAL", "FLOAT"],
        Kind::F64 => ["REAL", "DOUBLE PRECISION", "DOUBLE"],
        Kind::Text => ["TEXT", "TEXT", "LONGTEXT"],
        Kind::Bytes => ["BLOB", "BYTEA", "LONGBLOB"],
        #[cfg(feature = "chrono")]
        Kind::Date => ["TEXT", "DATE", "DATE"],
        #[cfg(feature = "chrono")]
        Kind::Time => ["TEXT", "TIME", "TIME(6)"],
        #[cfg(feature = "chrono")]
        Kind::DateTime => ["TEXT", "TIMESTAMP", "DATETIME(6)"],
        #[cfg(feature = "chrono")]
        Kind::DateTimeUtc => ["TEXT", "TIMESTAMPTZ", "DATETIME(6)"],
        #[cfg(feature = "uuid")]
        Kind::Uuid => ["TEXT", "UUID", "BINARY(16)"],
        // 29 digits before the point and 28 after it hold every `Decimal`.
        #[cfg(feature = "rust_decimal")]
        Kind::Decimal => ["TEXT", "NUMERIC", "DECIMAL(57, 28)"],
        #[cfg(feature = "serde_json")]
        Kind::Json => ["TEXT", "JSONB", "JSON"],
        Kind::List(_) => ["TEXT", "JSONB", "JSON"],
    };
    match dialect {
        Dialect::Sqlite => sqlite,
        Dialect::Postgres => postgres,
        Dialect::MySql { .. } => mysql,
    }
}

/// Texts as a list of SQL literals.
pub(crate) fn texts<T: AsRef<str>>(texts: &[T]) -> String {
    let literals = texts
        .iter()
        .map(|text| format!("'{}'", text.as_ref().replace('\'', "''")));
    literals.collect::<Vec<_>>().join(", ")
}

/// What a schema checks of a column of an enum; the database's own enums check it by themselves.
pub(crate) fn check_of_enum(field: &FieldMetadata, dialect: Dialect) -> Option<String> {
    if field.db_enum.is_some() && dialect != Dialect::Sqlite {
        return None;
    }
    let integers = field.integers.iter().map(i64::to_string);
    let values = match (field.values, field.integers) {
        ([], []) => return None,
        ([], _) => integers.collect::<Vec<_>>().join(", "),
        (values, _) => texts(values),
    };
    Some(format!("{} IN ({values})", quote(field.column, dialect)))
}

/// What a schema checks of a text that is bounded by a check alone.
pub(crate) fn check_of_length(
    field: &FieldMetadata,
    text: Option<TextType>,
    dialect: Dialect,
) -> Option<String> {
    let Some(TextType::Bounded(length)) = text else {
        return None;
    };
    let measure = if field.kind == Kind::Text {
        "CHAR_LENGTH"
    } else {
        "LENGTH"
    };
    Some(format!(
        "{measure}({}) <= {length}",
        quote(field.column, dialect)
    ))
}
