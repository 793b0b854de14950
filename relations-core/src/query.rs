//! Queries: the builder that repositories and scopes share, and the operations it ends in.

use crate::column::Order;
use crate::connection::{self, Connection, Pending, RowReader, RowSink, Session, Statement, Work};
use crate::error::{Error, ErrorKind, Result};
use crate::include::{Include, Tree, Vacant, find};
use crate::metadata::{ModelMetadata, RelationMetadata};
use crate::model::Model;
use crate::plan::{Plan, Strategy};
use crate::predicate::{Condition, IntoPredicate};
use crate::statement::{self, describe_key};
use crate::value::Value;
use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;

pub(crate) use crate::include::Root;

/// A query for rows of `M`, from `repository.find()` or within a scope.
///
/// `filter`, `order_by`, `limit` and `offset` keep its type, so it can be built conditionally; `include` adds a slot to
/// the rows it gives. Rows come by the order asked for, ties and rows without an order by id.
///
/// A query takes one statement, plus one for each included relation that is not joined or is counted, and for a polymorphic
/// one as many as models are referred to. To-many relations are never joined. A `has_one` is joined unless its
/// scope has a limit or an offset, a `belongs_to` only where at most 20 rows are asked for; no more than 30 relations are. A list of keys beyond 8 MiB takes further statements, but for PostgreSQL. Where a
/// constraint turns out to be missing, or a target to be gone, all of them run once more, in a more careful way.
#[must_use = "a query does nothing until one of `all`, `first`, `get`, `count`, `exists` is awaited"]
pub struct Query<M: Model, T, C> {
    pub(crate) connection: C,
    pub(crate) plan: Plan,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M: Model, T, C: Clone> Clone for Query<M, T, C> {
    fn clone(&self) -> Self {
        Query {
            connection: self.connection.clone(),
            plan: self.plan.clone(),
            types: PhantomData,
        }
    }
}

impl<M: Model, T, C> fmt::Debug for Query<M, T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query").field("plan", &self.plan).finish()
    }
}

impl<M: Model, C> Query<M, Root<M>, C> {
    pub(crate) fn new(connection: C) -> Self {
        Query {
            connection,
            plan: Plan::new(M::metadata()),
            types: PhantomData,
        }
    }
}

impl<M: Model, T: Tree<Model = M>, C> Query<M, T, C> {
    /// Keeps the rows for which the predicate is true; `None` keeps all. Further filters apply as well.
    pub fn filter(mut self, predicate: impl IntoPredicate<M>) -> Self {
        if let Some(predicate) = predicate.into_predicate() {
            self.plan.add_condition(predicate.condition);
        }
        self
    }

    /// Sorts the rows; further orders break the ties of earlier ones.
    pub fn order_by(mut self, order: Order<M>) -> Self {
        self.plan.order.push(order.by);
        self
    }

    /// Gives at most so many rows, counted after the offset. In a scope: at most so many targets of each source.
    pub fn limit(mut self, rows: u64) -> Self {
        self.plan.limit = Some(rows);
        self
    }

    /// Passes over so many rows first. In a scope: of each source.
    pub fn offset(mut self, rows: u64) -> Self {
        self.plan.offset = Some(rows);
        self
    }

    /// Loads a relation with the rows: `include(Supplier::ACCOUNT)`.
    ///
    /// The rows become `SupplierWith<..>`, with the slot `account`. A relation is included once; what else is wanted
    /// of it goes into [`Relation::scope`](crate::Relation::scope).
    pub fn include<I: Include<M, T>>(mut self, relation: I) -> Query<M, I::Tree, C>
    where
        I::Was: Vacant,
    {
        std::sync::Arc::make_mut(&mut self.plan.includes).push(relation.into_plan());
        Query {
            connection: self.connection,
            plan: self.plan,
            types: PhantomData,
        }
    }
}

impl<M: Model, T: Tree<Model = M>, C: Connection> Query<M, T, C> {
    /// Gives all rows.
    ///
    /// # Errors
    /// `Decode` where a column does not fit its field, `DanglingKey` where a required key refers to no row,
    /// `InvalidValue` where the database cannot hold a value that the query compares with.
    pub async fn all(self) -> Result<Vec<T::Output>> {
        find::<T>(&self.connection, self.plan, false).await
    }

    /// Gives the first row, if there is one.
    ///
    /// # Errors
    /// Those of [`all`](Query::all).
    pub async fn first(mut self) -> Result<Option<T::Output>> {
        self.plan.limit = Some(self.plan.limit.unwrap_or(1).min(1));
        Ok(self.all().await?.pop())
    }

    /// Gives the first row.
    ///
    /// # Errors
    /// `NotFound` when there is none, and those of [`all`](Query::all).
    pub async fn get(self) -> Result<T::Output> {
        self.first()
            .await?
            .ok_or_else(|| not_found(M::NAME, "matches the query"))
    }

    /// Counts the rows, within `limit` and `offset` if given. One statement; includes are not loaded.
    ///
    /// # Errors
    /// `InvalidValue` as for [`all`](Query::all).
    pub async fn count(self) -> Result<u64> {
        connection::run(&self.connection, Count { plan: self.plan }).await
    }

    /// Whether there is a row. One statement; includes are not loaded.
    ///
    /// # Errors
    /// `InvalidValue` as for [`all`](Query::all).
    pub async fn exists(self) -> Result<bool> {
        let plan = self.plan;
        let exists = Exists {
            plan,
            single: false,
        };
        connection::run(&self.connection, exists).await
    }

    /// The text of the query's first statement: that of the rows themselves, with joined includes.
    ///
    /// # Errors
    /// `InvalidValue` as for [`all`](Query::all).
    pub fn to_sql(&self) -> Result<String> {
        first_statement(&self.plan, &self.connection, false)
    }
}

fn first_statement(plan: &Plan, connection: &dyn Connection, single: bool) -> Result<String> {
    let (mut plan, dialect) = (plan.clone(), connection.dialect());
    plan.decide(Strategy::Fast, single);
    Ok(statement::select(&plan, single, dialect)?.sql.to_string())
}

/// A query for one row that its key identifies, from `find_by_id` or a relation's `find`. Await it for an `Option`.
#[must_use = "a query does nothing until it is awaited"]
pub struct FindOne<'c, M: Model, T, C> {
    pub(crate) query: Query<M, T, &'c C>,
    pub(crate) missing: Missing,
}

/// Who is missing when there is no row, and under which keys. The message is made when it is needed.
#[derive(Debug, Clone)]
pub(crate) struct Missing {
    /// The id that was asked for.
    pub(crate) id: Option<Vec<Value>>,
    /// The relation that was followed, and the source's key, which may be null.
    pub(crate) of: Option<(&'static RelationMetadata, Option<Vec<Value>>)>,
}

impl Missing {
    /// Whether there cannot be a row, since the source's key is null.
    fn is_certain(&self) -> bool {
        matches!(self.of, Some((_, None)))
    }

    fn error(&self, model: &'static ModelMetadata) -> Error {
        let names: Vec<&str> = model.id_fields().map(|field| field.name).collect();
        let id = self.id.as_ref().map(|id| describe_key(&names, id));
        let Some((relation, key)) = &self.of else {
            let id = id.unwrap_or_default();
            return not_found(model.name, &format!("has {id}"));
        };
        let source = key.as_ref().map_or("a null key".to_owned(), |key| {
            let key = describe_key(relation.key_from, key);
            format!("the `{}` with {key}", relation.source().name)
        });
        let with = id.map_or(String::new(), |id| format!("with {id} "));
        no_target(relation, &format!("{with}for {source}"))
    }
}

impl<M: Model, T, C> fmt::Debug for FindOne<'_, M, T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FindOne")
            .field("plan", &self.query.plan)
            .finish()
    }
}

impl<'c, M: Model, T: Tree<Model = M>, C> FindOne<'c, M, T, C> {
    /// Finds the row only if the predicate is true for it; `None` asks nothing.
    pub fn filter(self, predicate: impl IntoPredicate<M>) -> Self {
        FindOne {
            query: self.query.filter(predicate),
            ..self
        }
    }

    /// Loads a relation with the row, as [`Query::include`] does.
    pub fn include<I: Include<M, T>>(self, relation: I) -> FindOne<'c, M, I::Tree, C>
    where
        I::Was: Vacant,
    {
        FindOne {
            query: self.query.include(relation),
            missing: self.missing,
        }
    }
}

impl<M: Model, T: Tree<Model = M>, C: Connection> FindOne<'_, M, T, C> {
    /// Gives the row.
    ///
    /// # Errors
    /// `NotFound` when there is none, and those of [`Query::all`].
    pub async fn get(self) -> Result<T::Output> {
        let FindOne { query, missing } = self;
        let found = match missing.is_certain() {
            true => None,
            false => find_one(query).await?,
        };
        found.ok_or_else(|| missing.error(M::metadata()))
    }

    /// Whether there is a row. One statement; includes are not loaded.
    ///
    /// # Errors
    /// `InvalidValue` where the database cannot hold the key.
    pub async fn exists(self) -> Result<bool> {
        if self.missing.is_certain() {
            return Ok(false);
        }
        let plan = self.query.plan;
        let exists = Exists { plan, single: true };
        connection::run(self.query.connection, exists).await
    }

    /// The text of the first statement: that of the row itself, with joined includes.
    ///
    /// # Errors
    /// `InvalidValue` where the database cannot hold the key.
    pub fn to_sql(&self) -> Result<String> {
        first_statement(&self.query.plan, self.query.connection, true)
    }

    async fn find(self) -> Result<Option<T::Output>> {
        match self.missing.is_certain() {
            true => Ok(None),
            false => find_one(self.query).await,
        }
    }
}

/// The row of a query whose condition holds for one row at most.
async fn find_one<M: Model, T: Tree<Model = M>, C: Connection>(
    query: Query<M, T, &C>,
) -> Result<Option<T::Output>> {
    let found = find::<T>(query.connection, query.plan, true).await?;
    Ok(found.into_iter().next())
}

impl<'c, M: Model, T: Tree<Model = M>, C: Connection> IntoFuture for FindOne<'c, M, T, C> {
    type Output = Result<Option<T::Output>>;
    type IntoFuture = Pending<'c, Option<T::Output>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.find())
    }
}

/// "no `Supplier` has `id` 7"
pub(crate) fn not_found(model: &'static str, what: &str) -> Error {
    Error::new(ErrorKind::NotFound, format!("no `{model}` {what}")).of_model(model)
}

/// "`Supplier.account`: no `Account` for the `Supplier` with `id` 7"
pub(crate) fn no_target(relation: &'static RelationMetadata, what: &str) -> Error {
    let target = relation.target().name;
    let message = format!("`{}`: no `{target}` {what}", relation.path());
    Error::new(ErrorKind::NotFound, message)
        .of_model(target)
        .of_relation(relation)
}

pub(crate) struct Count {
    pub(crate) plan: Plan,
}

impl Work for Count {
    type Output = u64;

    fn is_read_only(&self) -> bool {
        true
    }

    async fn run(self, session: &mut dyn Session) -> Result<u64> {
        if self.plan.is_empty() {
            return Ok(0);
        }
        let statement = statement::count(&self.plan, session.dialect())?;
        Number::of(statement, session).await
    }
}

struct Exists {
    plan: Plan,
    /// Whether the condition holds for one row at most.
    single: bool,
}

impl Work for Exists {
    type Output = bool;

    fn is_read_only(&self) -> bool {
        true
    }

    fn is_short(&self) -> bool {
        self.single && self.plan.is_short(true)
    }

    async fn run(self, session: &mut dyn Session) -> Result<bool> {
        if self.plan.is_empty() {
            return Ok(false);
        }
        let statement = statement::exists(&self.plan, session.dialect())?;
        AnyRow::of(statement, session).await
    }
}

/// Reads one number.
pub(crate) struct Number(u64);

impl Number {
    /// The number that a statement gives.
    pub(crate) async fn of(statement: Statement, session: &mut dyn Session) -> Result<u64> {
        let mut sink = Number(0);
        session.fetch(statement, &mut sink).await?;
        Ok(sink.0)
    }
}

impl RowSink for Number {
    fn row(&mut self, row: &mut dyn RowReader) -> Result<()> {
        let count = row.int(0).map_err(|misread| {
            let (reason, _) = misread.into_parts();
            Error::new(ErrorKind::Decode, reason)
        })?;
        self.0 = count as u64;
        Ok(())
    }
}

/// Notes whether a row came.
pub(crate) struct AnyRow(bool);

impl AnyRow {
    /// Whether a statement gives a row.
    pub(crate) async fn of(statement: Statement, session: &mut dyn Session) -> Result<bool> {
        let mut sink = AnyRow(false);
        session.fetch(statement, &mut sink).await?;
        Ok(sink.0)
    }
}

impl RowSink for AnyRow {
    fn row(&mut self, _: &mut dyn RowReader) -> Result<()> {
        self.0 = true;
        Ok(())
    }
}

/// The order by id, for keys of which the first row counts, should a constraint be missing.
pub(crate) fn by_id(model: &'static ModelMetadata) -> Vec<crate::column::OrderBy> {
    let by = |field| crate::column::OrderBy::new(field, false);
    model.id_fields().map(by).collect()
}

/// The condition that a row's fields have these values.
pub(crate) fn fields_equal(
    fields: impl IntoIterator<Item = &'static crate::FieldMetadata>,
    values: Vec<Value>,
) -> Condition {
    let parts = fields
        .into_iter()
        .zip(values)
        .map(|(field, value)| Condition::Compare {
            field,
            operator: crate::predicate::Operator::Eq,
            value,
        });
    Condition::All(parts.collect())
}
