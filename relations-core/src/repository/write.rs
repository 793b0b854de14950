//! Operations that write, shared by repositories and constrained repositories.

use crate::connection::{Connection, Operation, Session, Statement};
use crate::draft::Values;
use crate::error::{Error, ErrorKind, Result};
use crate::metadata::RelationMetadata;
use crate::model::Model;
use crate::predicate::{Condition, Predicate};
use crate::query::{Models, Pending, fields_equal};
use crate::statement;
use crate::value::Value;
use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;

/// Says which rows an update or delete is for.
#[diagnostic::on_unimplemented(
    message = "this does not say which rows",
    label = "which rows?",
    note = "add `.filter(..)`, or `.all_rows()` for every row of the table"
)]
pub trait SaysWhich {}

impl SaysWhich for Restricted {}

/// An update or delete that does not say yet which rows.
#[derive(Debug)]
pub struct Unrestricted;

/// An update or delete that says which rows.
#[derive(Debug)]
pub struct Restricted;

/// Changes fields of some rows, from [`Repository::patch`](crate::Repository::patch).
///
/// It says which rows by [`filter`](Patch::filter) or [`all_rows`](Patch::all_rows); only then it can be awaited, for
/// the number of rows.
#[must_use = "a patch does nothing until `filter(..)` or `all_rows()` is awaited"]
pub struct Patch<'c, M, C, S> {
    connection: &'c C,
    values: Values,
    condition: Option<Condition>,
    types: PhantomData<fn() -> (M, S)>,
}

/// Deletes some rows, from [`Repository::delete`](crate::Repository::delete).
///
/// It says which rows by [`filter`](Delete::filter) or [`all_rows`](Delete::all_rows); only then it can be awaited, for
/// the number of rows.
#[must_use = "a delete does nothing until `filter(..)` or `all_rows()` is awaited"]
pub struct Delete<'c, M, C, S> {
    connection: &'c C,
    condition: Option<Condition>,
    types: PhantomData<fn() -> (M, S)>,
}

impl<M, C, S> fmt::Debug for Patch<'_, M, C, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Patch")
            .field("condition", &self.condition)
            .finish_non_exhaustive()
    }
}

impl<M, C, S> fmt::Debug for Delete<'_, M, C, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delete")
            .field("condition", &self.condition)
            .finish_non_exhaustive()
    }
}

impl<'c, M: Model, C> Patch<'c, M, C, Unrestricted> {
    pub(super) fn new(connection: &'c C, values: Values) -> Self {
        Patch {
            connection,
            values,
            condition: None,
            types: PhantomData,
        }
    }

    /// Changes every row of the table.
    pub fn all_rows(self) -> Patch<'c, M, C, Restricted> {
        Patch {
            connection: self.connection,
            values: self.values,
            condition: self.condition,
            types: PhantomData,
        }
    }
}

impl<'c, M: Model, C, S> Patch<'c, M, C, S> {
    /// Changes the rows for which the predicate is true; further filters apply as well.
    pub fn filter(self, predicate: Predicate<M>) -> Patch<'c, M, C, Restricted> {
        let condition = Some(and(self.condition, predicate.condition));
        Patch {
            connection: self.connection,
            values: self.values,
            condition,
            types: PhantomData,
        }
    }
}

impl<'c, M: Model, C> Delete<'c, M, C, Unrestricted> {
    pub(super) fn new(connection: &'c C) -> Self {
        Delete {
            connection,
            condition: None,
            types: PhantomData,
        }
    }

    /// Deletes every row of the table.
    pub fn all_rows(self) -> Delete<'c, M, C, Restricted> {
        Delete {
            connection: self.connection,
            condition: self.condition,
            types: PhantomData,
        }
    }
}

impl<'c, M: Model, C, S> Delete<'c, M, C, S> {
    /// Deletes the rows for which the predicate is true; further filters apply as well.
    pub fn filter(self, predicate: Predicate<M>) -> Delete<'c, M, C, Restricted> {
        let condition = Some(and(self.condition, predicate.condition));
        Delete {
            connection: self.connection,
            condition,
            types: PhantomData,
        }
    }
}

fn and(first: Option<Condition>, second: Condition) -> Condition {
    match first {
        Some(first) => first.and(second),
        None => second,
    }
}

impl<'c, M: Model, C: Connection, S: SaysWhich> IntoFuture for Patch<'c, M, C, S> {
    type Output = Result<u64>;
    type IntoFuture = Pending<'c, u64>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(
            async move { patch::<M, C>(self.connection, self.values, self.condition, None).await },
        )
    }
}

impl<'c, M: Model, C: Connection, S: SaysWhich> IntoFuture for Delete<'c, M, C, S> {
    type Output = Result<u64>;
    type IntoFuture = Pending<'c, u64>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { delete::<M, C>(self.connection, self.condition, None).await })
    }
}

/// Changes the rows for which the condition is true; `None` is every row.
pub(super) async fn patch<M: Model, C: Connection>(
    connection: &C,
    values: Values,
    condition: Option<Condition>,
    through: Option<&'static RelationMetadata>,
) -> Result<u64> {
    if values.0.is_empty() {
        let message = format!("the patch of `{}` changes nothing", M::NAME);
        return Err(Error::new(ErrorKind::EmptyPatch, message).of_model(M::NAME));
    }
    let metadata = M::metadata();
    let statement = statement::update(metadata, &values, condition.as_ref(), connection.dialect())?;
    let result = connection.run(Execute { statement }).await;
    result.map_err(|error| error.in_model(metadata, through))
}

/// Deletes the rows for which the condition is true; `None` is every row.
pub(super) async fn delete<M: Model, C: Connection>(
    connection: &C,
    condition: Option<Condition>,
    through: Option<&'static RelationMetadata>,
) -> Result<u64> {
    let metadata = M::metadata();
    let statement = statement::delete(metadata, condition.as_ref(), connection.dialect())?;
    let result = connection.run(Execute { statement }).await;
    result.map_err(|error| error.in_model(metadata, through))
}

/// Runs one statement; gives the number of rows.
struct Execute {
    statement: Statement,
}

impl Operation for Execute {
    type Output = u64;

    async fn run<S: Session>(self, session: &mut S) -> Result<u64> {
        Ok(session.execute(self.statement).await?.rows)
    }
}

/// Adds a row.
pub(super) struct Create<M> {
    pub(super) values: Values,
    pub(super) through: Option<&'static RelationMetadata>,
    pub(super) model: PhantomData<fn() -> M>,
}

impl<M: Model> Operation for Create<M> {
    type Output = M;

    async fn run<S: Session>(self, session: &mut S) -> Result<M> {
        let result = insert::<M, S>(&self.values, session).await;
        result.map_err(|error| error.in_model(M::metadata(), self.through))
    }
}

pub(super) async fn insert<M: Model, S: Session>(values: &Values, session: &mut S) -> Result<M> {
    let (metadata, dialect) = (M::metadata(), session.dialect());
    let statement = statement::insert(metadata, values, dialect)?;
    if dialect.insert_returns() {
        let Models(mut rows) = session.fetch(statement, Models(Vec::new())).await?;
        return rows.pop().ok_or_else(|| not_returned::<M>());
    }
    let id = session.execute(statement).await?.last_insert_id;
    let id = metadata.id.iter().map(|at| match values.get(*at) {
        Some(value) => value.clone(),
        None => id.map_or(Value::Null, Value::Int),
    });
    let condition = fields_equal(metadata.id_fields(), id.collect());
    let statement = statement::select_by_fields(metadata, condition, dialect)?;
    let Models(mut rows) = session.fetch(statement, Models(Vec::new())).await?;
    rows.pop().ok_or_else(|| not_returned::<M>())
}

/// The database took the row and did not give it back: a trigger or a rule of its own redirected it.
pub(super) fn not_returned<M: Model>() -> Error {
    let message = format!("the new `{}` was not given back by the database", M::NAME);
    Error::new(ErrorKind::Database, message).of_model(M::NAME)
}
