//! The values that tie rows together: ids and foreign keys, of one column or several.

use crate::column_type::{ColumnType, IntoField};
use crate::model::{Field, FieldAt};
use crate::value::Value;
use std::any::Any;
use std::hash::Hash;

/// The value of an id or a foreign key: `i64`, `String`, … or a tuple of up to four for a composite key. Never null.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a key",
    label = "not a key type",
    note = "keys are integers, `String`, `Vec<u8>`, `Uuid`, `NaiveDate`, or up to four of those"
)]
pub trait Key: Clone + Eq + Hash + Send + Sync + 'static {
    #[doc(hidden)]
    fn into_values(self) -> Vec<Value>;
}

/// A column type that can be part of a key.
///
/// Two keys of a relation agree when they are the same but for `Option`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a key",
    label = "not a key type",
    note = "keys are integers, `String`, `Vec<u8>`, `Uuid`, `NaiveDate`, or `Option` of those"
)]
pub trait KeyColumn: ColumnType {
    /// The key without `Option`.
    type Key: Key + ColumnType;
    /// Whether it can be null.
    #[doc(hidden)]
    type Need: Need;

    /// The key, unless it is null.
    fn key(&self) -> Option<&Self::Key>;
}

macro_rules! key {
    ($($ty:ty),*) => { $(
        #[diagnostic::do_not_recommend]
        impl Key for $ty {
            fn into_values(self) -> Vec<Value> {
                vec![self.into_value()]
            }
        }

        #[diagnostic::do_not_recommend]
        impl KeyColumn for $ty {
            type Key = $ty;
            type Need = Required;

            fn key(&self) -> Option<&$ty> {
                Some(self)
            }
        }
    )* };
}

key!(i8, i16, i32, i64, u8, u16, u32, u64, String, Vec<u8>);
#[cfg(feature = "uuid")]
key!(uuid::Uuid);
#[cfg(feature = "chrono")]
key!(chrono::NaiveDate);

impl<K: KeyColumn<Key = K> + Key + ColumnType<Base = K>> KeyColumn for Option<K> {
    type Key = K;
    type Need = Nullable;

    fn key(&self) -> Option<&K> {
        self.as_ref()
    }
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

/// Whether a key can be null, as a type.
pub trait Need {
    /// What a to-one relation over such a key holds for a `T`: `T` itself, or `Option<T>`.
    type Presence<T>;
    /// The need of this column and another together.
    type And<N: Need>: Need;
}

/// The need of a key that is never null.
#[derive(Debug)]
pub struct Required;

/// The need of a key that may be null.
#[derive(Debug)]
pub struct Nullable;

impl Need for Required {
    type Presence<T> = T;
    type And<N: Need> = N;
}

impl Need for Nullable {
    type Presence<T> = Option<T>;
    type And<N: Need> = Nullable;
}

macro_rules! composite_key {
    ($($name:ident),*) => {
        #[diagnostic::do_not_recommend]
        impl<$($name: Key),*> Key for ($($name,)*) {
            #[allow(non_snake_case)] // The parts are named after their type parameters.
            fn into_values(self) -> Vec<Value> {
                let ($($name,)*) = self;
                [$($name.into_values()),*].into_iter().flatten().collect()
            }
        }
    };
}

composite_key!(A, B);
composite_key!(A, B, C);
composite_key!(A, B, C, D);

/// Reads a key from the fields of `M` that hold it: one [`Field`], or a tuple of them.
#[doc(hidden)]
pub trait KeyFields<M> {
    /// The key without `Option`.
    type Key: Key;
    /// Whether it can be null: as soon as one part can.
    type Need: Need;
    /// The key, unless a part of it is null.
    fn read(model: &M) -> Option<Self::Key>;
}

impl<M: FieldAt<AT, Type: KeyColumn>, const AT: usize> KeyFields<M> for Field<M, AT> {
    type Key = <M::Type as KeyColumn>::Key;
    type Need = <M::Type as KeyColumn>::Need;

    fn read(model: &M) -> Option<Self::Key> {
        model.get().key().cloned()
    }
}

macro_rules! composite_fields {
    ($($name:ident)*: $need:ty) => {
        impl<M, $($name: KeyFields<M>),*> KeyFields<M> for ($($name,)*)
        where
            ($($name::Key,)*): Key,
        {
            type Key = ($($name::Key,)*);
            type Need = $need;

            fn read(model: &M) -> Option<Self::Key> {
                Some(($($name::read(model)?,)*))
            }
        }
    };
}

type Both<A, B> = <A as Need>::And<B>;

composite_fields!(A B: Both<A::Need, B::Need>);
composite_fields!(A B C: Both<A::Need, Both<B::Need, C::Need>>);
composite_fields!(A B C D: Both<Both<A::Need, B::Need>, Both<C::Need, D::Need>>);

/// A key as the key type that the relation has on its other side.
///
/// The derive checks in a constant that both sides have one type, with a message of ours. Were that type named here
/// too, the compiler would report every mistake twice; so the types meet at run time, where they are always equal.
pub(crate) fn same_key<A: 'static, B: 'static>(key: A) -> Option<B> {
    let mut key = Some(key);
    let key: &mut dyn Any = &mut key;
    key.downcast_mut::<Option<B>>()?.take()
}
