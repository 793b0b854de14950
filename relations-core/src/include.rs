//! Inclusion: related rows that come with the result, in slots.
//!
//! A query's includes are a tree of types without data, [`Root`] and [`And`], which says what is decoded; the data, and
//! whether a relation is joined or loaded apart, is in the [`Plan`]. Each level is loaded column by column: the models,
//! then for each include one slot a source, aligned with the models; then they are put together.

use crate::connection::{Row, RowReader, RowSink, Session};
use crate::error::{Error, ErrorKind, Result};
use crate::metadata::{ModelMetadata, RelationKind};
use crate::model::{self, Model};
use crate::plan::{Plan, PlannedInclude, Strategy};
use crate::relation::{Relation, SlotOf};
use crate::statement;
use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

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

/// A relation with a scope.
pub struct Scoped<R, Q> {
    scope: Plan,
    types: PhantomData<fn() -> (R, Q)>,
}

/// A relation with nested includes and no scope.
pub struct Nested<R, Q> {
    scope: Plan,
    types: PhantomData<fn() -> (R, Q)>,
}

impl<R, Q> Scoped<R, Q> {
    pub(crate) fn new(scope: Plan) -> Self {
        Scoped {
            scope,
            types: PhantomData,
        }
    }
}

impl<R, Q> Nested<R, Q> {
    pub(crate) fn new(scope: Plan) -> Self {
        Nested {
            scope,
            types: PhantomData,
        }
    }
}

impl<R, Q> fmt::Debug for Scoped<R, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scoped")
            .field("scope", &self.scope)
            .finish()
    }
}

impl<R, Q> fmt::Debug for Nested<R, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nested")
            .field("scope", &self.scope)
            .finish()
    }
}

fn planned<R: Relation>(scope: Plan) -> PlannedInclude {
    PlannedInclude {
        relation: R::metadata(),
        scope,
        joined: false,
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
    ([$($nested:ident)?] $form:ty, $tree:ty, $slotting:ident, |$self:ident| $scope:expr) => {
        #[diagnostic::do_not_recommend]
        impl<M, T, R $(, $nested)?> Include<M, T> for $form
        where
            M: Model,
            R: RelationOf<M>,
            T: Tree<Model = M>,
            $($nested: Tree<Model = R::Target>,)?
            T::With: WithSlot<R, <$slotting as Slotting<R>>::Slot<<$tree as Tree>::Output>>,
            R::And<T, $tree, $slotting>: Tree<Model = M>,
        {
            type Tree = R::And<T, $tree, $slotting>;
            type Was = <T::With as WithSlot<R, <$slotting as Slotting<R>>::Slot<<$tree as Tree>::Output>>>::Was;

            fn into_plan($self) -> PlannedInclude {
                planned::<R>($scope)
            }
        }
    };
}

include!([] R, Root<R::Target>, Plain, |self| Plan::new(R::Target::metadata()));
include!([Q] Nested<R, Q>, Q, Plain, |self| self.scope);
include!([Q] Scoped<R, Q>, Q, InScope, |self| self.scope);

/// The slot of an include without a scope.
#[derive(Debug)]
pub struct Plain;

/// The slot of an include whose scope may leave targets out.
#[derive(Debug)]
pub struct InScope;

/// Chooses between the two types a relation's slot can have.
pub trait Slotting<R: Relation>: 'static {
    /// The slot's type.
    type Slot<V: Send + Sync>: SlotOf<V> + Send + Sync;
}

impl<R: Relation> Slotting<R> for Plain {
    type Slot<V: Send + Sync> = R::Slot<V>;
}

impl<R: Relation> Slotting<R> for InScope {
    type Slot<V: Send + Sync> = R::Scoped<V>;
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
    of_keys: HashMap<K, Option<usize>>,
}

impl<T: Default, Q: Default, K> Default for Joined<T, Q, K> {
    fn default() -> Self {
        Joined {
            sources: T::default(),
            targets: Q::default(),
            of_sources: Vec::new(),
            of_keys: HashMap::new(),
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
            RelationKind::HasOne => None,
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
        let keys: Vec<Option<R::Key>> = T::models(&columns.sources)
            .iter()
            .map(R::key_from)
            .collect();
        let sources = T::finish(columns.sources, includes, strategy, session).await?;
        let (targets, of_sources) = if include.joined {
            let load = Q::finish(columns.targets, &include.scope.includes, strategy, session);
            // Boxed, so that a deep tree does not make one huge future.
            (Box::pin(load).await?, columns.of_sources)
        } else {
            Box::pin(load_apart::<R, Q, S>(&keys, include, strategy, session)).await?
        };
        let slots = L::Slot::<Q::Output>::gather(targets, &of_sources).map_err(|source| {
            let may_be_a_race = strategy == Strategy::Fast && !include.joined;
            dangling::<R>(keys[source].clone(), may_be_a_race)
        })?;
        let rows = sources.into_iter().map(T::with).zip(slots);
        Ok(rows.map(|(row, slot)| row.fill(slot)).collect())
    }
}

/// Reads the columns of a joined include; gives the position of the target, if the row has one.
fn read_joined<Q: Tree, D: RowReader>(
    targets: &mut Q::Columns,
    row: &mut Row<'_, D>,
    include: &PlannedInclude,
) -> Result<Option<usize>> {
    if is_absent(include.scope.model, row)? {
        row.skip(include.scope.columns());
        return Ok(None);
    }
    Q::read(targets, row, &include.scope.includes)?;
    Ok(Some(Q::models(targets).len() - 1))
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

/// Loads the targets of all sources with statements of their own; gives them with the position for each source.
async fn load_apart<R: Relation, Q: Tree<Model = R::Target>, S: Session>(
    keys: &[Option<R::Key>],
    include: &PlannedInclude,
    strategy: Strategy,
    session: &mut S,
) -> Result<(Vec<Q::Output>, Vec<Option<usize>>)> {
    let scope = &include.scope;
    let mut of_keys: HashMap<R::Key, Targets> = HashMap::with_capacity(keys.len());
    let mut distinct = Vec::new();
    for key in keys.iter().flatten() {
        if !of_keys.contains_key(key) {
            of_keys.insert(key.clone(), Targets::default());
            distinct.push(key.clone());
        }
    }
    if distinct.is_empty() || scope.limit == Some(0) {
        return Ok((Vec::new(), vec![None; keys.len()]));
    }

    let mut sink = Sink::<Q>::new(scope, strategy);
    for statement in statement::select_by_keys(include, distinct, session.dialect())? {
        sink = session.fetch(statement, sink).await?;
    }
    for (at, target) in Q::models(&sink.columns).iter().enumerate() {
        if let Some(targets) = R::key_to(target).and_then(|key| of_keys.get_mut(&key)) {
            targets.add(at, scope.offset.unwrap_or(0));
        }
    }
    let targets = Q::finish(sink.columns, &scope.includes, strategy, session).await?;
    let of_source = |key: &Option<R::Key>| key.as_ref().and_then(|key| of_keys[key].chosen);
    Ok((targets, keys.iter().map(of_source).collect()))
}

/// The target of one key. Several rows are possible where a constraint is missing; the first of them counts.
#[derive(Default)]
struct Targets {
    seen: u64,
    chosen: Option<usize>,
}

impl Targets {
    fn add(&mut self, at: usize, offset: u64) {
        if self.seen == offset {
            self.chosen = Some(at);
        }
        self.seen += 1;
    }
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

/// Decodes the rows of one statement.
struct Sink<T: Tree> {
    columns: T::Columns,
    includes: Arc<Vec<PlannedInclude>>,
    /// Whether a row with the model of the row before shows that a joined `has_one` has several targets.
    watches_repeats: bool,
}

impl<T: Tree> Sink<T> {
    fn new(plan: &Plan, strategy: Strategy) -> Self {
        Sink {
            columns: T::Columns::default(),
            includes: plan.includes.clone(),
            watches_repeats: strategy == Strategy::Fast && plan.has_joins(),
        }
    }
}

impl<T: Tree> RowSink for Sink<T> {
    fn row<R: RowReader>(&mut self, row: &mut R) -> Result<()> {
        T::read(&mut self.columns, &mut Row::new(row), &self.includes)?;
        if self.watches_repeats
            && let [.., before, last] = T::models(&self.columns)
            && before.id() == last.id()
        {
            return Err(Error::needs_care());
        }
        Ok(())
    }
}

/// Loads the rows of a plan whose joins are decided.
pub(crate) async fn load<T: Tree, S: Session>(
    plan: &Plan,
    single: bool,
    strategy: Strategy,
    session: &mut S,
) -> Result<Vec<T::Output>> {
    let statement = statement::select(plan, single, session.dialect())?;
    let sink = session
        .fetch(statement, Sink::<T>::new(plan, strategy))
        .await?;
    T::finish(sink.columns, &plan.includes, strategy, session).await
}
