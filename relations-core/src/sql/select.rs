//! `SELECT`: the rows of a plan, with its joined includes.

use crate::error::Result;
use crate::model::{FieldMetadata, ForeignKey, ModelMetadata, RelationMetadata};
use crate::query::{Condition, OrderBy, Plan, PlannedInclude};
use crate::sql;
use crate::sql::binder::Binder;
use crate::sql::condition::{Alias, Scope};
use crate::sql::parameter::{Page, Parameter};
use crate::sql::request::{Request, RowLock};
use crate::sql::writer::Text;
use crate::sql::{Statement, related};
use crate::value::Dialect;
use sea_query::{
    Condition as SqlCondition, Expr, ExprTrait, JoinType, LockType, NullOrdering, Order,
    OrderedStatement, Query, SelectStatement,
};

/// The statement that loads the rows of a plan. `single` says that its condition holds for one row at most, so that
/// a limit, and an order that was not asked for, are left out.
pub(crate) fn select(plan: &Plan, single: bool, dialect: Dialect) -> Result<Statement> {
    Request::Select(plan, single).statement(dialect)
}

pub(crate) fn build_select(plan: &Plan, single: bool, binder: &Binder) -> Text {
    let mut select = Query::select();
    restrict(&mut select, plan, binder);
    if !single || !plan.order.is_empty() {
        order(&mut select, plan, binder);
    }
    let has_limit = !single && (plan.limit.is_some() || plan.offset.is_some());
    if has_limit {
        cut(&mut select, page(plan), binder);
    }
    if !has_limit || !plan.has_joins() {
        select_columns(&mut select, plan, binder);
        return Text::of(&select, binder);
    }
    // The limit counts rows of the model, not of the join.
    own_columns(&mut select, plan.model, Alias::Row(0));
    let mut joined = Query::select();
    joined.from_subquery(select, Alias::Row(0).name());
    select_columns(&mut joined, plan, binder);
    order(&mut joined, plan, binder);
    Text::of(&joined, binder)
}

/// The statement that loads the rows of a plan and keeps others from changing them; SQLite has one writer anyway. In the
/// order of their ids, so that two callers do not wait for each other.
pub(crate) fn select_locked(plan: &Plan, lock: RowLock, dialect: Dialect) -> Result<Statement> {
    Request::SelectLocked(plan, lock).statement(dialect)
}

pub(crate) fn build_locked(plan: &Plan, lock: RowLock, binder: &Binder) -> Text {
    let mut select = Query::select();
    restrict(&mut select, plan, binder);
    select_columns(&mut select, plan, binder);
    order(&mut select, plan, binder);
    match (binder.dialect, lock) {
        (Dialect::Sqlite, _) => {}
        (Dialect::Postgres, RowLock::Change) => drop(select.lock(LockType::NoKeyUpdate)),
        _ => drop(select.lock_exclusive()),
    }
    Text::of(&select, binder)
}

/// The statement that finds the target of the source with this id: no row where the source is missing, a row of NULLs
/// where it has no target.
pub(crate) fn of_source(
    relation: &'static RelationMetadata,
    plan: &Plan,
    source: &Condition,
    dialect: Dialect,
) -> Result<Statement> {
    Request::OfSource(relation, plan, source).statement(dialect)
}

pub(crate) fn build_of_source(
    relation: &'static RelationMetadata,
    plan: &Plan,
    source: &Condition,
    binder: &Binder,
) -> Text {
    let target = Scope::new(plan.model, Alias::Row(0), binder);
    let from = Scope::new(relation.source(), Alias::Source, binder);
    let mut on = related::keys_equal(relation, &from, &target);
    if let Some(condition) = &plan.condition {
        on = on.and(target.condition(condition));
    }
    let mut select = Query::select();
    select.from_as(sql::table(from.model), Alias::Source.name());
    join(&mut select, plan.model, Alias::Row(0), on);
    select_columns(&mut select, plan, binder);
    select.and_where(from.condition(source));
    if !relation.refers_to_id() {
        order(&mut select, plan, binder);
    }
    Text::of(&select, binder)
}

/// The statement that gives a row if some row for which the condition is true is referred to by this key.
pub(crate) fn holder_of(
    key: &ForeignKey,
    referred: Option<&Condition>,
    dialect: Dialect,
) -> Result<Statement> {
    Request::HolderOf(key, referred).statement(dialect)
}

pub(crate) fn build_holder_of(
    key: &ForeignKey,
    referred: Option<&Condition>,
    binder: &Binder,
) -> Text {
    let holder = Scope::new(key.holder, Alias::Row(0), binder);
    let from = Scope::new(key.referred, Alias::Source, binder);
    let equal = related::pairs_equal(&holder, &key.fields, &from, &key.referred_fields);
    let mut select = Query::select();
    select
        .expr(Expr::cust("1"))
        .from_as(sql::table(from.model), Alias::Source.name());
    let on = SqlCondition::all().add(equal);
    select.join_as(
        JoinType::InnerJoin,
        sql::table(key.holder),
        Alias::Row(0).name(),
        on,
    );
    if let Some(condition) = referred {
        select.and_where(from.condition(condition));
    }
    select.limit(1);
    Text::of(&select, binder)
}

/// The statement that counts the rows of a plan.
pub(crate) fn count(plan: &Plan, dialect: Dialect) -> Result<Statement> {
    Request::Count(plan).statement(dialect)
}

pub(crate) fn build_count(plan: &Plan, binder: &Binder) -> Text {
    let mut count = Query::select();
    count.expr(Expr::cust("COUNT(*)"));
    if plan.limit.is_some() || plan.offset.is_some() {
        let mut rows = Query::select();
        rows.expr(Expr::cust("1"));
        restrict(&mut rows, plan, binder);
        cut(&mut rows, page(plan), binder);
        count.from_subquery(rows, Alias::Row(0).name());
    } else {
        restrict(&mut count, plan, binder);
    }
    Text::of(&count, binder)
}

/// The statement that counts the rows of a plan as they are now, and not as a transaction has seen them first.
pub(crate) fn count_now(plan: &Plan, dialect: Dialect) -> Result<Statement> {
    Request::CountNow(plan).statement(dialect)
}

pub(crate) fn build_count_now(plan: &Plan, binder: &Binder) -> Text {
    let mut count = Query::select();
    count.expr(Expr::cust("COUNT(*)"));
    restrict(&mut count, plan, binder);
    if binder.dialect.is_mysql() {
        count.lock_exclusive();
    }
    Text::of(&count, binder)
}

/// The statement that gives a row if the plan has one.
pub(crate) fn exists(plan: &Plan, dialect: Dialect) -> Result<Statement> {
    Request::Exists(plan).statement(dialect)
}

pub(crate) fn build_exists(plan: &Plan, binder: &Binder) -> Text {
    let mut select = Query::select();
    select.expr(Expr::cust("1"));
    restrict(&mut select, plan, binder);
    cut(&mut select, page_of_one(plan), binder);
    Text::of(&select, binder)
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
pub(crate) fn select_columns(select: &mut SelectStatement, plan: &Plan, binder: &Binder) {
    add_columns(select, plan, 0, &mut 1, binder);
}

fn add_columns(
    select: &mut SelectStatement,
    plan: &Plan,
    alias: usize,
    next: &mut usize,
    binder: &Binder,
) {
    own_columns(select, plan.model, Alias::Row(alias));
    for include in plan.includes.iter().filter(|include| include.joined) {
        let target = *next;
        *next += 1;
        let source = Scope::new(plan.model, Alias::Row(alias), binder);
        let on = on(include, &source, target);
        join(select, include.scope.model, Alias::Row(target), on);
        add_columns(select, &include.scope, target, next, binder);
    }
}

fn on(include: &PlannedInclude, source: &Scope, target: usize) -> Expr {
    let target = Scope::new(include.scope.model, Alias::Row(target), source.binder);
    let mut on = related::keys_equal(include.relation, source, &target);
    if let Some(is_of_type) = related::is_of_type(&target, include.relation) {
        on = on.and(is_of_type);
    }
    if let Some(condition) = &include.scope.condition {
        on = on.and(target.condition(condition));
    }
    on
}

fn join(select: &mut SelectStatement, model: &ModelMetadata, alias: Alias, on: Expr) {
    let on = SqlCondition::all().add(on);
    select.join_as(JoinType::LeftJoin, sql::table(model), alias.name(), on);
}

/// The table and the condition of a plan.
fn restrict(select: &mut SelectStatement, plan: &Plan, binder: &Binder) {
    select.from_as(sql::table(plan.model), Alias::Row(0).name());
    if let Some(condition) = &plan.condition {
        let scope = Scope::new(plan.model, Alias::Row(0), binder);
        select.and_where(scope.condition(condition));
    }
}

fn cut(select: &mut SelectStatement, [limit, offset]: Page, binder: &Binder) {
    if let Some(limit) = limit {
        select.limit(binder.number(limit));
    }
    if let Some(offset) = offset {
        select.offset(binder.number(offset));
    }
}

/// The limit and the offset of a plan, as databases take them.
pub(crate) fn page(plan: &Plan) -> Page {
    const MOST: u64 = i64::MAX as u64;
    let offset = plan.offset.map(|offset| Ord::min(offset, MOST));
    // SQLite and MySQL want a limit before an offset.
    let limit = plan.limit.or(offset.map(|_| MOST));
    let limit = limit.map(|limit| Ord::min(limit, MOST));
    [limit.map(Parameter::Limit), offset.map(Parameter::Offset)]
}

/// The same, if only one row is wanted.
pub(crate) fn page_of_one(plan: &Plan) -> Page {
    let [_, offset] = page(plan);
    let limit = Ord::min(plan.limit.unwrap_or(1), 1);
    [Some(Parameter::Limit(limit)), offset]
}

/// The order asked for, ties broken by the id.
fn order(to: &mut impl OrderedStatement, plan: &Plan, binder: &Binder) {
    let scope = Scope::new(plan.model, Alias::Row(0), binder);
    order_rows(to, &scope, &plan.order);
}

/// The order asked for, ties broken by the id in the direction of the last order, so that an index over both serves it.
pub(crate) fn order_rows(to: &mut impl OrderedStatement, scope: &Scope, order: &[OrderBy]) {
    for by in order {
        order_by(to, scope, by);
    }
    let is_asked = |field: &FieldMetadata| {
        let mut own = order.iter().filter(|by| by.path.is_empty());
        own.any(|by| by.field == field)
    };
    let descending = order.last().is_some_and(|by| by.descending);
    for field in scope.model.id_fields().filter(|field| !is_asked(field)) {
        order_by(to, scope, &OrderBy::new(field, descending));
    }
}

/// NULL sorts below all values on every database. PostgreSQL has it the other way round and is told; a column that
/// cannot be NULL keeps the plain form, which an index serves.
pub(crate) fn order_by(to: &mut impl OrderedStatement, scope: &Scope, by: &OrderBy) {
    let (column, nullable) = related::ordered(scope, by);
    let direction = if by.descending {
        Order::Desc
    } else {
        Order::Asc
    };
    if nullable && scope.dialect() == Dialect::Postgres {
        let nulls = if by.descending {
            NullOrdering::Last
        } else {
            NullOrdering::First
        };
        to.order_by_expr_with_nulls(column, direction, nulls);
    } else {
        to.order_by_expr(column, direction);
    }
}
