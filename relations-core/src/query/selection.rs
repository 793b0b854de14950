//! What is read of the rows of a plan, as data.

use crate::query::condition::Condition;
use crate::query::expression::Expression;
use crate::query::order::OrderBy;
use crate::query::plan::Plan;
use std::borrow::Cow;

/// Values of the rows of a plan, or of their groups.
#[derive(Debug, Clone)]
pub(crate) struct Selected {
    pub(crate) plan: Plan,
    pub(crate) columns: Vec<SelectedColumn>,
    pub(crate) distinct: bool,
    /// What groups are made by.
    pub(crate) keys: Vec<Expression>,
    /// Which groups.
    pub(crate) having: Option<Condition>,
    /// The order of groups.
    pub(crate) order: Vec<OrderBy>,
}

/// One of the values, and what it is called.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SelectedColumn {
    pub(crate) expression: Expression,
    pub(crate) name: Option<Cow<'static, str>>,
}

impl Selected {
    /// Whether rows are put together, as groups or as one.
    pub(crate) fn is_grouped(&self) -> bool {
        !self.keys.is_empty()
            || self.having.is_some()
            || self
                .columns
                .iter()
                .any(|column| column.expression.has_aggregate())
            || self
                .order
                .iter()
                .any(|by| by.by.expression_is(Expression::has_aggregate))
    }

    /// What keeps it from being asked for.
    pub(crate) fn obstacle(&self) -> Option<&'static str> {
        let is_of_group = |expression: &Expression| expression.is_of_group(&self.keys);
        let of_order = |by: &OrderBy| by.path.is_empty() && by.by.expression_is(is_of_group);
        if self.plan.lock.is_some() {
            return Some("values are not locked\nhelp: read whole rows to lock them");
        }
        if self.plan.seek.is_some() {
            return Some("a cursor stands for whole rows\nhelp: use `limit` and `offset`");
        }
        if self.keys.iter().any(Expression::has_value) {
            return Some("groups are made by columns, or by what is computed without values");
        }
        let is_selected = |by: &OrderBy| {
            let mut columns = self.columns.iter();
            by.path.is_empty()
                && columns.any(|column| by.by.expression_is(|own| *own == column.expression))
        };
        let order = self.plan.order.iter().chain(&self.order);
        if self.distinct && !order.clone().all(is_selected) {
            return Some("what comes once is sorted by what is selected");
        }
        if !self.is_grouped() {
            return None;
        }
        if !self.plan.order.is_empty() {
            return Some(
                "groups are not sorted by a column of their rows\nhelp: call `order_by` behind `select`",
            );
        }
        let mut columns = self.columns.iter();
        let fits = columns.all(|column| is_of_group(&column.expression))
            && self.order.iter().all(of_order)
            && self
                .having
                .as_ref()
                .is_none_or(|having| having.is_of_group(&self.keys));
        (!fits).then_some(
            "a value of a group is an aggregate, or one that `group_by` names\nhelp: add it to `group_by`",
        )
    }
}
