//! `SELECT`: the rows of a plan, with its joined includes.

use crate::error::Result;
use crate::model::{FieldMetadata, ForeignKey, ModelMetadata, RelationMetadata};
use crate::query::{Condition, OrderBy, Plan, PlannedInclude};
use crate::sql::cache::{Form, Shape};
use crate::sql::condition::{Alias, Scope};
use crate::sql::{Statement, build, related};
use crate::value::Dialect;
use sea_query::{
    Condition as SqlCondition, Expr, ExprTrait, JoinType, NullOrdering, Order, OrderedStatement,
    Query, SelectStatement,
};

/// The statement that loads the rows of a plan. `single` says that its condition holds for one row at most, so that
/// a limit, and an order that was not asked for, are left out.
pub(crate) fn select(plan: &Plan, single: bool, dialect: Dialect) -> Result<Statement> {
    let mut shape = Shape::new(Form::Select, dialect);
    shape.rows(plan, single)?;
    shape.statement(|| build_select(plan, single, dialect))
}

fn build_select(plan: &Plan, single: bool, dialect: Dialect) -> Result<Statement> {
    let mut select = Query::select();
    restrict(&mut select, plan, dialect)?;
    if !single || !plan.order.is_empty() {
        order(&mut select, plan, dialect)?;
    }
    let has_limit = !single && (plan.limit.is_some() || plan.offset.is_some());
    if has_limit {
        limit(&mut select, limits(plan));
    }
    if !has_limit || !plan.has_joins() {
        select_columns(&mut select, plan, dialect)?;
        return Ok(build(&select, dialect));
    }
    // The limit counts rows of the model, not of the join.
    own_columns(&mut select, plan.model, Alias::Row(0));
    let mut joined = Query::select();
    joined.from_subquery(select, Alias::Row(0).name());
    select_columns(&mut joined, plan, dialect)?;
    order(&mut joined, plan, dialect)?;
    Ok(build(&joined, dialect))
}

/// The statement that loads the rows of a plan and keeps others from changing them; SQLite has one writer anyway. In the
/// order of their ids, so that two callers do not wait for each other.
pub(crate) fn select_locked(plan: &Plan, dialect: Dialect) -> Result<Statement> {
    let mut select = Query::select();
    restrict(&mut select, plan, dialect)?;
    select_columns(&mut select, plan, dialect)?;
    order(&mut select, plan, dialect)?;
    if dialect != Dialect::Sqlite {
        select.lock_exclusive();
    }
    Ok(build(&select, dialect))
}

/// The statement that finds the target of the source with this id: no row where the source is missing, a row of NULLs
/// where it has no target.
pub(crate) fn of_source(
    relation: &'static RelationMetadata,
    plan: &Plan,
    source: &Condition,
    dialect: Dialect,
) -> Result<Statement> {
    let mut shape = Shape::new(Form::OfSource, dialect);
    shape.of_source(relation, plan, source)?;
    shape.statement(|| build_of_source(relation, plan, source, dialect))
}

fn build_of_source(
    relation: &'static RelationMetadata,
    plan: &Plan,
    source: &Condition,
    dialect: Dialect,
) -> Result<Statement> {
    let target = Scope::new(plan.model, Alias::Row(0), dialect);
    let from = Scope::new(relation.source(), Alias::Source, dialect);
    let mut on = related::keys_equal(relation, &from, &target);
    if let Some(condition) = &plan.condition {
        on = on.and(target.condition(condition)?);
    }
    let mut select = Query::select();
    select.from_as(from.model.table, Alias::Source.name());
    join(&mut select, plan.model, Alias::Row(0), on);
    select_columns(&mut select, plan, dialect)?;
    select.and_where(from.condition(source)?);
    if !relation.refers_to_id() {
        order(&mut select, plan, dialect)?;
    }
    Ok(build(&select, dialect))
}

/// The statement that gives a row if some row for which the condition is true is referred to by this key.
pub(crate) fn holder_of(
    key: &ForeignKey,
    referred: Option<&Condition>,
    dialect: Dialect,
) -> Result<Statement> {
    let holder = Scope::new(key.holder, Alias::Row(0), dialect);
    let from = Scope::new(key.referred, Alias::Source, dialect);
    let equal = related::pairs_equal(&holder, &key.fields, &from, &key.referred_fields);
    let mut select = Query::select();
    select
        .expr(Expr::cust("1"))
        .from_as(from.model.table, Alias::Source.name());
    let on = SqlCondition::all().add(equal);
    select.join_as(
        JoinType::InnerJoin,
        key.holder.table,
        Alias::Row(0).name(),
        on,
    );
    if let Some(condition) = referred {
        select.and_where(from.condition(condition)?);
    }
    select.limit(1);
    Ok(build(&select, dialect))
}

/// The statement that counts the rows of a plan.
pub(crate) fn count(plan: &Plan, dialect: Dialect) -> Result<Statement> {
    let mut shape = Shape::new(Form::Count, dialect);
    shape.origin(plan);
    shape.rows_of(plan.model, plan.condition.as_ref())?;
    shape.limit(limits(plan));
    shape.statement(|| build_count(plan, dialect))
}

fn build_count(plan: &Plan, dialect: Dialect) -> Result<Statement> {
    let mut count = Query::select();
    count.expr(Expr::cust("COUNT(*)"));
    if plan.limit.is_some() || plan.offset.is_some() {
        let mut rows = Query::select();
        rows.expr(Expr::cust("1"));
        restrict(&mut rows, plan, dialect)?;
        limit(&mut rows, limits(plan));
        count.from_subquery(rows, Alias::Row(0).name());
    } else {
        restrict(&mut count, plan, dialect)?;
    }
    Ok(build(&count, dialect))
}

/// The statement that counts the rows of a plan as they are now, and not as a transaction has seen them first.
pub(crate) fn count_now(plan: &Plan, dialect: Dialect) -> Result<Statement> {
    let mut count = Query::select();
    count.expr(Expr::cust("COUNT(*)"));
    restrict(&mut count, plan, dialect)?;
    if dialect.is_mysql() {
        count.lock_exclusive();
    }
    Ok(build(&count, dialect))
}

/// The statement that gives a row if the plan has one.
pub(crate) fn exists(plan: &Plan, dialect: Dialect) -> Result<Statement> {
    let limits = (Some(Ord::min(plan.limit.unwrap_or(1), 1)), limits(plan).1);
    let mut shape = Shape::new(Form::Exists, dialect);
    shape.rows_of(plan.model, plan.condition.as_ref())?;
    shape.limit(limits);
    shape.statement(|| {
        let mut select = Query::select();
        select.expr(Expr::cust("1"));
        restrict(&mut select, plan, dialect)?;
        limit(&mut select, limits);
        Ok(build(&select, dialect))
    })
}

/// The columns of a model under an alias.
pub(crate) fn own_columns(select: &mut SelectStatement, model: &ModelMetadata, alias: Alias) {
    select.columns(
        model
            .fields
            .iter()
            .map(|field| (alias.name(), field.column)),
    );
}

/// Adds the columns of the model and of joined includes, depth first: the order in which they are read.
pub(crate) fn select_columns(
    select: &mut SelectStatement,
    plan: &Plan,
    dialect: Dialect,
) -> Result<()> {
    add_columns(select, plan, 0, &mut 1, dialect)
}

fn add_columns(
    select: &mut SelectStatement,
    plan: &Plan,
    alias: usize,
    next: &mut usize,
    dialect: Dialect,
) -> Result<()> {
    own_columns(select, plan.model, Alias::Row(alias));
    for include in plan.includes.iter().filter(|include| include.joined) {
        let target = *next;
        *next += 1;
        let source = Scope::new(plan.model, Alias::Row(alias), dialect);
        let on = on(include, &source, target)?;
        join(select, include.scope.model, Alias::Row(target), on);
        add_columns(select, &include.scope, target, next, dialect)?;
    }
    Ok(())
}

fn on(include: &PlannedInclude, source: &Scope, target: usize) -> Result<Expr> {
    let target = Scope::new(include.scope.model, Alias::Row(target), source.dialect);
    let mut on = related::keys_equal(include.relation, source, &target);
    let conditions = [
        include.relation.restriction(),
        include.scope.condition.clone(),
    ];
    for condition in conditions.iter().flatten() {
        on = on.and(target.condition(condition)?);
    }
    Ok(on)
}

fn join(select: &mut SelectStatement, model: &ModelMetadata, alias: Alias, on: Expr) {
    let on = SqlCondition::all().add(on);
    select.join_as(JoinType::LeftJoin, model.table, alias.name(), on);
}

/// The table and the condition of a plan.
fn restrict(select: &mut SelectStatement, plan: &Plan, dialect: Dialect) -> Result<()> {
    select.from_as(plan.model.table, Alias::Row(0).name());
    if let Some(condition) = &plan.condition {
        let scope = Scope::new(plan.model, Alias::Row(0), dialect);
        select.and_where(scope.condition(condition)?);
    }
    Ok(())
}

fn limit(select: &mut SelectStatement, (limit, offset): Limits) {
    if let Some(limit) = limit {
        select.limit(limit);
    }
    if let Some(offset) = offset {
        select.offset(offset);
    }
}

/// A limit and an offset.
pub(crate) type Limits = (Option<u64>, Option<u64>);

/// The limit and the offset of a plan, as databases take them.
pub(crate) fn limits(plan: &Plan) -> Limits {
    const MOST: u64 = i64::MAX as u64;
    let offset = plan.offset.map(|offset| Ord::min(offset, MOST));
    // SQLite and MySQL want a limit before an offset.
    let limit = plan.limit.or(offset.map(|_| MOST));
    (limit.map(|limit| Ord::min(limit, MOST)), offset)
}

/// The order asked for, ties broken by the id.
fn order(to: &mut impl OrderedStatement, plan: &Plan, dialect: Dialect) -> Result<()> {
    let scope = Scope::new(plan.model, Alias::Row(0), dialect);
    order_rows(to, &scope, &plan.order)
}

/// The order asked for, ties broken by the id.
pub(crate) fn order_rows(
    to: &mut impl OrderedStatement,
    scope: &Scope,
    order: &[OrderBy],
) -> Result<()> {
    for by in order {
        order_by(to, scope, by)?;
    }
    let is_asked = |field: &FieldMetadata| {
        let mut own = order.iter().filter(|by| by.path.is_empty());
        own.any(|by| by.field == field)
    };
    for field in scope.model.id_fields().filter(|field| !is_asked(field)) {
        order_by(to, scope, &OrderBy::new(field, false))?;
    }
    Ok(())
}

/// NULL sorts below all values on every database. PostgreSQL has it the other way round and is told; a column that
/// cannot be NULL keeps the plain form, which an index serves.
pub(crate) fn order_by(to: &mut impl OrderedStatement, scope: &Scope, by: &OrderBy) -> Result<()> {
    let (column, nullable) = related::ordered(scope, by)?;
    let direction = if by.descending {
        Order::Desc
    } else {
        Order::Asc
    };
    if nullable && scope.dialect == Dialect::Postgres {
        let nulls = if by.descending {
            NullOrdering::Last
        } else {
            NullOrdering::First
        };
        to.order_by_expr_with_nulls(column, direction, nulls);
    } else {
        to.order_by_expr(column, direction);
    }
    Ok(())
}
