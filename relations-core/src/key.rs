//! The values that tie rows together: ids and foreign keys, of one column or several.

use crate::column_type::{ColumnType, IntoField};
use crate::model::{Field, FieldAt};
use crate::relation::Shared;
use crate::slot::SlotOf;
use crate::value::{KeyPart, Value};
use std::any::Any;
use std::hash::Hash;
use std::marker::PhantomData;
use std::sync::Arc;

/// The value of an id or a foreign key: `i64`, `String`, … or a tuple of up to four for a composite key. Never null.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a key",
    label = "not a key type",
    note = "keys are integers, `String`, `Vec<u8>`, `Uuid`, `NaiveDate`, or up to four of those"
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
key!(u64, String, Vec<u8>);
#[cfg(feature = "uuid")]
key!(uuid::Uuid);
#[cfg(feature = "chrono")]
key!(chrono::NaiveDate);

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

/// Whether a key can be null, as a type.
pub trait Need {
    /// The slot of a `belongs_to` over such a key: `Arc<T>`, or `Option<Arc<T>>`.
    type Referred<T: Shared>: SlotOf<T> + Shared;
    /// Whether the key is never null.
    const REQUIRED: bool;
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
    type Referred<T: Shared> = Arc<T>;
    const REQUIRED: bool = true;
    type And<N: Need> = N;
}

impl Need for Nullable {
    type Referred<T: Shared> = Option<Arc<T>>;
    const REQUIRED: bool = false;
    type And<N: Need> = Nullable;
}

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

/// Reads the keys that the fields of a model hold: one at most, or a list of them.
#[doc(hidden)]
pub trait KeysOf<M> {
    /// One key, without `Option`.
    type Key: Key;
    /// All of them; none where a part is null.
    type Keys: IntoIterator<Item = Self::Key>;
    fn read(model: &M) -> Self::Keys;
}

/// The field of `M` that holds a list of keys.
#[doc(hidden)]
#[derive(Debug)]
pub struct ListField<M, const AT: usize>(PhantomData<fn() -> M>);

impl<M: FieldAt<AT, Type: KeyList>, const AT: usize> KeysOf<M> for ListField<M, AT> {
    type Key = <M::Type as KeyList>::Key;
    type Keys = Vec<Self::Key>;

    fn read(model: &M) -> Vec<Self::Key> {
        match model.key_part(AT) {
            KeyPart::List(keys) => keys
                .iter()
                .filter_map(|key| Key::from_part(key.as_part()))
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// A column type that is a list of keys.
pub trait KeyList: ColumnType {
    /// The type of each.
    type Key: Key;
}

impl<K: Key> KeyList for Vec<K>
where
    Vec<K>: ColumnType,
{
    type Key = K;
}

impl<K: Key> KeyList for Option<Vec<K>>
where
    Vec<K>: ColumnType<Base = Vec<K>>,
{
    type Key = K;
}

/// The type that a field has which does not exist; that it is no list was reported.
impl KeyList for i64 {
    type Key = i64;
}

/// The fields of `M` that hold one key: one [`Field`], or a tuple of them.
#[doc(hidden)]
pub trait KeyFields<M>: KeysOf<M, Keys = Option<<Self as KeysOf<M>>::Key>> {
    /// Whether it can be null: as soon as one part can.
    type Need: Need;
}

impl<M: FieldAt<AT, Type: KeyColumn>, const AT: usize> KeysOf<M> for Field<M, AT> {
    type Key = <M::Type as KeyColumn>::Key;
    type Keys = Option<Self::Key>;

    fn read(model: &M) -> Option<Self::Key> {
        Key::from_part(model.key_part(AT))
    }
}

impl<M: FieldAt<AT, Type: KeyColumn>, const AT: usize> KeyFields<M> for Field<M, AT> {
    type Need = <M::Type as KeyColumn>::Need;
}

/// The key `K` of a row that can belong to rows of several models; `T` is the field that says which.
#[doc(hidden)]
#[derive(Debug)]
pub struct Typed<K, T>(PhantomData<fn() -> (K, T)>);

impl<M, K: KeysOf<M>, T> KeysOf<M> for Typed<K, T> {
    type Key = K::Key;
    type Keys = K::Keys;

    fn read(model: &M) -> K::Keys {
        K::read(model)
    }
}

impl<M, K: KeyFields<M>, T> KeyFields<M> for Typed<K, T> {
    type Need = K::Need;
}

macro_rules! composite_fields {
    ($($name:ident)*: $need:ty) => {
        impl<M, $($name: KeyFields<M>),*> KeysOf<M> for ($($name,)*)
        where
            ($($name::Key,)*): Key,
        {
            type Key = ($($name::Key,)*);
            type Keys = Option<Self::Key>;

            fn read(model: &M) -> Option<Self::Key> {
                Some(($($name::read(model)?,)*))
            }
        }

        impl<M, $($name: KeyFields<M>),*> KeyFields<M> for ($($name,)*)
        where
            ($($name::Key,)*): Key,
        {
            type Need = $need;
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
