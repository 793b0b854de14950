//! Relations to a row of one of several models: the source holds the key and a word that says which model it refers to.

use crate::error::Result;
use crate::load::Places;
use crate::model::{
    KeyFields, KeysOf, Model, PolymorphicModel, RelationMetadata, RowBox, Shared, TypeField,
    same_key,
};
use crate::query::{Plan, PlannedInclude};
use crate::typed::at::Position;
use crate::typed::include::{Include, WithSlot};
use crate::typed::tree::{Branches, LastId, Tree};
use crate::value::Row;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// A `belongs_to` that leads to a row of one of several models.
pub trait Polymorphic: Copy + Send + Sync + 'static {
    /// The model that declares the relation.
    type Source: Model;
    /// The enum of the models it leads to.
    type Target: PolymorphicModel;
    /// The field of the source that holds the key.
    #[doc(hidden)]
    type KeyFrom: KeyFields<Self::Source>;
    /// The field of the source that says which model it refers to.
    #[doc(hidden)]
    type TypeFrom: TypeField<Self::Source>;

    /// The position among the source's relations.
    #[doc(hidden)]
    type At: Position;

    /// What the source says of this relation.
    fn metadata() -> &'static RelationMetadata {
        &Self::Source::metadata().relations[Self::At::AT]
    }
}

/// The model and the key that a source refers to; `None` where one of both is null.
///
/// A discriminator that stands for no model refers to nothing, too.
pub(crate) fn reference<R: Polymorphic>(source: &R::Source) -> Option<(usize, Id<R>)> {
    let value = R::TypeFrom::value(source)?;
    let model = R::Target::TYPES.iter().position(|known| *known == value)?;
    let key = R::KeyFrom::read(source).and_then(same_key)?;
    Some((model, key))
}

pub(crate) type Id<R> = <<R as Polymorphic>::Target as PolymorphicModel>::Id;

/// A polymorphic relation as a value, such as `Contact::OWNER`, for `include`.
///
/// The slot holds `Option<Arc<Owner>>`, of the enum of the models. A null key or discriminator leaves it empty, and so do
/// a discriminator that stands for none of the models and a key that no row has, since nothing in the database rules them out.
/// One statement for each of the models that are referred to.
pub struct BelongsToAny<R>(PhantomData<fn() -> R>);

impl<R> BelongsToAny<R> {
    /// For the derive.
    #[doc(hidden)]
    pub const fn new() -> Self {
        BelongsToAny(PhantomData)
    }
}

impl<R> Clone for BelongsToAny<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for BelongsToAny<R> {}

impl<R> Default for BelongsToAny<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: Polymorphic> fmt::Debug for BelongsToAny<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&R::metadata().path())
    }
}

#[diagnostic::do_not_recommend]
impl<M, T, R> Include<M, T> for BelongsToAny<R>
where
    M: Model,
    R: Polymorphic<Source = M>,
    T: Tree<Model = M>,
    T::With: WithSlot<R::At, Slot<R>>,
    <T::With as WithSlot<R::At, Slot<R>>>::Output: 'static,
{
    type Tree = AndAny<T, R>;
    type Was = <T::With as WithSlot<R::At, Slot<R>>>::Was;

    fn into_plan(self) -> PlannedInclude {
        PlannedInclude::new(R::metadata(), Plan::new(R::Target::first()))
    }
}

type Slot<R> = Option<Arc<<R as Polymorphic>::Target>>;

/// The rows of `T` with the polymorphic relation `R` included.
pub struct AndAny<T, R>(PhantomData<fn() -> (T, R)>);

impl<T, R> fmt::Debug for AndAny<T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AndAny")
    }
}

impl<T, R> Tree for AndAny<T, R>
where
    R: Polymorphic,
    T: Tree<Model = R::Source>,
    T::With: WithSlot<R::At, Slot<R>>,
    <T::With as WithSlot<R::At, Slot<R>>>::Output: Shared + 'static,
{
    type Model = T::Model;
    type Output = <T::With as WithSlot<R::At, Slot<R>>>::Output;
    type With = Self::Output;
    const INCLUDES: usize = T::INCLUDES + 1;

    fn with(output: Self::Output) -> Self::Output {
        output
    }

    fn assemble(rows: RowBox, branches: &mut Branches) -> Vec<Self::Output> {
        let sources = T::assemble(rows, branches);
        let branch = branches.take();
        let targets = branch.targets.into_iter().enumerate();
        let targets = targets.map(|(at, level)| {
            let rows = R::Target::wrap(at, level.rows).into_iter();
            rows.map(Arc::new).collect()
        });
        let targets: Vec<Vec<Arc<R::Target>>> = targets.collect();
        let Places::Any(places) = branch.places else {
            unreachable!("the relation leads to several models")
        };
        let rows = sources.into_iter().zip(places);
        let rows = rows.map(|(source, place)| {
            let target = place.map(|(variant, at)| targets[variant][at].clone());
            T::with(source).fill(target)
        });
        rows.collect()
    }

    fn read_whole(
        _: &mut Row<'_>,
        _: &[PlannedInclude],
        _: Option<&mut LastId<Self::Model>>,
    ) -> Result<Option<Self::Output>> {
        unreachable!("its targets are of several models, and so never joined")
    }
}
