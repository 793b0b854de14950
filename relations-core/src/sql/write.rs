//! `INSERT`, `UPDATE` and `DELETE`.

use crate::error::Result;
use crate::model::{FieldMetadata, ModelMetadata};
use crate::query::{Condition, FEW, Plan, Values};
use crate::sql::cache::{Form, Shape};
use crate::sql::condition::{Alias, Scope};
use crate::sql::{Statement, build, quoted_columns, related, stored_value};
use crate::value::Dialect;
use sea_query::{Expr, InsertStatement, OnConflict, Query};

/// The statement that adds rows, which all give a value for the same fields, and gives them back where the dialect can.
pub(crate) fn insert(
    model: &'static ModelMetadata,
    rows: &[&Values],
    dialect: Dialect,
) -> Result<Statement> {
    let build = || {
        let statement = build(&insert_into(model, rows, dialect)?, dialect);
        Ok(match dialect.insert_returns() {
            true => returning(statement, model, dialect),
            false => statement,
        })
    };
    // A text for each number of rows would be too many.
    if rows.len() as u64 > FEW {
        return build();
    }
    let mut shape = Shape::new(Form::Insert, dialect);
    shape.new_rows(model, rows)?;
    shape.statement(build)
}

/// The statement that adds rows, and gives nothing back.
pub(crate) fn insert_plain(
    model: &'static ModelMetadata,
    rows: &[&Values],
    dialect: Dialect,
) -> Result<Statement> {
    Ok(build(&insert_into(model, rows, dialect)?, dialect))
}

/// The statement that adds links, but for those that are there. What keeps a link from being added may also be another
/// unique value.
pub(crate) fn insert_links(
    model: &'static ModelMetadata,
    rows: &[&Values],
    dialect: Dialect,
) -> Result<Statement> {
    let mut insert = insert_into(model, rows, dialect)?;
    let mut conflict = OnConflict::new();
    match dialect {
        Dialect::MySql { .. } => {
            let key = model.fields[model.id[0]].column;
            conflict.value(key, Expr::col(key));
        }
        _ => {
            conflict.do_nothing();
        }
    }
    insert.on_conflict(conflict);
    Ok(build(&insert, dialect))
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
    let mut insert = insert_into(model, &[values], dialect)?;
    insert.on_conflict(conflict);
    Ok(returning(build(&insert, dialect), model, dialect))
}

fn insert_into(
    model: &'static ModelMetadata,
    rows: &[&Values],
    dialect: Dialect,
) -> Result<InsertStatement> {
    let mut insert = Query::insert();
    insert.into_table(model.table);
    let Some(first) = rows.first().filter(|first| !first.fields.is_empty()) else {
        insert.or_default_values();
        return Ok(insert);
    };
    let fields: Vec<usize> = first.fields.iter().map(|(at, _)| *at).collect();
    insert.columns(fields.iter().map(|at| model.fields[*at].column));
    for values in rows {
        let mut row = Vec::with_capacity(fields.len());
        for at in &fields {
            let value = values.get(*at).expect("the rows give the same fields");
            let value = stored_value(model, &model.fields[*at], value, dialect)?;
            row.push(Expr::val(value));
        }
        insert.values_panic(row);
    }
    Ok(insert)
}

fn returning(statement: Statement, model: &ModelMetadata, dialect: Dialect) -> Statement {
    let (sql, columns) = (&statement.sql, quoted_columns(model, dialect));
    Statement {
        sql: format!("{sql} RETURNING {columns}").into(),
        values: statement.values,
    }
}

/// The statement that changes fields of the rows for which the condition is true.
pub(crate) fn update(
    model: &'static ModelMetadata,
    values: &Values,
    condition: Option<&Condition>,
    dialect: Dialect,
) -> Result<Statement> {
    let mut shape = Shape::new(Form::Update, dialect);
    shape.changes(model, values)?;
    shape.optional(model, condition)?;
    shape.statement(|| build_update(model, values, condition, dialect))
}

fn build_update(
    model: &'static ModelMetadata,
    values: &Values,
    condition: Option<&Condition>,
    dialect: Dialect,
) -> Result<Statement> {
    let mut update = Query::update();
    update.table(model.table);
    for (at, value) in &values.fields {
        let field = &model.fields[*at];
        update.value(
            field.column,
            Expr::val(stored_value(model, field, value, dialect)?),
        );
    }
    if let Some(condition) = condition {
        update.and_where(which(model, condition, dialect)?);
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
    update.and_where(which(model, condition, dialect)?);
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
    let mut shape = Shape::new(Form::Delete, dialect);
    shape.rows_of(model, condition)?;
    shape.statement(|| {
        let mut delete = Query::delete();
        delete.from_table(model.table);
        if let Some(condition) = condition {
            delete.and_where(which(model, condition, dialect)?);
        }
        Ok(build(&delete, dialect))
    })
}

/// The condition of an update or delete.
fn which(model: &'static ModelMetadata, condition: &Condition, dialect: Dialect) -> Result<Expr> {
    let scope = Scope::alone(model, dialect);
    let has_slow_list = dialect.is_mysql() && condition.has_list();
    if !condition.is_about_others() && !has_slow_list {
        return scope.condition(condition);
    }
    // What asks about other tables needs an alias, and MySQL does not let a statement read the table that it changes but
    // in a sub-select of a sub-select. In one that it cannot merge into the statement, it also makes a table of a list,
    // which it would go through for every row otherwise.
    let rows = Scope::new(model, Alias::Row(0), dialect);
    let (mut chosen, mut ids) = (Query::select(), Query::select());
    chosen.from_as(model.table, Alias::Row(0).name());
    chosen.and_where(rows.condition(condition)?);
    let fields: Vec<&FieldMetadata> = model.id_fields().collect();
    for field in &fields {
        chosen.expr(rows.column(field));
        ids.column((Alias::Row(0).name(), field.column));
    }
    if dialect.is_mysql() {
        chosen.distinct();
    }
    ids.from_subquery(chosen, Alias::Row(0).name());
    Ok(related::row_in(&scope, &fields, ids))
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
