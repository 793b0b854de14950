//! `SELECT`: the rows of a plan, with its joined includes.

use crate::error::Result;
use crate::model::{ForeignKey, ModelMetadata, RelationMetadata};
use crate::query::{
    Condition, Direction, Lock, OrderBy, Plan, PlannedInclude, Quantifier, Selected, with_ties,
};
use crate::sql;
use crate::sql::binder::Binder;
use crate::sql::condition::{Alias, FLAT, Scope};
use crate::sql::parameter::{Page, Parameter};
use crate::sql::request::{Request, RowLock};
use crate::sql::writer::Text;
use crate::sql::{Statement, related, seek};
use crate::value::Dialect;
use sea_query::{
    Condition as SqlCondition, Expr, ExprTrait, JoinType, LockBehavior, LockType, NullOrdering,
    Order, OrderedStatement, Query, SelectStatement, UnionType,
};

/// The statement that loads the rows of a plan. `single` says that its condition holds for one row at most, so that
/// a limit, and an order that was not asked for, are left out.
pub(crate) fn select(plan: &Plan, single: bool, dialect: Dialect) -> Result<Statement> {
    Request::Select(plan, single).statement(dialect)
}

pub(crate) fn build_select(plan: &Plan, single: bool, binder: &Binder) -> Text {
    let has_limit = !single && (plan.limit.is_some() || plan.offset.is_some());
    if !has_limit {
        let mut select = Query::select();
        restrict(&mut select, plan, binder);
        select_columns(&mut select, plan, binder);
        if !single || !plan.order.is_empty() {
            let order = with_ties(plan.model, &plan.order);
            order_joined(&mut select, plan, &order, binder);
        }
        lock(&mut select, plan, binder.dialect);
        return Text::of(&select, binder);
    }
    Text::of(&select_page(plan, binder), binder)
}

/// The statement that loads the rows of a plan that has a limit, each with the number of rows that there are without it.
pub(crate) fn select_counted(plan: &Plan, dialect: Dialect) -> Result<Statement> {
    Request::SelectCounted(plan).statement(dialect)
}

pub(crate) fn build_counted(plan: &Plan, binder: &Binder) -> Text {
    // A window function would have to read all rows whole before the first is given.
    let mut count = Query::select();
    count.expr(Expr::cust("COUNT(*)"));
    restrict(&mut count, plan, binder);
    let mut select = select_page(plan, binder);
    select.expr(Expr::SubQuery(None, Box::new(count.into())));
    Text::of(&select, binder)
}

/// The rows within limit and offset, with joined includes.
fn select_page(plan: &Plan, binder: &Binder) -> SelectStatement {
    let page = page_of(plan, binder);
    if !plan.has_joins() && !plan.counts_from_end() {
        return page;
    }
    // The limit counts rows of the model, not of the join; and of those before a cursor the last, which are sorted back.
    let mut joined = Query::select();
    joined.from_subquery(page, Alias::Row(0).name());
    select_columns(&mut joined, plan, binder);
    order(&mut joined, plan, binder);
    joined
}

/// The rows within limit and offset, without includes.
fn page_of(plan: &Plan, binder: &Binder) -> SelectStatement {
    let scope = Scope::new(plan.model, Alias::Row(0), binder);
    let ranges = plan.seek.as_deref().and_then(|at| seek::ranges(&scope, at));
    let Some(ranges) = ranges else {
        let mut select = Query::select();
        restrict(&mut select, plan, binder);
        own_columns(&mut select, plan.model, Alias::Row(0));
        order_page(&mut select, plan, binder);
        lock(&mut select, plan, binder.dialect);
        return select;
    };
    let parts = ranges.into_iter().map(|range| {
        let mut select = Query::select();
        restrict_row(&mut select, plan, binder);
        own_columns(&mut select, plan.model, Alias::Row(0));
        select.and_where(range);
        select
    });
    let all = parts.reduce(|mut all, part| {
        all.union(UnionType::All, part);
        all
    });
    let mut all = all.expect("there is a range");
    order_page(&mut all, plan, binder);
    all
}

/// Locks the rows of the plan alone, as far as the dialect can tell them from rows that others are sorted by. SQLite has one writer
/// anyway.
fn lock(select: &mut SelectStatement, plan: &Plan, dialect: Dialect) {
    let Some(lock) = plan.lock else { return };
    let behavior = match lock {
        Lock::Wait => None,
        Lock::Skip => Some(LockBehavior::SkipLocked),
        Lock::NoWait => Some(LockBehavior::Nowait),
    };
    let (row, update) = (Alias::Row(0).name(), LockType::Update);
    match (dialect, behavior) {
        (Dialect::Sqlite, _) => return,
        (Dialect::Postgres, None) => select.lock_with_tables(update, [row]),
        (Dialect::Postgres, Some(other)) => select.lock_with_tables_behavior(update, [row], other),
        (Dialect::MySql { .. }, None) => select.lock(update),
        (Dialect::MySql { .. }, Some(other)) => select.lock_with_behavior(update, other),
    };
}

fn order_page(select: &mut SelectStatement, plan: &Plan, binder: &Binder) {
    let mut order = with_ties(plan.model, &plan.order);
    if plan.counts_from_end() {
        order = order.iter().map(OrderBy::reversed).collect();
    }
    order_joined(select, plan, &order, binder);
    cut(select, page(plan), binder);
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

/// The statement that gives values of the rows of a plan, or of their groups.
pub(crate) fn values(selected: &Selected, dialect: Dialect) -> Result<Statement> {
    Request::Values(selected).statement(dialect)
}

pub(crate) fn build_values(selected: &Selected, binder: &Binder) -> Text {
    let plan = &selected.plan;
    let scope = Scope::new(plan.model, Alias::Row(0), binder);
    let mut select = Query::select();
    restrict(&mut select, plan, binder);
    for (at, column) in selected.columns.iter().enumerate() {
        let name = match &column.name {
            Some(name) => name.to_string(),
            None => format!("c{at}"),
        };
        select.expr_as(scope.expression(&column.expression), name);
    }
    if selected.distinct {
        select.distinct();
    }
    for key in &selected.keys {
        select.add_group_by([scope.comparable(key)]);
    }
    if let Some(having) = &selected.having {
        select.and_having(scope.condition(having));
    }
    order_values(&mut select, selected, &scope);
    cut(&mut select, page(plan), binder);
    Text::of(&select, binder)
}

/// The order asked for. Ties are broken by the id, by what the groups are made by, or by the values, where each comes once.
fn order_values(select: &mut SelectStatement, selected: &Selected, scope: &Scope) {
    if !selected.is_grouped() && !selected.distinct {
        let mut order = selected.plan.order.clone();
        order.extend_from_slice(&selected.order);
        let order = with_ties(scope.model, &order);
        return order_joined(select, &selected.plan, &order, scope.binder);
    }
    let asked = match selected.is_grouped() {
        true => [].iter(),
        false => selected.plan.order.iter(),
    };
    for by in asked.chain(&selected.order) {
        let at = selected.columns.iter().position(|column| {
            by.path.is_empty() && by.by.expression_is(|own| *own == column.expression)
        });
        let column = match at {
            Some(at) => selected_at(scope, selected, at, by.direction),
            None => related::ordered(scope, by).0,
        };
        order_by_column(select, column, true, by.direction, scope);
    }
    if selected.distinct {
        for at in 0..selected.columns.len() {
            let direction = Direction::ASCENDING;
            let column = selected_at(scope, selected, at, direction);
            order_by_column(select, column, true, direction, scope);
        }
        return;
    }
    for key in &selected.keys {
        order_by_column(
            select,
            scope.comparable(key),
            true,
            Direction::ASCENDING,
            scope,
        );
    }
}

/// A value in the order: by its number, since PostgreSQL does not know an expression with parameters again, but for SQLite, which sorts
/// decimals and times by what they stand for, and MySQL, which is asked whether it is NULL.
fn selected_at(scope: &Scope, selected: &Selected, at: usize, direction: Direction) -> Expr {
    let value = || scope.comparable(&selected.columns[at].expression);
    match scope.dialect() {
        Dialect::Sqlite => value(),
        Dialect::MySql { .. } if direction.null_above => value(),
        _ => Expr::cust((at + 1).to_string()),
    }
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
    let target = source.behind(include.relation, Alias::Row(target));
    let mut on = related::keys_equal(include.relation, source, &target);
    if let Some(is_target) = related::is_target(&target, include.relation) {
        on = on.and(is_target);
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

/// The table and the conditions of a plan.
fn restrict(select: &mut SelectStatement, plan: &Plan, binder: &Binder) {
    restrict_row(select, plan, binder);
    if let Some(at) = plan.seek.as_deref() {
        let scope = Scope::new(plan.model, Alias::Row(0), binder);
        select.and_where(seek::condition(&scope, at));
    }
}

/// The same, wherever the rows are in their order.
fn restrict_row(select: &mut SelectStatement, plan: &Plan, binder: &Binder) {
    select.from_as(sql::table(plan.model), Alias::Row(0).name());
    if let Some(condition) = &plan.condition {
        let scope = Scope::new(plan.model, Alias::Row(0), binder);
        restrict_by(select, &scope.asked(condition), condition, &mut 0);
    }
}

/// Adds a condition that has to hold. On SQLite, which would look for the target of row after row, a condition of the one target of
/// each row is a join: it then starts from whichever side has fewer rows.
fn restrict_by(
    select: &mut SelectStatement,
    scope: &Scope,
    condition: &Condition,
    joined: &mut usize,
) {
    match condition {
        Condition::All(parts) if has_joined(parts, scope.dialect()) => {
            for part in parts {
                restrict_by(select, scope, part, joined);
            }
        }
        Condition::Related {
            relation,
            quantifier: Quantifier::Some,
            condition,
        } if is_joined(relation, scope.dialect()) && *joined < MOST_JOINED => {
            let target = scope.behind(relation, Alias::Joined(*joined));
            *joined += 1;
            let on = SqlCondition::all().add(related::keys_equal(relation, scope, &target));
            let table = sql::table(target.model);
            let alias = Alias::Joined(*joined - 1).name();
            select.join_as(JoinType::InnerJoin, table, alias, on);
            if let Some(condition) = condition {
                restrict_by(select, &target, condition, joined);
            }
        }
        other => drop(select.and_where(scope.condition(other))),
    }
}

fn is_joined(relation: &'static RelationMetadata, dialect: Dialect) -> bool {
    dialect == Dialect::Sqlite && related::joins(&[relation])
}

/// Whether some of the conditions may be joined. Many conditions stay together, since SQLite takes no long chain of them.
fn has_joined(parts: &[Condition], dialect: Dialect) -> bool {
    let may_join = |part: &Condition| match part {
        Condition::All(parts) => has_joined(parts, dialect),
        Condition::Related {
            relation,
            quantifier: Quantifier::Some,
            ..
        } => is_joined(relation, dialect),
        _ => false,
    };
    parts.len() <= FLAT && parts.iter().any(may_join)
}

/// Leaves out the rows beyond limit and offset.
pub(crate) fn cut(select: &mut SelectStatement, [limit, offset]: Page, binder: &Binder) {
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

/// SQLite takes 64 tables in one statement, and the includes have their share.
const MOST_ORDERED: usize = 8;

const MOST_JOINED: usize = 8;

/// The order asked for, ties broken by the id, in which a column of another row comes by a join, where that cannot repeat rows.
/// On MySQL it does not: MariaDB sorts what it joined, and finds each row by its id faster.
fn order_joined(select: &mut SelectStatement, plan: &Plan, order: &[OrderBy], binder: &Binder) {
    let scope = Scope::new(plan.model, Alias::Row(0), binder);
    let steps: usize = order.iter().map(|by| by.path.len()).sum();
    let can_join = !binder.dialect.is_mysql() && steps <= MOST_ORDERED;
    let mut joined = Vec::new();
    for by in order {
        match can_join && related::joins(&by.path) {
            true => order_by_joined(select, &scope, by, &mut joined),
            false => order_by(select, &scope, by),
        }
    }
}

/// Joins the rows that lead to the column, but for those that are there.
fn order_by_joined(
    select: &mut SelectStatement,
    scope: &Scope,
    by: &OrderBy,
    joined: &mut Vec<Vec<&'static RelationMetadata>>,
) {
    let mut source = *scope;
    for (at, relation) in by.path.iter().enumerate() {
        let path = &by.path[..=at];
        let known = joined.iter().position(|known| known == path);
        let number = known.unwrap_or(joined.len());
        let target = Scope::new(relation.target(), Alias::Ordered(number), scope.binder);
        if known.is_none() {
            joined.push(path.to_vec());
            let on = related::keys_equal(relation, &source, &target);
            join(select, target.model, Alias::Ordered(number), on);
        }
        source = target;
    }
    order_by_column(
        select,
        related::sorted(&source, by),
        true,
        by.direction,
        scope,
    );
}

/// The order asked for, ties broken by the id.
fn order(to: &mut impl OrderedStatement, plan: &Plan, binder: &Binder) {
    let scope = Scope::new(plan.model, Alias::Row(0), binder);
    order_rows(to, &scope, &plan.order);
}

/// The order asked for, ties broken by the id.
pub(crate) fn order_rows(to: &mut impl OrderedStatement, scope: &Scope, order: &[OrderBy]) {
    for by in with_ties(scope.model, order) {
        order_by(to, scope, &by);
    }
}

/// NULL sorts below all values on every database, unless the order says otherwise. Databases that have it the other way round are told; a
/// column that cannot be NULL keeps the plain form, which an index serves.
pub(crate) fn order_by(to: &mut impl OrderedStatement, scope: &Scope, by: &OrderBy) {
    let (column, nullable) = related::ordered(scope, by);
    order_by_column(to, column, nullable, by.direction, scope);
}

/// The same by an expression for the column.
pub(crate) fn order_by_column(
    to: &mut impl OrderedStatement,
    column: Expr,
    nullable: bool,
    direction: Direction,
    scope: &Scope,
) {
    let order = match direction.descending {
        true => Order::Desc,
        false => Order::Asc,
    };
    let has_null_above = scope.dialect() == Dialect::Postgres;
    if !nullable || direction.null_above == has_null_above {
        to.order_by_expr(column, order);
        return;
    }
    let nulls = match direction.ends_in_null() {
        true => NullOrdering::Last,
        false => NullOrdering::First,
    };
    to.order_by_expr_with_nulls(column, order, nulls);
}
