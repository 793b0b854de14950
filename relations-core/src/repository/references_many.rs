//! The repository of a `references_many`: the targets whose keys one source lists.

use super::write::{Change, Write};
use crate::connection::{Connection, Dialect, Operation, Session};
use crate::draft::Values;
use crate::error::{Error, ErrorKind, Result};
use crate::include::{Include, Tree, Vacant};
use crate::key::{IntoKey, Key, KeysOf};
use crate::load::{self, Keys};
use crate::model::Model;
use crate::plan::{Plan, PlannedInclude, Strategy};
use crate::predicate::IntoPredicate;
use crate::query::{AnyRow, Models, Pending, Query, Root, fields_equal, not_found};
use crate::relation::ReferencesMany;
use crate::slot::SlotOf;
use crate::statement::{self, describe_key};
use crate::value::Value;
use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::sync::Arc;

/// The targets whose keys one source lists, from `posts.tags(id)`.
pub struct ReferencesManyRepository<'c, R: ReferencesMany, C> {
    connection: &'c C,
    id: <R::Source as Model>::Id,
}

impl<R: ReferencesMany, C> Clone for ReferencesManyRepository<'_, R, C> {
    fn clone(&self) -> Self {
        ReferencesManyRepository {
            connection: self.connection,
            id: self.id.clone(),
        }
    }
}

impl<R: ReferencesMany, C> fmt::Debug for ReferencesManyRepository<'_, R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReferencesManyRepository")
            .field("relation", &R::metadata().path())
            .finish_non_exhaustive()
    }
}

impl<'c, R: ReferencesMany, C: Connection> ReferencesManyRepository<'c, R, C> {
    pub(super) fn new(connection: &'c C, id: <R::Source as Model>::Id) -> Self {
        ReferencesManyRepository { connection, id }
    }

    /// Finds the targets, in the order of the list and as often as it names them; keys that no row has are passed over. Add
    /// `.filter(..)` or `.include(..)`, and await it. Two statements, and one for each include that is not joined; one where
    /// the list is empty.
    ///
    /// # Errors
    /// Awaiting it gives `NotFound` of the source where there is none.
    pub fn find(&self) -> FindListed<'c, R, Root<R::Target>, C> {
        FindListed {
            id: self.id.clone(),
            query: Query::new(self.connection),
        }
    }

    /// Adds a target at the end of the list, given by its key; one that is in it is added once more. One transaction of three
    /// statements.
    ///
    /// # Errors
    /// `NotFound` where there is no source, `ForeignKeyViolation` where there is no target.
    pub fn add(&self, target: impl IntoKey<R::Key>) -> Pending<'c, ()> {
        let change = ChangeList::<R> {
            id: self.id.clone(),
            target: target.into_key(),
            adds: true,
        };
        let connection = self.connection;
        Box::pin(async move { connection.run(change).await.map(drop) })
    }

    /// Removes a target from the list, wherever it is in it; the target itself stays. Gives how often it was. One transaction
    /// of two statements.
    ///
    /// # Errors
    /// `NotFound` where there is no source.
    pub fn remove(&self, target: impl IntoKey<R::Key>) -> Pending<'c, u64> {
        let change = ChangeList::<R> {
            id: self.id.clone(),
            target: target.into_key(),
            adds: false,
        };
        Box::pin(self.connection.run(change))
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
        let load = LoadListed::<R, T> {
            id: self.id,
            plan: self.query.plan,
            types: PhantomData,
        };
        Box::pin(self.query.connection.run(load))
    }
}

struct LoadListed<R: ReferencesMany, T> {
    id: <R::Source as Model>::Id,
    plan: Plan,
    types: PhantomData<fn() -> T>,
}

impl<R: ReferencesMany, T: Tree<Model = R::Target>> Operation for LoadListed<R, T> {
    type Output = Vec<Arc<T::Output>>;

    fn is_read_only(&self) -> bool {
        true
    }

    async fn run<S: Session>(self, session: &mut S) -> Result<Self::Output> {
        let source = source::<R, S>(&self.id, false, session).await?;
        let keys = Keys::of::<R>(std::slice::from_ref(&source));
        let mut strategy = Strategy::Fast;
        loop {
            let mut plan = self.plan.clone();
            plan.decide(strategy, session.dialect(), false);
            let include = PlannedInclude::new(R::metadata(), plan);
            match load::targets::<R, T, S>(&keys, &include, strategy, session).await {
                Err(error) if error.wants_care() && strategy == Strategy::Fast => {
                    strategy = Strategy::Careful;
                }
                loaded => {
                    let loaded = loaded?;
                    let slots = SlotOf::gather(loaded.targets, &loaded.of_sources);
                    return Ok(slots.unwrap_or_default().pop().unwrap_or_default());
                }
            }
        }
    }
}

/// The source with this id, locked if it is to be changed.
async fn source<R: ReferencesMany, S: Session>(
    id: &<R::Source as Model>::Id,
    locks: bool,
    session: &mut S,
) -> Result<R::Source> {
    let (model, values) = (R::Source::metadata(), id.clone().into_values());
    let mut plan = Plan::new(model);
    plan.add_condition(fields_equal(model.id_fields(), values.clone()));
    let statement = match locks {
        true => statement::select_locked(&plan, session.dialect())?,
        false => statement::select(&plan, true, session.dialect())?,
    };
    let Models(mut rows) = session
        .fetch(statement, Models::<R::Source>(Vec::new()))
        .await?;
    rows.pop().ok_or_else(|| {
        let names: Vec<&str> = model.id_fields().map(|field| field.name).collect();
        not_found(
            model.name,
            &format!("has {}", describe_key(&names, &values)),
        )
    })
}

/// Adds a key to the list of one source, or removes it.
struct ChangeList<R: ReferencesMany> {
    id: <R::Source as Model>::Id,
    target: R::Key,
    adds: bool,
}

impl<R: ReferencesMany> Operation for ChangeList<R> {
    type Output = u64;

    fn is_atomic(&self, _: Dialect) -> bool {
        true
    }

    fn is_short(&self) -> bool {
        true
    }

    async fn run<S: Session>(self, session: &mut S) -> Result<u64> {
        let source = source::<R, S>(&self.id, true, session).await?;
        let mut keys = R::KeyFrom::read(&source).into_iter().collect::<Vec<_>>();
        let before = keys.len();
        if self.adds {
            check_target::<R, S>(&self.target, session).await?;
            keys.push(self.target);
        } else {
            keys.retain(|key| *key != self.target);
            if keys.len() == before {
                return Ok(0);
            }
        }
        let changed = before.abs_diff(keys.len()) as u64;
        let list = keys.into_iter().flat_map(Key::into_values).collect();
        let model = R::Source::metadata();
        let mut values = Values::default();
        let field = R::metadata().source_fields()[0];
        values.set(model.position(field), Value::List(list));
        let of_id = fields_equal(model.id_fields(), self.id.into_values());
        let statement = statement::update(model, &values, Some(&of_id), session.dialect())?;
        match session.execute(statement).await {
            Ok(_) => Ok(changed),
            Err(error) => {
                let write = Write {
                    model,
                    through: None,
                    change: Change::Values(vec![values]),
                };
                Err(write.explain(error, session).await)
            }
        }
    }
}

/// A list has no foreign key, so that its targets are there is for us to see.
async fn check_target<R: ReferencesMany, S: Session>(key: &R::Key, session: &mut S) -> Result<()> {
    let (relation, values) = (R::metadata(), key.clone().into_values());
    let target = relation.target();
    let mut plan = Plan::new(target);
    plan.add_condition(fields_equal(relation.target_fields(), values.clone()));
    let statement = statement::exists(&plan, session.dialect())?;
    let AnyRow(exists) = session.fetch(statement, AnyRow(false)).await?;
    if exists {
        return Ok(());
    }
    let key = describe_key(relation.key_to, &values);
    let message = format!("`{}`: no `{}` has {key}", relation.path(), target.name);
    let error = Error::new(ErrorKind::ForeignKeyViolation, message);
    Err(error.of_model(relation.source().name).of_relation(relation))
}
