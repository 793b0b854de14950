//! The kinds of relations: how each finds its targets, and what its slot holds.

use crate::model::{KeyFields, Need, Shared, SlotOf};
use crate::typed::relation::{HasManyThrough, Relation};
use std::sync::Arc;

/// The kinds, as types.
pub mod kinds {
    /// The target holds the key, at most one row.
    #[derive(Debug)]
    pub struct HasOne;

    /// The target holds the key, any number of rows.
    #[derive(Debug)]
    pub struct HasMany;

    /// The source holds the key.
    #[derive(Debug)]
    pub struct BelongsTo;

    /// The source holds a list of keys.
    #[derive(Debug)]
    pub struct ReferencesMany;

    /// Links hold a key of each side.
    #[derive(Debug)]
    pub struct Through;

    /// A kind that leads to at most one row.
    pub trait One {}

    impl One for HasOne {}
    impl One for BelongsTo {}

    /// A kind of `has_many`.
    pub trait Many {}

    impl Many for HasMany {}
    impl Many for Through {}
}

/// How the targets of `R` are found, and what the slot holds.
pub trait Kind<R: Relation>: Sized + Send + 'static {
    /// What the slot holds after `include(RELATION)`, when `T` was loaded for each target.
    type Slot<T: Shared>: SlotOf<T> + Shared;
    /// What the slot holds when a scope may leave targets out.
    type Scoped<T: Shared>: SlotOf<T> + Shared;
    /// The link that leads to a target; nothing where none is needed.
    type Link: Shared + 'static;

    /// Whether each source needs its target.
    const REQUIRED: bool = false;
}

macro_rules! direct {
    ($kind:ident $(where $from:ident: KeyFields, $required:expr)?, $slot:ty, $scoped:ty) => {
        impl<R: Relation> Kind<R> for kinds::$kind
        $(where R::$from: KeyFields<R::Source>)?
        {
            type Slot<T: Shared> = $slot;
            type Scoped<T: Shared> = $scoped;
            type Link = ();
            $(const REQUIRED: bool = $required;)?
        }
    };
}

type NeedOf<R> = <<R as Relation>::KeyFrom as KeyFields<<R as Relation>::Source>>::Need;

type Referred<R, T> = <NeedOf<R> as Need>::Referred<T>;

direct!(HasOne, Option<T>, Option<T>);

direct!(HasMany, Vec<T>, Vec<T>);

direct!(BelongsTo where KeyFrom: KeyFields, <NeedOf<R> as Need>::REQUIRED, Referred<R, T>, Option<Arc<T>>);

direct!(ReferencesMany, Vec<Arc<T>>, Vec<Arc<T>>);

impl<R: HasManyThrough> Kind<R> for kinds::Through {
    type Slot<T: Shared> = Vec<Arc<T>>;
    type Scoped<T: Shared> = Vec<Arc<T>>;
    type Link = R::Link;
}

/// The link of a relation's kind.
pub(crate) type LinkOf<R> = <<R as Relation>::Kind as Kind<R>>::Link;
