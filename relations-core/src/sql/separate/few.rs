//! The targets of a few keys within limit and offset: found for each key alone, so that an index over the key and the order gives them
//! without a look at the others. Beyond a few keys all their targets are ranked.

use crate::query::{FEW, PlannedInclude};
use crate::sql::condition::Alias;
use crate::sql::key_list::{self, List};
use crate::sql::parameter::Parameter;
use crate::sql::select::{cut, order_by, order_by_column, own_columns, page, select_columns};
use crate::sql::separate::{LINK, Targets, first_position, gives_positions, is_ranked};
use crate::sql::{related, time_text};
use crate::value::Dialect;
use sea_query::{
    Condition as SqlCondition, Expr, ExprTrait, JoinType, Query, SelectStatement, UnionType,
};

/// Whether the targets of these keys are found key by key.
pub(crate) fn are_few(include: &PlannedInclude, keys: List) -> bool {
    let has_limit = include.scope.limit.is_some();
    is_ranked(include) && has_limit && keys.values.len() <= FEW as usize * keys.fields.len()
}

/// Whether the keys are one list, to which the targets of each are joined: so does PostgreSQL. Others have a part for each key in
/// the text, since MariaDB and SQLite have no LATERAL.
pub(crate) fn is_lateral(dialect: Dialect) -> bool {
    dialect == Dialect::Postgres
}

/// The name of what the targets are sorted by.
fn order_name(at: usize) -> String {
    format!("relations_order_{at}")
}

impl Targets<'_> {
    pub(super) fn of_few(&self) -> SelectStatement {
        let binder = self.target.binder;
        let mut select = Query::select();
        match is_lateral(binder.dialect) {
            true => self.join_lateral(&mut select),
            false => drop(select.from_subquery(self.one_by_one(), Alias::Row(0).name())),
        }
        for at in 0..self.first_columns().len() {
            select.column((Alias::Row(0).name(), format!("{LINK}_{at}")));
        }
        select_columns(&mut select, &self.include.scope, binder);
        for (at, (scope, by)) in self.orders().into_iter().enumerate() {
            let nullable = related::ordered(&scope, &by).1;
            let column = Expr::col((Alias::Row(0).name(), order_name(at)));
            let column = scope.collated(by.by.kind(), column);
            order_by_column(&mut select, column, nullable, by.direction, &scope);
        }
        select
    }

    fn join_lateral(&self, select: &mut SelectStatement) {
        let keys = match gives_positions(self.keys.fields) {
            true => self.keys.positioned(self.target.binder),
            false => self.keys.unnested(self.target.binder),
        };
        select.from_subquery(keys, Alias::Keys.name());
        let part = self.of_key(key_list::position(), key_list::key_column);
        let always = SqlCondition::all().add(Expr::cust("TRUE"));
        let alias = Alias::Row(0).name();
        select.join_lateral(JoinType::InnerJoin, part, alias, always);
    }

    fn one_by_one(&self) -> SelectStatement {
        let fields = self.keys.fields;
        let first = first_position(self.target.dialect());
        let keys = self.keys.values.chunks(fields.len());
        let parts = keys.enumerate().map(|(number, key)| {
            let position = Expr::cust((first + number).to_string());
            let value = |at: usize| {
                let parameter =
                    Parameter::Compared(self.keys.model, fields[at], &key[at], time_text::SHORTEST);
                self.target.binder.bind_unseen(parameter)
            };
            let part = self.of_key(position, value);
            let mut all = Query::select();
            all.expr(Expr::cust("*"));
            all.from_subquery(part, Alias::Row(0).name());
            all
        });
        let all = parts.reduce(|mut all, part| {
            all.union(UnionType::All, part);
            all
        });
        all.expect("there are keys")
    }

    /// The targets of one key.
    fn of_key(&self, position: Expr, value: impl Fn(usize) -> Expr) -> SelectStatement {
        let holder = self.holder();
        let mut select = self.without_keys();
        for (at, field) in self.keys.fields.iter().enumerate() {
            select.and_where(holder.column(field).eq(value(at)));
        }
        for (at, column) in self.columns_behind(position).into_iter().enumerate() {
            select.expr_as(column, format!("{LINK}_{at}"));
        }
        own_columns(&mut select, self.target.model, Alias::Row(0));
        for (at, (scope, by)) in self.orders().iter().enumerate() {
            select.expr_as(related::ordered(scope, by).0, order_name(at));
            order_by(&mut select, scope, by);
        }
        cut(&mut select, page(&self.include.scope), self.target.binder);
        select
    }
}
