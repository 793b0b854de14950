//! What models say of themselves, as comments of the database.

use crate::model::{FieldMetadata, ModelMetadata};
use crate::value::Dialect;

/// How many letters a comment of MySQL has at most: on a table, and on a column.
const OF_TABLE: usize = 2048;
const OF_COLUMN: usize = 1024;

pub(crate) fn table_comment(model: &ModelMetadata, dialect: Dialect) -> Option<String> {
    model
        .comment
        .and_then(|text| comment(text, OF_TABLE, dialect))
}

pub(crate) fn column_comment(field: &FieldMetadata, dialect: Dialect) -> Option<String> {
    field
        .comment
        .and_then(|text| comment(text, OF_COLUMN, dialect))
}

/// As long as the database takes it.
fn comment(text: &str, most: usize, dialect: Dialect) -> Option<String> {
    match dialect {
        Dialect::Sqlite => None,
        Dialect::Postgres => Some(text.to_owned()),
        Dialect::MySql { .. } => Some(text.chars().take(most).collect()),
    }
}

/// A text as SQL. On MySQL a backslash is one of an escape.
pub(crate) fn literal(text: &str, dialect: Dialect) -> String {
    let text = match dialect {
        Dialect::MySql { .. } => text.replace('\\', "\\\\"),
        _ => text.to_owned(),
    };
    format!("'{}'", text.replace('\'', "''"))
}
