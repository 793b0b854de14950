//! A row that SQLite has at hand, read in place.

use super::numbers::{boolean, exact_float};
#[cfg(feature = "chrono")]
use super::times;
#[cfg(feature = "uuid")]
use super::uuids;
use crate::driver::{DecodeError, RowReader};
use relations_core::{Kind, Value};
use rusqlite::Row;
use rusqlite::types::ValueRef;

pub(super) struct InPlace<'r, 's>(pub(super) &'r Row<'s>);

impl<'r> InPlace<'r, '_> {
    fn value(&self, at: usize) -> Result<ValueRef<'r>, DecodeError> {
        match self.0.get_ref(at).map_err(DecodeError::from_driver)? {
            ValueRef::Null => Err(DecodeError::null()),
            value => Ok(value),
        }
    }

    fn str(&self, at: usize) -> Result<&'r str, DecodeError> {
        match self.value(at)? {
            ValueRef::Text(text) => std::str::from_utf8(text).map_err(DecodeError::from_driver),
            other => Err(unfit(other)),
        }
    }
}

/// SQLite stores any type in any column.
fn unfit(value: ValueRef<'_>) -> DecodeError {
    let stored = match value {
        ValueRef::Null => "NULL",
        ValueRef::Integer(_) => "INTEGER",
        ValueRef::Real(_) => "REAL",
        ValueRef::Text(_) => "TEXT",
        ValueRef::Blob(_) => "BLOB",
    };
    DecodeError::new(format!("it holds a value of type {stored}"))
}

impl RowReader for InPlace<'_, '_> {
    fn columns(&self) -> Vec<String> {
        let statement: &rusqlite::Statement<'_> = self.0.as_ref();
        statement
            .column_names()
            .into_iter()
            .map(str::to_owned)
            .collect()
    }

    fn is_null(&mut self, at: usize) -> Result<bool, DecodeError> {
        let value = self.0.get_ref(at).map_err(DecodeError::from_driver)?;
        Ok(value == ValueRef::Null)
    }

    fn int(&mut self, at: usize) -> Result<i64, DecodeError> {
        match self.value(at)? {
            ValueRef::Integer(value) => Ok(value),
            other => Err(unfit(other)),
        }
    }

    fn uint(&mut self, at: usize) -> Result<u64, DecodeError> {
        let value = self.int(at)?;
        u64::try_from(value).map_err(|_| DecodeError::new(format!("{value} is negative")))
    }

    fn float(&mut self, at: usize) -> Result<f64, DecodeError> {
        match self.value(at)? {
            ValueRef::Real(value) => Ok(value),
            ValueRef::Integer(value) => exact_float(value),
            other => Err(unfit(other)),
        }
    }

    fn boolean(&mut self, at: usize) -> Result<bool, DecodeError> {
        boolean(self.int(at)?)
    }

    fn text(&mut self, at: usize) -> Result<String, DecodeError> {
        self.str(at).map(str::to_owned)
    }

    fn bytes(&mut self, at: usize) -> Result<Vec<u8>, DecodeError> {
        match self.value(at)? {
            ValueRef::Blob(bytes) => Ok(bytes.to_owned()),
            other => Err(unfit(other)),
        }
    }

    #[cfg(feature = "chrono")]
    fn date(&mut self, at: usize) -> Result<chrono::NaiveDate, DecodeError> {
        times::date(self.str(at)?)
    }

    #[cfg(feature = "chrono")]
    fn time(&mut self, at: usize) -> Result<chrono::NaiveTime, DecodeError> {
        times::time(self.str(at)?)
    }

    #[cfg(feature = "chrono")]
    fn date_time(&mut self, at: usize) -> Result<chrono::NaiveDateTime, DecodeError> {
        times::date_time(self.str(at)?)
    }

    #[cfg(feature = "chrono")]
    fn date_time_utc(&mut self, at: usize) -> Result<chrono::DateTime<chrono::Utc>, DecodeError> {
        times::date_time(self.str(at)?).map(|time| time.and_utc())
    }

    #[cfg(feature = "uuid")]
    fn uuid(&mut self, at: usize) -> Result<uuid::Uuid, DecodeError> {
        uuids::uuid(self.str(at)?)
    }

    #[cfg(feature = "rust_decimal")]
    fn decimal(&mut self, at: usize) -> Result<rust_decimal::Decimal, DecodeError> {
        if let ValueRef::Integer(value) = self.value(at)? {
            return Ok(value.into());
        }
        relations_core::decimal_from_text(self.str(at)?)
            .ok_or_else(|| DecodeError::new("it does not fit in a `Decimal`"))
    }

    #[cfg(feature = "serde_json")]
    fn json(&mut self, at: usize) -> Result<serde_json::Value, DecodeError> {
        relations_core::json_from_text(self.str(at)?)
    }

    fn list(&mut self, at: usize, of: Kind) -> Result<Vec<Value>, DecodeError> {
        relations_core::list_from_json(self.str(at)?, of)
    }
}
