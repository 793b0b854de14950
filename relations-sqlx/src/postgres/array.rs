//! Arrays of floats, booleans, times and decimals. Their elements are read as those columns are, since sqlx panics at some times, and
//! rounds some decimals.

#[cfg(feature = "rust_decimal")]
use super::numeric;
use super::reader::is;
#[cfg(feature = "chrono")]
use super::times;
use crate::driver::DecodeError;
use crate::over_sqlx::guarded_value;
use relations_core::{Kind, Value};
use sqlx::postgres::{PgTypeInfo, PgValueRef};
use sqlx::{Decode, Postgres, Type};

/// The bytes of an element, of whatever type.
struct Bytes(Vec<u8>);

impl Type<Postgres> for Bytes {
    fn type_info() -> PgTypeInfo {
        <Vec<u8> as Type<Postgres>>::type_info()
    }
}

impl<'r> Decode<'r, Postgres> for Bytes {
    fn decode(value: PgValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
        Ok(Bytes(value.as_bytes()?.to_vec()))
    }
}

/// The elements of an array of this kind; `None` where the kind, or the type of the column, is another. NULL is none of them.
pub(super) fn read(array: PgValueRef<'_>, of: Kind) -> Option<Result<Vec<Value>, DecodeError>> {
    let element: fn(&[u8]) -> Result<Value, DecodeError> = match of {
        Kind::Bool if is::<Vec<bool>>(&array) => |bytes| Ok(Value::Bool(fixed::<1>(bytes)? != [0])),
        Kind::F32 | Kind::F64 if is::<Vec<f64>>(&array) => {
            |bytes| Ok(Value::Float(f64::from_be_bytes(fixed(bytes)?)))
        }
        Kind::F32 | Kind::F64 if is::<Vec<f32>>(&array) => {
            |bytes| Ok(Value::Float(f32::from_be_bytes(fixed(bytes)?).into()))
        }
        #[cfg(feature = "chrono")]
        Kind::Date if is::<Vec<chrono::NaiveDate>>(&array) => {
            |bytes| times::date(i32::from_be_bytes(fixed(bytes)?)).map(Value::Date)
        }
        #[cfg(feature = "chrono")]
        Kind::Time if is::<Vec<chrono::NaiveTime>>(&array) => {
            |bytes| times::time(i64::from_be_bytes(fixed(bytes)?)).map(Value::Time)
        }
        #[cfg(feature = "chrono")]
        Kind::DateTime if is::<Vec<chrono::NaiveDateTime>>(&array) => {
            |bytes| times::date_time(i64::from_be_bytes(fixed(bytes)?)).map(Value::DateTime)
        }
        #[cfg(feature = "chrono")]
        Kind::DateTimeUtc if is::<Vec<chrono::DateTime<chrono::Utc>>>(&array) => |bytes| {
            let time = times::date_time(i64::from_be_bytes(fixed(bytes)?))?;
            Ok(Value::DateTimeUtc(time.and_utc()))
        },
        #[cfg(feature = "rust_decimal")]
        Kind::Decimal if is::<Vec<rust_decimal::Decimal>>(&array) => |bytes| {
            let text = numeric::to_text(bytes);
            let decimal = text.and_then(|text| relations_core::decimal_from_text(&text));
            let unfit = || DecodeError::new("an element does not fit in a `Decimal`");
            decimal.map(Value::Decimal).ok_or_else(unfit)
        },
        _ => return None,
    };
    let elements = guarded_value(|| {
        <Vec<Bytes> as Decode<Postgres>>::decode(array).map_err(DecodeError::from_driver)
    });
    Some(elements.and_then(|elements| {
        let values = elements.iter().map(|bytes| element(&bytes.0));
        values.collect()
    }))
}

fn fixed<const N: usize>(bytes: &[u8]) -> Result<[u8; N], DecodeError> {
    bytes.try_into().map_err(DecodeError::from_driver)
}
