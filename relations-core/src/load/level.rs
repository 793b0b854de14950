//! What the loader gives: the rows of each level, and which targets are whose.

use crate::model::{Groups, Rows};
use crate::query::{Plan, PlannedInclude, TargetValues};

/// The rows of one level with what was loaded for them.
pub(crate) struct Level {
    pub(crate) rows: Box<dyn Rows>,
    /// One for each include of the plan.
    pub(crate) branches: Vec<Branch>,
}

/// What was loaded for one include.
pub(crate) struct Branch {
    /// One level, or one for each model of a polymorphic relation.
    pub(crate) targets: Vec<Level>,
    pub(crate) places: Places,
    /// The number of each source's targets, where it was asked for.
    pub(crate) counts: Vec<u64>,
    /// What is computed over each source's targets, where it was asked for.
    pub(crate) values: Vec<TargetValues>,
    /// The links that lead to the targets, where they were asked for.
    pub(crate) links: Option<LinkRows>,
}

/// Which targets are whose.
pub(crate) enum Places {
    /// The positions of each source's targets.
    Groups(Groups),
    /// The model of each source's target, and its position.
    Any(Vec<Option<(usize, usize)>>),
}

/// Links, and which of them leads to which target.
pub(crate) struct LinkRows {
    pub(crate) rows: Box<dyn Rows>,
    /// The position of the link for each item of the groups.
    pub(crate) of_items: Vec<usize>,
}

impl Level {
    /// No rows of a plan.
    pub(crate) fn empty(plan: &Plan) -> Level {
        let branches = plan
            .includes
            .iter()
            .map(|include| Branch::empty(include, 0));
        Level {
            rows: plan.model.new_rows(),
            branches: branches.collect(),
        }
    }

    /// How many rows were loaded at this level and below it, and how many were told whose they are.
    pub(crate) fn weight(&self) -> u64 {
        let branches = self.branches.iter().map(|branch| {
            let placed = match &branch.places {
                Places::Groups(groups) => groups.items(),
                Places::Any(places) => places.len(),
            };
            let below = branch.targets.iter().map(Level::weight);
            placed as u64 + below.sum::<u64>()
        });
        self.rows.len() as u64 + branches.sum::<u64>()
    }
}

impl Branch {
    pub(crate) fn new(targets: Vec<Level>, places: Places) -> Branch {
        Branch {
            targets,
            places,
            counts: Vec::new(),
            values: Vec::new(),
            links: None,
        }
    }

    /// No targets for this many sources.
    pub(crate) fn empty(include: &PlannedInclude, sources: usize) -> Branch {
        let relation = include.relation;
        let mut branch = if relation.is_to_any() {
            let targets = relation.targets().into_iter();
            let targets = targets.map(|model| Level::empty(&Plan::new(model)));
            Branch::new(targets.collect(), Places::Any(vec![None; sources]))
        } else {
            let targets = vec![Level::empty(&include.scope)];
            Branch::new(targets, Places::Groups(Groups::empty(sources)))
        };
        if include.counts {
            branch.counts = vec![0; sources];
        }
        if let Some(aggregates) = &include.aggregates {
            branch.values = (0..sources).map(|_| aggregates.of_none()).collect();
        }
        if let (true, Some(through)) = (include.links.are_loaded, relation.through()) {
            branch.links = Some(LinkRows {
                rows: through.model().new_rows(),
                of_items: Vec::new(),
            });
        }
        branch
    }
}
