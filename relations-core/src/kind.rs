//! The kinds of relations: how each finds its targets, and what its slot holds.

use crate::connection::{Misread, Row, RowReader, Session};
use crate::error::Result;
use crate::include::Tree;
use crate::key::{KeyFields, Need, same_key};
use crate::load::{self, Found, Keys};
use crate::plan::{PlannedInclude, Strategy};
use crate::relation::{HasManyThrough, Relation, Shared};
use crate::slot::SlotOf;
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

    /// Reads the key of a source, which comes first in the rows that count targets.
    fn decode<D: RowReader>(row: &mut Row<'_, D>) -> Result<Option<R::Key>, Misread>;

    /// Loads the targets of these keys with statements of their own.
    fn load<Q: Tree<Model = R::Target>, S: Session>(
        keys: &Keys<R::Key>,
        include: &PlannedInclude,
        strategy: Strategy,
        session: &mut S,
    ) -> impl Future<Output = Result<Found<Q::Output, Self::Link>>> + Send;
}

macro_rules! direct {
    ($kind:ident $(where $from:ident: KeyFields)?, $slot:ty, $scoped:ty) => {
        impl<R: Relation> Kind<R> for kinds::$kind
        $(where R::$from: KeyFields<R::Source>)?
        {
            type Slot<T: Shared> = $slot;
            type Scoped<T: Shared> = $scoped;
            type Link = ();

            fn decode<D: RowReader>(row: &mut Row<'_, D>) -> Result<Option<R::Key>, Misread> {
                Ok(R::KeyTo::decode(row)?.and_then(same_key))
            }

            async fn load<Q: Tree<Model = R::Target>, S: Session>(
                keys: &Keys<R::Key>,
                include: &PlannedInclude,
                strategy: Strategy,
                session: &mut S,
            ) -> Result<Found<Q::Output, ()>> {
                load::by_key::<R, Q, S>(keys, include, strategy, session).await
            }
        }
    };
}

type Referred<R, T> =
    <<<R as Relation>::KeyFrom as KeyFields<<R as Relation>::Source>>::Need as Need>::Referred<T>;

direct!(HasOne, Option<T>, Option<T>);
direct!(HasMany, Vec<T>, Vec<T>);
direct!(BelongsTo where KeyFrom: KeyFields, Referred<R, T>, Option<Arc<T>>);
direct!(ReferencesMany, Vec<Arc<T>>, Vec<Arc<T>>);

impl<R: HasManyThrough> Kind<R> for kinds::Through {
    type Slot<T: Shared> = Vec<Arc<T>>;
    type Scoped<T: Shared> = Vec<Arc<T>>;
    type Link = R::Link;

    fn decode<D: RowReader>(row: &mut Row<'_, D>) -> Result<Option<R::Key>, Misread> {
        Ok(R::LinkFrom::decode(row)?.and_then(same_key))
    }

    async fn load<Q: Tree<Model = R::Target>, S: Session>(
        keys: &Keys<R::Key>,
        include: &PlannedInclude,
        strategy: Strategy,
        session: &mut S,
    ) -> Result<Found<Q::Output, R::Link>> {
        load::by_links::<R, R::Link, R::LinkFrom, R::LinkTo, Q, S>(keys, include, strategy, session)
            .await
    }
}

/// The link of a relation's kind.
pub(crate) type LinkOf<R> = <<R as Relation>::Kind as Kind<R>>::Link;
