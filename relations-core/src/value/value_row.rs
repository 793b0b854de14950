//! A value that is read as if it were the column of a row.

use crate::value::decode_error::DecodeError;
use crate::value::kind::Kind;
use crate::value::row::RowReader;
use crate::value::{Value, column_type::ColumnType};

/// Whether the value is one of the type, and why not.
pub(super) fn check<T: ColumnType>(value: &Value) -> Result<(), String> {
    match read::<T>(value) {
        Ok(_) => Ok(()),
        Err(error) => Err(error.into_parts().0.into_owned()),
    }
}

/// The value as one of the type.
pub(super) fn read<T: ColumnType>(value: &Value) -> Result<T, DecodeError> {
    T::read(&mut ValueRow(value), 0)
}

struct ValueRow<'v>(&'v Value);

impl ValueRow<'_> {
    fn get<T>(&self, get: impl FnOnce(&Value) -> Option<T>) -> Result<T, DecodeError> {
        match (self.0, get(self.0)) {
            (_, Some(value)) => Ok(value),
            (Value::Null, None) => Err(DecodeError::null()),
            (other, None) => Err(DecodeError::new(format!("it is {}", other.display()))),
        }
    }
}

macro_rules! getters {
    ($($(#[$feature:meta])? $name:ident $ty:ty, $variant:ident;)*) => { $(
        $(#[$feature])?
        fn $name(&mut self, _: usize) -> Result<$ty, DecodeError> {
            self.get(|value| match value {
                Value::$variant(value) => Some(value.clone()),
                _ => None,
            })
        }
    )* };
}

impl RowReader for ValueRow<'_> {
    fn columns(&self) -> Vec<String> {
        Vec::new()
    }

    fn is_null(&mut self, _: usize) -> Result<bool, DecodeError> {
        Ok(*self.0 == Value::Null)
    }

    fn list(&mut self, _: usize, _: Kind) -> Result<Vec<Value>, DecodeError> {
        self.get(|value| match value {
            Value::List(values) => Some(values.clone()),
            _ => None,
        })
    }

    getters! {
        int i64, Int;
        uint u64, Uint;
        float f64, Float;
        boolean bool, Bool;
        text String, Text;
        bytes Vec<u8>, Bytes;
        #[cfg(feature = "chrono")] date chrono::NaiveDate, Date;
        #[cfg(feature = "chrono")] time chrono::NaiveTime, Time;
        #[cfg(feature = "chrono")] date_time chrono::NaiveDateTime, DateTime;
        #[cfg(feature = "chrono")] date_time_utc chrono::DateTime<chrono::Utc>, DateTimeUtc;
        #[cfg(feature = "uuid")] uuid uuid::Uuid, Uuid;
        #[cfg(feature = "rust_decimal")] decimal rust_decimal::Decimal, Decimal;
        #[cfg(feature = "serde_json")] json serde_json::Value, Json;
    }
}
