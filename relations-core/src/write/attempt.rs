//! What a write tries to do, and which relation is at fault where it fails.

use crate::driver::{AnyRow, Number, Session};
use crate::error::{Error, Result};
use crate::model::{ForeignKey, ModelMetadata, RelationKind, RelationMetadata};
use crate::query::{Condition, Plan, Values};
use crate::schema::catalog::TableName;
use crate::sql::{self, Statement};
use crate::value::{Dialect, Value};
use std::collections::HashSet;

/// What is written, to say of an error which relation it concerns.
pub(crate) struct Attempt<'w> {
    model: &'static ModelMetadata,
    /// The relation that the write goes through.
    through: Option<&'static RelationMetadata>,
    change: Change<'w>,
}

enum Change<'w> {
    Store(&'w [&'w Values]),
    /// Deletes the rows for which the condition is true.
    Delete(Option<&'w Condition>),
}

impl<'w> Attempt<'w> {
    /// Rows with these values are to be stored.
    pub(crate) fn to_store(
        model: &'static ModelMetadata,
        through: Option<&'static RelationMetadata>,
        rows: &'w [&'w Values],
    ) -> Attempt<'w> {
        Attempt {
            model,
            through,
            change: Change::Store(rows),
        }
    }

    /// The rows for which the condition is true are to go.
    pub(crate) fn to_delete(
        model: &'static ModelMetadata,
        condition: Option<&'w Condition>,
    ) -> Attempt<'w> {
        Attempt {
            model,
            through: None,
            change: Change::Delete(condition),
        }
    }

    /// Runs the statement that writes; gives the number of rows.
    pub(crate) async fn execute(
        &self,
        statement: Statement,
        session: &mut dyn Session,
    ) -> Result<u64> {
        match session.execute(statement).await {
            Ok(executed) => Ok(executed.rows),
            Err(error) => Err(self.explain(error, session).await),
        }
    }

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
        // Failing to look it up is not an error of its own.
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
            Change::Store(rows) => {
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
                let statement = sql::holder_of(key, *condition, dialect)?;
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
