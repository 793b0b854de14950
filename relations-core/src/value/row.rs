//! Reading the columns of a row.

use crate::value::Value;
use crate::value::decode_error::DecodeError;
use crate::value::kind::Kind;

/// Reads the columns of one row by position, counted from 0.
///
/// Each method errs on NULL, with [`DecodeError::null`], and on a value that does not fit exactly. A driver that leaves out a
/// method of a feature, such as `date`, works for all columns but those of its type.
pub trait RowReader {
    /// The names of the columns, for rows that are read by name.
    fn columns(&self) -> Vec<String>;
    /// Whether the column is NULL.
    fn is_null(&mut self, at: usize) -> Result<bool, DecodeError>;
    /// An integer that an `i64` holds, from a column of any width.
    fn int(&mut self, at: usize) -> Result<i64, DecodeError>;
    /// An integer that is not negative.
    fn uint(&mut self, at: usize) -> Result<u64, DecodeError>;
    /// A floating-point number, single or double.
    fn float(&mut self, at: usize) -> Result<f64, DecodeError>;
    /// A truth value.
    fn boolean(&mut self, at: usize) -> Result<bool, DecodeError>;
    /// A text.
    fn text(&mut self, at: usize) -> Result<String, DecodeError>;
    /// Bytes.
    fn bytes(&mut self, at: usize) -> Result<Vec<u8>, DecodeError>;
    /// A date.
    #[cfg(feature = "chrono")]
    fn date(&mut self, _at: usize) -> Result<chrono::NaiveDate, DecodeError> {
        not_read("dates")
    }
    /// A time of day.
    #[cfg(feature = "chrono")]
    fn time(&mut self, _at: usize) -> Result<chrono::NaiveTime, DecodeError> {
        not_read("times of day")
    }
    /// A date and time without a time zone.
    #[cfg(feature = "chrono")]
    fn date_time(&mut self, _at: usize) -> Result<chrono::NaiveDateTime, DecodeError> {
        not_read("dates with a time")
    }
    /// A moment.
    #[cfg(feature = "chrono")]
    fn date_time_utc(&mut self, _at: usize) -> Result<chrono::DateTime<chrono::Utc>, DecodeError> {
        not_read("moments")
    }
    /// A UUID.
    #[cfg(feature = "uuid")]
    fn uuid(&mut self, _at: usize) -> Result<uuid::Uuid, DecodeError> {
        not_read("UUIDs")
    }
    /// A decimal number.
    #[cfg(feature = "rust_decimal")]
    fn decimal(&mut self, _at: usize) -> Result<rust_decimal::Decimal, DecodeError> {
        not_read("decimals")
    }
    /// A JSON value.
    #[cfg(feature = "serde_json")]
    fn json(&mut self, _at: usize) -> Result<serde_json::Value, DecodeError> {
        not_read("JSON values")
    }
    /// A list, of values of one kind.
    fn list(&mut self, at: usize, of: Kind) -> Result<Vec<Value>, DecodeError>;
}

/// Of a driver that was written, or built, without a type that a feature adds.
#[cfg(any(
    feature = "chrono",
    feature = "uuid",
    feature = "rust_decimal",
    feature = "serde_json"
))]
fn not_read<T>(values: &str) -> Result<T, DecodeError> {
    Err(DecodeError::new(format!("this driver reads no {values}")))
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

    /// Whether the column this many places further on is NULL.
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
