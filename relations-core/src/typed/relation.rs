//! Typed relations: what the constants of a model offer.

use crate::model::{Key, KeyFields, KeysOf, Model, RelationMetadata};
use crate::query::{
    Aggregate, AggregateFunction, Computed, Condition, Expression, IntoComputed, IntoOrder,
    IntoPredicate, Nullness, Number, Order, Predicate, Quantifier, SumOf,
};
use crate::typed::at::Position;
use crate::typed::include::{
    AggregateOnly, Aggregating, CountOnly, Counting, InScope, Include, Inclusion, Plain,
    TargetSelection, Vacant, WithLinks,
};
use crate::typed::kind::{Kind, kinds};
use crate::typed::query::Query;
use crate::typed::tree::{Root, Tree};

/// A relation as a value, such as `Supplier::ACCOUNT`.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// let customers = CustomerRepository::new(&db);
///
/// // Included, with what is wanted of the orders said on the relation.
/// let rows = customers.find().include(Customer::ORDERS.filter(Order::TOTAL.gt(8))).await?;
/// assert_eq!((rows[0].orders.len(), rows[1].orders.len()), (1, 0));
///
/// // Asked about in a predicate.
/// let without = customers.find().filter(Customer::ORDERS.none(None)).get().await?;
/// assert_eq!(without.name, "Hel");
///
/// // Nested.
/// let orders = OrderRepository::new(&db);
/// let order = orders.find().include(Order::CUSTOMER.include(Customer::ORDERS)).first().await?.unwrap();
/// assert_eq!(order.customer.orders.len(), 2);
/// # Ok(()) });
/// ```
pub trait Relation: Copy + Send + Sync + 'static {
    /// The model that declares the relation.
    type Source: Model;
    /// The model it leads to.
    type Target: Model;
    /// The value on both sides that ties rows together.
    type Key: Key;
    /// The fields of the source that hold the key, as a type.
    #[doc(hidden)]
    type KeyFrom: KeysOf<Self::Source, Key = Self::Key>;
    /// The fields of the target that hold the key, as a type.
    #[doc(hidden)]
    type KeyTo: KeyFields<Self::Target>;
    /// How the targets are found, and what the slot holds.
    #[doc(hidden)]
    type Kind: Kind<Self>;

    /// The position among the source's relations.
    #[doc(hidden)]
    type At: Position;

    /// What the source says of this relation.
    fn metadata() -> &'static RelationMetadata {
        &Self::Source::metadata().relations[Self::At::AT]
    }

    /// The key in a source; `None` when it is null.
    #[doc(hidden)]
    fn key_from(source: &Self::Source) -> Option<Self::Key> {
        Self::KeyFrom::read(source).into_iter().next()
    }

    /// Includes this relation, and further relations of its targets. The slot's type is that of a plain include.
    ///
    /// Use [`scope`](Relation::scope) to filter or sort the targets.
    fn include<I: Include<Self::Target, Root<Self::Target>>>(
        self,
        nested: I,
    ) -> Inclusion<Self, I::Tree, Plain>
    where
        I::Was: Vacant,
    {
        Inclusion::new(Query::new(()).include(nested).plan)
    }

    /// Includes this relation with a query of its own on the targets: predicate, order, nested includes, and limit and
    /// offset, which count the targets of each source.
    ///
    /// The slot of a `belongs_to` becomes an `Option`, since the predicate may leave its target out.
    fn scope<T: Tree<Model = Self::Target>>(
        self,
        scope: impl FnOnce(Query<Self::Target, Root<Self::Target>, ()>) -> Query<Self::Target, T, ()>,
    ) -> Inclusion<Self, T, InScope> {
        Inclusion::new(scope(Query::new(())).plan)
    }

    /// Includes the targets for which the predicate is true: [`scope`](Relation::scope) with nothing but a filter.
    fn filter(
        self,
        predicate: impl IntoPredicate<Self::Target>,
    ) -> Inclusion<Self, Root<Self::Target>, InScope> {
        self.all_targets().filter(predicate)
    }

    /// Includes the targets in this order.
    fn order_by(
        self,
        by: impl IntoOrder<Self::Target>,
    ) -> Inclusion<Self, Root<Self::Target>, InScope> {
        self.all_targets().order_by(by)
    }

    /// Includes at most this many targets of each source.
    fn limit(self, rows: u64) -> Inclusion<Self, Root<Self::Target>, InScope> {
        self.all_targets().limit(rows)
    }

    /// Keeps the sources that have a target for which the predicate is true.
    fn some(self, predicate: impl IntoPredicate<Self::Target>) -> Predicate<Self::Source> {
        related::<Self>(Quantifier::Some, predicate)
    }

    /// Keeps the sources that have no target for which the predicate is true.
    fn none(self, predicate: impl IntoPredicate<Self::Target>) -> Predicate<Self::Source> {
        related::<Self>(Quantifier::None, predicate)
    }

    /// Keeps the sources that have no target for which the predicate is not true; those without any target, too. Where a
    /// NULL makes it unknown, it is not true.
    fn every(self, predicate: impl IntoPredicate<Self::Target>) -> Predicate<Self::Source> {
        related::<Self>(Quantifier::Every, predicate)
    }

    /// Keeps the sources that have a target.
    fn exists(self) -> Predicate<Self::Source> {
        related::<Self>(Quantifier::Some, None)
    }

    /// Sorts the sources by a column of their target: `.order_by(Account::SUPPLIER.order(Supplier::NAME.asc()))`. A
    /// source without a target comes where NULL does.
    fn order(self, by: impl IntoOrder<Self::Target>) -> Order<Self::Source>
    where
        Self: ToOne,
    {
        by.into_order().by_way_of(Self::metadata())
    }

    /// The number of targets, for predicates, orders and selections of the sources. One sub-select.
    fn total(self) -> Computed<Self::Source, i64> {
        of_targets::<Self, i64>(AggregateFunction::Count, None)
    }

    /// The sum over the targets, for predicates, orders and selections of the sources; `None` where there are none. See
    /// [`Groups`](crate::query::Groups).
    fn sum<V>(self, of: V) -> Computed<Self::Source, SumOf<V::Type>>
    where
        V: IntoComputed<Self::Target, Type: Nullness<Base: Number>>,
    {
        of_targets::<Self, _>(AggregateFunction::Sum, Some(of.into_computed().expression))
    }

    /// The mean over the targets.
    fn avg<V>(self, of: V) -> Computed<Self::Source, Option<f64>>
    where
        V: IntoComputed<Self::Target, Type: Nullness<Base: Number>>,
    {
        let of = of.into_computed().expression;
        of_targets::<Self, _>(AggregateFunction::Average, Some(of))
    }

    /// The least value of the targets.
    fn min<V>(self, of: V) -> Computed<Self::Source, <V::Type as Nullness>::OrNull>
    where
        V: IntoComputed<Self::Target, Type: Nullness>,
    {
        of_targets::<Self, _>(AggregateFunction::Min, Some(of.into_computed().expression))
    }

    /// The greatest value of the targets.
    fn max<V>(self, of: V) -> Computed<Self::Source, <V::Type as Nullness>::OrNull>
    where
        V: IntoComputed<Self::Target, Type: Nullness>,
    {
        of_targets::<Self, _>(AggregateFunction::Max, Some(of.into_computed().expression))
    }

    /// Includes the number of targets instead of the targets: the slot becomes
    /// [`Counted<NotIncluded>`](crate::Counted). One statement for all sources.
    fn count(self) -> Inclusion<Self, Root<Self::Target>, CountOnly>
    where
        Self: HasMany,
    {
        self.all_targets().count()
    }

    /// Includes the targets, and counts them: the slot becomes [`Counted`](crate::Counted). One statement more.
    fn counted(self) -> Inclusion<Self, Root<Self::Target>, Counting<Plain>>
    where
        Self: HasMany,
    {
        self.all_targets().counted()
    }

    /// Computes aggregates over the targets of each source, instead of including the targets: the slot becomes
    /// [`Aggregated`](crate::Aggregated). One statement for all sources. Behind a filter it is over the targets that are kept:
    /// `Customer::ORDERS.filter(..).aggregate(..)`.
    fn aggregate<A: TargetSelection<Self::Target>>(
        self,
        aggregates: A,
    ) -> Inclusion<Self, Root<Self::Target>, AggregateOnly<A::Values>>
    where
        Self: HasMany,
    {
        self.all_targets().aggregate(aggregates)
    }

    /// Includes the targets, and computes aggregates over all of them: the slot becomes
    /// [`Aggregated`](crate::Aggregated). One statement more.
    fn aggregated<A: TargetSelection<Self::Target>>(
        self,
        aggregates: A,
    ) -> Inclusion<Self, Root<Self::Target>, Aggregating<A::Values, Plain>>
    where
        Self: HasMany,
    {
        self.all_targets().aggregated(aggregates)
    }

    /// Includes the targets each with the link that leads to it: the slot becomes a list of
    /// [`Linked`](crate::Linked).
    fn linked(self) -> Inclusion<Self, Root<Self::Target>, WithLinks>
    where
        Self: HasManyThrough,
    {
        self.all_targets().linked()
    }

    /// Includes the targets to which links lead for which the predicate is true.
    fn filter_links(
        self,
        predicate: impl IntoPredicate<Self::Link>,
    ) -> Inclusion<Self, Root<Self::Target>, Plain>
    where
        Self: HasManyThrough,
    {
        self.all_targets().filter_links(predicate)
    }

    /// Includes the targets in the order of the links that lead to them.
    fn order_by_links(
        self,
        by: impl IntoOrder<Self::Link>,
    ) -> Inclusion<Self, Root<Self::Target>, Plain>
    where
        Self: HasManyThrough,
    {
        self.all_targets().order_by_links(by)
    }

    /// All targets, as an inclusion to which more can be added.
    #[doc(hidden)]
    fn all_targets(self) -> Inclusion<Self, Root<Self::Target>, Plain> {
        Inclusion::new(Query::<Self::Target, _, _>::new(()).plan)
    }
}

fn of_targets<R: Relation, T>(
    function: AggregateFunction,
    of: Option<Expression>,
) -> Computed<R::Source, T> {
    Computed::new(Expression::OfTargets {
        relation: R::metadata(),
        aggregate: Aggregate::new(function, of),
    })
}

fn related<R: Relation>(
    quantifier: Quantifier,
    predicate: impl IntoPredicate<R::Target>,
) -> Predicate<R::Source> {
    let predicate = predicate.into_predicate();
    let depth = predicate.as_ref().map_or(0, Predicate::depth);
    let condition = predicate.map(|predicate| predicate.condition);
    // What is always true asks nothing.
    let condition = condition.filter(|condition| *condition != Condition::always());
    if quantifier == Quantifier::Every && condition.is_none() {
        return Predicate::new(Condition::always());
    }
    let related = Condition::Related {
        relation: R::metadata(),
        quantifier,
        condition: condition.map(Box::new),
    };
    Predicate::nested(related, depth + 1)
}

/// A relation whose target holds the key, at most one row.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a `has_one`")]
pub trait HasOne: Relation<Kind = kinds::HasOne> {}

#[diagnostic::do_not_recommend]
impl<R: Relation<Kind = kinds::HasOne>> HasOne for R {}

/// A relation whose source holds the key.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a `belongs_to`")]
pub trait BelongsTo: Relation<Kind = kinds::BelongsTo> {}

#[diagnostic::do_not_recommend]
impl<R: Relation<Kind = kinds::BelongsTo>> BelongsTo for R {}

/// A relation that leads to at most one row: a `has_one` or a `belongs_to`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can lead to several rows",
    label = "expected a `has_one` or a `belongs_to`"
)]
pub trait ToOne: Relation {}

#[diagnostic::do_not_recommend]
impl<R: Relation<Kind: kinds::One>> ToOne for R {}

/// A `has_many`, whether the target holds the key or links do.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a `has_many`",
    label = "expected a `has_many`"
)]
pub trait HasMany: Relation {}

#[diagnostic::do_not_recommend]
impl<R: Relation<Kind: kinds::Many>> HasMany for R {}

/// A `has_many` through links.
///
/// Implemented by the derive, not for all relations of that kind: where the links are no model, nothing then follows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not go through links",
    label = "expected a `has_many` with `through`"
)]
pub trait HasManyThrough: HasMany {
    /// The model of the links.
    type Link: Model;
    /// The fields of a link that refer to its source.
    #[doc(hidden)]
    type LinkFrom: KeyFields<Self::Link>;
    /// The fields of a link that refer to its target.
    #[doc(hidden)]
    type LinkTo: KeyFields<Self::Link>;
}

/// A relation whose source holds a list of keys.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a `references_many`")]
pub trait ReferencesMany: Relation<Kind = kinds::ReferencesMany> {}

#[diagnostic::do_not_recommend]
impl<R: Relation<Kind = kinds::ReferencesMany>> ReferencesMany for R {}
