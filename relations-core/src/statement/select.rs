//! `SELECT`: the rows of a plan, with its joined includes.

use super::build;
use super::condition::{Alias, Scope};
use crate::column::OrderBy;
use crate::connection::{Dialect, Statement};
use crate::error::Result;
use crate::metadata::{ModelMetadata, RelationMetadata};
use crate::plan::{Plan, PlannedInclude};
use crate::predicate::Condition;
use sea_query::{
    Condition as SqlCondition, Expr, ExprTrait, JoinType, NullOrdering, Order, Query,
    SelectStatement,
};

/// The statement that loads the rows of a plan. `single` says that its condition holds for one row at most, so that
/// a limit, and an order that was not asked for, are left out.
pub(crate) fn select(plan: &Plan, single: bool, dialect: Dialect) -> Result<Statement> {
    let select = Select {
        plan,
        dialect,
        limited: !single,
    };
    Ok(build(
        &select.build(None, !single || !plan.order.is_empty())?,
        dialect,
    ))
}

/// The statement that finds the target of the source with this id: no row where the source is missing, a row of NULLs
/// where it has no target.
pub(crate) fn of_source(
    relation: &'static RelationMetadata,
    plan: &Plan,
    source: &Condition,
    dialect: Dialect,
) -> Result<Statement> {
    let target = Scope {
        model: plan.model,
        alias: Some(Alias(0)),
        dialect,
    };
    let from = Scope {
        model: relation.source(),
        alias: Some(Alias(OF_SOURCE)),
        dialect,
    };
    let mut on = keys_equal(relation, &from, &target);
    if let Some(condition) = &plan.condition {
        on = on.and(target.condition(condition)?);
    }
    let mut select = Query::select();
    select.from_as(from.model.table, Alias(OF_SOURCE).name());
    join(&mut select, plan.model, Alias(0), on);
    let builder = Select {
        plan,
        dialect,
        limited: false,
    };
    builder.select_columns(&mut select)?;
    select.and_where(from.condition(source)?);
    if !relation.refers_to_id() {
        order(&mut select, plan, dialect);
    }
    Ok(build(&select, dialect))
}

/// The statement that gives a row if some source for which the condition is true has a target.
pub(crate) fn target_of(
    relation: &'static RelationMetadata,
    source: Option<&Condition>,
    dialect: Dialect,
) -> Result<Statement> {
    let target = Scope {
        model: relation.target(),
        alias: Some(Alias(0)),
        dialect,
    };
    let from = Scope {
        model: relation.source(),
        alias: Some(Alias(OF_SOURCE)),
        dialect,
    };
    let on = SqlCondition::all().add(keys_equal(relation, &from, &target));
    let mut select = Query::select();
    select
        .expr(Expr::cust("1"))
        .from_as(from.model.table, Alias(OF_SOURCE).name());
    select.join_as(JoinType::InnerJoin, target.model.table, Alias(0).name(), on);
    if let Some(condition) = source {
        select.and_where(from.condition(condition)?);
    }
    select.limit(1);
    Ok(build(&select, dialect))
}

/// The alias of the source in [`of_source`], beyond those of any join.
const OF_SOURCE: usize = 99;

/// The statement that counts the rows of a plan.
pub(crate) fn count(plan: &Plan, dialect: Dialect) -> Result<Statement> {
    let mut count = Query::select();
    count.expr(Expr::cust("COUNT(*)"));
    if plan.limit.is_some() || plan.offset.is_some() {
        let mut rows = Query::select();
        rows.expr(Expr::cust("1"));
        restrict(&mut rows, plan, dialect)?;
        limit(&mut rows, plan);
        count.from_subquery(rows, "t0");
    } else {
        restrict(&mut count, plan, dialect)?;
    }
    Ok(build(&count, dialect))
}

/// The statement that gives a row if the plan has one.
pub(crate) fn exists(plan: &Plan, dialect: Dialect) -> Result<Statement> {
    let mut select = Query::select();
    select.expr(Expr::cust("1"));
    restrict(&mut select, plan, dialect)?;
    limit(&mut select, plan);
    select.limit(Ord::min(plan.limit.unwrap_or(1), 1));
    Ok(build(&select, dialect))
}

/// A plan on its way to a `SELECT`.
pub(super) struct Select<'p> {
    pub(super) plan: &'p Plan,
    pub(super) dialect: Dialect,
    /// Whether the plan's limit and offset are the statement's.
    pub(super) limited: bool,
}

impl Select<'_> {
    /// The statement with a further condition.
    pub(super) fn with_condition(&self, condition: Expr, ordered: bool) -> Result<Statement> {
        let select = self.build(Some(condition), ordered)?;
        Ok(build(&select, self.dialect))
    }

    fn build(&self, condition: Option<Expr>, ordered: bool) -> Result<SelectStatement> {
        let plan = self.plan;
        let mut select = Query::select();
        restrict(&mut select, plan, self.dialect)?;
        if let Some(condition) = condition {
            select.and_where(condition);
        }
        if ordered {
            order(&mut select, plan, self.dialect);
        }
        let has_limit = self.limited && (plan.limit.is_some() || plan.offset.is_some());
        if !has_limit {
            self.select_columns(&mut select)?;
            return Ok(select);
        }
        limit(&mut select, plan);
        if !plan.has_joins() {
            self.select_columns(&mut select)?;
            return Ok(select);
        }
        // The limit counts rows of the model, not of the join.
        select.columns(
            plan.model
                .fields
                .iter()
                .map(|field| (Alias(0).name(), field.column)),
        );
        let mut joined = Query::select();
        joined.from_subquery(select, Alias(0).name());
        self.select_columns(&mut joined)?;
        order(&mut joined, plan, self.dialect);
        Ok(joined)
    }

    /// Adds the columns of the model and of joined includes, depth first: the order in which they are read.
    fn select_columns(&self, select: &mut SelectStatement) -> Result<()> {
        let mut next = 1;
        add_columns(select, self.plan, Alias(0), &mut next, self.dialect)
    }
}

fn add_columns(
    select: &mut SelectStatement,
    plan: &Plan,
    alias: Alias,
    next: &mut usize,
    dialect: Dialect,
) -> Result<()> {
    select.columns(
        plan.model
            .fields
            .iter()
            .map(|field| (alias.name(), field.column)),
    );
    for include in plan.includes.iter().filter(|include| include.joined) {
        let target = Alias(*next);
        *next += 1;
        let on = on(include, plan.model, alias, target, dialect)?;
        join(select, include.scope.model, target, on);
        add_columns(select, &include.scope, target, next, dialect)?;
    }
    Ok(())
}

fn on(
    include: &PlannedInclude,
    source: &'static ModelMetadata,
    from: Alias,
    to: Alias,
    dialect: Dialect,
) -> Result<Expr> {
    let source = Scope {
        model: source,
        alias: Some(from),
        dialect,
    };
    let target = Scope {
        model: include.scope.model,
        alias: Some(to),
        dialect,
    };
    let keys = keys_equal(include.relation, &source, &target);
    Ok(match &include.scope.condition {
        Some(condition) => keys.and(target.condition(condition)?),
        None => keys,
    })
}

fn keys_equal(relation: &RelationMetadata, source: &Scope, target: &Scope) -> Expr {
    let pairs = relation
        .target_fields()
        .into_iter()
        .zip(relation.source_fields());
    let equal = pairs.map(|(to, from)| target.column(to).eq(source.column(from)));
    equal.reduce(Expr::and).expect("a relation has a key")
}

fn join(select: &mut SelectStatement, model: &ModelMetadata, alias: Alias, on: Expr) {
    let on = SqlCondition::all().add(on);
    select.join_as(JoinType::LeftJoin, model.table, alias.name(), on);
}

/// The table and the condition of a plan.
fn restrict(select: &mut SelectStatement, plan: &Plan, dialect: Dialect) -> Result<()> {
    select.from_as(plan.model.table, Alias(0).name());
    if let Some(condition) = &plan.condition {
        let scope = Scope {
            model: plan.model,
            alias: Some(Alias(0)),
            dialect,
        };
        select.and_where(scope.condition(condition)?);
    }
    Ok(())
}

fn limit(select: &mut SelectStatement, plan: &Plan) {
    const MOST: u64 = i64::MAX as u64;
    // SQLite and MySQL want a limit before an offset.
    let limit = plan.limit.map(|limit| Ord::min(limit, MOST));
    match (limit, plan.offset) {
        (Some(limit), None) => select.limit(limit),
        (None, None) => select,
        (limit, Some(offset)) => select
            .limit(limit.unwrap_or(MOST))
            .offset(Ord::min(offset, MOST)),
    };
}

/// The order asked for, ties broken by the id.
fn order(select: &mut SelectStatement, plan: &Plan, dialect: Dialect) {
    let scope = Scope {
        model: plan.model,
        alias: Some(Alias(0)),
        dialect,
    };
    for by in &plan.order {
        order_by(select, &scope, *by);
    }
    for field in plan.model.id_fields() {
        if !plan
            .order
            .iter()
            .any(|by| std::ptr::eq(by.field, field) || by.field == field)
        {
            order_by(
                select,
                &scope,
                OrderBy {
                    field,
                    descending: false,
                },
            );
        }
    }
}

/// NULL sorts below all values on every database. PostgreSQL has it the other way round and is told; a column that
/// cannot be NULL keeps the plain form, which an index serves.
fn order_by(select: &mut SelectStatement, scope: &Scope, by: OrderBy) {
    let column = scope.ordered(by.field);
    let direction = if by.descending {
        Order::Desc
    } else {
        Order::Asc
    };
    if by.field.nullable && scope.dialect == Dialect::Postgres {
        let nulls = if by.descending {
            NullOrdering::Last
        } else {
            NullOrdering::First
        };
        select.order_by_expr_with_nulls(column, direction, nulls);
    } else {
        select.order_by_expr(column, direction);
    }
}
