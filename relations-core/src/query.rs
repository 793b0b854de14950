//! What is asked for, as data: columns, predicates, orders, plans; knows no SQL.

mod aggregate;
mod column;
mod columns;
mod computed;
mod condition;
mod cursor;
mod expression;
mod fixed_scope;
mod include;
#[cfg(feature = "serde_json")]
mod json_path;
mod of_targets;
mod order;
mod path;
mod pattern;
mod plan;
mod predicate;
mod row_values;
mod seek;
mod selection;
use crate::model::{ModelMetadata, RelationMetadata};
use crate::value::Value;
pub(crate) use aggregate::SumOf;
pub use aggregate::{Groups, count_rows};
pub use column::Column;
pub use columns::Columns;
pub use computed::{
    AsComputed, AsValue, Computed, Dated, Integer, IntoComputed, Nullness, Number, Operand,
};
pub(crate) use computed::{Either, Given};
pub(crate) use condition::{Condition, Operator, Quantifier, Which};
pub use cursor::{Cursor, IntoCursor};
pub(crate) use cursor::{describe_misfit, misfit};
pub(crate) use expression::{
    Aggregate, AggregateFunction, Bound, Expression, Fragment, Function, Operation, PathPlace,
};
pub use fixed_scope::{FixedScope, ScopeCell};
pub(crate) use include::Links;
pub use include::PlannedInclude;
#[cfg(feature = "serde_json")]
pub use json_path::{JsonPath, JsonScalar};
pub(crate) use of_targets::{TargetAggregates, TargetValues};
pub(crate) use order::{By, Direction, OrderBy, with_ties};
pub use order::{IntoOrder, Order};
pub(crate) use path::{PathPart, PathTest, Scalar, parts};
pub(crate) use pattern::Pattern;
pub(crate) use plan::{FEW, Lock, Plan, Strategy};
pub use predicate::{IntoPredicate, Predicate};
pub use row_values::NestedRow;
pub(crate) use row_values::{Nested, Values};
pub(crate) use seek::{Place, Seek, Side};
pub(crate) use selection::{Selected, SelectedColumn};

/// The order by id, for keys of which the first row counts, should a constraint be missing.
pub(crate) fn by_id(model: &'static ModelMetadata) -> Vec<crate::query::order::OrderBy> {
    let by = |field| crate::query::order::OrderBy::new(field, false);
    model.id_fields().map(by).collect()
}

/// The condition that a row's fields have these values.
pub(crate) fn fields_equal(
    fields: impl IntoIterator<Item = &'static crate::model::FieldMetadata>,
    values: Vec<Value>,
) -> Condition {
    let fields = fields.into_iter().zip(values);
    let mut parts = fields.map(|(field, value)| Condition::Compare {
        field,
        operator: crate::query::condition::Operator::Eq,
        value,
    });
    match (parts.next(), parts.next()) {
        (Some(only), None) => only,
        (first, second) => Condition::All(first.into_iter().chain(second).chain(parts).collect()),
    }
}

impl RelationMetadata {
    /// The condition that a link is one from the source with this key to a target of the relation.
    pub(crate) fn links_of(&'static self, key: Vec<Value>) -> Condition {
        let through = self.through().expect("it goes through links");
        let of_source = fields_equal(through.source_fields(), key);
        match self.fixed_condition() {
            Some(_) => of_source.and(Condition::LeadsIntoScope { relation: self }),
            None => of_source,
        }
    }

    /// What tells the targets from other rows with the same key: those of another model, and those out of its scope.
    pub(crate) fn restriction(&self) -> Option<Condition> {
        let of_type = self
            .imposed_type()
            .map(|(field, value)| Condition::Compare {
                field,
                operator: Operator::Eq,
                value,
            });
        match self.fixed_condition().cloned() {
            Some(fixed) => Some(Condition::beside(of_type, fixed)),
            None => of_type,
        }
    }
}
