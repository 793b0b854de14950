//! `INSERT`, `UPDATE` and `DELETE`.

use crate::error::Result;
use crate::model::{FieldMetadata, ModelMetadata};
use crate::query::{Condition, Plan, Values, Which};
use crate::sql;
use crate::sql::binder::Binder;
use crate::sql::condition::{Alias, Scope};
use crate::sql::parameter::Parameter;
use crate::sql::request::{InsertForm, Request};
use crate::sql::writer::Text;
use crate::sql::{Statement, quoted_columns, related};
use crate::value::Dialect;
use sea_query::{Expr, ExprTrait, InsertStatement, OnConflict, Query};

/// The statement that adds rows, which all give a value for the same fields.
pub(crate) fn insert(
    model: &'static ModelMetadata,
    rows: &[&Values],
    form: InsertForm,
    dialect: Dialect,
) -> Result<Statement> {
    Request::Insert(model, rows, form).statement(dialect)
}

pub(crate) fn build_insert(
    model: &'static ModelMetadata,
    rows: &[&Values],
    form: InsertForm,
    binder: &Binder,
) -> Text {
    let mut insert = insert_into(model, rows, binder);
    let returns = match form {
        InsertForm::Returning => binder.dialect.insert_returns(),
        InsertForm::OrUpdate(_) | InsertForm::New(_) => true,
        InsertForm::Plain | InsertForm::Links => false,
    };
    match form {
        InsertForm::Returning | InsertForm::Plain => {}
        InsertForm::Links => {
            insert.on_conflict(keep(model, binder.dialect));
        }
        InsertForm::New(key) => {
            let columns = key.iter().map(|field| field.column);
            insert.on_conflict(OnConflict::columns(columns).do_nothing().to_owned());
        }
        InsertForm::OrUpdate(key) => {
            insert.on_conflict(update_row(model, rows[0], key, binder));
        }
    }
    let mut text = Text::of(&insert, binder);
    if returns {
        let columns = quoted_columns(model, binder.dialect);
        text.sql.push_str(" RETURNING ");
        text.sql.push_str(&columns);
    }
    text
}

/// Nothing happens to a row that is there.
fn keep(model: &'static ModelMetadata, dialect: Dialect) -> OnConflict {
    let mut conflict = OnConflict::new();
    if dialect.is_mysql() {
        let key = model.fields[model.id[0]].column;
        conflict.value(key, Expr::col(key));
    } else {
        conflict.do_nothing();
    }
    conflict
}

fn update_row(
    model: &'static ModelMetadata,
    row: &Values,
    key: &[&'static FieldMetadata],
    binder: &Binder,
) -> OnConflict {
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
    if let Some(version) = model.version() {
        let there = || Expr::col((model.table, version.column));
        conflict.value(version.column, there().add(Expr::cust("1")));
        let expected = row.expected.as_ref();
        let expected = expected.map(|value| Parameter::Stored(model, version, value));
        conflict.action_and_where_option(expected.map(|value| there().eq(binder.bind(value))));
    }
    conflict
}

fn insert_into(
    model: &'static ModelMetadata,
    rows: &[&Values],
    binder: &Binder,
) -> InsertStatement {
    let mut insert = Query::insert();
    insert.into_table(sql::table(model));
    let Some(first) = rows.first().filter(|first| !first.fields.is_empty()) else {
        insert.or_default_values();
        return insert;
    };
    let fields = || first.fields.iter().map(|(at, _)| *at);
    insert.columns(fields().map(|at| model.fields[at].column));
    for (number, values) in rows.iter().enumerate() {
        let row = fields().map(|at| {
            let value = Parameter::Stored(model, &model.fields[at], values.stored(at));
            match number {
                0 => binder.bind(value),
                _ => binder.bind_again(value),
            }
        });
        insert.values_panic(row);
    }
    insert
}

/// The statement that changes fields of the rows for which the condition is true.
pub(crate) fn update(
    model: &'static ModelMetadata,
    values: &Values,
    which: &Which,
    dialect: Dialect,
) -> Result<Statement> {
    let condition = which.condition.as_ref();
    Request::Update(model, values, condition).statement_of(which.is_of_filter, dialect)
}

pub(crate) fn build_update(
    model: &'static ModelMetadata,
    values: &Values,
    condition: Option<&Condition>,
    binder: &Binder,
) -> Text {
    let mut update = Query::update();
    update.table(sql::table(model));
    let scope = Scope::alone(model, binder);
    // First, since MySQL computes with what it has changed before.
    for (at, expression) in &values.computed {
        let field = &model.fields[*at];
        update.value(field.column, scope.new_value(field, expression));
    }
    for (at, value) in &values.fields {
        let field = &model.fields[*at];
        let value = Parameter::Stored(model, field, value);
        update.value(field.column, binder.bind(value));
    }
    update.and_where_option(at_version(model, values, &scope));
    if let Some(condition) = condition {
        update.and_where(which(model, condition, binder));
    }
    Text::of(&update, binder)
}

/// The condition that a row has the version that is expected.
fn at_version(model: &'static ModelMetadata, values: &Values, scope: &Scope) -> Option<Expr> {
    let (field, expected) = model.version().zip(values.expected.as_ref())?;
    let expected = Parameter::Stored(model, field, expected);
    Some(scope.column(field).eq(scope.binder.bind(expected)))
}

/// The statement that gives the rows for which the condition is true all the values of a new row but the id.
pub(crate) fn overwrite(
    model: &'static ModelMetadata,
    values: &Values,
    condition: &Condition,
    dialect: Dialect,
) -> Result<Statement> {
    Request::Overwrite(model, values, condition).statement(dialect)
}

pub(crate) fn build_overwrite(
    model: &'static ModelMetadata,
    values: &Values,
    condition: &Condition,
    binder: &Binder,
) -> Text {
    let mut update = Query::update();
    update.table(sql::table(model));
    let scope = Scope::alone(model, binder);
    for (at, expression) in &values.computed {
        let field = &model.fields[*at];
        update.value(field.column, scope.new_value(field, expression));
    }
    for field in overwritten(model) {
        let given = model
            .fields
            .iter()
            .position(|other| other == field)
            .and_then(|at| values.get(at));
        let value = match given {
            Some(value) => binder.bind(Parameter::Stored(model, field, value)),
            None => Expr::cust("DEFAULT"),
        };
        update.value(field.column, value);
    }
    if update.get_values().is_empty() {
        // There is nothing to change, and the rows are to be found all the same.
        let key = model.fields[model.id[0]].column;
        update.value(key, Expr::col(key));
    }
    update.and_where_option(at_version(model, values, &scope));
    update.and_where(which(model, condition, binder));
    Text::of(&update, binder)
}

/// The fields that a new row brings and an existing one would lose: not the id, not what the database makes, not when the
/// row was added, not its version.
fn overwritten(model: &'static ModelMetadata) -> impl Iterator<Item = &'static FieldMetadata> {
    model.fields.iter().filter(|field| {
        !(field.id || field.generated || field.version || field.is_time_of_creation())
    })
}

/// The statement that deletes the rows for which the condition is true.
pub(crate) fn delete(
    model: &'static ModelMetadata,
    which: &Which,
    dialect: Dialect,
) -> Result<Statement> {
    let condition = which.condition.as_ref();
    Request::Delete(model, condition).statement_of(which.is_of_filter, dialect)
}

pub(crate) fn build_delete(
    model: &'static ModelMetadata,
    condition: Option<&Condition>,
    binder: &Binder,
) -> Text {
    let mut delete = Query::delete();
    delete.from_table(sql::table(model));
    if let Some(condition) = condition {
        delete.and_where(which(model, condition, binder));
    }
    Text::of(&delete, binder)
}

/// The condition of an update or delete.
fn which(model: &'static ModelMetadata, condition: &Condition, binder: &Binder) -> Expr {
    let dialect = binder.dialect;
    let scope = Scope::alone(model, binder);
    let has_slow_list = dialect.is_mysql() && condition.has_list();
    if !condition.is_about_others() && !has_slow_list {
        return scope.condition(condition);
    }
    // What asks about other tables needs an alias, and MySQL does not let a statement read the table that it changes but
    // in a sub-select of a sub-select. In one that it cannot merge into the statement, it also makes a table of a list,
    // which it would go through for every row otherwise.
    let rows = Scope::new(model, Alias::Row(0), binder);
    let (mut chosen, mut ids) = (Query::select(), Query::select());
    chosen.from_as(sql::table(model), Alias::Row(0).name());
    chosen.and_where(rows.condition(condition));
    let fields: Vec<&FieldMetadata> = model.id_fields().collect();
    for field in &fields {
        chosen.expr(rows.column(field));
        ids.column((Alias::Row(0).name(), field.column));
    }
    if dialect.is_mysql() {
        chosen.distinct();
    }
    ids.from_subquery(chosen, Alias::Row(0).name());
    related::row_in(&scope, &fields, ids)
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
