//! Conditions to SQL expressions.

use crate::model::{FieldMetadata, ModelMetadata, RelationMetadata};
use crate::query::{Condition, Operator, Pattern};
use crate::sql::binder::Binder;
use crate::sql::key_list::List;
use crate::sql::parameter::Parameter;
use crate::sql::related::{self, Related};
use crate::sql::time_text::{self, Form};
use crate::sql::{pattern, template};
use crate::value::Dialect;
use crate::value::{Kind, Value};
use sea_query::{Expr, ExprTrait};
use std::ops::Range;
use std::slice;

/// Up to this many conditions are joined as a chain, and more as a tree.
pub(crate) const FLAT: usize = 100;

/// Up to this many relations are left to the planner.
const FEW_RELATIONS: usize = 2;

/// Where a condition is used: which model its columns belong to, and under which name the statement knows the table.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'b> {
    pub(crate) model: &'static ModelMetadata,
    /// `None` in statements of a single table, which name columns alone.
    pub(crate) alias: Option<Alias>,
    pub(crate) binder: &'b Binder,
    /// Whether a row may be met many times, by links or on a way back, as one course by each of its students.
    pub(crate) is_spread: bool,
    /// Whether the statement asks about more relations than a planner should make one join of.
    pub(crate) is_crowded: bool,
}

/// The name of a table in a statement.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Alias {
    /// `t0`, `t1`, …: the rows and their joined includes, in the order in which they join.
    Row(usize),
    /// `r1`, `r2`, …: the related rows of a condition, by how deep it is nested.
    Related(usize),
    /// `o0`, `o1`, …: rows that others are sorted by.
    Ordered(usize),
    /// `j0`, `j1`, …: rows that a condition joins.
    Joined(usize),
    /// `l0`, `l1`, …: the links to the rows or related rows of that number.
    Link(usize),
    /// `s`: the source of a single target.
    Source,
    /// `k`: a list of keys with their positions.
    Keys,
}

impl Alias {
    pub(crate) fn name(self) -> String {
        match self {
            Alias::Row(at) => format!("t{at}"),
            Alias::Related(depth) => format!("r{depth}"),
            Alias::Ordered(at) => format!("o{at}"),
            Alias::Joined(at) => format!("j{at}"),
            Alias::Link(at) => format!("l{at}"),
            Alias::Source => "s".to_owned(),
            Alias::Keys => "k".to_owned(),
        }
    }
}

impl<'b> Scope<'b> {
    pub(crate) fn new(model: &'static ModelMetadata, alias: Alias, binder: &'b Binder) -> Self {
        Scope {
            model,
            alias: Some(alias),
            binder,
            is_spread: false,
            is_crowded: false,
        }
    }

    /// Of a statement of this table alone.
    pub(crate) fn alone(model: &'static ModelMetadata, binder: &'b Binder) -> Self {
        Scope {
            model,
            alias: None,
            binder,
            is_spread: false,
            is_crowded: false,
        }
    }

    /// Of another table of the same statement.
    pub(crate) fn at(&self, model: &'static ModelMetadata, alias: Alias) -> Self {
        Scope {
            model,
            alias: Some(alias),
            is_spread: false,
            ..*self
        }
    }

    /// Of the rows behind a relation of these.
    pub(crate) fn behind(&self, relation: &'static RelationMetadata, alias: Alias) -> Self {
        Scope {
            is_spread: self.is_spread || relation.is_shared(),
            ..self.at(relation.target(), alias)
        }
    }

    /// The same rows, of which all this is asked.
    pub(crate) fn asked(&self, condition: &Condition) -> Self {
        Scope {
            is_crowded: self.is_crowded || condition.relations() > FEW_RELATIONS,
            ..*self
        }
    }

    /// Whether the targets of all these rows are better looked up at once than those of each row.
    pub(crate) fn asks_once(&self, relation: &RelationMetadata) -> bool {
        let is_met_often = self.is_spread && relation.targets_many();
        match self.dialect() {
            // It goes row by row, whatever it is told.
            Dialect::Sqlite => is_met_often,
            Dialect::Postgres => is_met_often && self.is_crowded,
            // It may still look up each row where it finds that better.
            Dialect::MySql { .. } => {
                self.is_crowded && matches!(self.alias, Some(Alias::Related(_)))
            }
        }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.binder.dialect
    }

    pub(crate) fn column(&self, field: &FieldMetadata) -> Expr {
        match self.alias {
            Some(alias) => Expr::col((alias.name(), field.column)),
            None => Expr::col(field.column),
        }
    }

    pub(crate) fn value(&self, field: &'static FieldMetadata, value: &Value) -> Expr {
        self.texts(field, value, time_text::FIRST).remove(0)
    }

    /// The value in each of these texts.
    fn texts(&self, field: &'static FieldMetadata, value: &Value, forms: Range<Form>) -> Vec<Expr> {
        let bind = |form| {
            let parameter = Parameter::Compared(self.model, field, value, form);
            self.binder.bind(parameter)
        };
        forms.map(bind).collect()
    }

    /// The column as it is compared and sorted.
    pub(crate) fn compared(&self, field: &FieldMetadata) -> Expr {
        self.collated(field.kind, self.column(field))
    }

    /// What holds a value of the column, as it is compared and sorted.
    #[allow(unused_variables)] // Whether the kind is used depends on the features.
    pub(crate) fn collated(&self, kind: Kind, column: Expr) -> Expr {
        // SQLite keeps decimals as text, since it has no exact type for them; the collation compares numbers.
        #[cfg(feature = "rust_decimal")]
        if kind == Kind::Decimal && self.dialect() == Dialect::Sqlite {
            return template("? COLLATE relations_decimal", [column], self.dialect());
        }
        column
    }

    pub(crate) fn condition(&self, condition: &Condition) -> Expr {
        self.asked(condition).condition_expression(condition)
    }

    fn condition_expression(&self, condition: &Condition) -> Expr {
        match condition {
            Condition::Compare {
                field,
                operator,
                value,
            } => self.compare(field, *operator, value),
            Condition::Between { field, low, high } => {
                let last = time_text::last(field.kind, self.dialect());
                let high = self.texts(field, high, last).remove(0);
                self.compared(field).between(self.value(field, low), high)
            }
            Condition::In {
                field,
                values,
                negated,
            } => self.in_list(field, values, *negated),
            Condition::Like { field, pattern } => self.like(field, pattern),
            Condition::Regexp { field, pattern } => self.regexp(field, pattern),
            Condition::IsNull {
                field,
                negated: false,
            } => self.column(field).is_null(),
            Condition::IsNull {
                field,
                negated: true,
            } => self.column(field).is_not_null(),
            Condition::Path { field, path, test } => self.at_path(field, path, test),
            Condition::Computed {
                left,
                operator,
                right,
            } => {
                let (left, right) = (self.comparable(left), self.comparable(right));
                operated(left, *operator, right)
            }
            Condition::ComputedIsNull {
                expression,
                negated,
            } => {
                let expression = self.expression(expression);
                match negated {
                    true => expression.is_not_null(),
                    false => expression.is_null(),
                }
            }
            Condition::Fragment(fragment) => self.fragment(fragment),
            Condition::Related {
                relation,
                quantifier,
                condition,
            } => {
                let related = Related {
                    relation,
                    quantifier: *quantifier,
                    condition: condition.as_deref(),
                };
                related.of(self)
            }
            Condition::Linked { relation, key } => related::linked(self, relation, key),
            Condition::LeadsIntoScope { relation } => related::leads_into_scope(self, relation),
            Condition::Unlinked { relation } => related::unlinked(self, relation),
            Condition::Keys { values, .. } if values.is_empty() => constant(false),
            Condition::Keys { fields, values } => {
                List::new(self.model, fields, values).is_one(self)
            }
            Condition::All(parts) => self.join(parts, true),
            Condition::Any(parts) => self.join(parts, false),
            Condition::Not(inner) => self.condition(inner).not(),
            Condition::TooDeep => unreachable!("the walk refuses it"),
        }
    }

    fn compare(&self, field: &'static FieldMetadata, operator: Operator, value: &Value) -> Expr {
        let column = self.compared(field);
        let forms = time_text::compared(field.kind, operator, self.dialect());
        let mut texts = self.texts(field, value, forms);
        if texts.len() > 1 {
            return match operator {
                Operator::Ne => column.is_not_in(texts),
                _ => column.is_in(texts),
            };
        }
        operated(column, operator, texts.remove(0))
    }

    fn join(&self, parts: &[Condition], all: bool) -> Expr {
        match parts {
            [] => constant(all),
            [part] => self.condition(part),
            parts if parts.len() <= FLAT => {
                let parts = parts.iter().map(|part| self.condition(part));
                parts
                    .reduce(|a, b| joined(a, b, all))
                    .expect("there are some")
            }
            // SQLite bounds how deeply an expression is nested, and takes a chain for one that is nested at each link.
            parts => {
                let (first, second) = parts.split_at(parts.len() / 2);
                joined(self.join(first, all), self.join(second, all), all)
            }
        }
    }

    fn in_list(&self, field: &'static FieldMetadata, values: &[Value], negated: bool) -> Expr {
        if values.is_empty() {
            return constant(negated);
        }
        let column = self.compared(field);
        let list = List::new(self.model, slice::from_ref(&field), values);
        if list.passes(self.dialect()) {
            let text = match (self.dialect(), negated) {
                (Dialect::Postgres, false) => "? = ANY(?)",
                (Dialect::Postgres, true) => "? <> ALL(?)",
                (_, false) => "? IN (?)",
                (_, true) => "? NOT IN (?)",
            };
            return template(text, [column, list.expression(self.binder)], self.dialect());
        }
        let forms = time_text::each(field.kind, self.dialect());
        let values = values.iter();
        let values = values.flat_map(|value| self.texts(field, value, forms.clone()));
        match negated {
            true => column.is_not_in(values),
            false => column.is_in(values),
        }
    }

    fn like(&self, field: &'static FieldMetadata, pattern: &Pattern) -> Expr {
        let text = pattern::like_text("?", pattern.ignore_case, self.dialect());
        let given = Parameter::Like(self.model, field, pattern);
        self.matched(field, &text, pattern, given)
    }

    fn regexp(&self, field: &'static FieldMetadata, pattern: &Pattern) -> Expr {
        let text = pattern::regexp_text(pattern.ignore_case, self.dialect());
        let given = Parameter::Regexp(self.model, field, pattern);
        self.matched(field, text, pattern, given)
    }

    fn matched(
        &self,
        field: &'static FieldMetadata,
        text: &str,
        pattern: &Pattern,
        given: Parameter<'_>,
    ) -> Expr {
        let parts = [self.column(field), self.binder.bind(given)];
        let matched = template(text, parts, self.dialect());
        match pattern.negated {
            true => matched.not(),
            false => matched,
        }
    }
}

fn operated(left: Expr, operator: Operator, right: Expr) -> Expr {
    match operator {
        Operator::Eq => left.eq(right),
        Operator::Ne => left.ne(right),
        Operator::Gt => left.gt(right),
        Operator::Ge => left.gte(right),
        Operator::Lt => left.lt(right),
        Operator::Le => left.lte(right),
    }
}

fn joined(a: Expr, b: Expr, all: bool) -> Expr {
    match all {
        true => a.and(b),
        false => a.or(b),
    }
}

/// A condition that is always true, or never.
pub(crate) fn constant(value: bool) -> Expr {
    Expr::cust(if value { "1 = 1" } else { "1 = 0" })
}
