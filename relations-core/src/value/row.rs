//! Reading the columns of a row.

use crate::value::Value;
use crate::value::decode_error::DecodeError;
use crate::value::kind::Kind;

/// Reads the columns of one row by position, counted from 0.
///
/// Each method errs on NULL, with [`DecodeError::null`], and on a value that does not fit exactly.
#[allow(missing_docs)] // Each reads what it is named after.
pub trait RowReader {
    /// The names of the columns, for rows that are read by name.
    fn columns(&self) -> Vec<String>;
    fn is_null(&mut self, at: usize) -> Result<bool, DecodeError>;
    fn int(&mut self, at: usize) -> Result<i64, DecodeError>;
    fn uint(&mut self, at: usize) -> Result<u64, DecodeError>;
    fn float(&mut self, at: usize) -> Result<f64, DecodeError>;
    fn boolean(&mut self, at: usize) -> Result<bool, DecodeError>;
    fn text(&mut self, at: usize) -> Result<String, DecodeError>;
    fn bytes(&mut self, at: usize) -> Result<Vec<u8>, DecodeError>;
    #[cfg(feature = "chrono")]
    fn date(&mut self, at: usize) -> Result<chrono::NaiveDate, DecodeError>;
    #[cfg(feature = "chrono")]
    fn time(&mut self, at: usize) -> Result<chrono::NaiveTime, DecodeError>;
    #[cfg(feature = "chrono")]
    fn date_time(&mut self, at: usize) -> Result<chrono::NaiveDateTime, DecodeError>;
    #[cfg(feature = "chrono")]
    fn date_time_utc(&mut self, at: usize) -> Result<chrono::DateTime<chrono::Utc>, DecodeError>;
    #[cfg(feature = "uuid")]
    fn uuid(&mut self, at: usize) -> Result<uuid::Uuid, DecodeError>;
    #[cfg(feature = "rust_decimal")]
    fn decimal(&mut self, at: usize) -> Result<rust_decimal::Decimal, DecodeError>;
    #[cfg(feature = "serde_json")]
    fn json(&mut self, at: usize) -> Result<serde_json::Value, DecodeError>;
    fn list(&mut self, at: usize, of: Kind) -> Result<Vec<Value>, DecodeError>;
}

/// A row being read from left to right.
#[allow(missing_debug_implementations)] // A row has nothing to show but its position.
pub struct Row<'r> {
    reader: &'r mut dyn RowReader,
    at: usize,
}

impl<'r> Row<'r> {
    /// The row from this column on.
    pub(crate) fn new(reader: &'r mut dyn RowReader, at: usize) -> Self {
        Row { reader, at }
    }

    /// The position of the next column.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Passes over columns.
    pub(crate) fn skip(&mut self, columns: usize) {
        self.at += columns;
    }

    /// Whether the column so many places further on is NULL.
    pub(crate) fn is_null_ahead(&mut self, offset: usize) -> Result<bool, DecodeError> {
        self.reader.is_null(self.at + offset)
    }

    /// Reads a column of this kind anywhere in the row.
    pub(crate) fn value_at(&mut self, at: usize, kind: Kind) -> Result<Value, DecodeError> {
        Value::read(self.reader, at, kind)
    }

    /// Reads the next column.
    #[inline]
    pub fn read<T: crate::value::column_type::ColumnType>(&mut self) -> Result<T, DecodeError> {
        let value = T::read(self.reader, self.at)?;
        self.at += 1;
        Ok(value)
    }
}
