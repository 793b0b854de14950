//! How PostgreSQL's texts are written: as sea-query does, but for small limits.

use sea_query::{QueryBuilder, SqlWriter, Value, Values};
use std::fmt::{self, Write};

/// A limit up to this is part of the text; there may be a text for each.
const MOST: u64 = 1000;

/// Whether the limit is part of the text.
///
/// PostgreSQL takes a limit that it is not told for a tenth of the rows. So it would plan a prepared statement for a few rows
/// anew each time, or join whole tables for them, <https://www.postgresql.org/docs/15/sql-prepare.html#SQL-PREPARE-NOTES>.
pub(super) fn is_written(limit: u64) -> bool {
    limit <= MOST
}

/// A text with its values.
#[derive(Default)]
pub(super) struct Writer {
    text: String,
    values: Vec<Value>,
}

impl Writer {
    pub(super) fn into_parts(self) -> (String, Values) {
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
    fn push_param<B: QueryBuilder>(&mut self, value: Value, _: &B) {
        match value {
            Value::BigUnsigned(Some(limit))
                if self.text.ends_with(" LIMIT ") && is_written(limit) =>
            {
                self.text.push_str(&limit.to_string());
            }
            value => {
                self.values.push(value);
                let number = self.values.len().to_string();
                self.text.push('$');
                self.text.push_str(&number);
            }
        }
    }

    fn as_writer(&mut self) -> &mut dyn Write {
        self
    }
}
