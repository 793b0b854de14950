//! A row of MySQL.

use crate::driver::{DecodeError, RowReader};
use crate::over_sqlx::guarded_value;
use relations_core::{Kind, Value};
#[cfg(feature = "chrono")]
use sqlx::mysql::types::MySqlTime;
use sqlx::mysql::{MySqlRow, MySqlValueRef};
use sqlx::{Column, Decode, MySql, Row, Type, TypeInfo, ValueRef};

pub(super) struct Reader<'r>(pub(super) &'r MySqlRow);

impl<'r> Reader<'r> {
    /// The value, unless it is NULL.
    fn value(&self, at: usize) -> Result<MySqlValueRef<'r>, DecodeError> {
        let value = self.0.try_get_raw(at).map_err(DecodeError::from_driver)?;
        match value.is_null() {
            true if is_zero(&value) => {
                Err(DecodeError::new("it is 0000-00-00, which is not a day"))
            }
            true => Err(DecodeError::null()),
            false => Ok(value),
        }
    }

    fn get<T: Decode<'r, MySql> + Type<MySql>>(&self, at: usize) -> Result<T, DecodeError> {
        decode(self.value(at)?)
    }

    /// A value that comes as text, whatever the column's type.
    fn written(&self, at: usize) -> Result<String, DecodeError> {
        let value = self.value(at)?;
        guarded_value(|| <String as Decode<MySql>>::decode(value).map_err(DecodeError::from_driver))
    }

    /// A DECIMAL, which a sum of integers is, as an integer. It comes as text, with as many digits as the column has.
    fn whole(&self, at: usize) -> Result<i64, DecodeError> {
        let number = self.written(at)?;
        let digits = match number.split_once('.') {
            Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole,
            _ => &number,
        };
        let whole = digits.parse();
        whole.map_err(|_| DecodeError::new(format!("{number} does not fit in `i64`")))
    }

    fn is_of_type(&self, at: usize, name: &str) -> Result<bool, DecodeError> {
        Ok(self.value(at)?.type_info().name() == name)
    }
}

fn decode<'r, T: Decode<'r, MySql> + Type<MySql>>(
    value: MySqlValueRef<'r>,
) -> Result<T, DecodeError> {
    let of_type = value.type_info();
    if !T::compatible(&of_type) {
        let name = of_type.name();
        return Err(DecodeError::new(format!("the column's type is {name}")));
    }
    guarded_value(|| T::decode(value).map_err(DecodeError::from_driver))
}

/// Whether a value that sqlx takes for NULL is 0000-00-00: of that there are bytes.
fn is_zero(value: &MySqlValueRef<'_>) -> bool {
    <&[u8] as Decode<MySql>>::decode(value.clone()).is_ok()
}

fn is_unsigned(value: &MySqlValueRef<'_>) -> bool {
    <u64 as Type<MySql>>::compatible(&value.type_info())
}

impl RowReader for Reader<'_> {
    fn columns(&self) -> Vec<String> {
        let columns = self.0.columns().iter();
        columns.map(|column| column.name().to_owned()).collect()
    }

    fn is_null(&mut self, at: usize) -> Result<bool, DecodeError> {
        let value = self.0.try_get_raw(at).map_err(DecodeError::from_driver)?;
        Ok(value.is_null() && !is_zero(&value))
    }

    fn int(&mut self, at: usize) -> Result<i64, DecodeError> {
        let value = self.value(at)?;
        if value.type_info().name() == "DECIMAL" {
            return self.whole(at);
        }
        if !is_unsigned(&value) {
            return decode(value);
        }
        let value = decode::<u64>(value)?;
        i64::try_from(value).map_err(|_| DecodeError::new(format!("{value} does not fit in `i64`")))
    }

    fn uint(&mut self, at: usize) -> Result<u64, DecodeError> {
        let value = self.value(at)?;
        if is_unsigned(&value) {
            return decode(value);
        }
        let value = decode::<i64>(value)?;
        u64::try_from(value).map_err(|_| DecodeError::new(format!("{value} is negative")))
    }

    fn float(&mut self, at: usize) -> Result<f64, DecodeError> {
        match self.is_of_type(at, "FLOAT")? {
            true => self.get::<f32>(at).map(f64::from),
            false => self.get(at),
        }
    }

    fn boolean(&mut self, at: usize) -> Result<bool, DecodeError> {
        match self.int(at)? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(DecodeError::new(format!("{other} is neither 0 nor 1"))),
        }
    }

    fn text(&mut self, at: usize) -> Result<String, DecodeError> {
        self.get(at)
    }

    fn bytes(&mut self, at: usize) -> Result<Vec<u8>, DecodeError> {
        self.get(at)
    }

    #[cfg(feature = "chrono")]
    fn date(&mut self, at: usize) -> Result<chrono::NaiveDate, DecodeError> {
        self.get(at)
    }

    #[cfg(feature = "chrono")]
    fn time(&mut self, at: usize) -> Result<chrono::NaiveTime, DecodeError> {
        // MySQL's TIME is a span: it may be negative, and go on for days. sqlx drops the sign.
        let time = self.get::<MySqlTime>(at)?;
        match time.sign().is_negative() || time.hours() > 23 {
            true => Err(DecodeError::new(format!(
                "it is {time}, which is not a time of day"
            ))),
            false => time.try_into().map_err(DecodeError::from_driver),
        }
    }

    #[cfg(feature = "chrono")]
    fn date_time(&mut self, at: usize) -> Result<chrono::NaiveDateTime, DecodeError> {
        self.get(at)
    }

    #[cfg(feature = "chrono")]
    fn date_time_utc(&mut self, at: usize) -> Result<chrono::DateTime<chrono::Utc>, DecodeError> {
        // Stored as a DATETIME in UTC; a TIMESTAMP of someone else's table comes in the connection's zone, also UTC.
        match self.is_of_type(at, "DATETIME")? {
            true => self
                .get::<chrono::NaiveDateTime>(at)
                .map(|naive| naive.and_utc()),
            false => self.get(at),
        }
    }

    #[cfg(feature = "uuid")]
    fn uuid(&mut self, at: usize) -> Result<uuid::Uuid, DecodeError> {
        self.get(at)
    }

    #[cfg(feature = "rust_decimal")]
    fn decimal(&mut self, at: usize) -> Result<rust_decimal::Decimal, DecodeError> {
        // A DECIMAL comes as text, with as many digits as the column has.
        let text = self.written(at)?;
        let digits = match text.contains('.') {
            true => text.trim_end_matches('0').trim_end_matches('.'),
            false => &text,
        };
        relations_core::decimal_from_text(digits)
            .ok_or_else(|| DecodeError::new("it does not fit in a `Decimal`"))
    }

    #[cfg(feature = "serde_json")]
    fn json(&mut self, at: usize) -> Result<serde_json::Value, DecodeError> {
        let text = self.written(at)?;
        relations_core::json_from_text(&text)
    }

    fn list(&mut self, at: usize, of: Kind) -> Result<Vec<Value>, DecodeError> {
        let text = self.written(at)?;
        relations_core::list_from_json(&text, of)
    }
}
