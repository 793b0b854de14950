//! The values that tie rows together: ids and foreign keys, of one column or several.

use crate::model::nullability::{Need, Nullable, Required};
use crate::value::{ColumnType, IntoField, KeyPart, Value};
use std::any::Any;
use std::hash::Hash;

/// The value of an id or a foreign key: `i64`, `String`, … or a tuple of up to four for a composite key. Never null.
///
/// A newtype with `#[derive(ColumnType)]` is one, too; do not implement the trait by hand.
///
/// # Examples
/// ```
/// use relations::prelude::*;
///
/// /// A key of its own: the id of another model does not compile in its place.
/// #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ColumnType)]
/// struct InvoiceId(i64);
///
/// #[derive(Model)]
/// struct Invoice {
///     #[model(id, generated)]
///     id: InvoiceId,
/// }
///
/// fn is_key<K: relations::Key>() {}
/// is_key::<InvoiceId>();
/// is_key::<<Invoice as Model>::Id>();
/// is_key::<(String, i32)>(); // a composite one
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a key",
    label = "not a key type",
    note = "keys are integers, `String`, `Vec<u8>`, `Uuid`, dates and times, or up to four of those"
)]
pub trait Key: Clone + Eq + Hash + Send + Sync + 'static {
    /// Adds the value of each column.
    #[doc(hidden)]
    fn push_values(&self, values: &mut Vec<Value>);

    /// The key that a field holds; `None` where it is null, and of a composite key, which no field holds alone.
    #[doc(hidden)]
    fn from_part(_: KeyPart<'_>) -> Option<Self> {
        None
    }

    /// The key that fields hold, one after the other.
    #[doc(hidden)]
    fn from_parts<'v>(parts: &mut impl Iterator<Item = KeyPart<'v>>) -> Option<Self> {
        Self::from_part(parts.next()?)
    }

    #[doc(hidden)]
    fn into_values(self) -> Vec<Value> {
        let mut values = Vec::with_capacity(1);
        self.push_values(&mut values);
        values
    }
}

/// A column type that can be part of a key.
///
/// The two keys of a relation agree if they are of the same type, apart from `Option`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a key",
    label = "not a key type",
    note = "keys are integers, `String`, `Vec<u8>`, `Uuid`, dates and times, or `Option` of those"
)]
pub trait KeyColumn: ColumnType {
    /// The key without `Option`.
    type Key: Key + ColumnType;
    /// Whether it can be null.
    #[doc(hidden)]
    type Need: Need;
}

macro_rules! key {
    ($($ty:ty),*) => { $(
        #[diagnostic::do_not_recommend]
        impl Key for $ty {
            fn push_values(&self, values: &mut Vec<Value>) {
                values.push(self.clone().into_value());
            }

            fn from_part(part: KeyPart<'_>) -> Option<Self> {
                Self::from_key_part(part)
            }
        }

        key_column!($ty);
    )* };
}

macro_rules! number_key {
    ($($ty:ty),*) => { $(
        #[diagnostic::do_not_recommend]
        impl Key for $ty {
            fn push_values(&self, values: &mut Vec<Value>) {
                values.push(self.into_value());
            }

            fn from_part(part: KeyPart<'_>) -> Option<Self> {
                Self::from_key_part(part)
            }
        }

        key_column!($ty);
    )* };
}

macro_rules! key_column {
    ($ty:ty) => {
        #[diagnostic::do_not_recommend]
        impl KeyColumn for $ty {
            type Key = $ty;
            type Need = Required;
        }
    };
}

number_key!(i8, i16, i32, i64, u8, u16, u32);

key!(
    u64,
    String,
    Vec<u8>,
    u128,
    std::time::Duration,
    std::net::IpAddr,
    std::net::Ipv4Addr,
    std::net::Ipv6Addr
);

#[cfg(feature = "uuid")]
key!(uuid::Uuid);

#[cfg(feature = "chrono")]
key!(
    chrono::NaiveDate,
    chrono::NaiveTime,
    chrono::NaiveDateTime,
    chrono::DateTime<chrono::Utc>
);

#[cfg(feature = "time")]
key!(
    time::Date,
    time::Time,
    time::PrimitiveDateTime,
    time::OffsetDateTime,
    time::UtcDateTime
);

#[cfg(feature = "jiff")]
key!(
    jiff::civil::Date,
    jiff::civil::Time,
    jiff::civil::DateTime,
    jiff::Timestamp
);

impl<K: KeyColumn<Key = K> + Key + ColumnType<Base = K>> KeyColumn for Option<K> {
    type Key = K;
    type Need = Nullable;
}

/// What can be given for a key of type `K`: what can be given for its field, or for each part of a composite key.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be given for a key of type `{K}`",
    label = "expected a key of type `{K}`"
)]
pub trait IntoKey<K> {
    /// The key.
    fn into_key(self) -> K;
}

#[diagnostic::do_not_recommend]
impl<K: KeyColumn<Key = K>, V: IntoField<K>> IntoKey<K> for V {
    fn into_key(self) -> K {
        self.into_field()
    }
}

macro_rules! into_key {
    ($($part:ident $value:ident),*) => {
        #[diagnostic::do_not_recommend]
        impl<$($part: KeyColumn<Key = $part>, $value: IntoField<$part>),*> IntoKey<($($part,)*)> for ($($value,)*) {
            #[allow(non_snake_case)] // The parts are named after their type parameters.
            fn into_key(self) -> ($($part,)*) {
                let ($($value,)*) = self;
                ($($value.into_field(),)*)
            }
        }
    };
}

into_key!(A VA, B VB);

into_key!(A VA, B VB, C VC);

into_key!(A VA, B VB, C VC, D VD);

macro_rules! composite_key {
    ($($name:ident),*) => {
        #[diagnostic::do_not_recommend]
        impl<$($name: Key),*> Key for ($($name,)*) {
            #[allow(non_snake_case)] // The parts are named after their type parameters.
            fn push_values(&self, values: &mut Vec<Value>) {
                let ($($name,)*) = self;
                $($name.push_values(values);)*
            }

            fn from_parts<'v>(parts: &mut impl Iterator<Item = KeyPart<'v>>) -> Option<Self> {
                Some(($($name::from_parts(parts)?,)*))
            }
        }
    };
}

composite_key!(A, B);

composite_key!(A, B, C);

composite_key!(A, B, C, D);

/// A key as the key type that the relation has on its other side.
///
/// The derive checks in a constant that both sides have one type, with a message of ours. Were that type named here
/// too, the compiler would report every mistake twice; so the types meet at run time, where they are always equal.
pub(crate) fn same_key<A: 'static, B: 'static>(key: A) -> Option<B> {
    let mut key = Some(key);
    let key: &mut dyn Any = &mut key;
    key.downcast_mut::<Option<B>>()?.take()
}
