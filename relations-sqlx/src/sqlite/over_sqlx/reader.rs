//! A row of SQLite as sqlx gives it.

use super::super::numbers::{boolean, exact_float};
#[cfg(feature = "chrono")]
use super::super::times;
#[cfg(feature = "uuid")]
use super::super::uuids;
use crate::driver::{DecodeError, RowReader};
use relations_core::{Kind, Value};
use sqlx::sqlite::{SqliteRow, SqliteValueRef};
use sqlx::{Column, Decode, Row, Sqlite, TypeInfo, ValueRef};

pub(super) struct Reader<'r>(pub(super) &'r SqliteRow);

impl<'r> Reader<'r> {
    fn value(&self, at: usize) -> Result<SqliteValueRef<'r>, DecodeError> {
        let value = self.0.try_get_raw(at).map_err(DecodeError::from_driver)?;
        if value.is_null() {
            return Err(DecodeError::null());
        }
        Ok(value)
    }

    /// Decodes what SQLite stored under one of these types; it stores any type in any column.
    fn stored<T: Decode<'r, Sqlite>>(&self, at: usize, types: &[&str]) -> Result<T, DecodeError> {
        let value = self.value(at)?;
        let stored = value.type_info().name().to_owned();
        if !types.contains(&stored.as_str()) {
            return Err(DecodeError::new(format!(
                "it holds a value of type {stored}"
            )));
        }
        T::decode(value).map_err(DecodeError::from_driver)
    }
}

/// The names sqlx gives to the storage classes, some of them refined by the declared type of the column.
const INTEGER: &[&str] = &["INTEGER", "BOOLEAN"];
const TEXT: &[&str] = &["TEXT", "DATE", "TIME", "DATETIME"];

impl RowReader for Reader<'_> {
    fn columns(&self) -> Vec<String> {
        let columns = self.0.columns().iter();
        columns.map(|column| column.name().to_owned()).collect()
    }

    fn is_null(&mut self, at: usize) -> Result<bool, DecodeError> {
        Ok(self
            .0
            .try_get_raw(at)
            .map_err(DecodeError::from_driver)?
            .is_null())
    }

    fn int(&mut self, at: usize) -> Result<i64, DecodeError> {
        self.stored(at, INTEGER)
    }

    fn uint(&mut self, at: usize) -> Result<u64, DecodeError> {
        let value = self.int(at)?;
        u64::try_from(value).map_err(|_| DecodeError::new(format!("{value} is negative")))
    }

    fn float(&mut self, at: usize) -> Result<f64, DecodeError> {
        if self.value(at)?.type_info().name() != "INTEGER" {
            return self.stored(at, &["REAL"]);
        }
        exact_float(self.int(at)?)
    }

    fn boolean(&mut self, at: usize) -> Result<bool, DecodeError> {
        boolean(self.int(at)?)
    }

    fn text(&mut self, at: usize) -> Result<String, DecodeError> {
        self.stored(at, TEXT)
    }

    fn bytes(&mut self, at: usize) -> Result<Vec<u8>, DecodeError> {
        self.stored(at, &["BLOB"])
    }

    #[cfg(feature = "chrono")]
    fn date(&mut self, at: usize) -> Result<chrono::NaiveDate, DecodeError> {
        times::date(&self.text(at)?)
    }

    #[cfg(feature = "chrono")]
    fn time(&mut self, at: usize) -> Result<chrono::NaiveTime, DecodeError> {
        times::time(&self.text(at)?)
    }

    #[cfg(feature = "chrono")]
    fn date_time(&mut self, at: usize) -> Result<chrono::NaiveDateTime, DecodeError> {
        times::date_time(&self.text(at)?)
    }

    #[cfg(feature = "chrono")]
    fn date_time_utc(&mut self, at: usize) -> Result<chrono::DateTime<chrono::Utc>, DecodeError> {
        times::date_time(&self.text(at)?).map(|time| time.and_utc())
    }

    #[cfg(feature = "uuid")]
    fn uuid(&mut self, at: usize) -> Result<uuid::Uuid, DecodeError> {
        uuids::uuid(&self.text(at)?)
    }

    #[cfg(feature = "rust_decimal")]
    fn decimal(&mut self, at: usize) -> Result<rust_decimal::Decimal, DecodeError> {
        if self.value(at)?.type_info().name() == "INTEGER" {
            return Ok(self.int(at)?.into());
        }
        let text = self.text(at)?;
        relations_core::decimal_from_text(&text)
            .ok_or_else(|| DecodeError::new("it does not fit in a `Decimal`"))
    }

    #[cfg(feature = "serde_json")]
    fn json(&mut self, at: usize) -> Result<serde_json::Value, DecodeError> {
        relations_core::json_from_text(&self.text(at)?)
    }

    fn list(&mut self, at: usize, of: Kind) -> Result<Vec<Value>, DecodeError> {
        relations_core::list_from_json(&self.text(at)?, of)
    }
}
