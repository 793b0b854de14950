//! `INSERT`, `UPDATE` and `DELETE`.

use super::condition::Scope;
use super::{build, quoted_columns, stored_value};
use crate::connection::{Dialect, Statement};
use crate::draft::Values;
use crate::error::Result;
use crate::metadata::{FieldMetadata, ModelMetadata};
use crate::plan::Plan;
use crate::predicate::Condition;
use sea_query::{Expr, OnConflict, Query};

/// The statement that adds a row, and gives it back where the dialect can.
pub(crate) fn insert(
    model: &'static ModelMetadata,
    values: &Values,
    dialect: Dialect,
) -> Result<Statement> {
    insert_with(model, values, None, dialect)
}

/// The statement that adds a row, or, where a row with the same key is there, gives that row all the new row's values
/// but the id. Gives the row back. Not for MySQL, whose form of it would also change a row that shares another unique
/// value.
pub(crate) fn insert_or_update(
    model: &'static ModelMetadata,
    values: &Values,
    key: &[&'static FieldMetadata],
    dialect: Dialect,
) -> Result<Statement> {
    let mut conflict = OnConflict::columns(key.iter().map(|field| field.column));
    let mut changed: Vec<&str> = overwritten(model)
        .filter(|field| !key.contains(field))
        .map(|field| field.column)
        .collect();
    if changed.is_empty() {
        // Something must be updated, or the row would not come back.
        changed.push(key[0].column);
    }
    conflict.update_columns(changed);
    insert_with(model, values, Some(conflict), dialect)
}

fn insert_with(
    model: &'static ModelMetadata,
    values: &Values,
    conflict: Option<OnConflict>,
    dialect: Dialect,
) -> Result<Statement> {
    let mut insert = Query::insert();
    insert.into_table(model.table);
    if values.0.is_empty() {
        insert.or_default_values();
    } else {
        let (mut columns, mut row) = (Vec::new(), Vec::new());
        for (at, value) in &values.0 {
            let field = &model.fields[*at];
            columns.push(field.column);
            row.push(Expr::val(stored_value(model, field, value, dialect)?));
        }
        insert.columns(columns).values_panic(row);
    }
    if let Some(conflict) = conflict {
        insert.on_conflict(conflict);
    }
    let mut statement = build(&insert, dialect);
    if dialect.insert_returns() {
        statement.sql.push_str(" RETURNING ");
        statement.sql.push_str(&quoted_columns(model, dialect));
    }
    Ok(statement)
}

/// The statement that changes fields of the rows for which the condition is true.
pub(crate) fn update(
    model: &'static ModelMetadata,
    values: &Values,
    condition: Option<&Condition>,
    dialect: Dialect,
) -> Result<Statement> {
    let mut update = Query::update();
    update.table(model.table);
    for (at, value) in &values.0 {
        let field = &model.fields[*at];
        update.value(
            field.column,
            Expr::val(stored_value(model, field, value, dialect)?),
        );
    }
    let scope = Scope {
        model,
        alias: None,
        dialect,
    };
    if let Some(condition) = condition {
        update.and_where(scope.condition(condition)?);
    }
    Ok(build(&update, dialect))
}

/// The statement that gives the rows for which the condition is true all the values of a new row but the id.
pub(crate) fn overwrite(
    model: &'static ModelMetadata,
    values: &Values,
    condition: &Condition,
    dialect: Dialect,
) -> Result<Statement> {
    let mut update = Query::update();
    update.table(model.table);
    for field in overwritten(model) {
        let given = model
            .fields
            .iter()
            .position(|other| other == field)
            .and_then(|at| values.get(at));
        let value = match given {
            Some(value) => Expr::val(stored_value(model, field, value, dialect)?),
            None => Expr::cust("DEFAULT"),
        };
        update.value(field.column, value);
    }
    if update.get_values().is_empty() {
        // There is nothing to change, and the rows are to be found all the same.
        let key = model.fields[model.id[0]].column;
        update.value(key, Expr::col(key));
    }
    update.and_where(
        Scope {
            model,
            alias: None,
            dialect,
        }
        .condition(condition)?,
    );
    Ok(build(&update, dialect))
}

/// The fields that a new row brings and an existing one would lose: not the id, not what the database makes.
fn overwritten(model: &'static ModelMetadata) -> impl Iterator<Item = &'static FieldMetadata> {
    model
        .fields
        .iter()
        .filter(|field| !field.id && !field.generated)
}

/// The statement that deletes the rows for which the condition is true.
pub(crate) fn delete(
    model: &'static ModelMetadata,
    condition: Option<&Condition>,
    dialect: Dialect,
) -> Result<Statement> {
    let mut delete = Query::delete();
    delete.from_table(model.table);
    let scope = Scope {
        model,
        alias: None,
        dialect,
    };
    if let Some(condition) = condition {
        delete.and_where(scope.condition(condition)?);
    }
    Ok(build(&delete, dialect))
}

/// The statement that gives a row just written, where the dialect does not give it back by itself.
pub(crate) fn select_by_fields(
    model: &'static ModelMetadata,
    condition: Condition,
    dialect: Dialect,
) -> Result<Statement> {
    let mut plan = Plan::new(model);
    plan.add_condition(condition);
    super::select(&plan, true, dialect)
}
