//! The repository of a `belongs_to`: the target one source refers to. It only reads, as LoopBack's accessor does.

use crate::connection::{Connection, Operation, Row, RowReader, RowSink, Session};
use crate::error::{Error, Result};
use crate::include::{Include, Tree, Vacant, is_absent};
use crate::key::Key;
use crate::metadata::RelationMetadata;
use crate::model::Model;
use crate::plan::{Plan, PlannedInclude, Strategy};
use crate::predicate::IntoPredicate;
use crate::query::{FindAll, Pending, Query, Root, by_id, fields_equal, not_found};
use crate::relation::{BelongsTo, Origin, Relation};
use crate::statement::{self, describe_key};
use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::sync::Arc;

/// The target that one source refers to through a `belongs_to`, from `accounts.supplier(id)`, where the id is that of the
/// *source*, or from `accounts.supplier(&account)`.
pub struct BelongsToRepository<'c, R: Relation, C> {
    connection: &'c C,
    origin: Origin<R>,
}

impl<R: Relation, C> Clone for BelongsToRepository<'_, R, C> {
    fn clone(&self) -> Self {
        BelongsToRepository {
            connection: self.connection,
            origin: self.origin.clone(),
        }
    }
}

impl<R: Relation, C> fmt::Debug for BelongsToRepository<'_, R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BelongsToRepository")
            .field("relation", &R::metadata().path())
            .finish_non_exhaustive()
    }
}

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
    /// Finds the target only if the predicate is true for it; `None` asks nothing.
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
                let find = FindAll::<T> {
                    plan,
                    single: true,
                    types: PhantomData,
                };
                Ok(connection.run(find).await?.into_iter().next())
            }
            Origin::Id(id) => {
                connection
                    .run(FindThroughSource::<R, T> {
                        plan,
                        id,
                        types: PhantomData,
                    })
                    .await
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
    crate::query::no_target(relation, what)
}

fn missing_source<K: Key>(relation: &'static RelationMetadata, id: K) -> Error {
    let source = relation.source();
    let names: Vec<&str> = source.id_fields().map(|field| field.name).collect();
    let what = format!("has {}", describe_key(&names, &id.into_values()));
    not_found(source.name, &what)
}

/// Finds the target by the source's id, in one statement that tells a missing source from a missing target.
struct FindThroughSource<R: Relation, T> {
    plan: Plan,
    id: <R::Source as Model>::Id,
    types: PhantomData<fn() -> T>,
}

impl<R: Relation, T: Tree<Model = R::Target>> Operation for FindThroughSource<R, T> {
    type Output = Option<T::Output>;

    fn is_read_only(&self) -> bool {
        true
    }

    fn is_short(&self) -> bool {
        self.plan.is_short(true)
    }

    async fn run<S: Session>(mut self, session: &mut S) -> Result<Option<T::Output>> {
        match self.load(Strategy::Fast, session).await {
            Err(error) if error.wants_care() => self.load(Strategy::Careful, session).await,
            loaded => loaded,
        }
    }
}

impl<R: Relation, T: Tree<Model = R::Target>> FindThroughSource<R, T> {
    async fn load<S: Session>(
        &mut self,
        strategy: Strategy,
        session: &mut S,
    ) -> Result<Option<T::Output>> {
        let (relation, dialect) = (R::metadata(), session.dialect());
        let plan = &mut self.plan;
        plan.decide(strategy, dialect, true);
        let source = fields_equal(relation.source().id_fields(), self.id.clone().into_values());
        let statement = statement::of_source(relation, plan, &source, dialect)?;
        let sink = OfSource::<T> {
            found: Found::Nothing,
            strategy,
            columns: T::Columns::default(),
            includes: plan.includes.clone(),
        };
        let sink = session.fetch(statement, sink).await?;
        match sink.found {
            Found::Nothing => Err(missing_source(relation, self.id.clone())),
            Found::Source => Ok(None),
            Found::Target => Ok(T::finish(sink.columns, &plan.includes, strategy, session)
                .await?
                .pop()),
        }
    }
}

/// What came of looking for a source with its target.
#[derive(PartialEq)]
enum Found {
    Nothing,
    Source,
    Target,
}

struct OfSource<T: Tree> {
    found: Found,
    strategy: Strategy,
    columns: T::Columns,
    includes: Arc<Vec<PlannedInclude>>,
}

impl<T: Tree> RowSink for OfSource<T> {
    fn row<R: RowReader>(&mut self, row: &mut R) -> Result<()> {
        let mut row = Row::new(row);
        if self.found == Found::Target {
            // A second row: a joined `has_one` has several targets, or a constraint is missing on the key.
            return match self.strategy {
                Strategy::Fast => Err(Error::needs_care()),
                Strategy::Careful => Ok(()),
            };
        }
        if is_absent(T::Model::metadata(), &mut row)? {
            self.found = Found::Source;
            return Ok(());
        }
        self.found = Found::Target;
        T::read(&mut self.columns, &mut row, &self.includes)
    }
}
