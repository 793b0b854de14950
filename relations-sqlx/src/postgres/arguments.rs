//! The values of a statement as PostgreSQL gets them.

use relations_core::{Error, ErrorKind, Result};
use sea_query::{ArrayType, Value, ValueType, ValueTypeErr, Values};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgHasArrayType, PgTypeInfo};
use sqlx::{Arguments, Encode, Postgres, Type};

/// A text without a type of its own, so that PostgreSQL gives it that of the column it meets: CHAR, an enum, citext. As text it
/// would not be equal to the CHAR that was read from the column, and no index would find it.
struct Untyped(Option<String>);

impl Type<Postgres> for Untyped {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(0))
    }
}

impl Encode<'_, Postgres> for Untyped {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let Some(text) = &self.0 else {
            return Ok(IsNull::Yes);
        };
        buffer.extend_from_slice(text.as_bytes());
        Ok(IsNull::No)
    }
}

/// The arguments of a statement, in the order of their placeholders.
pub(super) fn arguments(values: Values) -> Result<PgArguments> {
    let mut arguments = PgArguments::default();
    for value in values {
        let added = add(&mut arguments, value);
        added.map_err(|error| {
            let message = format!("cannot send a value: {error}");
            Error::new(ErrorKind::InvalidValue, message).with_source(error)
        })?;
    }
    Ok(arguments)
}

fn add(arguments: &mut PgArguments, value: Value) -> Result<(), BoxDynError> {
    match value {
        Value::Bool(value) => arguments.add(value),
        Value::SmallInt(value) => arguments.add(value),
        Value::Int(value) => arguments.add(value),
        Value::BigInt(value) => arguments.add(value),
        // Limits and offsets, which are no more than an `i64`.
        Value::BigUnsigned(value) => {
            arguments.add(value.map(<i64 as TryFrom<u64>>::try_from).transpose()?)
        }
        Value::Float(value) => arguments.add(value),
        Value::Double(value) => arguments.add(value),
        Value::String(value) => arguments.add(Untyped(value)),
        Value::Bytes(value) => arguments.add(value),
        #[cfg(feature = "chrono")]
        Value::ChronoDate(value) => arguments.add(value),
        #[cfg(feature = "chrono")]
        Value::ChronoTime(value) => arguments.add(value),
        #[cfg(feature = "chrono")]
        Value::ChronoDateTime(value) => arguments.add(value),
        #[cfg(feature = "chrono")]
        Value::ChronoDateTimeUtc(value) => arguments.add(value),
        #[cfg(feature = "uuid")]
        Value::Uuid(value) => arguments.add(value),
        #[cfg(feature = "rust_decimal")]
        Value::Decimal(value) => arguments.add(value),
        #[cfg(feature = "serde_json")]
        Value::Json(value) => arguments.add(value),
        Value::Array(of, values) => add_array(arguments, of, values.map(|values| *values)),
        other => Err(format!("PostgreSQL has no form for {other:?}").into()),
    }
}

fn add_array(
    arguments: &mut PgArguments,
    of: ArrayType,
    list: Option<Vec<Value>>,
) -> Result<(), BoxDynError> {
    match of {
        ArrayType::Bool => add_list::<bool>(arguments, list),
        ArrayType::SmallInt => add_list::<i16>(arguments, list),
        ArrayType::Int => add_list::<i32>(arguments, list),
        ArrayType::BigInt => add_list::<i64>(arguments, list),
        ArrayType::Float => add_list::<f32>(arguments, list),
        ArrayType::Double => add_list::<f64>(arguments, list),
        ArrayType::String => add_list::<String>(arguments, list),
        ArrayType::Bytes => add_list::<Vec<u8>>(arguments, list),
        #[cfg(feature = "chrono")]
        ArrayType::ChronoDate => add_list::<chrono::NaiveDate>(arguments, list),
        #[cfg(feature = "chrono")]
        ArrayType::ChronoTime => add_list::<chrono::NaiveTime>(arguments, list),
        #[cfg(feature = "chrono")]
        ArrayType::ChronoDateTime => add_list::<chrono::NaiveDateTime>(arguments, list),
        #[cfg(feature = "chrono")]
        ArrayType::ChronoDateTimeUtc => add_list::<chrono::DateTime<chrono::Utc>>(arguments, list),
        #[cfg(feature = "uuid")]
        ArrayType::Uuid => add_list::<uuid::Uuid>(arguments, list),
        #[cfg(feature = "rust_decimal")]
        ArrayType::Decimal => add_list::<rust_decimal::Decimal>(arguments, list),
        other => Err(format!("PostgreSQL has no array of {other:?} here").into()),
    }
}

fn add_list<T>(arguments: &mut PgArguments, list: Option<Vec<Value>>) -> Result<(), BoxDynError>
where
    T: ValueType + PgHasArrayType + Send + 'static,
    Vec<T>: for<'v> Encode<'v, Postgres> + Type<Postgres>,
{
    let list = list.map(|values| values.into_iter().map(T::try_from).collect());
    let list: Option<Vec<T>> = list
        .transpose()
        .map_err(|error: ValueTypeErr| error.to_string())?;
    arguments.add(list)
}
