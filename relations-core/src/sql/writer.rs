//! How texts are written: as sea-query does, but for small limits.

use crate::value::Dialect;
use sea_query::{QueryBuilder, SqlWriter, Value, Values};
use std::fmt;
use std::fmt::Write;

/// A limit up to this is part of the text; there may be a text for each.
const MOST: u64 = 1000;

/// Whether the limit is part of the text.
///
/// PostgreSQL takes a limit that it is not told for a tenth of the rows. So it would plan a prepared statement for a few rows
/// anew each time, or join whole tables for them, <https://www.postgresql.org/docs/15/sql-prepare.html#SQL-PREPARE-NOTES>.
/// SQLite plans by the limit that was bound last, and so prepares a statement again whenever another is bound, or the same.
/// On MySQL, where a connection has room for few texts, nothing is gained.
pub(crate) fn is_written(limit: u64, dialect: Dialect) -> bool {
    limit <= MOST && !dialect.is_mysql()
}

/// A text with its values.
pub(crate) struct Writer {
    dialect: Dialect,
    text: String,
    values: Vec<Value>,
}

impl Writer {
    pub(crate) fn new(dialect: Dialect) -> Writer {
        Writer {
            dialect,
            text: String::with_capacity(256),
            values: Vec::new(),
        }
    }

    pub(crate) fn into_parts(self) -> (String, Values) {
        (self.text, Values(self.values))
    }
}

impl Write for Writer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.text.push_str(text);
        Ok(())
    }
}

impl fmt::Display for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl SqlWriter for Writer {
    fn push_param<B: QueryBuilder>(&mut self, value: Value, builder: &B) {
        if let Value::BigUnsigned(Some(limit)) = value
            && self.text.ends_with(" LIMIT ")
            && is_written(limit, self.dialect)
        {
            self.text.push_str(&limit.to_string());
            return;
        }
        self.values.push(value);
        let (placeholder, is_numbered) = builder.placeholder();
        self.text.push_str(placeholder);
        if is_numbered {
            self.text.push_str(&self.values.len().to_string());
        }
    }

    fn as_writer(&mut self) -> &mut dyn Write {
        self
    }
}
