//! The statements that load the targets of an include for all their sources at once.

use super::condition::{Alias, Scope};
use super::select::{order_by, order_rows, own_columns, select_columns};
use super::{build, list, related};
use crate::connection::{Dialect, Statement};
use crate::error::Result;
use crate::key::Key;
use crate::metadata::{FieldMetadata, ModelMetadata, RelationKind, ThroughMetadata};
use crate::plan::PlannedInclude;
use crate::value::Value;
use sea_query::{Expr, ExprTrait, OverStatement, Query, SelectStatement, WindowStatement};

/// The statements that load the targets of an include by their keys, in the order of the scope. Limit and offset of the
/// scope count the targets of each key.
///
/// Where the relation goes through links, the columns of a link come before those of its target: the key of the source,
/// the key of the target, and, if wanted, the link.
pub(crate) fn select_by_keys<K: Key>(
    include: &PlannedInclude,
    keys: Vec<K>,
    dialect: Dialect,
) -> Result<Vec<Statement>> {
    let targets = Targets::new(include, dialect);
    targets.statements(keys, |condition| targets.select(condition))
}

/// The statements that count the targets of each key: the columns of the key, then the number. Limit and offset of the
/// scope are left aside.
pub(crate) fn count_by_keys<K: Key>(
    include: &PlannedInclude,
    keys: Vec<K>,
    dialect: Dialect,
) -> Result<Vec<Statement>> {
    let targets = Targets::new(include, dialect);
    targets.statements(keys, |condition| targets.count(condition))
}

/// The statements that load the rows of a model with these ids.
pub(crate) fn select_by_ids<K: Key>(
    model: &'static ModelMetadata,
    keys: Vec<K>,
    dialect: Dialect,
) -> Result<Vec<Statement>> {
    let scope = Scope::new(model, Alias::Row(0), dialect);
    let fields: Vec<&'static FieldMetadata> = model.id_fields().collect();
    let values: Vec<Value> = keys.into_iter().flat_map(Key::into_values).collect();
    let parts = list::parts(&values, fields.len(), dialect).into_iter();
    let statements = parts.map(|part| {
        let mut select = Query::select();
        select.from_as(model.table, Alias::Row(0).name());
        own_columns(&mut select, model, Alias::Row(0));
        select.and_where(list::in_keys(&scope, &fields, part)?);
        Ok(build(&select, dialect))
    });
    statements.collect()
}

/// Targets on their way to a `SELECT`.
struct Targets<'i> {
    include: &'i PlannedInclude,
    target: Scope,
    /// The links, where the relation goes through some.
    link: Option<(&'static ThroughMetadata, Scope)>,
}

/// The names of the rank of a target and of the columns of its link, in a sub-select.
const RANK: &str = "relations_rank";
const LINK: &str = "relations_link";

impl<'i> Targets<'i> {
    fn new(include: &'i PlannedInclude, dialect: Dialect) -> Self {
        let through = include.relation.through();
        Targets {
            include,
            target: Scope::new(include.relation.target(), Alias::Row(0), dialect),
            link: through.map(|through| {
                (
                    through,
                    Scope::new(through.model(), Alias::Link(0), dialect),
                )
            }),
        }
    }

    /// What holds the key of a source: its link, or the target itself.
    fn holder(&self) -> (&Scope, Vec<&'static FieldMetadata>) {
        match &self.link {
            Some((through, link)) => (link, through.source_fields()),
            None => (&self.target, self.include.relation.target_fields()),
        }
    }

    fn statements<K: Key>(
        &self,
        keys: Vec<K>,
        select: impl Fn(Expr) -> Result<SelectStatement>,
    ) -> Result<Vec<Statement>> {
        let (holder, fields) = self.holder();
        let values: Vec<Value> = keys.into_iter().flat_map(Key::into_values).collect();
        let parts = list::parts(&values, fields.len(), holder.dialect).into_iter();
        let statements = parts.map(|part| {
            let condition = list::in_keys(holder, &fields, part)?;
            Ok(build(&select(condition)?, holder.dialect))
        });
        statements.collect()
    }

    /// All targets, with the condition but without columns.
    fn all(&self, condition: Expr) -> Result<SelectStatement> {
        let (include, target) = (self.include, &self.target);
        let mut select = Query::select();
        match &self.link {
            Some((_, link)) => {
                select.from_as(link.model.table, Alias::Link(0).name());
                related::join_targets(&mut select, include.relation, link, target);
            }
            None => {
                select.from_as(target.model.table, Alias::Row(0).name());
            }
        }
        let mut conditions = Vec::new();
        if let (Some((_, link)), Some(of_links)) = (&self.link, &include.links.condition) {
            conditions.push(link.condition(of_links)?);
        }
        if let Some(of_targets) = include.relation.restriction() {
            conditions.push(target.condition(&of_targets)?);
        }
        if let Some(of_targets) = &include.scope.condition {
            conditions.push(target.condition(of_targets)?);
        }
        select.and_where(condition);
        for condition in conditions {
            select.and_where(condition);
        }
        Ok(select)
    }

    fn count(&self, condition: Expr) -> Result<SelectStatement> {
        let (holder, fields) = self.holder();
        let mut select = self.all(condition)?;
        for field in fields {
            select.expr(holder.column(field));
            select.add_group_by([holder.column(field)]);
        }
        select.expr(Expr::cust("COUNT(*)"));
        Ok(select)
    }

    fn select(&self, condition: Expr) -> Result<SelectStatement> {
        let scope = &self.include.scope;
        let is_list = self.include.relation.kind == RelationKind::ReferencesMany;
        if !is_list && (scope.limit.is_some() || scope.offset.is_some()) {
            return self.ranked(condition);
        }
        let mut select = self.all(condition)?;
        for (link, field) in self.link_columns() {
            select.expr(link.column(field));
        }
        select_columns(&mut select, scope, self.target.dialect)?;
        // Each id has one target, so such targets need no order. Of other keys the first row counts, should a constraint be
        // missing.
        if !self.include.relation.refers_to_id() || !scope.order.is_empty() {
            self.order(&mut select)?;
        }
        Ok(select)
    }

    /// The targets whose rank among those of their source is within limit and offset.
    fn ranked(&self, condition: Expr) -> Result<SelectStatement> {
        let (holder, fields) = self.holder();
        let mut window = WindowStatement::new();
        for field in fields {
            window.add_partition_by(holder.column(field));
        }
        self.order(&mut window)?;
        let mut all = self.all(condition)?;
        for (at, (link, field)) in self.link_columns().into_iter().enumerate() {
            all.expr_as(link.column(field), format!("{LINK}_{at}"));
        }
        own_columns(&mut all, self.target.model, Alias::Row(0));
        all.expr_window_as(Expr::cust("ROW_NUMBER()"), window, RANK);

        let mut select = Query::select();
        select.from_subquery(all, Alias::Row(0).name());
        for at in 0..self.link_columns().len() {
            select.column((Alias::Row(0).name(), format!("{LINK}_{at}")));
        }
        select_columns(&mut select, &self.include.scope, self.target.dialect)?;
        let rank = || Expr::col((Alias::Row(0).name(), RANK));
        let offset = i64::try_from(self.include.scope.offset.unwrap_or(0)).unwrap_or(i64::MAX);
        if offset > 0 {
            select.and_where(rank().gt(offset));
        }
        if let Some(limit) = self.include.scope.limit {
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            select.and_where(rank().lte(offset.saturating_add(limit)));
        }
        select.order_by_expr(rank(), sea_query::Order::Asc);
        order_rows(&mut select, &self.target, &[])?;
        Ok(select)
    }

    /// The columns of a link that are read before those of its target.
    fn link_columns(&self) -> Vec<(&Scope, &'static FieldMetadata)> {
        let Some((through, link)) = &self.link else {
            return Vec::new();
        };
        let mut fields = [through.source_fields(), through.target_fields()].concat();
        if self.include.links.are_loaded {
            fields.extend(link.model.fields);
        }
        fields.into_iter().map(|field| (link, field)).collect()
    }

    /// By links, then as the scope says, then by id; links to one target by their own id.
    fn order(&self, to: &mut impl sea_query::OrderedStatement) -> Result<()> {
        if let Some((_, link)) = &self.link {
            for by in &self.include.links.order {
                order_by(to, link, by)?;
            }
        }
        order_rows(to, &self.target, &self.include.scope.order)?;
        if let Some((through, link)) = &self.link {
            let keys = [through.source_fields(), through.target_fields()].concat();
            for field in link.model.id_fields().filter(|field| !keys.contains(field)) {
                order_by(to, link, &crate::column::OrderBy::new(field, false))?;
            }
        }
        Ok(())
    }
}
