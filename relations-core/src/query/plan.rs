//! Plans: what a query asks for, as plain data.

use crate::model::{ModelMetadata, RelationKind, RelationMetadata};
use crate::query::condition::Condition;
use crate::query::include::PlannedInclude;
use crate::query::order::OrderBy;
use crate::query::seek::{Seek, Side};
use std::sync::{Arc, LazyLock};

/// Rows of one model, and what to include with them.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) model: &'static ModelMetadata,
    pub(crate) condition: Option<Condition>,
    pub(crate) order: Vec<OrderBy>,
    /// Whether the order is that of the relation's own scope, which any other order replaces.
    pub(crate) is_in_own_order: bool,
    pub(crate) limit: Option<u64>,
    pub(crate) offset: Option<u64>,
    /// Where the rows go on. Of the outermost plan alone: a scope has none.
    pub(crate) seek: Option<Box<Seek>>,
    /// Whether the rows are locked.
    pub(crate) lock: Option<Lock>,
    /// Shared with the sink that reads the rows, which may be on another thread.
    pub(crate) includes: Arc<Vec<PlannedInclude>>,
    /// Whether it was made of a run-time filter, and not by the program.
    pub(crate) is_of_filter: bool,
}

/// What happens where another transaction has locked a row that is to be locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lock {
    Wait,
    Skip,
    NoWait,
}

/// Which relations are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strategy {
    /// Whichever is faster.
    Fast,
    /// For data that surprised the fast way: a `has_one` with several rows is loaded apart, so that sources are not
    /// repeated; a `belongs_to` is joined, so that source and target are of one moment.
    Careful,
}

/// From this many rows on, joining a `belongs_to` would repeat targets too often, and an operation is no longer short.
pub(crate) const FEW: u64 = 20;

/// Databases take about 60 tables in one statement.
const MOST_JOINS: usize = 30;

/// Shared, since most plans include nothing.
static NO_INCLUDES: LazyLock<Arc<Vec<PlannedInclude>>> = LazyLock::new(Arc::default);

impl Plan {
    pub(crate) fn new(model: &'static ModelMetadata) -> Plan {
        Plan {
            model,
            condition: None,
            order: Vec::new(),
            is_in_own_order: false,
            limit: None,
            offset: None,
            seek: None,
            lock: None,
            includes: Arc::clone(&NO_INCLUDES),
            is_of_filter: false,
        }
    }

    pub(crate) fn add_condition(&mut self, condition: Condition) {
        self.condition = Some(Condition::beside(self.condition.take(), condition));
    }

    /// Sorts the rows; further orders break the ties of earlier ones.
    pub(crate) fn add_order(&mut self, by: OrderBy) {
        self.forget_own_order();
        self.order.extend(by.parts());
    }

    /// Leaves out the order of a relation's own scope, where another is asked for or rows become groups.
    pub(crate) fn forget_own_order(&mut self) {
        if std::mem::take(&mut self.is_in_own_order) {
            self.order.clear();
        }
    }

    /// Sorts the targets of the relation as its own scope says, where nothing else says how.
    pub(crate) fn order_as(&mut self, relation: &'static RelationMetadata) {
        let own = relation.fixed_order();
        if self.order.is_empty() && !own.is_empty() {
            self.order = own.to_vec();
            self.is_in_own_order = true;
        }
    }

    /// Whether limit and offset count from the end: they keep the rows next to a cursor.
    pub(crate) fn counts_from_end(&self) -> bool {
        let is_before = |seek: &Seek| seek.side == Side::Before && seek.counts_from_cursor;
        let is_cut = self.limit.is_some() || self.offset.is_some();
        is_cut && self.seek.as_deref().is_some_and(is_before)
    }

    /// Whether there cannot be a row, so that no statement is needed.
    pub(crate) fn is_empty(&self) -> bool {
        self.limit == Some(0) || self.condition.as_ref().is_some_and(Condition::is_never)
    }

    /// Makes the choice of joins, whatever was chosen before. `single` says that the condition holds for one row at most.
    pub(crate) fn decide(&mut self, strategy: Strategy, single: bool) {
        let few = single || self.limit.is_some_and(|limit| limit <= FEW);
        let choice = Choice { strategy, few };
        decide(self, &choice, &mut 0);
    }

    /// Whether its statements take few steps whatever the tables hold. `single` says that the condition holds for one row at
    /// most, which a key identifies.
    pub(crate) fn is_short(&self, single: bool) -> bool {
        let conditions = self.condition.as_ref();
        let found_fast = match single {
            true => conditions.is_none_or(Condition::is_of_row_alone),
            false => self.is_first_page(),
        };
        found_fast && self.includes.iter().all(PlannedInclude::is_short)
    }

    /// Whether it is for a few rows by id, from the first or from some id on, which the database need not look for.
    fn is_first_page(&self) -> bool {
        let rows = self
            .limit
            .map(|limit| limit.saturating_add(self.offset.unwrap_or(0)));
        let is_range = |condition: &Condition| condition.is_range_of_ids(self.model);
        rows.is_some_and(|rows| rows <= FEW)
            && self.condition.as_ref().is_none_or(is_range)
            && self.order.is_empty()
    }

    /// Whether all includes come with the rows, each target for one row alone, so that each row is complete once it is read.
    /// `single` says that there is one row at most.
    pub(crate) fn comes_whole(&self, single: bool) -> bool {
        !self.includes.is_empty()
            && self.includes.iter().all(|include| {
                let is_own = single || include.relation.kind == RelationKind::HasOne;
                let scope = &include.scope;
                include.joined && is_own && (scope.includes.is_empty() || scope.comes_whole(single))
            })
    }

    /// Whether some include is joined.
    pub(crate) fn has_joins(&self) -> bool {
        self.includes.iter().any(|include| include.joined)
    }

    /// How many columns a row of this plan's statement has, joined includes and all.
    pub(crate) fn columns(&self) -> usize {
        let joined = self.includes.iter().filter(|include| include.joined);
        self.model.fields.len() + joined.map(|include| include.scope.columns()).sum::<usize>()
    }
}

struct Choice {
    strategy: Strategy,
    few: bool,
}

fn decide(plan: &mut Plan, choice: &Choice, joins: &mut usize) {
    if plan.includes.is_empty() {
        return;
    }
    // Joined rows would be locked too.
    let is_locked = plan.lock.is_some();
    for include in Arc::make_mut(&mut plan.includes) {
        if include.links.order.is_empty() {
            include.scope.order_as(include.relation);
        }
        include.joined = !is_locked && *joins < MOST_JOINS && is_joined(include, choice);
        if include.joined {
            *joins += 1;
            decide(&mut include.scope, choice, joins);
        } else {
            // The targets come with a statement of their own, where there may be many of them.
            let apart = Choice {
                few: false,
                ..*choice
            };
            decide(&mut include.scope, &apart, &mut 0);
        }
    }
}

fn is_joined(include: &PlannedInclude, choice: &Choice) -> bool {
    let relation = include.relation;
    let is_apart = include.scope.limit.is_some() || include.scope.offset.is_some();
    if is_apart || relation.is_to_any() {
        return false;
    }
    match (relation.kind, choice.strategy) {
        (RelationKind::HasOne, Strategy::Fast) => true,
        (RelationKind::HasOne, Strategy::Careful) => false,
        (RelationKind::BelongsTo, Strategy::Fast) => choice.few,
        (RelationKind::BelongsTo, Strategy::Careful) => relation.refers_to_id(),
        (RelationKind::HasMany | RelationKind::ReferencesMany, _) => false,
    }
}
