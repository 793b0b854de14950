//! The Rust types a column can have.

use crate::value::decode_error::DecodeError;
use crate::value::key_part::KeyPart;
use crate::value::kind::Kind;
use crate::value::row::RowReader;
use crate::value::{Check, JsonForm, Value};

/// A type that a model's field can have.
///
/// Integers, `f32`, `f64`, `bool`, `String`, `Vec<u8>`, `Duration`, `IpAddr`, `Option` of each, the types behind the features `chrono`,
/// `time`, `jiff`, `uuid`, `rust_decimal` and `serde_json`, and `Vec` of most of these. The module `relations::value` has a
/// table of them with their types in SQL.
///
/// For a type of your own use `#[derive(ColumnType)]`, with [`ColumnConversion`](crate::ColumnConversion) where you say yourself how it is
/// kept, or `#[model(json)]` on the field. Hidden items of the trait may change, so do not implement it by hand.
///
/// # Examples
/// ```
/// use relations::prelude::*;
///
/// /// A text in its column: `open`, `paid_in_full`.
/// #[derive(Debug, Clone, Copy, PartialEq, ColumnType)]
/// #[model(rename_all = "snake_case")]
/// enum Status {
///     Open,
///     PaidInFull,
/// }
///
/// assert_eq!(Status::VALUES, ["open", "paid_in_full"]);
/// assert!(<Option<Status>>::NULLABLE);
/// # let _ = (Status::Open, Status::PaidInFull);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored in a column",
    label = "no column type",
    note = "an enum or a newtype of yours takes `#[derive(ColumnType)]`; any type that serde knows takes `#[model(json)]` on the field",
    note = "others are `i8` to `i64`, `u8` to `u64`, `f32`, `f64`, `bool`, `String`, `Vec<u8>`, `Duration`, `IpAddr`, `u128`, types of the features `chrono`, `time`, `jiff`, `uuid`, `rust_decimal`, `serde_json`, and `Option` of each"
)]
pub trait ColumnType: Sized + Send + Sync + 'static {
    /// The type without `Option`: what a predicate compares with.
    type Base: ColumnType;
    /// The type itself. Naming it through here makes the compiler report a type that is none only once.
    #[doc(hidden)]
    type This: ColumnType;

    /// The name of the type without `Option`, for messages of the compiler.
    const NAME: &'static str;
    /// What the column stores.
    const KIND: Kind;
    /// Whether the column may be NULL.
    const NULLABLE: bool = false;
    /// The texts that a column of an enum may hold; empty where any text may be stored.
    const VALUES: &'static [&'static str] = &[];
    /// The integers that a column may hold whose type is an enum stored as integers; empty where any integer may be
    /// stored.
    const INTEGERS: &'static [i64] = &[];
    /// The name of the database's own enum.
    const DB_ENUM: Option<&'static str> = None;

    /// What tells of a value of this kind whether it is one of this type; nothing where each is.
    #[doc(hidden)]
    const CHECK: Option<Check> = None;
    #[doc(hidden)]
    const FORM: JsonForm = JsonForm::Plain;

    #[doc(hidden)]
    fn read(row: &mut dyn RowReader, at: usize) -> Result<Self, DecodeError>;
    #[doc(hidden)]
    fn into_value(self) -> Value;
    #[doc(hidden)]
    fn to_value(&self) -> Value;

    /// The value as part of a key; what no key is made of gives none.
    #[doc(hidden)]
    fn key_part(&self) -> KeyPart<'_> {
        KeyPart::Null
    }

    /// The value that is part of a key; see [`key_part`](ColumnType::key_part).
    #[doc(hidden)]
    fn from_key_part(_: KeyPart<'_>) -> Option<Self> {
        None
    }
}

/// A field of a model without its type.
#[doc(hidden)]
#[allow(missing_debug_implementations)] // Types of fields need not be `Debug`.
pub enum FieldValue<'m> {
    Column(&'m dyn ColumnValue),
    /// Of a field that is kept as JSON, and may have no value.
    #[cfg(feature = "serde_json")]
    Json(Option<&'m dyn erased_serde::Serialize>),
}

impl<'m> FieldValue<'m> {
    pub(crate) fn as_part(&self) -> KeyPart<'m> {
        match self {
            FieldValue::Column(value) => value.as_part(),
            #[cfg(feature = "serde_json")]
            FieldValue::Json(_) => KeyPart::Null,
        }
    }

    pub(crate) fn as_value(&self) -> Value {
        match self {
            FieldValue::Column(value) => value.as_value(),
            #[cfg(feature = "serde_json")]
            FieldValue::Json(None) => Value::Null,
            #[cfg(feature = "serde_json")]
            FieldValue::Json(Some(value)) => crate::value::as_json::written(value),
        }
    }
}

/// See [`FieldValue`].
#[doc(hidden)]
pub trait ColumnValue {
    fn as_part(&self) -> KeyPart<'_>;
    fn as_value(&self) -> Value;
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> ColumnValue for T {
    fn as_part(&self) -> KeyPart<'_> {
        self.key_part()
    }

    fn as_value(&self) -> Value {
        self.to_value()
    }
}

macro_rules! column_type {
    ($($ty:ty, $name:literal, $kind:ident, |$row:ident, $at:ident| $read:expr, |$value:ident| $write:expr $(, key |$key:ident| $part:expr, from $given:pat => $back:expr)?;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl ColumnType for $ty {
            type Base = Self;
            type This = Self;
            const NAME: &'static str = $name;
            const KIND: Kind = Kind::$kind;

            fn read($row: &mut dyn RowReader, $at: usize) -> Result<Self, DecodeError> {
                $read
            }

            fn into_value(self) -> Value {
                let $value = self;
                $write
            }

            fn to_value(&self) -> Value {
                self.clone().into_value()
            }

            $(
                fn key_part(&self) -> KeyPart<'_> {
                    let $key = self;
                    $part
                }

                fn from_key_part(part: KeyPart<'_>) -> Option<Self> {
                    match part {
                        $given => Some($back),
                        _ => None,
                    }
                }
            )?
        }
    )* };
}

fn narrow<T: TryFrom<i64>>(value: i64) -> Result<T, DecodeError> {
    T::try_from(value).map_err(|_| {
        DecodeError::new(format!(
            "{value} does not fit in `{}`",
            std::any::type_name::<T>()
        ))
    })
}

fn narrow_float(value: f64) -> Result<f32, DecodeError> {
    let narrow = value as f32;
    if f64::from(narrow) == value || value.is_nan() {
        return Ok(narrow);
    }
    Err(DecodeError::new(format!("{value} does not fit in `f32`")))
}

column_type! {
    bool, "bool", Bool, |row, at| row.boolean(at), |value| Value::Bool(value);
    i8, "i8", I8, |row, at| narrow(row.int(at)?), |value| Value::Int(value.into()), key |key| KeyPart::Int((*key).into()), from KeyPart::Int(key) => key.try_into().ok()?;
    i16, "i16", I16, |row, at| narrow(row.int(at)?), |value| Value::Int(value.into()), key |key| KeyPart::Int((*key).into()), from KeyPart::Int(key) => key.try_into().ok()?;
    i32, "i32", I32, |row, at| narrow(row.int(at)?), |value| Value::Int(value.into()), key |key| KeyPart::Int((*key).into()), from KeyPart::Int(key) => key.try_into().ok()?;
    i64, "i64", I64, |row, at| row.int(at), |value| Value::Int(value), key |key| KeyPart::Int(*key), from KeyPart::Int(key) => key;
    u8, "u8", U8, |row, at| narrow(row.int(at)?), |value| Value::Int(value.into()), key |key| KeyPart::Int((*key).into()), from KeyPart::Int(key) => key.try_into().ok()?;
    u16, "u16", U16, |row, at| narrow(row.int(at)?), |value| Value::Int(value.into()), key |key| KeyPart::Int((*key).into()), from KeyPart::Int(key) => key.try_into().ok()?;
    u32, "u32", U32, |row, at| narrow(row.int(at)?), |value| Value::Int(value.into()), key |key| KeyPart::Int((*key).into()), from KeyPart::Int(key) => key.try_into().ok()?;
    u64, "u64", U64, |row, at| row.uint(at), |value| Value::Uint(value), key |key| KeyPart::Uint(*key), from KeyPart::Uint(key) => key;
    f32, "f32", F32, |row, at| narrow_float(row.float(at)?), |value| Value::Float(value.into());
    f64, "f64", F64, |row, at| row.float(at), |value| Value::Float(value);
    String, "String", Text, |row, at| row.text(at), |value| Value::Text(value), key |key| KeyPart::Text(key.into()), from KeyPart::Text(key) => key.into_owned();
    Vec<u8>, "Vec<u8>", Bytes, |row, at| row.bytes(at), |value| Value::Bytes(value), key |key| KeyPart::Bytes(key.into()), from KeyPart::Bytes(key) => key.into_owned();
}

#[cfg(feature = "chrono")]
column_type! {
    chrono::NaiveDate, "NaiveDate", Date, |row, at| row.date(at), |value| Value::Date(value), key |key| KeyPart::Date(*key), from KeyPart::Date(key) => key;
    chrono::NaiveTime, "NaiveTime", Time, |row, at| row.time(at), |value| Value::Time(value), key |key| KeyPart::Time(*key), from KeyPart::Time(key) => key;
    chrono::NaiveDateTime, "NaiveDateTime", DateTime, |row, at| row.date_time(at), |value| Value::DateTime(value), key |key| KeyPart::DateTime(*key), from KeyPart::DateTime(key) => key;
    chrono::DateTime<chrono::Utc>, "DateTime<Utc>", DateTimeUtc, |row, at| row.date_time_utc(at), |value| Value::DateTimeUtc(value), key |key| KeyPart::DateTimeUtc(*key), from KeyPart::DateTimeUtc(key) => key;
}

#[cfg(feature = "uuid")]
column_type! {
    uuid::Uuid, "Uuid", Uuid, |row, at| row.uuid(at), |value| Value::Uuid(value), key |key| KeyPart::Uuid(*key), from KeyPart::Uuid(key) => key;
}

#[cfg(feature = "rust_decimal")]
column_type! {
    rust_decimal::Decimal, "Decimal", Decimal, |row, at| row.decimal(at), |value| Value::Decimal(value);
}

#[cfg(feature = "serde_json")]
column_type! {
    serde_json::Value, "serde_json::Value", Json, |row, at| row.json(at), |value| Value::Json(value);
}

/// A type of which a column can hold a list. That of a `references_many` holds keys.
pub(crate) trait ListElement: ColumnType {
    #[doc(hidden)]
    fn from_value(value: Value) -> Result<Self, DecodeError>;
}

macro_rules! list_type {
    ($($ty:ty, $name:literal, $variant:ident, |$value:ident| $read:expr;)*) => { $(
        impl ListElement for $ty {
            fn from_value(value: Value) -> Result<Self, DecodeError> {
                match value {
                    Value::$variant($value) => $read,
                    other => Err(DecodeError::new(format!("its list holds {}", other.display()))),
                }
            }
        }

        #[diagnostic::do_not_recommend]
        impl ColumnType for Vec<$ty> {
            type Base = Self;
            type This = Self;
            const NAME: &'static str = $name;
            const KIND: Kind = Kind::List(&<$ty as ColumnType>::KIND);

            fn read(row: &mut dyn RowReader, at: usize) -> Result<Self, DecodeError> {
                let values = row.list(at, <$ty as ColumnType>::KIND)?.into_iter();
                values.map(<$ty as ListElement>::from_value).collect()
            }

            fn into_value(self) -> Value {
                Value::List(self.into_iter().map(ColumnType::into_value).collect())
            }

            fn to_value(&self) -> Value {
                self.clone().into_value()
            }

            fn key_part(&self) -> KeyPart<'_> {
                KeyPart::List(self.iter().map(ColumnType::to_value).collect())
            }
        }
    )* };
}

list_type! {
    i16, "Vec<i16>", Int, |value| narrow(value);
    i32, "Vec<i32>", Int, |value| narrow(value);
    i64, "Vec<i64>", Int, |value| Ok(value);
    u16, "Vec<u16>", Int, |value| narrow(value);
    u32, "Vec<u32>", Int, |value| narrow(value);
    u64, "Vec<u64>", Uint, |value| Ok(value);
    String, "Vec<String>", Text, |value| Ok(value);
    f32, "Vec<f32>", Float, |value| narrow_float(value);
    f64, "Vec<f64>", Float, |value| Ok(value);
    bool, "Vec<bool>", Bool, |value| Ok(value);
}

#[cfg(feature = "chrono")]
list_type! {
    chrono::NaiveDate, "Vec<NaiveDate>", Date, |value| Ok(value);
    chrono::NaiveTime, "Vec<NaiveTime>", Time, |value| Ok(value);
    chrono::NaiveDateTime, "Vec<NaiveDateTime>", DateTime, |value| Ok(value);
    chrono::DateTime<chrono::Utc>, "Vec<DateTime<Utc>>", DateTimeUtc, |value| Ok(value);
}

#[cfg(feature = "rust_decimal")]
list_type! {
    rust_decimal::Decimal, "Vec<Decimal>", Decimal, |value| Ok(value);
}

#[cfg(feature = "uuid")]
list_type! {
    uuid::Uuid, "Vec<Uuid>", Uuid, |value| Ok(value);
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType<Base = T>> ColumnType for Option<T> {
    type Base = T;
    type This = Self;
    const NAME: &'static str = T::NAME;
    const KIND: Kind = T::KIND;
    const NULLABLE: bool = true;
    const VALUES: &'static [&'static str] = T::VALUES;
    const INTEGERS: &'static [i64] = T::INTEGERS;
    const DB_ENUM: Option<&'static str> = T::DB_ENUM;
    const CHECK: Option<Check> = T::CHECK;
    const FORM: JsonForm = T::FORM;

    fn read(row: &mut dyn RowReader, at: usize) -> Result<Self, DecodeError> {
        match T::read(row, at) {
            Err(error) if error.is_null() => Ok(None),
            value => value.map(Some),
        }
    }

    fn into_value(self) -> Value {
        self.map_or(Value::Null, T::into_value)
    }

    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::to_value)
    }

    fn key_part(&self) -> KeyPart<'_> {
        self.as_ref().map_or(KeyPart::Null, T::key_part)
    }
}

/// What can be given for a field of type `T`: a `T` or a reference to one, `"x"` for `String`, a narrower integer for `i32`
/// and `i64`, and each of them for `Option<T>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be given for a field of type `{T}`",
    label = "expected a value for `{T}`"
)]
pub trait IntoField<T> {
    /// The field's value.
    fn into_field(self) -> T;
}

#[diagnostic::do_not_recommend]
impl<T> IntoField<T> for T {
    fn into_field(self) -> T {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType<Base = T>> IntoField<Option<T>> for T {
    fn into_field(self) -> Option<T> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType<Base = T> + Clone> IntoField<T> for &T {
    fn into_field(self) -> T {
        self.clone()
    }
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType<Base = T> + Clone> IntoField<Option<T>> for &T {
    fn into_field(self) -> Option<T> {
        Some(self.clone())
    }
}

macro_rules! into_field {
    ($($from:ty => $to:ty, |$value:ident| $convert:expr;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl IntoField<$to> for $from {
            fn into_field(self) -> $to {
                let $value = self;
                $convert
            }
        }

        #[diagnostic::do_not_recommend]
        impl IntoField<Option<$to>> for $from {
            fn into_field(self) -> Option<$to> {
                let $value = self;
                Some($convert)
            }
        }
    )* };
}

// Narrower integers are taken only where a plain literal still finds its type: an ambiguous `5` becomes an `i32`, so
// `i32` itself must be among what such a field takes.
into_field! {
    &str => String, |value| value.to_owned();
    std::borrow::Cow<'_, str> => String, |value| value.into_owned();
    Box<str> => String, |value| value.into();
    char => String, |value| value.to_string();
    &[u8] => Vec<u8>, |value| value.to_owned();
    i8 => i32, |value| value.into();
    i16 => i32, |value| value.into();
    u8 => i32, |value| value.into();
    u16 => i32, |value| value.into();
    i8 => i64, |value| value.into();
    i16 => i64, |value| value.into();
    i32 => i64, |value| value.into();
    u8 => i64, |value| value.into();
    u16 => i64, |value| value.into();
    u32 => i64, |value| value.into();
    f32 => f64, |value| value.into();
    i32 => f64, |value| value.into();
}

#[diagnostic::do_not_recommend]
impl<const N: usize> IntoField<Vec<u8>> for &[u8; N] {
    fn into_field(self) -> Vec<u8> {
        self.to_vec()
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize> IntoField<Option<Vec<u8>>> for &[u8; N] {
    fn into_field(self) -> Option<Vec<u8>> {
        Some(self.to_vec())
    }
}

#[diagnostic::do_not_recommend]
impl<T, const N: usize> IntoField<Vec<T>> for [T; N]
where
    Vec<T>: ColumnType,
{
    fn into_field(self) -> Vec<T> {
        self.into()
    }
}

#[diagnostic::do_not_recommend]
impl<T, const N: usize> IntoField<Option<Vec<T>>> for [T; N]
where
    Vec<T>: ColumnType,
{
    fn into_field(self) -> Option<Vec<T>> {
        Some(self.into())
    }
}
