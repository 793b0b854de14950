//! Operations that write, shared by repositories and constrained repositories.

use crate::connection::{Connection, Dialect, Operation, Session, Statement};
use crate::draft::Values;
use crate::error::{Error, ErrorKind, Result};
use crate::metadata::{ModelMetadata, RelationKind, RelationMetadata};
use crate::model::Model;
use crate::plan::Plan;
use crate::predicate::{Condition, Predicate};
use crate::query::{AnyRow, Models, Pending, fields_equal};
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
    let model = M::metadata();
    let statement = statement::update(model, &values, condition.as_ref(), connection.dialect())?;
    let write = Write {
        model,
        through,
        change: Change::Values(values),
    };
    connection.run(Execute { statement, write }).await
}

/// Deletes the rows for which the condition is true; `None` is every row.
pub(super) async fn delete<M: Model, C: Connection>(
    connection: &C,
    condition: Option<Condition>,
    through: Option<&'static RelationMetadata>,
) -> Result<u64> {
    let model = M::metadata();
    let statement = statement::delete(model, condition.as_ref(), connection.dialect())?;
    let write = Write {
        model,
        through,
        change: Change::Delete(condition),
    };
    connection.run(Execute { statement, write }).await
}

/// What was tried, to say of an error which relation it concerns.
pub(super) struct Write {
    pub(super) model: &'static ModelMetadata,
    /// The relation that the write went through.
    pub(super) through: Option<&'static RelationMetadata>,
    pub(super) change: Change,
}

pub(super) enum Change {
    /// These values were to be stored.
    Values(Values),
    /// The rows for which the condition is true were to go.
    Delete(Option<Condition>),
}

impl Write {
    /// The error with the model and the relation it concerns.
    pub(super) async fn explain<S: Session>(&self, error: Error, session: &mut S) -> Error {
        // SQLite does not say which foreign key it found violated, so each is looked at. Its
        // transactions go on after an error.
        if error.is_foreign_key_violation() && session.dialect() == Dialect::Sqlite {
            for relation in self.foreign_keys() {
                if matches!(self.violates(relation, session).await, Ok(true)) {
                    let still_referred = matches!(self.change, Change::Delete(_));
                    return error.violating(self.model, relation, still_referred);
                }
            }
        }
        error.in_model(self.model, self.through)
    }

    /// The relations whose key the change may violate, that of the write itself first.
    fn foreign_keys(&self) -> impl Iterator<Item = &'static RelationMetadata> {
        let kind = match self.change {
            Change::Values(_) => RelationKind::BelongsTo,
            Change::Delete(_) => RelationKind::HasOne,
        };
        let own = self
            .model
            .relations
            .iter()
            .filter(move |relation| relation.kind == kind && !follows(relation));
        self.through.into_iter().chain(own)
    }

    async fn violates<S: Session>(
        &self,
        relation: &'static RelationMetadata,
        session: &mut S,
    ) -> Result<bool> {
        let dialect = session.dialect();
        let statement = match &self.change {
            Change::Values(values) => {
                let Some(statement) = self.select_referred(values, relation, dialect)? else {
                    return Ok(false);
                };
                statement
            }
            Change::Delete(condition) => {
                statement::target_of(relation, condition.as_ref(), dialect)?
            }
        };
        let AnyRow(exists) = session.fetch(statement, AnyRow(false)).await?;
        Ok(match self.change {
            Change::Values(_) => !exists,
            Change::Delete(_) => exists,
        })
    }

    /// Looks for the row that the values refer to; `None` where they hold no whole key.
    fn select_referred(
        &self,
        values: &Values,
        relation: &'static RelationMetadata,
        dialect: Dialect,
    ) -> Result<Option<Statement>> {
        let (own, referred, fields) = match relation.kind {
            RelationKind::BelongsTo => (
                relation.source_fields(),
                relation.target(),
                relation.target_fields(),
            ),
            RelationKind::HasOne => (
                relation.target_fields(),
                relation.source(),
                relation.source_fields(),
            ),
        };
        let position = |field| self.model.fields.iter().position(|other| other == field);
        let key = own
            .into_iter()
            .map(|field| position(field).and_then(|at| values.get(at)));
        let key: Option<Vec<Value>> = key.map(|value| value.cloned()).collect();
        let Some(key) = key.filter(|key| !key.contains(&Value::Null)) else {
            return Ok(None);
        };
        let mut plan = Plan::new(referred);
        plan.add_condition(fields_equal(fields, key));
        statement::exists(&plan, dialect).map(Some)
    }
}

/// Whether the target follows when its source is deleted, as its side of a `has_one` may say.
fn follows(relation: &RelationMetadata) -> bool {
    use crate::metadata::ReferentialAction::{Cascade, SetDefault, SetNull};
    let mut back = relation.target().relations.iter().filter(|back| {
        relation.kind == RelationKind::HasOne
            && back.kind == RelationKind::BelongsTo
            && back.key_from == relation.key_to
            && back.target().name == relation.source().name
    });
    back.any(|back| matches!(back.on_delete, Some(Cascade | SetNull | SetDefault)))
}

/// Runs one statement; gives the number of rows.
struct Execute {
    statement: Statement,
    write: Write,
}

impl Operation for Execute {
    type Output = u64;

    async fn run<S: Session>(self, session: &mut S) -> Result<u64> {
        match session.execute(self.statement).await {
            Ok(executed) => Ok(executed.rows),
            Err(error) => Err(self.write.explain(error, session).await),
        }
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
        match insert::<M, S>(&self.values, session).await {
            Ok(row) => Ok(row),
            Err(error) => {
                let change = Change::Values(self.values);
                let write = Write {
                    model: M::metadata(),
                    through: self.through,
                    change,
                };
                Err(write.explain(error, session).await)
            }
        }
    }
}

pub(super) async fn insert<M: Model, S: Session>(values: &Values, session: &mut S) -> Result<M> {
    let (metadata, dialect) = (M::metadata(), session.dialect());
    if !dialect.insert_returns() {
        for field in metadata.id_fields().filter(|field| field.generated) {
            if !field.kind.is_integer() {
                let why = "MySQL tells the id of a new row only where it numbers rows itself";
                let message = format!(
                    "cannot create `{}`: {why}, and `{}` is generated otherwise",
                    M::NAME,
                    field.name
                );
                return Err(Error::new(ErrorKind::InvalidSchema, message).of_model(M::NAME));
            }
        }
    }
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
