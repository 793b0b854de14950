//! Fields that are kept as JSON, whatever serde makes of them.

use crate::value::column_type::{ColumnType, FieldValue, IntoField};
use crate::value::decode_error::DecodeError;
use crate::value::kind::Kind;
use crate::value::row::RowReader;
use crate::value::{Check, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

/// The column of a field with `#[model(json)]`: a `T` as serde writes it, in a JSON column.
///
/// The field itself is a `T`, and so is what drafts, patches and rows hold; only the column is of this type.
///
/// # Examples
/// ```
/// use relations::prelude::*;
/// use relations::value::{AsJson, Kind};
/// # use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, Serialize, Deserialize)]
/// struct Address {
///     city: String,
/// }
///
/// #[derive(Debug, Model)]
/// struct Customer {
///     #[model(id, generated)]
///     id: i64,
///     #[model(json)]
///     address: Address,
/// }
///
/// let column: relations::Column<Customer, AsJson<Address>> = Customer::ADDRESS;
/// assert_eq!(column.field().kind(), Kind::Json);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct AsJson<T>(
    /// The field's value.
    pub T,
);

/// A type whose values are kept as JSON. Implemented for what serde writes and reads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be kept as JSON",
    label = "serde does not write and read it",
    note = "derive `Serialize` and `Deserialize`; a borrowed type cannot be read from a row"
)]
pub trait JsonContent: Serialize + DeserializeOwned + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> JsonContent for T {}

/// Where the compiler says that a type cannot be kept as JSON.
#[derive(Debug)]
pub struct JsonChecked<T: JsonContent>(PhantomData<T>);

#[diagnostic::do_not_recommend]
impl<T: JsonContent> ColumnType for AsJson<T> {
    type Base = Self;
    type This = Self;
    const NAME: &'static str = "AsJson";
    const KIND: Kind = Kind::Json;
    const CHECK: Option<Check> = Some(|value| match value {
        Value::Json(value) => match T::deserialize(value) {
            Ok(_) => Ok(()),
            Err(error) => Err(error.to_string()),
        },
        _ => Ok(()),
    });

    fn read(row: &mut dyn RowReader, at: usize) -> Result<Self, DecodeError> {
        let read = serde_json::from_value(row.json(at)?);
        read.map(AsJson)
            .map_err(|error| DecodeError::new(format!("its JSON does not fit: {error}")))
    }

    fn into_value(self) -> Value {
        self.to_value()
    }

    fn to_value(&self) -> Value {
        written(&self.0)
    }
}

/// The column of a field with `#[model(json)]` that is an `Option<T>`: as [`AsJson`], and NULL where the field is `None`.
#[derive(Debug, Clone, PartialEq)]
pub struct OptionalJson<T>(
    /// The field's value.
    pub Option<T>,
);

#[diagnostic::do_not_recommend]
impl<T: JsonContent> ColumnType for OptionalJson<T> {
    type Base = AsJson<T>;
    type This = Self;
    const NAME: &'static str = AsJson::<T>::NAME;
    const KIND: Kind = Kind::Json;
    const NULLABLE: bool = true;
    const CHECK: Option<Check> = AsJson::<T>::CHECK;

    fn read(row: &mut dyn RowReader, at: usize) -> Result<Self, DecodeError> {
        let read = Option::<AsJson<T>>::read(row, at)?;
        Ok(OptionalJson(read.map(|json| json.0)))
    }

    fn into_value(self) -> Value {
        self.to_value()
    }

    fn to_value(&self) -> Value {
        self.0.as_ref().map_or(Value::Null, written)
    }
}

/// What a column holds of a value, as JSON.
pub(super) fn written<T: Serialize + ?Sized>(value: &T) -> Value {
    match serde_json::to_value(value) {
        Ok(json) => Value::Json(json),
        Err(_) => Value::Unstorable("serde does not write it as JSON"),
    }
}

/// Columns of JSON, which have paths.
pub trait JsonColumn: ColumnType {}

impl<T: JsonContent> JsonColumn for AsJson<T> {}

impl JsonColumn for serde_json::Value {}

/// Gives fields that are kept as JSON without their types; how that works is told in `probe`.
#[derive(Debug)]
pub struct JsonProbe<T>(PhantomData<T>);

impl<T: Serialize> JsonProbe<T> {
    /// The field's value.
    pub fn get(value: &T) -> FieldValue<'_> {
        FieldValue::Json(Some(value))
    }

    /// The value of a field that may have none.
    pub fn get_optional(value: &Option<T>) -> FieldValue<'_> {
        FieldValue::Json(value.as_ref().map(|value| value as _))
    }
}

/// See [`JsonProbe`].
pub trait NotJson {
    /// The type.
    type Field;

    /// See [`JsonProbe`].
    fn get(_: &Self::Field) -> FieldValue<'_> {
        unreachable!("a model with a field of no column type does not compile")
    }

    /// See [`JsonProbe`].
    fn get_optional(_: &Option<Self::Field>) -> FieldValue<'_> {
        unreachable!("a model with a field of no column type does not compile")
    }
}

impl<T> NotJson for JsonProbe<T> {
    type Field = T;
}

macro_rules! into_json {
    ($($given:ty => $field:ty, |$value:ident| $convert:expr $(, $bound:ident)?;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<T $(: $bound)?> IntoField<$field> for $given {
            fn into_field(self) -> $field {
                let $value = self;
                $convert
            }
        }
    )* };
}

into_json! {
    T => AsJson<T>, |value| AsJson(value);
    &T => AsJson<T>, |value| AsJson(value.clone()), Clone;
    T => OptionalJson<T>, |value| OptionalJson(Some(value));
    &T => OptionalJson<T>, |value| OptionalJson(Some(value.clone())), Clone;
    Option<T> => OptionalJson<T>, |value| OptionalJson(value);
}
