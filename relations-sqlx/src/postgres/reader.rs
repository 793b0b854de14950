//! A row of PostgreSQL.

use super::columns::Form;
use super::numeric;
#[cfg(feature = "chrono")]
use super::times;
use crate::driver::{DecodeError, RowReader};
use crate::over_sqlx::guarded_value;
use relations_core::{Kind, Value};
use sqlx::postgres::{PgRow, PgTypeInfo, PgTypeKind, PgValueRef};
use sqlx::{Column, Decode, Postgres, Row, Type, TypeInfo, ValueRef};

pub(super) struct Reader<'r> {
    row: &'r PgRow,
    forms: &'r [Form],
}

impl<'r> Reader<'r> {
    pub(super) fn new(row: &'r PgRow, forms: &'r [Form]) -> Self {
        Reader { row, forms }
    }

    /// A damaged message may have fewer columns than were asked for.
    fn form(&self, at: usize) -> Form {
        self.forms.get(at).copied().unwrap_or(Form::Other)
    }

    /// The value, unless it is NULL.
    fn value(&self, at: usize) -> Result<PgValueRef<'r>, DecodeError> {
        let value = self.row.try_get_raw(at).map_err(DecodeError::from_driver)?;
        match value.is_null() {
            true => Err(DecodeError::null()),
            false => Ok(value),
        }
    }

    /// The bytes of the value, unless it is NULL: sqlx asks for the binary form of what has
    /// parameters, if none at all. The value itself is a large one, which is better not handed around for each column.
    #[inline]
    fn binary(&self, at: usize) -> Result<&'r [u8], DecodeError> {
        match self.row.try_get_raw(at) {
            Ok(value) if value.is_null() => Err(DecodeError::null()),
            Ok(value) => value.as_bytes().map_err(DecodeError::from_driver),
            Err(error) => Err(DecodeError::from_driver(error)),
        }
    }

    /// An integer in network order.
    #[inline]
    fn fixed<const N: usize>(&self, at: usize) -> Result<[u8; N], DecodeError> {
        self.binary(at)?
            .try_into()
            .map_err(DecodeError::from_driver)
    }

    fn get<T: Decode<'r, Postgres> + Type<Postgres>>(&self, at: usize) -> Result<T, DecodeError> {
        guarded_value(|| T::decode(self.check::<T>(at)?).map_err(DecodeError::from_driver))
    }

    /// The value, if the column's type is one that a `T` is read from.
    fn check<T: Type<Postgres>>(&self, at: usize) -> Result<PgValueRef<'r>, DecodeError> {
        let value = self.value(at)?;
        if is::<T>(&value) {
            return Ok(value);
        }
        let name = value.type_info().name().to_owned();
        Err(DecodeError::new(format!("the column's type is {name}")))
    }
}

impl Reader<'_> {
    /// A NUMERIC, which a sum of integers is, as an integer.
    fn whole(&self, at: usize) -> Result<i64, DecodeError> {
        let number = numeric::to_text(self.binary(at)?).unwrap_or_else(|| "NaN".to_owned());
        let whole = number.parse();
        whole.map_err(|_| DecodeError::new(format!("{number} does not fit in `i64`")))
    }

    /// A list of something else than integers.
    fn other_list(&self, at: usize, of: Kind) -> Result<Vec<Value>, DecodeError> {
        if let Some(list) = super::array::read(self.value(at)?, of) {
            return list;
        }
        #[cfg(feature = "uuid")]
        if is::<Vec<uuid::Uuid>>(&self.value(at)?) {
            let ids = self.get::<Vec<uuid::Uuid>>(at)?.into_iter();
            return Ok(ids.map(Value::Uuid).collect());
        }
        let texts = self.get::<Vec<String>>(at)?.into_iter();
        Ok(texts.map(Value::Text).collect())
    }
}

/// Whether a value of this column can be read as a `T`.
pub(super) fn is<T: Type<Postgres>>(value: &PgValueRef<'_>) -> bool {
    is_of::<T>(&value.type_info())
}

/// A domain is what it stands on.
fn is_of<T: Type<Postgres>>(info: &PgTypeInfo) -> bool {
    T::compatible(info)
        || match info.kind() {
            PgTypeKind::Domain(of) => is_of::<T>(of),
            _ => false,
        }
}

impl RowReader for Reader<'_> {
    fn columns(&self) -> Vec<String> {
        let columns = self.row.columns().iter();
        columns.map(|column| column.name().to_owned()).collect()
    }

    fn is_null(&mut self, at: usize) -> Result<bool, DecodeError> {
        let value = self.row.try_get_raw(at).map_err(DecodeError::from_driver)?;
        Ok(value.is_null())
    }

    fn int(&mut self, at: usize) -> Result<i64, DecodeError> {
        match self.form(at) {
            Form::Int8 => self.fixed(at).map(i64::from_be_bytes),
            Form::Int4 => self.fixed(at).map(i32::from_be_bytes).map(i64::from),
            Form::Int2 => self.fixed(at).map(i16::from_be_bytes).map(i64::from),
            _ if self.value(at)?.type_info().name() == "NUMERIC" => self.whole(at),
            _ => self.get(at),
        }
    }

    fn uint(&mut self, at: usize) -> Result<u64, DecodeError> {
        let value = self.int(at)?;
        u64::try_from(value).map_err(|_| DecodeError::new(format!("{value} is negative")))
    }

    fn float(&mut self, at: usize) -> Result<f64, DecodeError> {
        match is::<f32>(&self.value(at)?) {
            true => self.get::<f32>(at).map(f64::from),
            false => self.get(at),
        }
    }

    fn boolean(&mut self, at: usize) -> Result<bool, DecodeError> {
        self.get(at)
    }

    fn text(&mut self, at: usize) -> Result<String, DecodeError> {
        match self.form(at) {
            Form::Text => {
                let text = std::str::from_utf8(self.binary(at)?);
                text.map(str::to_owned).map_err(DecodeError::from_driver)
            }
            _ => self.get(at),
        }
    }

    fn bytes(&mut self, at: usize) -> Result<Vec<u8>, DecodeError> {
        self.get(at)
    }

    // sqlx panics at infinity and at years that `chrono` has not, so only its check of the type is used.

    #[cfg(feature = "chrono")]
    fn date(&mut self, at: usize) -> Result<chrono::NaiveDate, DecodeError> {
        self.check::<chrono::NaiveDate>(at)?;
        times::date(i32::from_be_bytes(self.fixed(at)?))
    }

    #[cfg(feature = "chrono")]
    fn time(&mut self, at: usize) -> Result<chrono::NaiveTime, DecodeError> {
        self.check::<chrono::NaiveTime>(at)?;
        times::time(i64::from_be_bytes(self.fixed(at)?))
    }

    #[cfg(feature = "chrono")]
    fn date_time(&mut self, at: usize) -> Result<chrono::NaiveDateTime, DecodeError> {
        self.check::<chrono::NaiveDateTime>(at)?;
        times::date_time(i64::from_be_bytes(self.fixed(at)?))
    }

    #[cfg(feature = "chrono")]
    fn date_time_utc(&mut self, at: usize) -> Result<chrono::DateTime<chrono::Utc>, DecodeError> {
        self.check::<chrono::DateTime<chrono::Utc>>(at)?;
        times::date_time(i64::from_be_bytes(self.fixed(at)?)).map(|time| time.and_utc())
    }

    #[cfg(feature = "uuid")]
    fn uuid(&mut self, at: usize) -> Result<uuid::Uuid, DecodeError> {
        self.get(at)
    }

    #[cfg(feature = "rust_decimal")]
    fn decimal(&mut self, at: usize) -> Result<rust_decimal::Decimal, DecodeError> {
        // sqlx rounds what does not fit, so only its check of the type is used.
        self.get::<rust_decimal::Decimal>(at)?;
        let value = self.row.try_get_raw(at).map_err(DecodeError::from_driver)?;
        let bytes = value.as_bytes().map_err(DecodeError::from_driver)?;
        numeric::to_text(bytes)
            .and_then(|text| relations_core::decimal_from_text(&text))
            .ok_or_else(|| DecodeError::new("it does not fit in a `Decimal`"))
    }

    #[cfg(feature = "serde_json")]
    fn json(&mut self, at: usize) -> Result<serde_json::Value, DecodeError> {
        let value = self.check::<serde_json::Value>(at)?;
        let bytes = value.as_bytes().map_err(DecodeError::from_driver)?;
        // JSONB has its version before it.
        let text = bytes.strip_prefix(&[1]).unwrap_or(bytes);
        let text = std::str::from_utf8(text).map_err(DecodeError::from_driver)?;
        relations_core::json_from_text(text)
    }

    fn list(&mut self, at: usize, of: Kind) -> Result<Vec<Value>, DecodeError> {
        let list = self.value(at)?;
        let ints = if is::<Vec<i64>>(&list) {
            self.get::<Vec<i64>>(at)?
        } else if is::<Vec<i32>>(&list) {
            let ints = self.get::<Vec<i32>>(at)?.into_iter();
            ints.map(i64::from).collect()
        } else if is::<Vec<i16>>(&list) {
            let ints = self.get::<Vec<i16>>(at)?.into_iter();
            ints.map(i64::from).collect()
        } else {
            return self.other_list(at, of);
        };
        let value = |int: i64| match of {
            Kind::U64 => u64::try_from(int)
                .map(Value::Uint)
                .map_err(|_| DecodeError::new(format!("{int} is negative"))),
            _ => Ok(Value::Int(int)),
        };
        ints.into_iter().map(value).collect()
    }
}
