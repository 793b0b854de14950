//! Inclusion: related rows that come with the result, in slots.
//!
//! A query's includes are a tree of types without data, [`Root`] and [`And`], which says what is decoded; the data, and
//! whether a relation is joined or loaded apart, is in the [`Plan`]. The loader gives the rows of each level, and which targets
//! are whose; here they are put together, the innermost first.

use crate::column::Order;
use crate::connection::{self, Connection, Pending, Row, RowReader};
use crate::error::{Error, Result};
use crate::kind::{Kind, LinkOf};
use crate::load::{self, Branch, Level, Places, WholeRows};
use crate::metadata::ModelMetadata;
use crate::model::{self, Model};
use crate::plan::{Plan, PlannedInclude};
use crate::predicate::{Condition, IntoPredicate};
use crate::query::Query;
use crate::relation::{HasMany, HasManyThrough, Relation, Shared};
use crate::rows::{Rows, into_models};
use crate::slot::{Counted, Linked, Loaded, SlotOf};
use std::any::Any;
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

/// Chooses between the types a relation's slot can have.
pub trait Slotting<R: Relation>: 'static {
    /// The slot's type.
    type Slot<V: Shared>: Shared;
    /// Whether the slot cannot be empty, so that each source needs its target.
    #[doc(hidden)]
    const REQUIRED: bool = false;
    /// Makes one slot a source, in the order of the sources.
    #[doc(hidden)]
    fn gather<V: Shared>(loaded: Loaded<V, LinkOf<R>>, counts: Vec<u64>) -> Vec<Self::Slot<V>>;

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
    const REQUIRED: bool = <R::Kind as Kind<R>>::REQUIRED;

    fn gather<V: Shared>(loaded: Loaded<V, LinkOf<R>>, _: Vec<u64>) -> Vec<Self::Slot<V>> {
        SlotOf::gather(loaded.targets, &loaded.of_sources)
    }

    fn of_one<V: Shared>(target: Option<V>) -> Option<Self::Slot<V>> {
        SlotOf::of_one(target)
    }
}

impl<R: Relation> Slotting<R> for InScope {
    type Slot<V: Shared> = <R::Kind as Kind<R>>::Scoped<V>;

    fn gather<V: Shared>(loaded: Loaded<V, LinkOf<R>>, _: Vec<u64>) -> Vec<Self::Slot<V>> {
        SlotOf::gather(loaded.targets, &loaded.of_sources)
    }

    fn of_one<V: Shared>(target: Option<V>) -> Option<Self::Slot<V>> {
        SlotOf::of_one(target)
    }
}

// For all relations, so that of one without links only that is reported.
impl<R: Relation> Slotting<R> for WithLinks {
    type Slot<V: Shared> = Vec<Linked<V, LinkOf<R>>>;

    fn gather<V: Shared>(loaded: Loaded<V, LinkOf<R>>, _: Vec<u64>) -> Vec<Self::Slot<V>> {
        Linked::gather(loaded)
    }
}

impl<R: Relation, L: Slotting<R>> Slotting<R> for Counting<L> {
    type Slot<V: Shared> = Counted<L::Slot<V>>;

    fn gather<V: Shared>(loaded: Loaded<V, LinkOf<R>>, counts: Vec<u64>) -> Vec<Self::Slot<V>> {
        Counted::gather(L::gather(loaded, Vec::new()), counts)
    }
}

impl<R: Relation> Slotting<R> for CountOnly {
    type Slot<V: Shared> = Counted<NotIncluded>;

    fn gather<V: Shared>(_: Loaded<V, LinkOf<R>>, counts: Vec<u64>) -> Vec<Self::Slot<V>> {
        Counted::gather(vec![NotIncluded; counts.len()], counts)
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
    /// How many relations are included at this level.
    #[doc(hidden)]
    const INCLUDES: usize;

    #[doc(hidden)]
    fn with(output: Self::Output) -> Self::With;

    /// Puts loaded rows together, with one branch for each include.
    #[doc(hidden)]
    fn assemble(rows: RowBox, branches: &mut Branches) -> Vec<Self::Output>;

    /// Decodes one row whose includes are all joined, slots and all. `last` is the id of the row before, where a second row
    /// with it would show that a joined `has_one` has several targets. `None` where the data surprised.
    #[doc(hidden)]
    fn read_whole(
        row: &mut Row<'_>,
        includes: &[PlannedInclude],
        last: Option<&mut LastId<Self::Model>>,
    ) -> Result<Option<Self::Output>>;
}

/// The id of the row before.
pub(crate) type LastId<M> = Option<<M as Model>::Id>;

/// Loaded rows without their type.
pub type RowBox = Box<dyn Rows>;

/// What was loaded for each include, in their order.
#[allow(missing_debug_implementations)] // Rows need not be `Debug`.
pub struct Branches(std::vec::IntoIter<Branch>);

impl Branches {
    /// The next one.
    pub(crate) fn take(&mut self) -> Branch {
        self.0.next().expect("each include has its branch")
    }
}

/// Puts the rows of a level together.
pub(crate) fn assembled<T: Tree>(level: Level) -> Vec<T::Output> {
    T::assemble(level.rows, &mut Branches(level.branches.into_iter()))
}

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
    const INCLUDES: usize = 0;

    fn with(model: M) -> M::With {
        model.into()
    }

    fn assemble(rows: RowBox, _: &mut Branches) -> Vec<M> {
        into_models(rows)
    }

    fn read_whole(
        row: &mut Row<'_>,
        _: &[PlannedInclude],
        last: Option<&mut LastId<M>>,
    ) -> Result<Option<M>> {
        let model: M = model::read(row)?;
        if let Some(last) = last {
            let id = Some(model.id());
            if *last == id {
                return Ok(None);
            }
            *last = id;
        }
        Ok(Some(model))
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
    const INCLUDES: usize = T::INCLUDES + 1;

    fn with(output: Self::Output) -> Self::Output {
        output
    }

    fn assemble(rows: RowBox, branches: &mut Branches) -> Vec<Self::Output> {
        let sources = T::assemble(rows, branches);
        let (loaded, counts) = Loaded::of_branch::<Q>(branches.take());
        let slots = L::gather(loaded, counts);
        let rows = sources.into_iter().map(T::with).zip(slots);
        rows.map(|(row, slot)| row.fill(slot)).collect()
    }

    fn read_whole(
        row: &mut Row<'_>,
        includes: &[PlannedInclude],
        last: Option<&mut LastId<Self::Model>>,
    ) -> Result<Option<Self::Output>> {
        let Some(source) = T::read_whole(row, includes, last)? else {
            return Ok(None);
        };
        let include = &includes[T::INCLUDES];
        let scope = &include.scope;
        let target = if is_absent(scope.model, row)? {
            row.skip(scope.columns());
            None
        } else {
            match Q::read_whole(row, &scope.includes, None)? {
                Some(target) => Some(target),
                None => return Ok(None),
            }
        };
        // The careful way tells which key leads nowhere.
        Ok(L::of_one(target).map(|slot| T::with(source).fill(slot)))
    }
}

/// Whether the columns that come next are those of a missing row: its id is NULL.
fn is_absent(model: &'static ModelMetadata, row: &mut Row<'_>) -> Result<bool> {
    let id = model.id[0];
    let absent = row.is_null_ahead(id);
    absent.map_err(|misread| Error::decode(model.name, &model.fields[id], misread))
}

impl<T, K: 'static> Loaded<T, K> {
    /// The targets of an include of one model, put together; and their numbers.
    pub(crate) fn of_branch<Q: Tree<Output = T>>(branch: Branch) -> (Self, Vec<u64>) {
        let targets = branch.targets.into_iter().next();
        let targets = targets.map_or_else(Vec::new, assembled::<Q>);
        let Places::Groups(of_sources) = branch.places else {
            unreachable!("the relation leads to one model")
        };
        let links = branch.links.map_or_else(Vec::new, |links| {
            let rows = into_models::<K>(links.rows);
            let mut rows: Vec<Option<K>> = rows.into_iter().map(Some).collect();
            let of_items = links.of_items.into_iter();
            of_items.filter_map(|link| rows[link].take()).collect()
        });
        let loaded = Loaded {
            targets,
            of_sources,
            links,
        };
        (loaded, branch.counts)
    }
}

/// Rows that come whole, as what a query gives.
struct Whole<T: Tree> {
    rows: Vec<T::Output>,
    last: LastId<T::Model>,
}

impl<T: Tree> WholeRows for Whole<T> {
    fn read(&mut self, row: &mut dyn RowReader, includes: &[PlannedInclude]) -> Result<bool> {
        let row = T::read_whole(&mut Row::new(row, 0), includes, Some(&mut self.last))?;
        let is_fine = row.is_some();
        self.rows.extend(row);
        Ok(is_fine)
    }
}

/// The rows of a plan. `single` says that its condition holds for one row at most.
pub(crate) fn find<T: Tree>(
    connection: &dyn Connection,
    plan: Plan,
    single: bool,
) -> Pending<'_, Vec<T::Output>> {
    let whole = (!plan.includes.is_empty()).then(|| {
        let whole: Box<dyn WholeRows> = Box::new(Whole::<T> {
            rows: Vec::new(),
            last: None,
        });
        whole
    });
    let find = load::Find {
        plan,
        single,
        whole,
    };
    let finding = connection::run(connection, find);
    Box::pin(async move {
        Ok(match finding.await? {
            load::Found::Level(level) => assembled::<T>(level),
            load::Found::Whole(rows) => {
                let rows: Box<dyn Any> = rows;
                let rows: Box<Whole<T>> = rows.downcast().expect("it is what the query gave");
                rows.rows
            }
        })
    })
}
