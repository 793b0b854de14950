//! The repository of a `belongs_to`: the target one source refers to. It only reads, as LoopBack's accessor does.

use crate::driver::{Connection, Pending};
use crate::error::{Error, Missing, Result};
use crate::load::{FindTarget, OfSource};
use crate::model::{Key, Model, RelationMetadata};
use crate::query::{IntoPredicate, by_id, fields_equal};
use crate::sql::describe_key;
use crate::typed::{
    BelongsTo, Include, Origin, Query, Relation, Root, Tree, Vacant, assembled, find, not_found,
};
use std::fmt;
use std::future::IntoFuture;

/// The target that one source refers to through a `belongs_to`, from `accounts.supplier(id)`, where the id is that of the
/// *source*, or from `accounts.supplier(&account)`.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// let orders = OrderRepository::new(&db);
/// let customer = orders.customer(1).get().await?; // by the id of the order
/// assert_eq!(customer.name, "Freya");
/// # Ok(()) });
/// ```
pub struct BelongsToRepository<'c, R: Relation, C> {
    connection: &'c C,
    origin: Origin<R>,
}

of_relation!(BelongsToRepository, Relation, origin);

impl<'c, R: BelongsTo, C: Connection> BelongsToRepository<'c, R, C> {
    pub(super) fn new(connection: &'c C, origin: Origin<R>) -> Self {
        BelongsToRepository { connection, origin }
    }

    /// Finds the target: await it for an `Option`, or add `.filter(..)`, `.include(..)`, `.get()`.
    ///
    /// One statement, and one for each include that is not joined; none from a source whose key is null.
    ///
    /// # Errors
    /// Awaiting it gives `NotFound` of the source when no source has the id it was asked for. A source without a target
    /// gives `None`.
    pub fn find(&self) -> FindOfSource<'c, R, Root<R::Target>, C> {
        FindOfSource {
            origin: self.origin.clone(),
            query: Query::new(self.connection),
        }
    }

    /// Gives the target.
    ///
    /// # Errors
    /// `NotFound` of the target when the source has none, or of the source when there is no such source; the message
    /// and [`Error::model`] tell them apart.
    pub async fn get(&self) -> Result<R::Target> {
        self.find().get().await
    }
}

/// A query for the target of one source. Await it for an `Option`.
#[must_use = "a query does nothing until it is awaited"]
pub struct FindOfSource<'c, R: Relation, T, C> {
    origin: Origin<R>,
    query: Query<R::Target, T, &'c C>,
}

impl<R: Relation, T, C> fmt::Debug for FindOfSource<'_, R, T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FindOfSource")
            .field("plan", &self.query.plan)
            .finish_non_exhaustive()
    }
}

impl<'c, R: BelongsTo, T: Tree<Model = R::Target>, C: Connection> FindOfSource<'c, R, T, C> {
    /// Finds the target only if the predicate is true for it; `None` always finds it.
    pub fn filter(self, predicate: impl IntoPredicate<R::Target>) -> Self {
        FindOfSource {
            origin: self.origin,
            query: self.query.filter(predicate),
        }
    }

    /// Loads a relation with the target, as [`Query::include`] does.
    pub fn include<I: Include<R::Target, T>>(self, relation: I) -> FindOfSource<'c, R, I::Tree, C>
    where
        I::Was: Vacant,
    {
        FindOfSource {
            origin: self.origin,
            query: self.query.include(relation),
        }
    }

    /// Gives the target.
    ///
    /// # Errors
    /// `NotFound` of the target when the source has none, or of the source when there is no such source.
    pub async fn get(self) -> Result<T::Output> {
        let relation = R::metadata();
        let what = match &self.origin {
            Origin::Key(_) => "for this source".to_owned(),
            Origin::Id(id) => format!("for the {}", describe_source(relation, id.clone())),
        };
        self.find()
            .await?
            .ok_or_else(|| missing_target(relation, &what))
    }

    async fn find(self) -> Result<Option<T::Output>> {
        let (connection, mut plan) = (self.query.connection, self.query.plan);
        if !R::metadata().refers_to_id() {
            // Without the unique constraint there may be two rows, of which the first by id is taken.
            plan.order = by_id(R::Target::metadata());
        }
        match self.origin {
            Origin::Key(None) => Ok(None),
            Origin::Key(Some(key)) => {
                plan.add_condition(fields_equal(
                    R::metadata().target_fields(),
                    key.into_values(),
                ));
                let found = find::<T>(connection, plan, true).await?;
                Ok(found.into_iter().next())
            }
            Origin::Id(id) => {
                let relation = R::metadata();
                let find = FindTarget {
                    relation,
                    plan,
                    id: id.clone().into_values(),
                };
                match find.run_on(connection).await? {
                    OfSource::NoSource => Err(missing_source(relation, id)),
                    OfSource::NoTarget => Ok(None),
                    OfSource::Target(level) => Ok(assembled::<T>(level).pop()),
                }
            }
        }
    }
}

impl<'c, R: BelongsTo, T: Tree<Model = R::Target>, C: Connection> IntoFuture
    for FindOfSource<'c, R, T, C>
{
    type Output = Result<Option<T::Output>>;
    type IntoFuture = Pending<'c, Option<T::Output>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.find())
    }
}

fn describe_source<K: Key>(relation: &RelationMetadata, id: K) -> String {
    let source = relation.source();
    let names: Vec<&str> = source.id_fields().map(|field| field.name).collect();
    format!(
        "`{}` with {}",
        source.name,
        describe_key(&names, &id.into_values())
    )
}

fn missing_target(relation: &'static RelationMetadata, what: &str) -> Error {
    crate::typed::no_target(relation, what)
}

pub(super) fn missing_source<K: Key>(relation: &'static RelationMetadata, id: K) -> Error {
    let source = relation.source();
    let names: Vec<&str> = source.id_fields().map(|field| field.name).collect();
    let what = format!("has {}", describe_key(&names, &id.into_values()));
    not_found(source.name, &what).of_missing(Missing::Source)
}
