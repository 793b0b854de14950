//! The fields that make up a key, as types: how a row gives the key of a relation.

use crate::model::key::{Key, KeyColumn};
use crate::model::nullability::Need;
use crate::model::{Field, FieldAt};
use crate::value::{ColumnType, KeyPart};
use std::marker::PhantomData;

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

/// The type that a field has which does not exist; that it is not a list was reported.
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
