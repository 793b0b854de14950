//! The parts of a run-time filter, checked.

use crate::model::{FieldMetadata, ModelMetadata, RelationMetadata};
use crate::query::{
    Condition, Cursor, Links, OrderBy, Plan, PlannedInclude, Seek, Side, describe_misfit, with_ties,
};
use std::sync::Arc;

/// The parts of a filter without the model's type.
#[derive(Debug, Clone)]
pub(crate) struct Parts {
    pub(crate) model: &'static ModelMetadata,
    pub(crate) condition: Option<Condition>,
    /// The properties of the result, in the model's order; all where there is none.
    pub(crate) fields: Option<Vec<&'static FieldMetadata>>,
    pub(crate) order: Vec<OrderBy>,
    pub(crate) limit: Option<u64>,
    pub(crate) offset: Option<u64>,
    /// Where the rows go on.
    pub(crate) seek: Option<(Cursor, Side)>,
    pub(crate) includes: Vec<IncludePart>,
}

/// One included relation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct IncludePart {
    pub(crate) included: Included,
}

/// What is behind the name of an include.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::large_enum_variant)] // Nearly all are relations.
pub(crate) enum Included {
    Relation {
        relation: &'static RelationMetadata,
        scope: Parts,
        /// What a typed include asks of links; a filter from JSON asks nothing.
        links: Links,
    },
    /// A resolver of the user's, which is given the scope as it was written.
    Resolver {
        name: String,
        scope: Option<serde_json::Value>,
    },
}

impl PartialEq for Parts {
    fn eq(&self, other: &Self) -> bool {
        self.model.type_id() == other.model.type_id()
            && self.condition == other.condition
            && self.fields == other.fields
            && self.order == other.order
            && self.limit == other.limit
            && self.offset == other.offset
            && self.seek == other.seek
            && self.includes == other.includes
    }
}

impl Included {
    pub(crate) fn relation(relation: &'static RelationMetadata) -> Included {
        Included::Relation {
            relation,
            scope: Parts::new(relation.target()),
            links: Links::default(),
        }
    }
}

impl IncludePart {
    pub(crate) fn new(included: Included) -> Self {
        IncludePart { included }
    }

    /// What a typed include asks for, without links and counts: a graph does not hold them.
    pub(crate) fn of(include: &PlannedInclude) -> Self {
        IncludePart::new(Included::Relation {
            relation: include.relation,
            scope: Parts::of(&include.scope),
            links: Links {
                are_loaded: false,
                ..include.links.clone()
            },
        })
    }

    /// The name in JSON.
    pub(crate) fn name(&self) -> &str {
        match &self.included {
            Included::Relation { relation, .. } => relation.json_name,
            Included::Resolver { name, .. } => name,
        }
    }
}

impl Parts {
    pub(crate) fn new(model: &'static ModelMetadata) -> Self {
        Parts {
            model,
            condition: None,
            fields: None,
            order: Vec::new(),
            limit: None,
            offset: None,
            seek: None,
            includes: Vec::new(),
        }
    }

    pub(crate) fn add_condition(&mut self, condition: Condition) {
        let condition = Condition::beside(self.condition.take(), condition);
        self.condition = Some(condition).filter(|condition| *condition != Condition::always());
    }

    /// Sorts the targets of the relation as its own scope says, where nothing else says how.
    pub(crate) fn order_as(&mut self, relation: &'static RelationMetadata) {
        if self.order.is_empty() {
            self.order = relation.fixed_order().to_vec();
        }
    }

    /// The parts of a typed query.
    pub(crate) fn of(plan: &Plan) -> Parts {
        let includes = plan.includes.iter().map(IncludePart::of);
        Parts {
            model: plan.model,
            condition: plan.condition.clone(),
            fields: None,
            order: plan.order.clone(),
            limit: plan.limit,
            offset: plan.offset,
            seek: plan
                .seek
                .as_ref()
                .map(|seek| (seek.cursor.clone(), seek.side)),
            includes: includes.collect(),
        }
    }

    fn seek(&self) -> Option<Seek> {
        let (cursor, side) = self.seek.clone()?;
        Some(Seek::new(cursor, side, self.model, &self.order))
    }

    /// The key of the cursor, and why it says nothing about this order, if it does not.
    pub(crate) fn misfit(&self) -> Option<(&'static str, String)> {
        let seek = self.seek()?;
        let is_other = seek.places.is_none();
        let why = || describe_misfit(self.model, &with_ties(self.model, &self.order));
        is_other.then(|| (seek.side.key(), why()))
    }

    /// The plan that a typed query of the same would have.
    pub(crate) fn plan(&self) -> Plan {
        let includes = self.includes.iter();
        let includes = includes.filter_map(|part| match &part.included {
            Included::Relation {
                relation,
                scope,
                links,
            } => {
                let mut include = PlannedInclude::new(relation, scope.plan());
                include.links = links.clone();
                Some(include)
            }
            Included::Resolver { .. } => None,
        });
        Plan {
            model: self.model,
            condition: self.condition.clone(),
            order: self.order.clone(),
            is_in_own_order: false,
            limit: self.limit,
            offset: self.offset,
            seek: self.seek().map(Box::new),
            lock: None,
            includes: Arc::new(includes.collect()),
            is_of_filter: true,
        }
    }
}
