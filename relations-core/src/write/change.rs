//! Updates and deletes of rows that meet a condition.

use crate::driver::{AnyRow, Connection, Number, Pending, Session, Work};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{ForeignKey, ModelMetadata, RelationKind, RelationMetadata};
use crate::query::{Condition, Expression, Plan, Values};
use crate::schema::catalog::TableName;
use crate::sql::Statement;
use crate::value::{Dialect, Value};
use crate::write::defaults::touch;
use crate::write::stale::Stale;
use crate::{driver, sql};
use std::collections::HashSet;

/// Changes the rows of a model for which the condition is true; `None` is every row.
pub(crate) fn patch<'c>(
    connection: &'c dyn Connection,
    model: &'static ModelMetadata,
    values: Result<Values>,
    condition: Option<Condition>,
    through: Option<&'static RelationMetadata>,
) -> Pending<'c, u64> {
    Box::pin(async move {
        let values = changes(model, values?)?;
        if condition.as_ref().is_some_and(Condition::is_never) {
            return Ok(0);
        }
        let dialect = connection.dialect();
        let execute = Execute {
            statement: sql::update(model, &values, condition.as_ref(), dialect)?,
            is_short: is_of_one_row(model, condition.as_ref(), through),
            stale: Stale::new(model, &values, condition.as_ref()),
            write: Write {
                model,
                through,
                change: Change::Values(vec![values]),
            },
        };
        driver::run(connection, execute).await
    })
}

/// The values of a patch that changes something, with the time of the change.
pub(crate) fn changes(model: &'static ModelMetadata, mut values: Values) -> Result<Values> {
    let is_version = |at: usize| model.fields[at].version;
    if values.computed.is_empty() && values.fields.iter().all(|(at, _)| is_version(*at)) {
        let message = format!("the patch of `{}` changes nothing", model.name);
        return Err(Error::new(ErrorKind::EmptyPatch, message).of_model(model.name));
    }
    touch(model, &mut values);
    if values
        .computed
        .iter()
        .any(|(_, expression)| expression.has_targets())
    {
        let message = format!(
            "the patch of `{}` computes a field from related rows\nhelp: read them first, in a transaction",
            model.name
        );
        return Err(Error::new(ErrorKind::InvalidValue, message).of_model(model.name));
    }
    values.computed = in_turn(model, values.computed)?;
    Ok(values)
}

/// What is computed, in an order in which each is computed before a field that it reads is changed. MySQL computes with new values where
/// others compute with old ones.
fn in_turn(
    model: &'static ModelMetadata,
    mut left: Vec<(usize, Expression)>,
) -> Result<Vec<(usize, Expression)>> {
    let mut turns = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let is_read = |at: usize| {
            let mut others = left.iter().filter(|(other, _)| *other != at);
            others.any(|(_, expression)| expression.reads(&model.fields[at]))
        };
        let Some(next) = left.iter().position(|(at, _)| !is_read(*at)) else {
            return Err(read_each_other(model, &left));
        };
        turns.push(left.remove(next));
    }
    Ok(turns)
}

fn read_each_other(model: &ModelMetadata, fields: &[(usize, Expression)]) -> Error {
    let names = fields.iter().map(|(at, _)| model.fields[*at].name);
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    let message = format!(
        "the patch of `{}` computes {} from each other, which MySQL cannot do at once\nhelp: change them one after the other, in a transaction",
        model.name,
        names.join(" and ")
    );
    Error::new(ErrorKind::InvalidValue, message).of_model(model.name)
}

/// Deletes the rows of a model for which the condition is true; `None` is every row.
pub(crate) fn delete<'c>(
    connection: &'c dyn Connection,
    model: &'static ModelMetadata,
    condition: Option<Condition>,
    expected: Option<Value>,
) -> Pending<'c, u64> {
    Box::pin(async move {
        if condition.as_ref().is_some_and(Condition::is_never) {
            return Ok(0);
        }
        let stale = Stale::of(model, expected, condition.as_ref());
        let condition = match &stale {
            Some(stale) => Some(stale.at_version()),
            None => condition,
        };
        // Where other rows hold the model's key, any number of them may follow.
        let is_held = model
            .relations
            .iter()
            .any(|relation| matches!(relation.kind, RelationKind::HasOne | RelationKind::HasMany));
        let execute = Execute {
            statement: sql::delete(model, condition.as_ref(), connection.dialect())?,
            is_short: !is_held && is_of_one_row(model, condition.as_ref(), None),
            stale,
            write: Write {
                model,
                through: None,
                change: Change::Delete(condition),
            },
        };
        driver::run(connection, execute).await
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
pub(crate) struct Write {
    pub(crate) model: &'static ModelMetadata,
    /// The relation that the write went through.
    pub(crate) through: Option<&'static RelationMetadata>,
    pub(crate) change: Change,
}

pub(crate) enum Change {
    /// Rows with these values were to be stored.
    Values(Vec<Values>),
    /// The rows for which the condition is true were to go.
    Delete(Option<Condition>),
}

impl Write {
    /// The error with the model and the relation it concerns.
    pub(crate) async fn explain(&self, error: Error, session: &mut dyn Session) -> Error {
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
        let error = self.with_columns(error, session).await;
        error.in_model(self.model, self.through)
    }

    /// The error with the columns of a constraint that another program named: its name tells nothing here.
    async fn with_columns(&self, error: Error, session: &mut dyn Session) -> Error {
        let Some((model, name)) = error.unknown_constraint(self.model) else {
            return error;
        };
        let table = TableName::of(model);
        let columns = session.constraint_columns(&table, &name).await;
        // That it cannot be told is no other error.
        match columns.unwrap_or_default() {
            columns if columns.is_empty() => error,
            columns => error.with_columns(table.name, columns),
        }
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
            false => key.holder.type_id() == self.model.type_id(),
            true => key.referred.type_id() == self.model.type_id() && !follows(key),
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
                    values: referred.concat(),
                });
                let statement = sql::count(&plan, dialect)?;
                let found = Number::of(statement, session).await?;
                Ok(found < referred.len() as u64)
            }
            Change::Delete(condition) => {
                let statement = sql::holder_of(key, condition.as_ref(), dialect)?;
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
    use crate::model::ReferentialAction::{Cascade, SetDefault, SetNull};
    let same = |other: &ForeignKey| {
        other.fields == key.fields && other.referred.type_id() == key.referred.type_id()
    };
    let mut declared = key.holder.relations.iter().filter(|relation| {
        relation.kind == RelationKind::BelongsTo && relation.foreign_keys().iter().any(same)
    });
    declared.any(|relation| matches!(relation.on_delete, Some(Cascade | SetNull | SetDefault)))
}

/// Runs one statement; gives the number of rows.
struct Execute {
    statement: Statement,
    write: Write,
    /// What it means that no row was met.
    stale: Option<Stale>,
    is_short: bool,
}

impl Work for Execute {
    type Output = u64;

    fn is_short(&self) -> bool {
        self.is_short
    }

    async fn run(&mut self, session: &mut dyn Session) -> Result<u64> {
        let rows = match session.execute(self.statement.clone()).await {
            Ok(executed) => executed.rows,
            Err(error) => return Err(self.write.explain(error, session).await),
        };
        if let Some(stale) = self.stale.as_ref().filter(|_| rows == 0) {
            stale.check(session).await?;
        }
        Ok(rows)
    }
}
