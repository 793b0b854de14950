//! The type a column has in a table, for each database.

use crate::model::FieldMetadata;
use crate::sql::ddl::limits::TextType;
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
    plain_type(field.kind, dialect).to_owned()
}

fn plain_type(kind: Kind, dialect: Dialect) -> &'static str {
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
