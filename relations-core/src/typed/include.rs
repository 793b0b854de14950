//! Inclusion: related rows that come with the result, in slots.
//!
//! A query's includes are a tree of types without data, [`Root`] and [`And`](crate::And), which says what is decoded; the
//! data, and whether a relation is joined or loaded by a query of its own, is in the [`Plan`].

use crate::model::{Aggregated, Counted, Linked, Loaded, Model, NotIncluded, Shared, SlotOf};
use crate::query::{
    Computed, Condition, Groups, IntoOrder, IntoPredicate, Plan, PlannedInclude, TargetAggregates,
    TargetValues,
};
use crate::typed::kind::{Kind, LinkOf};
use crate::typed::query::Query;
use crate::typed::relation::{HasMany, HasManyThrough, Relation};
use crate::typed::tree::{Root, Tree};
use crate::value::ColumnType;
use std::fmt;
use std::marker::PhantomData;

/// A slot that is still free.
#[diagnostic::on_unimplemented(
    message = "this relation is included twice",
    label = "included before",
    note = "put everything about one relation into one `.scope(..)`"
)]
pub trait Vacant {}

#[diagnostic::do_not_recommend]
impl Vacant for NotIncluded {}

/// Rows with a slot for the relation at a position among those of their model, [`At`](crate::typed::At).
///
/// Implemented by the derive for `SupplierWith<..>`, for each relation.
pub trait WithSlot<At, V>: Sized {
    /// The relation.
    type Relation;
    /// What the slot held before.
    type Was;
    /// The rows once the slot holds a `V`.
    type Output: Send + Sync;
    /// Fills the slot.
    fn fill(self, slot: V) -> Self::Output;
}

/// What `include` takes: a relation, or one with a scope or nested includes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a relation of `{M}`",
    label = "not a relation of `{M}`",
    note = "include a relation that `{M}` declares"
)]
pub trait Include<M, T> {
    /// The tree with this include added.
    type Tree: Tree<Model = M>;
    /// What the slot held before.
    type Was;
    #[doc(hidden)]
    fn into_plan(self) -> PlannedInclude;
}

/// A relation to include, with what is wanted of its targets: from `Supplier::ACCOUNT.scope(..)` and its like. `Q` says
/// what is loaded of each target, `L` what the slot holds.
pub struct Inclusion<R, Q, L> {
    pub(crate) planned: PlannedInclude,
    #[allow(clippy::type_complexity)] // A type without data can hardly be less.
    types: PhantomData<fn() -> (R, Q, L)>,
}

impl<R, Q, L> fmt::Debug for Inclusion<R, Q, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inclusion")
            .field("planned", &self.planned)
            .finish()
    }
}

impl<R: Relation, Q, L> Inclusion<R, Q, L> {
    pub(crate) fn new(scope: Plan) -> Self {
        Inclusion {
            planned: PlannedInclude::new(R::metadata(), scope),
            types: PhantomData,
        }
    }

    fn into_form<T, K>(self) -> Inclusion<R, T, K> {
        Inclusion {
            planned: self.planned,
            types: PhantomData,
        }
    }

    /// Counts the targets as well, without regard to limit and offset; see [`Counted`]. One statement more.
    pub fn counted(mut self) -> Inclusion<R, Q, Counting<L>>
    where
        R: HasMany,
        L: Uncounted,
    {
        self.planned.counts = true;
        self.into_form()
    }

    /// Counts the targets instead of loading them. One statement.
    pub fn count(mut self) -> Inclusion<R, Q, CountOnly>
    where
        R: HasMany,
    {
        self.planned.counts = true;
        self.planned.aggregates = None;
        self.planned.loads = false;
        self.into_form()
    }

    /// Computes aggregates over the targets as well, without regard to limit and offset; see [`Aggregated`]. One statement more.
    pub fn aggregated<A: TargetSelection<R::Target>>(
        mut self,
        aggregates: A,
    ) -> Inclusion<R, Q, Aggregating<A::Values, L>>
    where
        R: HasMany,
        L: Unaggregated,
    {
        self.planned.counts = true;
        self.planned.aggregates = Some(aggregates.into_aggregates());
        self.into_form()
    }

    /// Computes aggregates over the targets instead of loading them. One statement.
    pub fn aggregate<A: TargetSelection<R::Target>>(
        mut self,
        aggregates: A,
    ) -> Inclusion<R, Q, AggregateOnly<A::Values>>
    where
        R: HasMany,
    {
        self.planned.counts = true;
        self.planned.loads = false;
        self.planned.aggregates = Some(aggregates.into_aggregates());
        self.into_form()
    }

    /// Gives with each target the link that leads to it; see [`Linked`].
    pub fn linked(mut self) -> Inclusion<R, Q, WithLinks>
    where
        R: HasManyThrough,
        L: Unlinked,
    {
        self.planned.links.are_loaded = true;
        self.into_form()
    }

    /// Follows only links for which the predicate is true.
    pub fn filter_links(mut self, predicate: impl IntoPredicate<R::Link>) -> Self
    where
        R: HasManyThrough,
    {
        if let Some(predicate) = predicate.into_predicate() {
            let links = &mut self.planned.links;
            let first = links.condition.take();
            links.condition = Some(Condition::beside(first, predicate.condition));
        }
        self
    }

    /// Sorts the targets of each source by their links; further orders, then that of the scope, break the ties.
    pub fn order_by_links(mut self, by: impl IntoOrder<R::Link>) -> Self
    where
        R: HasManyThrough,
    {
        self.planned.links.order.extend(by.into_order().by.parts());
        self
    }
}

impl<R: Relation, Q: Tree<Model = R::Target>, L> Inclusion<R, Q, L> {
    /// Loads a relation with the targets, as [`Relation::include`] does.
    pub fn include<I: Include<R::Target, Q>>(mut self, nested: I) -> Inclusion<R, I::Tree, L>
    where
        I::Was: Vacant,
    {
        std::sync::Arc::make_mut(&mut self.planned.scope.includes).push(nested.into_plan());
        self.into_form()
    }
}

impl<R: Relation, Q, L: Unscoped> Inclusion<R, Q, L> {
    /// Includes only targets for which the predicate is true, too; `None` asks nothing.
    pub fn filter(
        mut self,
        predicate: impl IntoPredicate<R::Target>,
    ) -> Inclusion<R, Q, L::Scoped> {
        if let Some(predicate) = predicate.into_predicate() {
            self.planned.scope.add_condition(predicate.condition);
        }
        self.into_form()
    }

    /// Sorts the targets of each source; further orders break the ties of those before.
    pub fn order_by(mut self, by: impl IntoOrder<R::Target>) -> Inclusion<R, Q, L::Scoped> {
        self.planned.scope.add_order(by.into_order().by);
        self.into_form()
    }

    /// Includes at most this many targets of each source.
    pub fn limit(mut self, rows: u64) -> Inclusion<R, Q, L::Scoped> {
        self.planned.scope.limit = Some(rows);
        self.into_form()
    }

    /// Skips this many targets of each source.
    pub fn offset(mut self, rows: u64) -> Inclusion<R, Q, L::Scoped> {
        self.planned.scope.offset = Some(rows);
        self.into_form()
    }
}

impl<R: Relation, L: Unscoped> Inclusion<R, Root<R::Target>, L> {
    /// Includes the relation with a query of its own on the targets, which goes on from an earlier scope; see
    /// [`Relation::scope`].
    pub fn scope<T: Tree<Model = R::Target>>(
        mut self,
        scope: impl FnOnce(Query<R::Target, Root<R::Target>, ()>) -> Query<R::Target, T, ()>,
    ) -> Inclusion<R, T, L::Scoped> {
        let mut query = Query::new(());
        query.plan = self.planned.scope;
        self.planned.scope = scope(query).plan;
        self.into_form()
    }
}

/// The model that declares a relation.
///
/// It names the tree as well: where a relation of another model is included, that name does not resolve, and the
/// compiler reports nothing that would follow.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a relation of `{M}`",
    label = "not a relation of `{M}`",
    note = "include a relation that `{M}` declares"
)]
pub trait RelationOf<M>: Relation {
    /// See [`And`](crate::And).
    type And<T, Q, L>;
}

macro_rules! include {
    ([$($generic:ident)*] $form:ty, $tree:ty, $slotting:ident, |$self:ident| $planned:expr) => {
        #[diagnostic::do_not_recommend]
        impl<M, T, R $(, $generic)*> Include<M, T> for $form
        where
            M: Model,
            R: RelationOf<M>,
            T: Tree<Model = M>,
            $tree: Tree<Model = R::Target>,
            $slotting: Slotting<R>,
            T::With: WithSlot<R::At, <$slotting as Slotting<R>>::Slot<<$tree as Tree>::Output>>,
            R::And<T, $tree, $slotting>: Tree<Model = M>,
        {
            type Tree = R::And<T, $tree, $slotting>;
            type Was = <T::With as WithSlot<R::At, <$slotting as Slotting<R>>::Slot<<$tree as Tree>::Output>>>::Was;

            fn into_plan($self) -> PlannedInclude {
                let mut planned = $planned;
                planned.is_required = <$slotting as Slotting<R>>::REQUIRED;
                planned
            }
        }
    };
}

include!([] R, Root<R::Target>, Plain, |self| PlannedInclude::new(R::metadata(), Plan::new(R::Target::metadata())));

include!([Q L] Inclusion<R, Q, L>, Q, L, |self| self.planned);

/// The slot of an include without a scope.
#[derive(Debug)]
pub struct Plain;

/// The slot of an include whose scope may leave targets out.
#[derive(Debug)]
pub struct InScope;

/// The slot with a link for each target.
#[derive(Debug)]
pub struct WithLinks;

/// The slot with the number of targets.
#[derive(Debug)]
pub struct Counting<L>(PhantomData<L>);

/// The slot with nothing but the number of targets.
#[derive(Debug)]
pub struct CountOnly;

/// The slot with aggregates over the targets, of the types `A`.
#[derive(Debug)]
pub struct Aggregating<A, L>(PhantomData<(A, L)>);

/// The slot with nothing but aggregates over the targets.
#[derive(Debug)]
pub struct AggregateOnly<A>(PhantomData<A>);

/// What was computed over the targets of each source.
#[doc(hidden)]
#[derive(Default)]
#[allow(missing_debug_implementations)] // The types of the values are not known here.
pub struct Numbers {
    pub(crate) counts: Vec<u64>,
    pub(crate) values: Vec<TargetValues>,
}

impl Numbers {
    fn split_counts(self) -> (Vec<u64>, Numbers) {
        let further = Numbers {
            counts: Vec::new(),
            values: self.values,
        };
        (self.counts, further)
    }
}

/// Chooses between the types a relation's slot can have.
pub trait Slotting<R: Relation>: 'static {
    /// The slot's type.
    type Slot<V: Shared>: Shared;
    /// Whether the slot cannot be empty, so that each source needs its target.
    #[doc(hidden)]
    const REQUIRED: bool = false;
    /// Makes one slot a source, in the order of the sources.
    #[doc(hidden)]
    fn gather<V: Shared>(loaded: Loaded<V, LinkOf<R>>, numbers: Numbers) -> Vec<Self::Slot<V>>;

    /// Makes the slot of a source whose target came with it; `None` if that cannot be.
    #[doc(hidden)]
    fn of_one<V: Shared>(_target: Option<V>) -> Option<Self::Slot<V>> {
        None
    }
}

/// A slot that a scope may follow.
pub trait Unscoped {
    /// The slot with a scope.
    type Scoped;
}

impl Unscoped for Plain {
    type Scoped = InScope;
}

impl Unscoped for InScope {
    type Scoped = InScope;
}

impl Unscoped for WithLinks {
    type Scoped = WithLinks;
}

impl<L: Unscoped> Unscoped for Counting<L> {
    type Scoped = Counting<L::Scoped>;
}

impl<A, L: Unscoped> Unscoped for Aggregating<A, L> {
    type Scoped = Aggregating<A, L::Scoped>;
}

impl<A> Unscoped for AggregateOnly<A> {
    type Scoped = AggregateOnly<A>;
}

impl Unscoped for CountOnly {
    type Scoped = CountOnly;
}

/// A slot to which links can be added.
#[diagnostic::on_unimplemented(
    message = "the links cannot be added any more",
    label = "call `.linked()` before it is counted"
)]
pub trait Unlinked {}

impl Unlinked for Plain {}

impl Unlinked for InScope {}

/// A way to load targets that does not count them yet.
#[diagnostic::on_unimplemented(
    message = "the targets are counted already",
    label = "one `.counted()` for each include"
)]
pub trait Uncounted {}

impl Uncounted for Plain {}

impl Uncounted for InScope {}

impl Uncounted for WithLinks {}

impl<A, L: Uncounted> Uncounted for Aggregating<A, L> {}

/// A way to load targets that computes no aggregates over them yet.
#[diagnostic::on_unimplemented(
    message = "aggregates over the targets are computed already",
    label = "one `.aggregated(..)` for each include",
    note = "`.aggregated((Order::TOTAL.sum(), Order::ID.count()))` computes several"
)]
pub trait Unaggregated {}

impl Unaggregated for Plain {}

impl Unaggregated for InScope {}

impl Unaggregated for WithLinks {}

impl<L: Unaggregated> Unaggregated for Counting<L> {}

impl<R: Relation> Slotting<R> for Plain {
    type Slot<V: Shared> = <R::Kind as Kind<R>>::Slot<V>;
    const REQUIRED: bool = <R::Kind as Kind<R>>::REQUIRED;

    fn gather<V: Shared>(loaded: Loaded<V, LinkOf<R>>, _: Numbers) -> Vec<Self::Slot<V>> {
        SlotOf::gather(loaded.targets, &loaded.of_sources)
    }

    fn of_one<V: Shared>(target: Option<V>) -> Option<Self::Slot<V>> {
        SlotOf::of_one(target)
    }
}

impl<R: Relation> Slotting<R> for InScope {
    type Slot<V: Shared> = <R::Kind as Kind<R>>::Scoped<V>;

    fn gather<V: Shared>(loaded: Loaded<V, LinkOf<R>>, _: Numbers) -> Vec<Self::Slot<V>> {
        SlotOf::gather(loaded.targets, &loaded.of_sources)
    }

    fn of_one<V: Shared>(target: Option<V>) -> Option<Self::Slot<V>> {
        SlotOf::of_one(target)
    }
}

// For all relations, so that of one without links only that is reported.
impl<R: Relation> Slotting<R> for WithLinks {
    type Slot<V: Shared> = Vec<Linked<V, LinkOf<R>>>;

    fn gather<V: Shared>(loaded: Loaded<V, LinkOf<R>>, _: Numbers) -> Vec<Self::Slot<V>> {
        Linked::gather(loaded)
    }
}

impl<R: Relation, L: Slotting<R>> Slotting<R> for Counting<L> {
    type Slot<V: Shared> = Counted<L::Slot<V>>;

    fn gather<V: Shared>(loaded: Loaded<V, LinkOf<R>>, numbers: Numbers) -> Vec<Self::Slot<V>> {
        let (counts, further) = numbers.split_counts();
        Counted::gather(L::gather(loaded, further), counts)
    }
}

impl<R: Relation> Slotting<R> for CountOnly {
    type Slot<V: Shared> = Counted<NotIncluded>;

    fn gather<V: Shared>(_: Loaded<V, LinkOf<R>>, numbers: Numbers) -> Vec<Self::Slot<V>> {
        let counts = numbers.counts;
        Counted::gather(vec![NotIncluded; counts.len()], counts)
    }
}

impl<R: Relation, A: Shared + Clone + 'static, L: Slotting<R>> Slotting<R> for Aggregating<A, L> {
    type Slot<V: Shared> = Aggregated<A, L::Slot<V>>;

    fn gather<V: Shared>(loaded: Loaded<V, LinkOf<R>>, numbers: Numbers) -> Vec<Self::Slot<V>> {
        let values = values::<A>(&numbers.values);
        let further = Numbers {
            counts: numbers.counts,
            values: Vec::new(),
        };
        Aggregated::gather(L::gather(loaded, further), values)
    }
}

impl<R: Relation, A: Shared + Clone + 'static> Slotting<R> for AggregateOnly<A> {
    type Slot<V: Shared> = Aggregated<A>;

    fn gather<V: Shared>(_: Loaded<V, LinkOf<R>>, numbers: Numbers) -> Vec<Self::Slot<V>> {
        let values = values::<A>(&numbers.values);
        Aggregated::gather(vec![NotIncluded; values.len()], values)
    }
}

fn values<A: Clone + 'static>(values: &[TargetValues]) -> Vec<A> {
    let values = values.iter().map(|values| values.downcast_ref::<A>());
    let values = values.map(|values| values.expect("they were read as this type").clone());
    values.collect()
}

/// What [`Relation::aggregate`] and [`Relation::aggregated`] compute over the targets of each source: an aggregate such as
/// `Order::TOTAL.sum()`, or a tuple of one to four, such as `(Order::TOTAL.sum(), Order::ID.count())`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an aggregate over rows of `{M}`",
    label = "expected an aggregate such as `Order::TOTAL.sum()`, or a tuple of aggregates"
)]
pub trait TargetSelection<M> {
    /// Its type, or a tuple of their types.
    type Values: Shared + Clone + 'static;
    #[doc(hidden)]
    fn into_aggregates(self) -> TargetAggregates;
}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType + Clone> TargetSelection<M> for Computed<Groups<M>, T> {
    type Values = T;

    fn into_aggregates(self) -> TargetAggregates {
        TargetAggregates {
            expressions: [self.expression].into(),
            read: |row, at| Ok(std::sync::Arc::new(T::read(row, at)?)),
        }
    }
}

macro_rules! target_selections {
    ($($($value:ident $at:tt)*;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<M, $($value: ColumnType + Clone),*> TargetSelection<M> for ($(Computed<Groups<M>, $value>,)*) {
            type Values = ($($value,)*);

            fn into_aggregates(self) -> TargetAggregates {
                TargetAggregates {
                    expressions: [$(self.$at.expression),*].into(),
                    read: |row, at| {
                        let values: Self::Values = ($($value::read(row, at + $at)?,)*);
                        Ok(std::sync::Arc::new(values))
                    },
                }
            }
        }
    )* };
}

target_selections! {
    A 0;
    A 0 B 1;
    A 0 B 1 D 2;
    A 0 B 1 D 2 E 3;
}
