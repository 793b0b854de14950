//! The repository of a `references_many`: the targets whose keys one source lists.

use crate::driver::{AnyRow, Connection, Pending, RowsSink, Session, Work, compiled_once};
use crate::error::{Error, ErrorKind, Missing, Result};
use crate::load::{Branch, Find, Found};
use crate::model::{Key, Loaded, Model, ModelMetadata, RelationMetadata, Rows, SlotOf};
use crate::query::{Condition, IntoPredicate, Plan, PlannedInclude, Values, fields_equal};
use crate::sql::{self, RowLock, describe_key};
use crate::typed::{
    Include, KeyOfTarget, Query, ReferencesMany, Root, TargetKey, Tree, Vacant, not_found,
};
use crate::value::{Dialect, KeyPart, Value};
use crate::write::{Drafted, update_locked};
use std::fmt;
use std::future::IntoFuture;
use std::sync::Arc;

/// The targets whose keys one source lists, from `posts.tags(id)`.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// let listeners = ListenerRepository::new(&db);
/// let favourites = listeners.favourites(1);
/// let tracks = favourites.find().await?; // in the order of the list
/// assert_eq!((&*tracks[0].title, &*tracks[1].title), ("Coffee", "Sunrise"));
///
/// favourites.remove(2).await?;
/// assert_eq!(listeners.get_by_id(1).await?.favourite_ids, [1]);
/// # Ok(()) });
/// ```
pub struct ReferencesManyRepository<'c, R: ReferencesMany, C> {
    connection: &'c C,
    id: <R::Source as Model>::Id,
}

of_relation!(ReferencesManyRepository, ReferencesMany, id);

impl<'c, R: ReferencesMany, C: Connection> ReferencesManyRepository<'c, R, C> {
    pub(super) fn new(connection: &'c C, id: <R::Source as Model>::Id) -> Self {
        ReferencesManyRepository { connection, id }
    }

    /// Finds the targets, in the order of the list and as often as it names them; keys that no row has are skipped. Add
    /// `.filter(..)` or `.include(..)`, and await it. Two statements, and one for each include that is not joined; one
    /// where the list is empty.
    ///
    /// # Errors
    /// Awaiting it gives `NotFound` of the source where there is none.
    pub fn find(&self) -> FindListed<'c, R, Root<R::Target>, C> {
        FindListed {
            id: self.id.clone(),
            query: Query::new(self.connection),
        }
    }

    /// Adds a target, given by its key, at the end of the list. One that is in the list already is added once more. One
    /// transaction of three statements.
    ///
    /// # Errors
    /// `NotFound` where there is no source, `ForeignKeyViolation` where there is no target.
    pub fn add(&self, target: impl TargetKey<R>) -> Pending<'c, ()>
    where
        R::Source: Drafted,
    {
        let change = self.change(ListChange::Append, [target.target_key()]);
        Box::pin(async move { change.await.map(drop) })
    }

    /// Adds a target at the start of the list, as [`add`](Self::add) does at its end.
    ///
    /// # Errors
    /// Those of [`add`](Self::add).
    pub fn prepend(&self, target: impl TargetKey<R>) -> Pending<'c, ()>
    where
        R::Source: Drafted,
    {
        let change = self.change(ListChange::Prepend, [target.target_key()]);
        Box::pin(async move { change.await.map(drop) })
    }

    /// Makes the list these keys, in this order. One transaction of three statements.
    ///
    /// # Errors
    /// `NotFound` where there is no source, `ForeignKeyViolation` where there is no target with one of the keys; the list then stays as
    /// it was.
    pub fn set<K: TargetKey<R>>(&self, targets: impl IntoIterator<Item = K>) -> Pending<'c, ()>
    where
        R::Source: Drafted,
    {
        let keys = targets.into_iter().map(TargetKey::target_key);
        let change = self.change(ListChange::Set, keys);
        Box::pin(async move { change.await.map(drop) })
    }

    /// Whether the list names a target with this key. One statement.
    ///
    /// # Errors
    /// `NotFound` where there is no source.
    pub fn contains(&self, target: impl TargetKey<R>) -> Pending<'c, bool> {
        let contains = ListContains {
            relation: R::metadata(),
            id: self.id.clone().into_values(),
            target: only_part(target.target_key()),
        };
        Box::pin(contains.run_on(self.connection))
    }

    /// Removes a target from the list, as often as the list names it; the target itself stays. Gives how often that
    /// was. One transaction of two statements.
    ///
    /// # Errors
    /// `NotFound` where there is no source.
    pub fn remove(&self, target: impl TargetKey<R>) -> Pending<'c, u64>
    where
        R::Source: Drafted,
    {
        self.change(ListChange::Remove, [target.target_key()])
    }

    fn change(
        &self,
        change: ListChange,
        keys: impl IntoIterator<Item = Option<KeyOfTarget<R>>>,
    ) -> Pending<'c, u64> {
        let change = ChangeList {
            relation: R::metadata(),
            id: self.id.clone().into_values(),
            change,
            keys: keys.into_iter().map(only_part).collect(),
        };
        Box::pin(change.run_on(self.connection))
    }
}

/// A query for the targets that one source lists. Await it for a `Vec`.
#[must_use = "a query does nothing until it is awaited"]
pub struct FindListed<'c, R: ReferencesMany, T, C> {
    id: <R::Source as Model>::Id,
    query: Query<R::Target, T, &'c C>,
}

impl<R: ReferencesMany, T, C> fmt::Debug for FindListed<'_, R, T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FindListed")
            .field("plan", &self.query.plan)
            .finish_non_exhaustive()
    }
}

impl<'c, R: ReferencesMany, T: Tree<Model = R::Target>, C: Connection> FindListed<'c, R, T, C> {
    /// Keeps the targets for which the predicate is true; `None` keeps all.
    pub fn filter(self, predicate: impl IntoPredicate<R::Target>) -> Self {
        FindListed {
            id: self.id,
            query: self.query.filter(predicate),
        }
    }

    /// Loads a relation with the targets, as [`Query::include`] does.
    pub fn include<I: Include<R::Target, T>>(self, relation: I) -> FindListed<'c, R, I::Tree, C>
    where
        I::Was: Vacant,
    {
        FindListed {
            id: self.id,
            query: self.query.include(relation),
        }
    }
}

impl<'c, R: ReferencesMany, T: Tree<Model = R::Target>, C: Connection> IntoFuture
    for FindListed<'c, R, T, C>
{
    type Output = Result<Vec<Arc<T::Output>>>;
    type IntoFuture = Pending<'c, Vec<Arc<T::Output>>>;

    fn into_future(self) -> Self::IntoFuture {
        let id = self.id.into_values();
        let include = PlannedInclude::new(R::metadata(), self.query.plan);
        let find = Find {
            plan: of_id(R::Source::metadata(), id.clone(), vec![include]),
            single: true,
            whole: None,
        };
        let finding = find.run_on(self.query.connection);
        Box::pin(async move {
            let Found::Level(level) = finding.await? else {
                unreachable!("nothing else was asked for")
            };
            if level.rows.len() == 0 {
                return Err(no_source(R::Source::metadata(), &id));
            }
            let (loaded, _) = Loaded::<_, ()>::of_branch::<T>(first(level.branches));
            let mut slots: Vec<Vec<Arc<T::Output>>> =
                SlotOf::gather(loaded.targets, &loaded.of_sources);
            Ok(slots.pop().unwrap_or_default())
        })
    }
}

/// The row of a model with this id.
fn of_id(model: &'static ModelMetadata, id: Vec<Value>, includes: Vec<PlannedInclude>) -> Plan {
    let mut plan = Plan::new(model);
    plan.add_condition(fields_equal(model.id_fields(), id));
    plan.includes = Arc::new(includes);
    plan
}

fn first(branches: Vec<Branch>) -> Branch {
    let mut branches = branches.into_iter();
    branches.next().expect("each include has its branch")
}

pub(super) fn no_source(model: &'static ModelMetadata, id: &[Value]) -> Error {
    let names: Vec<&str> = model.id_fields().map(|field| field.name).collect();
    let error = not_found(model.name, &format!("has {}", describe_key(&names, id)));
    error.of_missing(Missing::Source)
}

/// The value of a key in a list, which has one part.
fn only_part(key: Option<impl Key>) -> Value {
    let parts = key.map(Key::into_values).unwrap_or_default();
    parts.into_iter().next().unwrap_or(Value::Null)
}

/// What becomes of a list by some keys.
#[derive(Clone, Copy, PartialEq)]
enum ListChange {
    Append,
    Prepend,
    Remove,
    Set,
}

impl ListChange {
    fn apply(self, list: Vec<Value>, keys: &[Value]) -> Vec<Value> {
        match self {
            ListChange::Append => [list, keys.to_vec()].concat(),
            ListChange::Prepend => [keys.to_vec(), list].concat(),
            ListChange::Remove => list.into_iter().filter(|key| !keys.contains(key)).collect(),
            ListChange::Set => keys.to_vec(),
        }
    }
}

/// Changes the list of one source by some keys. Gives by how many it became longer or shorter.
struct ChangeList {
    relation: &'static RelationMetadata,
    id: Vec<Value>,
    change: ListChange,
    keys: Vec<Value>,
}

compiled_once!(ChangeList => u64);

impl Work for ChangeList {
    type Output = u64;

    fn is_atomic(&self, _: Dialect) -> bool {
        true
    }

    fn is_short(&self) -> bool {
        true
    }

    async fn run(&mut self, session: &mut dyn Session) -> Result<u64> {
        let (relation, model) = (self.relation, self.relation.source());
        let plan = of_id(model, self.id.clone(), Vec::new());
        let mut sources = RowsSink(model.new_rows());
        let statement = sql::select_locked(&plan, RowLock::Change, session.dialect())?;
        session.fetch(statement, &mut sources).await?;
        if sources.0.len() == 0 {
            return Err(no_source(model, &self.id));
        }
        let list = model.position(relation.source_fields()[0]);
        let before = list_of(&*sources.0, list);
        if self.change != ListChange::Remove {
            check_targets(relation, &self.keys, session).await?;
        }
        let keys = self.change.apply(before.clone(), &self.keys);
        if keys == before {
            return Ok(0);
        }
        let changed = before.len().abs_diff(keys.len()) as u64;
        let mut values = Values::default();
        values.set(list, Value::List(keys));
        update_locked(model, self.id.clone(), values, session).await?;
        Ok(changed)
    }
}

/// The list of the only row there is.
fn list_of(sources: &dyn Rows, field: usize) -> Vec<Value> {
    match sources.key_part(0, field) {
        KeyPart::List(keys) => keys,
        _ => Vec::new(),
    }
}

/// Looks for a key in the list of one source.
struct ListContains {
    relation: &'static RelationMetadata,
    id: Vec<Value>,
    target: Value,
}

compiled_once!(ListContains => bool);

impl Work for ListContains {
    type Output = bool;

    fn is_read_only(&self) -> bool {
        true
    }

    fn is_short(&self) -> bool {
        true
    }

    async fn run(&mut self, session: &mut dyn Session) -> Result<bool> {
        let model = self.relation.source();
        let plan = of_id(model, self.id.clone(), Vec::new());
        let mut sources = RowsSink(model.new_rows());
        let statement = sql::select(&plan, true, session.dialect())?;
        session.fetch(statement, &mut sources).await?;
        if sources.0.len() == 0 {
            return Err(no_source(model, &self.id));
        }
        let list = model.position(self.relation.source_fields()[0]);
        Ok(list_of(&*sources.0, list).contains(&self.target))
    }
}

/// A list has no foreign key, so that its targets are there is for us to see.
async fn check_targets(
    relation: &'static RelationMetadata,
    keys: &[Value],
    session: &mut dyn Session,
) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    let (target, fields) = (relation.target(), relation.target_fields());
    let with_keys = |values: Vec<Value>| {
        let mut plan = Plan::new(target);
        let fields = fields.clone();
        plan.add_condition(Condition::Keys { fields, values });
        plan
    };
    let mut targets = RowsSink(target.new_rows());
    let statement = sql::select(&with_keys(keys.to_vec()), false, session.dialect())?;
    session.fetch(statement, &mut targets).await?;
    let position = target.position(fields[0]);
    let found = (0..targets.0.len()).map(|row| targets.0.key_part(row, position).to_value());
    let found: Vec<Value> = found.collect();
    for key in keys.iter().filter(|key| !found.contains(key)) {
        // The database may take it for equal to one that was found.
        let statement = sql::exists(&with_keys(vec![key.clone()]), session.dialect())?;
        if !AnyRow::of(statement, session).await? {
            return Err(no_target(relation, key));
        }
    }
    Ok(())
}

fn no_target(relation: &'static RelationMetadata, key: &Value) -> Error {
    let target = relation.target();
    let key = describe_key(relation.key_to, std::slice::from_ref(key));
    let message = format!("`{}`: no `{}` has {key}", relation.path(), target.name);
    let error = Error::new(ErrorKind::ForeignKeyViolation, message);
    error
        .of_model(relation.source().name)
        .of_relation(relation.name)
}
