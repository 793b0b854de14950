//! Inclusion: related rows that come with the result, in slots.
//!
//! A query's includes are a tree of types without data, [`Root`] and [`And`], which says what is decoded; the data, and
//! whether a relation is joined or loaded apart, is in the [`Plan`]. Each level is loaded column by column: the models,
//! then for each include one slot a source, aligned with the models; then they are put together.

use crate::column::Order;
use crate::connection::{Row, RowReader, Session};
use crate::error::{Error, ErrorKind, Result};
use crate::hash;
use crate::kind::{Kind, LinkOf};
use crate::load::{self, Keys, Sink, Whole, read_joined};
use crate::metadata::{ModelMetadata, RelationKind};
use crate::model::{self, Model};
use crate::plan::{Plan, PlannedInclude, Strategy};
use crate::predicate::{Condition, IntoPredicate};
use crate::query::Query;
use crate::relation::{HasMany, HasManyThrough, Relation, Shared};
use crate::slot::{Counted, Linked, Loaded, SlotOf};
use crate::statement;
use std::fmt;
use std::marker::PhantomData;

/// A slot that was not asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct NotIncluded;

/// A slot that is still free.
#[diagnostic::on_unimplemented(
    message = "this relation is included twice",
    label = "included before",
    note = "put everything about one relation into one `.scope(..)`"
)]
pub trait Vacant {}

#[diagnostic::do_not_recommend]
impl Vacant for NotIncluded {}

/// Rows with a slot for the relation `R`.
///
/// Implemented by the derive for `SupplierWith<..>`, for each relation.
pub trait WithSlot<R, V>: Sized {
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
        self.planned.loads = false;
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
    pub fn order_by_links(mut self, by: Order<R::Link>) -> Self
    where
        R: HasManyThrough,
    {
        self.planned.links.order.push(by.by);
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
    /// See [`And`].
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
            T::With: WithSlot<R, <$slotting as Slotting<R>>::Slot<<$tree as Tree>::Output>>,
            R::And<T, $tree, $slotting>: Tree<Model = M>,
        {
            type Tree = R::And<T, $tree, $slotting>;
            type Was = <T::With as WithSlot<R, <$slotting as Slotting<R>>::Slot<<$tree as Tree>::Output>>>::Was;

            fn into_plan($self) -> PlannedInclude {
                $planned
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

/// Chooses between the types a relation's slot can have.
pub trait Slotting<R: Relation>: 'static {
    /// The slot's type.
    type Slot<V: Shared>: Shared;
    /// Makes one slot a source, in the order of the sources. Fails with the position of the first source that has no
    /// target though the slot cannot be empty.
    #[doc(hidden)]
    fn gather<V: Shared>(
        loaded: Loaded<V, LinkOf<R>>,
        counts: Vec<u64>,
    ) -> Result<Vec<Self::Slot<V>>, usize>;

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

impl<R: Relation> Slotting<R> for Plain {
    type Slot<V: Shared> = <R::Kind as Kind<R>>::Slot<V>;

    fn gather<V: Shared>(
        loaded: Loaded<V, LinkOf<R>>,
        _: Vec<u64>,
    ) -> Result<Vec<Self::Slot<V>>, usize> {
        SlotOf::gather(loaded.targets, &loaded.of_sources)
    }

    fn of_one<V: Shared>(target: Option<V>) -> Option<Self::Slot<V>> {
        SlotOf::of_one(target)
    }
}

impl<R: Relation> Slotting<R> for InScope {
    type Slot<V: Shared> = <R::Kind as Kind<R>>::Scoped<V>;

    fn gather<V: Shared>(
        loaded: Loaded<V, LinkOf<R>>,
        _: Vec<u64>,
    ) -> Result<Vec<Self::Slot<V>>, usize> {
        SlotOf::gather(loaded.targets, &loaded.of_sources)
    }

    fn of_one<V: Shared>(target: Option<V>) -> Option<Self::Slot<V>> {
        SlotOf::of_one(target)
    }
}

// For all relations, so that of one without links only that is reported.
impl<R: Relation> Slotting<R> for WithLinks {
    type Slot<V: Shared> = Vec<Linked<V, LinkOf<R>>>;

    fn gather<V: Shared>(
        loaded: Loaded<V, LinkOf<R>>,
        _: Vec<u64>,
    ) -> Result<Vec<Self::Slot<V>>, usize> {
        Ok(Linked::gather(loaded))
    }
}

impl<R: Relation, L: Slotting<R>> Slotting<R> for Counting<L> {
    type Slot<V: Shared> = Counted<L::Slot<V>>;

    fn gather<V: Shared>(
        loaded: Loaded<V, LinkOf<R>>,
        counts: Vec<u64>,
    ) -> Result<Vec<Self::Slot<V>>, usize> {
        Ok(Counted::gather(L::gather(loaded, Vec::new())?, counts))
    }
}

impl<R: Relation> Slotting<R> for CountOnly {
    type Slot<V: Shared> = Counted<NotIncluded>;

    fn gather<V: Shared>(
        _: Loaded<V, LinkOf<R>>,
        counts: Vec<u64>,
    ) -> Result<Vec<Self::Slot<V>>, usize> {
        Ok(Counted::gather(vec![NotIncluded; counts.len()], counts))
    }
}

/// What a query loads, as a type.
pub trait Tree: Send + Sync + 'static {
    /// The model of the rows.
    type Model: Model;
    /// What the query gives for each row.
    type Output: Send + Sync + 'static;
    /// The row with its slots, to which a further include is added.
    type With: Send + Sync;
    /// The decoded columns of the rows of one statement.
    #[doc(hidden)]
    type Columns: Default + Send + 'static;
    /// How many relations are included at this level.
    #[doc(hidden)]
    const INCLUDES: usize;

    #[doc(hidden)]
    fn with(output: Self::Output) -> Self::With;

    /// Decodes one row: the model, then each joined include.
    #[doc(hidden)]
    fn read<R: RowReader>(
        columns: &mut Self::Columns,
        row: &mut Row<'_, R>,
        includes: &[PlannedInclude],
    ) -> Result<()>;

    /// Decodes one row whose includes are all joined, slots and all. `last` is the id of the row before, where a second row
    /// with it would show that a joined `has_one` has several targets.
    #[doc(hidden)]
    fn read_whole<R: RowReader>(
        row: &mut Row<'_, R>,
        includes: &[PlannedInclude],
        last: Option<&mut LastId<Self::Model>>,
    ) -> Result<Self::Output>;

    #[doc(hidden)]
    fn models(columns: &Self::Columns) -> &[Self::Model];

    /// Loads the includes that were not joined, and puts the rows together.
    #[doc(hidden)]
    fn finish<S: Session>(
        columns: Self::Columns,
        includes: &[PlannedInclude],
        strategy: Strategy,
        session: &mut S,
    ) -> impl Future<Output = Result<Vec<Self::Output>>> + Send;
}

/// The id of the row before.
pub(crate) type LastId<M> = Option<<M as Model>::Id>;

/// Rows of a model without includes.
pub struct Root<M>(PhantomData<fn() -> M>);

/// The rows of `T` with the relation `R` included, of whose targets `Q` is loaded; `L` chooses the slot's type.
#[allow(clippy::type_complexity)] // A tree of types without data can hardly be less.
pub struct And<T, R, Q, L>(PhantomData<fn() -> (T, R, Q, L)>);

impl<M> fmt::Debug for Root<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Root")
    }
}

impl<T, R, Q, L> fmt::Debug for And<T, R, Q, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("And")
    }
}

impl<M: Model> Tree for Root<M> {
    type Model = M;
    type Output = M;
    type With = M::With;
    type Columns = Vec<M>;
    const INCLUDES: usize = 0;

    fn with(model: M) -> M::With {
        model.into()
    }

    fn read<R: RowReader>(
        columns: &mut Vec<M>,
        row: &mut Row<'_, R>,
        _: &[PlannedInclude],
    ) -> Result<()> {
        columns.push(model::read(row)?);
        Ok(())
    }

    fn read_whole<R: RowReader>(
        row: &mut Row<'_, R>,
        _: &[PlannedInclude],
        last: Option<&mut LastId<M>>,
    ) -> Result<M> {
        let model: M = model::read(row)?;
        if let Some(last) = last {
            let id = Some(model.id());
            if *last == id {
                return Err(Error::needs_care());
            }
            *last = id;
        }
        Ok(model)
    }

    fn models(columns: &Vec<M>) -> &[M] {
        columns
    }

    async fn finish<S: Session>(
        columns: Vec<M>,
        _: &[PlannedInclude],
        _: Strategy,
        _: &mut S,
    ) -> Result<Vec<M>> {
        Ok(columns)
    }
}

/// The columns of `T`, and those of a joined include: the targets there are, and for each source which is its own.
#[derive(Debug)]
pub struct Joined<T, Q, K> {
    sources: T,
    targets: Q,
    of_sources: Vec<Option<usize>>,
    /// The targets of a `belongs_to` by their keys: each is read once, however many sources share it.
    of_keys: hash::Map<K, Option<usize>>,
}

impl<T: Default, Q: Default, K> Default for Joined<T, Q, K> {
    fn default() -> Self {
        Joined {
            sources: T::default(),
            targets: Q::default(),
            of_sources: Vec::new(),
            of_keys: hash::Map::default(),
        }
    }
}

impl<T, R, Q, L> Tree for And<T, R, Q, L>
where
    T: Tree<Model = R::Source>,
    R: Relation,
    Q: Tree<Model = R::Target>,
    L: Slotting<R>,
    T::With: WithSlot<R, L::Slot<Q::Output>>,
    <T::With as WithSlot<R, L::Slot<Q::Output>>>::Output: 'static,
{
    type Model = T::Model;
    type Output = <T::With as WithSlot<R, L::Slot<Q::Output>>>::Output;
    type With = Self::Output;
    type Columns = Joined<T::Columns, Q::Columns, R::Key>;
    const INCLUDES: usize = T::INCLUDES + 1;

    fn with(output: Self::Output) -> Self::Output {
        output
    }

    fn read<D: RowReader>(
        columns: &mut Self::Columns,
        row: &mut Row<'_, D>,
        includes: &[PlannedInclude],
    ) -> Result<()> {
        T::read(&mut columns.sources, row, includes)?;
        let include = &includes[T::INCLUDES];
        if !include.joined {
            return Ok(());
        }
        let source = T::models(&columns.sources).last();
        let key = match include.relation.kind {
            RelationKind::BelongsTo => source.and_then(R::key_from),
            // Its targets have one source each.
            _ => None,
        };
        let known = key.as_ref().and_then(|key| columns.of_keys.get(key));
        let target = match known {
            Some(target) => {
                row.skip(include.scope.columns());
                *target
            }
            None => read_joined::<Q, D>(&mut columns.targets, row, include)?,
        };
        if let Some(key) = key {
            columns.of_keys.insert(key, target);
        }
        columns.of_sources.push(target);
        Ok(())
    }

    fn read_whole<D: RowReader>(
        row: &mut Row<'_, D>,
        includes: &[PlannedInclude],
        last: Option<&mut LastId<Self::Model>>,
    ) -> Result<Self::Output> {
        let source = T::read_whole(row, includes, last)?;
        let include = &includes[T::INCLUDES];
        let scope = &include.scope;
        let target = if is_absent(scope.model, row)? {
            row.skip(scope.columns());
            None
        } else {
            Some(Q::read_whole(row, &scope.includes, None)?)
        };
        // The careful way tells which key leads nowhere.
        let slot = L::of_one(target).ok_or_else(Error::needs_care)?;
        Ok(T::with(source).fill(slot))
    }

    fn models(columns: &Self::Columns) -> &[Self::Model] {
        T::models(&columns.sources)
    }

    async fn finish<S: Session>(
        columns: Self::Columns,
        includes: &[PlannedInclude],
        strategy: Strategy,
        session: &mut S,
    ) -> Result<Vec<Self::Output>> {
        let include = &includes[T::INCLUDES];
        // A joined `has_one` needs no keys: what was joined is its own, and none may be missing.
        let needs_keys = !include.joined || include.relation.kind == RelationKind::BelongsTo;
        let sources = T::models(&columns.sources);
        let keys = Keys::of::<R>(if needs_keys { sources } else { &[] });
        // Boxed, as is what follows, so that many includes do not make one huge future.
        let sources = Box::pin(T::finish(columns.sources, includes, strategy, session)).await?;
        let loaded = if include.joined {
            let load = Q::finish(columns.targets, &include.scope.includes, strategy, session);
            Loaded::of_joined(Box::pin(load).await?, &columns.of_sources)
        } else if include.loads {
            Box::pin(load::targets::<R, Q, S>(&keys, include, strategy, session)).await?
        } else {
            Loaded::none(sources.len())
        };
        let counts = match include.counts {
            true => load::counts::<R, S>(&keys, include, session).await?,
            false => Vec::new(),
        };
        let slots = L::gather(loaded, counts).map_err(|source| {
            let may_be_a_race = strategy == Strategy::Fast && !include.joined;
            dangling::<R>(keys.of_source(source), may_be_a_race)
        })?;
        let rows = sources.into_iter().map(T::with).zip(slots);
        Ok(rows.map(|(row, slot)| row.fill(slot)).collect())
    }
}

/// Whether the columns that come next are those of a missing row: its id is NULL.
pub(crate) fn is_absent<D: RowReader>(
    model: &'static ModelMetadata,
    row: &mut Row<'_, D>,
) -> Result<bool> {
    let id = model.id[0];
    let absent = row.is_null_ahead(id);
    absent.map_err(|misread| Error::decode(model.name, &model.fields[id], misread))
}

fn dangling<R: Relation>(key: Option<R::Key>, may_be_a_race: bool) -> Error {
    if may_be_a_race {
        // The target may have been deleted, source and all, after the source was read.
        return Error::needs_care();
    }
    let relation = R::metadata();
    let values = key.map(crate::key::Key::into_values).unwrap_or_default();
    let fields = statement::describe_key(relation.key_to, &values);
    let message = format!(
        "`{}`: no `{}` has {fields}, which a required key refers to",
        relation.path(),
        relation.target().name
    );
    Error::new(ErrorKind::DanglingKey, message)
        .of_model(relation.source().name)
        .of_relation(relation)
}

/// Loads the rows of a plan whose joins are decided.
pub(crate) async fn load<T: Tree, S: Session>(
    plan: &Plan,
    single: bool,
    strategy: Strategy,
    session: &mut S,
) -> Result<Vec<T::Output>> {
    let statement = statement::select(plan, single, session.dialect())?;
    if strategy == Strategy::Fast && plan.comes_whole(single) {
        let sink = session.fetch(statement, Whole::<T>::new(plan)).await?;
        return Ok(sink.rows);
    }
    let sink = session
        .fetch(statement, Sink::<T>::new(plan, strategy))
        .await?;
    T::finish(sink.columns, &plan.includes, strategy, session).await
}
