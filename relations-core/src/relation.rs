//! Typed relations, and what a slot holds for each kind.

use crate::include::{Include, Nested, Scoped, Tree};
use crate::key::{IntoKey, Key, KeyFields, same_key};
use crate::metadata::RelationMetadata;
use crate::model::Model;
use crate::query::{Query, Root};
use std::borrow::Cow;
use std::sync::Arc;

/// What a slot may hold: rows are loaded on one thread and read on others.
pub trait Shared: Send + Sync {}

impl<T: Send + Sync> Shared for T {}

/// A relation as a value, such as `Supplier::ACCOUNT`.
pub trait Relation: Copy + Send + Sync + 'static {
    /// The model that declares the relation.
    type Source: Model;
    /// The model it leads to.
    type Target: Model;
    /// The value on both sides that ties rows together.
    type Key: Key;
    /// The fields of the source that hold the key, as a type.
    #[doc(hidden)]
    type KeyFrom: KeyFields<Self::Source, Key = Self::Key>;
    /// The fields of the target that hold the key, as a type.
    #[doc(hidden)]
    type KeyTo: KeyFields<Self::Target>;
    /// What the slot holds after `include(RELATION)`, when `T` was loaded for each target.
    type Slot<T: Shared>: SlotOf<T> + Shared;
    /// What the slot holds when a scope may leave targets out.
    type Scoped<T: Shared>: SlotOf<T> + Shared;

    /// The position among the source's relations.
    #[doc(hidden)]
    const AT: usize;

    /// What the source says of this relation.
    fn metadata() -> &'static RelationMetadata {
        &Self::Source::metadata().relations[Self::AT]
    }

    /// The key in a source; `None` when it is null.
    #[doc(hidden)]
    fn key_from(source: &Self::Source) -> Option<Self::Key> {
        Self::KeyFrom::read(source)
    }

    /// The key in a target; `None` when it is null.
    #[doc(hidden)]
    fn key_to(target: &Self::Target) -> Option<Self::Key> {
        same_key(Self::KeyTo::read(target)?)
    }

    /// Includes this relation, and further relations of its targets. The slot's type is that of a plain include.
    ///
    /// Use [`scope`](Relation::scope) to filter or sort the targets.
    fn include<I: Include<Self::Target, Root<Self::Target>>>(
        self,
        nested: I,
    ) -> Nested<Self, I::Tree>
    where
        I::Was: crate::include::Vacant,
    {
        Nested::new(Query::new(()).include(nested).plan)
    }

    /// Includes this relation with a query of its own on the targets: predicate, order, nested includes.
    ///
    /// The slot of a `belongs_to` becomes an `Option`, since the predicate may leave its target out.
    fn scope<T: Tree<Model = Self::Target>>(
        self,
        scope: impl FnOnce(Query<Self::Target, Root<Self::Target>, ()>) -> Query<Self::Target, T, ()>,
    ) -> Scoped<Self, T> {
        Scoped::new(scope(Query::new(())).plan)
    }
}

/// A relation whose target holds the key, at most one row.
pub trait HasOne: Relation {}

/// A relation whose source holds the key.
pub trait BelongsTo: Relation {}

/// The key that a relation's repository works on: given as a value, or taken from a source.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the key of this relation",
    label = "expected the key, or a reference to the source"
)]
pub trait SourceKey<R: Relation> {
    /// The key; `None` when the source's is null.
    #[doc(hidden)]
    fn source_key(self) -> Option<R::Key>;
}

/// What a key can be given as. Each type has its own impl, since one for all types would leave no room for the one
/// for a reference to the source.
macro_rules! source_key {
    ($($ty:ty $(: $($generic:ident)*)?),*) => { $(
        #[diagnostic::do_not_recommend]
        impl<'v, R: Relation $($(, $generic)*)?> SourceKey<R> for $ty
        where
            $ty: IntoKey<R::Key>,
        {
            fn source_key(self) -> Option<R::Key> {
                Some(self.into_key())
            }
        }

        #[diagnostic::do_not_recommend]
        impl<'v, R: Relation $($(, $generic)*)?> SourceRow<R> for $ty
        where
            $ty: IntoKey<<R::Source as Model>::Id>,
        {
            fn source_row(self) -> Origin<R> {
                Origin::Id(self.into_key())
            }
        }
    )* };
}

source_key! {
    i8, i16, i32, i64, u8, u16, u32, u64,
    &'v i8, &'v i16, &'v i32, &'v i64, &'v u8, &'v u16, &'v u32, &'v u64,
    String, &'v str, &'v String, Cow<'v, str>, Box<str>, char,
    Vec<u8>, &'v Vec<u8>, &'v [u8],
    (A, B): A B, (A, B, C): A B C, (A, B, C, D): A B C D
}
#[cfg(feature = "uuid")]
source_key!(uuid::Uuid, &'v uuid::Uuid);
#[cfg(feature = "chrono")]
source_key!(chrono::NaiveDate, &'v chrono::NaiveDate);

#[diagnostic::do_not_recommend]
impl<M: Model, R: Relation<Source = M>> SourceKey<R> for &M {
    fn source_key(self) -> Option<R::Key> {
        R::key_from(self)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, R: Relation<Source = M>> SourceRow<R> for &M {
    fn source_row(self) -> Origin<R> {
        Origin::Key(R::key_from(self))
    }
}

impl<R: Relation> Clone for Origin<R> {
    fn clone(&self) -> Self {
        match self {
            Origin::Key(key) => Origin::Key(key.clone()),
            Origin::Id(id) => Origin::Id(id.clone()),
        }
    }
}

/// Which source a `belongs_to` repository works on: its id, or the source itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the id of a source of this relation",
    label = "expected the id, or a reference to the source"
)]
pub trait SourceRow<R: Relation> {
    /// The way to the source's key.
    #[doc(hidden)]
    fn source_row(self) -> Origin<R>;
}

/// Where the key of a `belongs_to` comes from.
#[doc(hidden)]
#[allow(missing_debug_implementations)] // Keys need not be `Debug`.
pub enum Origin<R: Relation> {
    /// From a source that the caller has; `None` when its key is null.
    Key(Option<R::Key>),
    /// From the source with this id, which is still in the database.
    Id(<R::Source as Model>::Id),
}

/// What a slot is made of: the loaded targets, and for each source which of them is its own.
pub trait SlotOf<T>: Sized {
    /// Makes one slot a source, in the order of the sources. Fails with the position of the first source that has no
    /// target though the slot cannot be empty.
    #[doc(hidden)]
    fn gather(targets: Vec<T>, of_sources: &[Option<usize>]) -> Result<Vec<Self>, usize>;
}

impl<T> SlotOf<T> for Option<T> {
    /// A target of a `has_one` belongs to one source, so it is moved there.
    fn gather(targets: Vec<T>, of_sources: &[Option<usize>]) -> Result<Vec<Self>, usize> {
        let mut targets: Vec<Option<T>> = targets.into_iter().map(Some).collect();
        Ok(of_sources
            .iter()
            .map(|at| at.and_then(|at| targets[at].take()))
            .collect())
    }
}

impl<T> SlotOf<T> for Option<Arc<T>> {
    fn gather(targets: Vec<T>, of_sources: &[Option<usize>]) -> Result<Vec<Self>, usize> {
        let targets: Vec<Arc<T>> = targets.into_iter().map(Arc::new).collect();
        Ok(of_sources
            .iter()
            .map(|at| at.map(|at| targets[at].clone()))
            .collect())
    }
}

impl<T> SlotOf<T> for Arc<T> {
    /// Targets of a `belongs_to` are shared by their sources.
    fn gather(targets: Vec<T>, of_sources: &[Option<usize>]) -> Result<Vec<Self>, usize> {
        let targets: Vec<Arc<T>> = targets.into_iter().map(Arc::new).collect();
        let of_sources = of_sources.iter().enumerate();
        of_sources
            .map(|(source, at)| at.map(|at| targets[at].clone()).ok_or(source))
            .collect()
    }
}
