//! The values of a row to be stored, and of the rows created with it.

use crate::model::RelationMetadata;
use crate::query::expression::Expression;
use crate::value::Value;
use std::fmt;

/// The values of a row, by the position of their field, the last one of each; and those of further rows.
#[derive(Clone, Default)]
pub(crate) struct Values {
    pub(crate) fields: Vec<(usize, Value)>,
    /// The fields of an update whose new value the database computes, none of them among the others.
    pub(crate) computed: Vec<(usize, Expression)>,
    pub(crate) nested: Vec<Nested<Values>>,
    /// The version that the row must have for it to be changed. No field, as long as it is data that is read.
    pub(crate) expected: Option<Value>,
}

/// Rows that a relation leads to from a row which is not saved yet either: unchecked input at first, [`Values`] once it is checked.
#[derive(Clone)]
pub(crate) struct Nested<D> {
    pub(crate) relation: &'static RelationMetadata,
    pub(crate) rows: Vec<NestedRow<D>>,
}

/// One such row, and the link to it, where the relation goes through links.
#[derive(Debug, Clone)]
pub struct NestedRow<D> {
    pub(crate) values: D,
    pub(crate) link: D,
}

impl Values {
    pub(crate) fn all(values: Vec<Value>) -> Values {
        Values {
            fields: values.into_iter().enumerate().collect(),
            computed: Vec::new(),
            nested: Vec::new(),
            expected: None,
        }
    }

    pub(crate) fn get(&self, at: usize) -> Option<&Value> {
        self.fields
            .iter()
            .find(|(field, _)| *field == at)
            .map(|(_, value)| value)
    }

    /// The value of a field that has one, as have all rows of a statement.
    pub(crate) fn stored(&self, at: usize) -> &Value {
        self.get(at).expect("the rows give the same fields")
    }

    pub(crate) fn set(&mut self, at: usize, value: Value) {
        self.computed.retain(|(field, _)| *field != at);
        match self.fields.iter_mut().find(|(field, _)| *field == at) {
            Some((_, old)) => *old = value,
            None => self.fields.push((at, value)),
        }
    }

    /// Has the database compute the value of a field.
    pub(crate) fn compute(&mut self, at: usize, expression: Expression) {
        self.fields.retain(|(field, _)| *field != at);
        self.computed.retain(|(field, _)| *field != at);
        self.computed.push((at, expression));
    }

    /// Whether the field gets a value.
    pub(crate) fn gives(&self, at: usize) -> bool {
        self.get(at).is_some() || self.computed.iter().any(|(field, _)| *field == at)
    }

    /// Whether there is no field in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.computed.is_empty()
    }
}

impl Values {
    /// Shows which fields are set, never their values: drafts end up in logs.
    pub(crate) fn show<D: fmt::Debug>(
        &self,
        nested: &[Nested<D>],
        f: &mut fmt::Formatter<'_>,
    ) -> fmt::Result {
        let mut list = f.debug_list();
        list.entries(self.fields.iter().map(|(at, _)| at));
        list.entries(self.computed.iter().map(|(at, _)| at));
        for nested in nested {
            let rows: Vec<&D> = nested.rows.iter().map(|row| &row.values).collect();
            list.entry(&(nested.relation.name, rows));
        }
        list.finish()
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.show(&self.nested, f)
    }
}
