//! SQLite: options, violations, and rows as sqlx gives them. What runs in the process is in the files of `sqlite/`.

pub(crate) mod engine;
mod error;
pub(crate) mod leased;
pub(crate) mod opener;
mod reader;
mod value;

use relations_core::connection::{Misread, RowReader};
use relations_core::{Kind, Value, Violation};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqliteRow, SqliteSynchronous, SqliteValueRef,
};
use sqlx::{Decode, Row, Sqlite, TypeInfo, ValueRef};
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// So long a caller waits for a lock.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// The options for a URL: `sqlite::memory:`, or the path of a file, with `?mode=ro|rw|rwc`.
pub(crate) fn options(url: &str) -> Result<SqliteConnectOptions, sqlx::Error> {
    let options = with_decimal_order(SqliteConnectOptions::from_str(url)?)
        .with_regexp()
        .foreign_keys(true)
        .busy_timeout(PATIENCE);
    if is_memory(url) {
        // All connections of the pool see one database through the `memdb` VFS, which waits for locks as files do;
        // a shared cache would answer "locked" at once instead. Each `connect` makes a database of its own.
        static DATABASES: AtomicU64 = AtomicU64::new(0);
        let number = DATABASES.fetch_add(1, Ordering::Relaxed);
        let options = options
            .in_memory(false)
            .shared_cache(false)
            .create_if_missing(true);
        return Ok(options
            .filename(format!("/relations-{number}"))
            .vfs("memdb"));
    }
    if keeps_journal(url) {
        return Ok(options);
    }
    Ok(options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal))
}

/// Whether the journal of the file is left as it is, since nothing is to be written.
pub(crate) fn keeps_journal(url: &str) -> bool {
    url.contains("mode=ro") || url.contains("immutable=")
}

pub(crate) fn is_memory(url: &str) -> bool {
    url.contains(":memory:")
        || url.contains("mode=memory")
        || matches!(url, "sqlite:" | "sqlite://")
}

/// Adds the collation by which decimals, which SQLite keeps as text, compare as numbers.
///
/// [`Db::connect`](crate::Db::connect) does so by itself. It is for those who bring their own `SqlitePool` and sort or
/// compare by a `Decimal` column.
pub fn with_decimal_order(options: SqliteConnectOptions) -> SqliteConnectOptions {
    #[cfg(feature = "rust_decimal")]
    return options.collation("relations_decimal", compare_decimals);
    #[cfg(not(feature = "rust_decimal"))]
    options
}

#[cfg(feature = "rust_decimal")]
pub(crate) fn compare_decimals(a: &str, b: &str) -> std::cmp::Ordering {
    let decimal = |text: &str| relations_core::decimal_from_text(text);
    match (decimal(a), decimal(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => a.cmp(b),
    }
}

/// A number that was stored as an integer, where a fraction may stand.
pub(crate) fn exact_float(value: i64) -> Result<f64, Misread> {
    let float = value as f64;
    if float as i128 == i128::from(value) {
        Ok(float)
    } else {
        Err(Misread::new(format!("{value} does not fit in `f64`")))
    }
}

pub(crate) fn boolean(value: i64) -> Result<bool, Misread> {
    match value {
        0 => Ok(false),
        1 => Ok(true),
        other => Err(Misread::new(format!("{other} is neither 0 nor 1"))),
    }
}

/// What is missing on the connections of a pool that [`Db::connect`](crate::Db::connect) did not make.
pub(crate) fn help(message: &str) -> Option<&'static str> {
    match message {
        "no such function: REGEXP" => Some("connect with `SqliteConnectOptions::with_regexp`"),
        "no such collation sequence: relations_decimal" => {
            Some("connect with the options that `with_decimal_order` gives")
        }
        _ => None,
    }
}

/// "UNIQUE constraint failed: account.supplier_id"; a foreign key is not named.
pub(crate) fn violation(message: &str) -> Violation {
    let mut violation = Violation::default();
    let Some((kind, listed)) = message.split_once(" constraint failed: ") else {
        return violation;
    };
    if kind == "CHECK" {
        violation.constraint = Some(listed.to_owned());
        return violation;
    }
    for column in listed.split(", ") {
        let (table, column) = column.split_once('.').unwrap_or(("", column));
        violation.table = Some(table.to_owned()).filter(|table| !table.is_empty());
        violation.columns.push(column.to_owned());
    }
    violation
}

pub(crate) struct Reader<'r>(pub(crate) &'r SqliteRow);

impl<'r> Reader<'r> {
    fn value(&self, at: usize) -> Result<SqliteValueRef<'r>, Misread> {
        let value = self.0.try_get_raw(at).map_err(Misread::from_driver)?;
        if value.is_null() {
            return Err(Misread::null());
        }
        Ok(value)
    }

    /// Decodes what SQLite stored under one of these types; it stores any type in any column.
    fn stored<T: Decode<'r, Sqlite>>(&self, at: usize, types: &[&str]) -> Result<T, Misread> {
        let value = self.value(at)?;
        let stored = value.type_info().name().to_owned();
        if !types.contains(&stored.as_str()) {
            return Err(Misread::new(format!("it holds a value of type {stored}")));
        }
        T::decode(value).map_err(Misread::from_driver)
    }
}

/// The names sqlx gives to the storage classes, some of them refined by the declared type of the column.
const INTEGER: &[&str] = &["INTEGER", "BOOLEAN"];
const TEXT: &[&str] = &["TEXT", "DATE", "TIME", "DATETIME"];

impl RowReader for Reader<'_> {
    fn is_null(&mut self, at: usize) -> Result<bool, Misread> {
        Ok(self
            .0
            .try_get_raw(at)
            .map_err(Misread::from_driver)?
            .is_null())
    }

    fn int(&mut self, at: usize) -> Result<i64, Misread> {
        self.stored(at, INTEGER)
    }

    fn uint(&mut self, at: usize) -> Result<u64, Misread> {
        let value = self.int(at)?;
        u64::try_from(value).map_err(|_| Misread::new(format!("{value} is negative")))
    }

    fn float(&mut self, at: usize) -> Result<f64, Misread> {
        if self.value(at)?.type_info().name() != "INTEGER" {
            return self.stored(at, &["REAL"]);
        }
        exact_float(self.int(at)?)
    }

    fn boolean(&mut self, at: usize) -> Result<bool, Misread> {
        boolean(self.int(at)?)
    }

    fn text(&mut self, at: usize) -> Result<String, Misread> {
        self.stored(at, TEXT)
    }

    fn bytes(&mut self, at: usize) -> Result<Vec<u8>, Misread> {
        self.stored(at, &["BLOB"])
    }

    #[cfg(feature = "chrono")]
    fn date(&mut self, at: usize) -> Result<chrono::NaiveDate, Misread> {
        self.stored(at, TEXT)
    }

    #[cfg(feature = "chrono")]
    fn time(&mut self, at: usize) -> Result<chrono::NaiveTime, Misread> {
        self.stored(at, TEXT)
    }

    #[cfg(feature = "chrono")]
    fn date_time(&mut self, at: usize) -> Result<chrono::NaiveDateTime, Misread> {
        self.stored(at, TEXT)
    }

    #[cfg(feature = "chrono")]
    fn date_time_utc(&mut self, at: usize) -> Result<chrono::DateTime<chrono::Utc>, Misread> {
        self.stored(at, TEXT)
    }

    #[cfg(feature = "uuid")]
    fn uuid(&mut self, at: usize) -> Result<uuid::Uuid, Misread> {
        self.text(at)?.parse().map_err(Misread::from_driver)
    }

    #[cfg(feature = "rust_decimal")]
    fn decimal(&mut self, at: usize) -> Result<rust_decimal::Decimal, Misread> {
        if self.value(at)?.type_info().name() == "INTEGER" {
            return Ok(self.int(at)?.into());
        }
        let text = self.text(at)?;
        relations_core::decimal_from_text(&text)
            .ok_or_else(|| Misread::new("it does not fit in a `Decimal`"))
    }

    #[cfg(feature = "serde_json")]
    fn json(&mut self, at: usize) -> Result<serde_json::Value, Misread> {
        serde_json::from_str(&self.text(at)?).map_err(Misread::from_driver)
    }

    fn list(&mut self, at: usize, of: Kind) -> Result<Vec<Value>, Misread> {
        relations_core::list_from_json(&self.text(at)?, of)
    }
}

#[cfg(test)]
mod tests {
    use super::violation;

    #[test]
    fn violations_are_read_from_messages() {
        let unique = violation("UNIQUE constraint failed: account.country, account.number");
        assert_eq!(unique.table.as_deref(), Some("account"));
        assert_eq!(unique.columns, ["country", "number"]);
        assert!(
            violation("FOREIGN KEY constraint failed")
                .columns
                .is_empty()
        );
    }
}
