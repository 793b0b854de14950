//! An include of a plan.

use crate::model::{RelationKind, RelationMetadata};
use crate::query::condition::Condition;
use crate::query::of_targets::TargetAggregates;
use crate::query::order::OrderBy;
use crate::query::plan::Plan;

/// One relation to load with the rows of a plan.
#[derive(Debug, Clone)]
pub struct PlannedInclude {
    pub(crate) relation: &'static RelationMetadata,
    pub(crate) scope: Plan,
    /// Whether the targets come with the statement of their sources, or with one of their own.
    pub(crate) joined: bool,
    /// Whether the targets are loaded.
    pub(crate) loads: bool,
    /// Whether the targets are counted.
    pub(crate) counts: bool,
    /// What is computed over the targets, in the statement that counts them.
    pub(crate) aggregates: Option<TargetAggregates>,
    pub(crate) links: Links,
    /// Whether each source needs its target, so that a key which leads nowhere is an error.
    pub(crate) is_required: bool,
}

/// What is wanted of the links that a relation goes through.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Links {
    pub(crate) condition: Option<Condition>,
    pub(crate) order: Vec<OrderBy>,
    /// Whether each comes with its target.
    pub(crate) are_loaded: bool,
}

impl PlannedInclude {
    pub(crate) fn new(relation: &'static RelationMetadata, scope: Plan) -> Self {
        PlannedInclude {
            relation,
            scope,
            joined: false,
            loads: true,
            counts: false,
            aggregates: None,
            links: Links::default(),
            is_required: false,
        }
    }
}

impl PlannedInclude {
    /// Whether it is one target for each source, found by a key.
    pub(crate) fn is_short(&self) -> bool {
        let relation = self.relation;
        let is_to_one = matches!(
            relation.kind,
            RelationKind::HasOne | RelationKind::BelongsTo
        );
        let is_apart = self.scope.limit.is_some() || self.scope.offset.is_some();
        is_to_one && !relation.is_to_any() && !self.counts && !is_apart && self.scope.is_short(true)
    }
}
