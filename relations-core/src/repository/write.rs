//! Operations that write, shared by repositories and constrained repositories.

use crate::connection::{self, Connection, Dialect, Pending, Session, Statement, Work};
use crate::data::{Data, Wanted};
use crate::draft::Values;
use crate::error::{Error, ErrorKind, Result};
use crate::metadata::{ForeignKey, ModelMetadata, RelationKind, RelationMetadata};
use crate::model::Model;
use crate::plan::Plan;
use crate::predicate::{Condition, Predicate};
use crate::query::{AnyRow, Number};
use crate::statement;
use crate::value::Value;
use std::collections::HashSet;
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
    values: Result<Values>,
    condition: Option<Condition>,
    through: Option<&'static RelationMetadata>,
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
    pub(super) fn new(connection: &'c C, patch: Data) -> Self {
        Patch {
            connection,
            values: patch.read(&Wanted::patch(M::metadata())),
            condition: None,
            through: None,
            types: PhantomData,
        }
    }

    /// Of the rows that a relation leads to from one source.
    pub(super) fn of_relation(
        connection: &'c C,
        values: Result<Values>,
        condition: Condition,
        relation: &'static RelationMetadata,
    ) -> Self {
        Patch {
            connection,
            values,
            condition: Some(condition),
            through: Some(relation),
            types: PhantomData,
        }
    }

    /// Changes every row: of the table, or of those that the relation leads to.
    pub fn all_rows(self) -> Patch<'c, M, C, Restricted> {
        Patch {
            connection: self.connection,
            values: self.values,
            condition: self.condition,
            through: self.through,
            types: PhantomData,
        }
    }
}

impl<'c, M: Model, C, S> Patch<'c, M, C, S> {
    /// Changes only rows for which the predicate is true; further filters apply as well.
    pub fn filter(self, predicate: Predicate<M>) -> Patch<'c, M, C, Restricted> {
        let condition = Some(Condition::beside(self.condition, predicate.condition));
        Patch {
            connection: self.connection,
            values: self.values,
            condition,
            through: self.through,
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

    /// Of the rows that a relation leads to from one source.
    pub(super) fn of_relation(connection: &'c C, condition: Condition) -> Self {
        Delete {
            connection,
            condition: Some(condition),
            types: PhantomData,
        }
    }

    /// Deletes every row: of the table, or of those that the relation leads to.
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
        let condition = Some(Condition::beside(self.condition, predicate.condition));
        Delete {
            connection: self.connection,
            condition,
            types: PhantomData,
        }
    }
}

impl<'c, M: Model, C: Connection, S: SaysWhich> IntoFuture for Patch<'c, M, C, S> {
    type Output = Result<u64>;
    type IntoFuture = Pending<'c, u64>;

    fn into_future(self) -> Self::IntoFuture {
        let (model, connection) = (M::metadata(), self.connection);
        patch(connection, model, self.values, self.condition, self.through)
    }
}

impl<'c, M: Model, C: Connection, S: SaysWhich> IntoFuture for Delete<'c, M, C, S> {
    type Output = Result<u64>;
    type IntoFuture = Pending<'c, u64>;

    fn into_future(self) -> Self::IntoFuture {
        delete(self.connection, M::metadata(), self.condition)
    }
}

/// Changes the rows of a model for which the condition is true; `None` is every row.
pub(super) fn patch<'c>(
    connection: &'c dyn Connection,
    model: &'static ModelMetadata,
    values: Result<Values>,
    condition: Option<Condition>,
    through: Option<&'static RelationMetadata>,
) -> Pending<'c, u64> {
    Box::pin(async move {
        let values = values?;
        if values.fields.is_empty() {
            let message = format!("the patch of `{}` changes nothing", model.name);
            return Err(Error::new(ErrorKind::EmptyPatch, message).of_model(model.name));
        }
        if condition.as_ref().is_some_and(Condition::is_never) {
            return Ok(0);
        }
        let dialect = connection.dialect();
        let execute = Execute {
            statement: statement::update(model, &values, condition.as_ref(), dialect)?,
            is_short: is_of_one_row(model, condition.as_ref(), through),
            write: Write {
                model,
                through,
                change: Change::Values(vec![values]),
            },
        };
        connection::run(connection, execute).await
    })
}

/// Deletes the rows of a model for which the condition is true; `None` is every row.
pub(super) fn delete<'c>(
    connection: &'c dyn Connection,
    model: &'static ModelMetadata,
    condition: Option<Condition>,
) -> Pending<'c, u64> {
    Box::pin(async move {
        if condition.as_ref().is_some_and(Condition::is_never) {
            return Ok(0);
        }
        // Where other rows hold the model's key, any number of them may follow.
        let is_held = model
            .relations
            .iter()
            .any(|relation| matches!(relation.kind, RelationKind::HasOne | RelationKind::HasMany));
        let execute = Execute {
            statement: statement::delete(model, condition.as_ref(), connection.dialect())?,
            is_short: !is_held && is_of_one_row(model, condition.as_ref(), None),
            write: Write {
                model,
                through: None,
                change: Change::Delete(condition),
            },
        };
        connection::run(connection, execute).await
    })
}

/// Whether the condition holds for one row at most, which its id or the key of a `has_one` identifies.
fn is_of_one_row(
    model: &ModelMetadata,
    condition: Option<&Condition>,
    through: Option<&RelationMetadata>,
) -> bool {
    let Some(condition) = condition else {
        return false;
    };
    let has_one = through.filter(|relation| relation.kind == RelationKind::HasOne);
    let is_by_key = has_one.is_some_and(|relation| {
        let mut key = relation.target_fields().into_iter();
        key.all(|field| condition.fixes(field))
    });
    condition.is_of_row_alone() && (is_by_key || condition.is_of_one_id(model))
}

/// What was tried, to say of an error which relation it concerns.
pub(super) struct Write {
    pub(super) model: &'static ModelMetadata,
    /// The relation that the write went through.
    pub(super) through: Option<&'static RelationMetadata>,
    pub(super) change: Change,
}

pub(super) enum Change {
    /// Rows with these values were to be stored.
    Values(Vec<Values>),
    /// The rows for which the condition is true were to go.
    Delete(Option<Condition>),
}

impl Write {
    /// The error with the model and the relation it concerns.
    pub(super) async fn explain(&self, error: Error, session: &mut dyn Session) -> Error {
        // SQLite does not say which foreign key it found violated, so each is looked at. Its
        // transactions go on after an error.
        if error.is_foreign_key_violation() && session.dialect() == Dialect::Sqlite {
            for key in self.foreign_keys() {
                if matches!(self.violates(&key, session).await, Ok(true)) {
                    let still_referred = matches!(self.change, Change::Delete(_));
                    return error.violating(self.model, &key, still_referred);
                }
            }
        }
        error.in_model(self.model, self.through)
    }

    /// The keys that the change may violate, those of the relation it went through first: keys held by the model, or
    /// keys that refer to it.
    fn foreign_keys(&self) -> Vec<ForeignKey> {
        let is_delete = matches!(self.change, Change::Delete(_));
        let own = self
            .model
            .relations
            .iter()
            .filter(|relation| (relation.kind != RelationKind::BelongsTo) == is_delete);
        let keys = self
            .through
            .into_iter()
            .chain(own)
            .flat_map(RelationMetadata::foreign_keys);
        keys.filter(|key| match is_delete {
            false => key.holder.name == self.model.name,
            true => key.referred.name == self.model.name && !follows(key),
        })
        .collect()
    }

    async fn violates(&self, key: &ForeignKey, session: &mut dyn Session) -> Result<bool> {
        let dialect = session.dialect();
        match &self.change {
            Change::Values(rows) => {
                let mut seen = HashSet::new();
                let referred = rows.iter().filter_map(|row| self.referred(row, key));
                let mut referred: Vec<Vec<Value>> = referred.collect();
                referred.retain(|key| {
                    seen.insert(key.iter().map(Value::display).collect::<Vec<String>>())
                });
                let mut plan = Plan::new(key.referred);
                plan.add_condition(Condition::Keys {
                    fields: key.referred_fields.clone(),
                    keys: referred.clone(),
                });
                let statement = statement::count(&plan, dialect)?;
                let found = Number::of(statement, session).await?;
                Ok(found < referred.len() as u64)
            }
            Change::Delete(condition) => {
                let statement = statement::holder_of(key, condition.as_ref(), dialect)?;
                AnyRow::of(statement, session).await
            }
        }
    }

    /// The key of the row that the values refer to; `None` where they hold no whole key.
    fn referred(&self, values: &Values, key: &ForeignKey) -> Option<Vec<Value>> {
        let position = |field| self.model.fields.iter().position(|other| other == field);
        let held = key.fields.iter();
        let held = held.map(|field| position(*field).and_then(|at| values.get(at)).cloned());
        let held: Vec<Value> = held.collect::<Option<_>>()?;
        (!held.contains(&Value::Null)).then_some(held)
    }
}

/// Whether the rows that hold a key follow when the row they refer to is deleted.
fn follows(key: &ForeignKey) -> bool {
    use crate::metadata::ReferentialAction::{Cascade, SetDefault, SetNull};
    let same =
        |other: &ForeignKey| other.fields == key.fields && other.referred.name == key.referred.name;
    let mut declared = key.holder.relations.iter().filter(|relation| {
        relation.kind == RelationKind::BelongsTo && relation.foreign_keys().iter().any(same)
    });
    declared.any(|relation| matches!(relation.on_delete, Some(Cascade | SetNull | SetDefault)))
}

/// Runs one statement; gives the number of rows.
struct Execute {
    statement: Statement,
    write: Write,
    is_short: bool,
}

impl Work for Execute {
    type Output = u64;

    fn is_short(&self) -> bool {
        self.is_short
    }

    async fn run(self, session: &mut dyn Session) -> Result<u64> {
        match session.execute(self.statement).await {
            Ok(executed) => Ok(executed.rows),
            Err(error) => Err(self.write.explain(error, session).await),
        }
    }
}
