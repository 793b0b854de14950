//! Questions about types that a derive cannot see into: is it an `Option`, does it implement `Serialize`
//! or `Clone`?
//!
//! A bound would answer them with an error where the answer is no. An inherent constant does not: it goes before a trait's of the
//! same name, and is only there for the types that its impl block is for. So `Probe::<i64>::OPTIONAL` is that of the trait
//! `NotOptional`, which is for all types, and `Probe::<Option<i64>>::OPTIONAL` the inherent one.
//!
//! - The type must be written out, as a derive does. In generic code the trait's constant is taken whatever the type.
//! - The trait must be in scope: generated code says `use NotOptional as _`.

use crate::model::serialize::Erase;
use crate::model::{Model, ModelMetadata};
use serde::ser::Serialize;
use std::marker::PhantomData;

/// A constant as a type.
#[derive(Debug)]
pub struct Flag<const SET: bool>;

/// Whether a type is an `Option`, for the state in which a field of that type starts.
#[derive(Debug)]
pub struct Probe<T>(PhantomData<T>);

impl<T> Probe<Option<T>> {
    /// Whether the type is an `Option`.
    pub const OPTIONAL: bool = true;
}

/// See [`Probe`].
pub trait NotOptional {
    /// Whether the type is an `Option`.
    const OPTIONAL: bool = false;
}

impl<T> NotOptional for Probe<T> {}

/// Whether a model implements `Serialize`.
#[derive(Debug)]
pub struct SerializeProbe<M>(PhantomData<M>);

impl<M: Serialize> SerializeProbe<M> {
    /// See [`Erase`].
    pub const ERASE: Erase<M> = Some(|model| model);
}

/// See [`SerializeProbe`].
pub trait NotSerialize {
    /// What may serialise.
    type Model;
    /// See [`Erase`].
    const ERASE: Erase<Self::Model> = None;
}

impl<M> NotSerialize for SerializeProbe<M> {
    type Model = M;
}

/// The metadata of a type that is kept within rows, if it is a model.
#[derive(Debug)]
pub struct EmbeddedProbe<E>(PhantomData<E>);

impl<E: Model> EmbeddedProbe<E> {
    /// The metadata of the model.
    pub const METADATA: Option<fn() -> &'static ModelMetadata> = Some(E::metadata);
}

/// See [`EmbeddedProbe`].
pub trait NotEmbedded {
    /// The metadata of the model.
    const METADATA: Option<fn() -> &'static ModelMetadata> = None;
}

impl<E> NotEmbedded for EmbeddedProbe<E> {}

/// Whether a model implements `Clone`, in the bound of an impl for a row with slots, where no constant can be asked.
///
/// `where Supplier: Clone` is refused by the compiler where `Supplier` is not; with a lifetime in it, as in
/// `for<'a> Cloned<'a, Supplier>: MaybeClone<Supplier>`, it merely makes an impl not apply.
#[derive(Debug)]
pub struct Cloned<'a, T>(PhantomData<&'a T>);

/// See [`Cloned`].
pub trait MaybeClone<T> {
    /// The clone.
    fn clone_model(model: &T) -> T;
}

impl<T: Clone> MaybeClone<T> for Cloned<'_, T> {
    fn clone_model(model: &T) -> T {
        model.clone()
    }
}

/// See [`Cloned`].
pub fn clone_model<M>(model: &M) -> M
where
    for<'a> Cloned<'a, M>: MaybeClone<M>,
{
    <Cloned<'_, M> as MaybeClone<M>>::clone_model(model)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Plain;

    #[test]
    fn a_probe_answers_for_any_type() {
        const { assert!(Probe::<Option<Plain>>::OPTIONAL) };
        const { assert!(!Probe::<Plain>::OPTIONAL) };
        assert!(SerializeProbe::<String>::ERASE.is_some());
        assert!(SerializeProbe::<Plain>::ERASE.is_none());
    }
}
