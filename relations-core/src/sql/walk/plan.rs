//! The walk through a plan and its includes.

use crate::error::Result;
use crate::model::RelationMetadata;
use crate::query::{Links, OrderBy, Plan, PlannedInclude};
use crate::sql::parameter::{Page, Parameter, is_written};
use crate::sql::separate;
use crate::sql::walk::{ALL, Walk};

impl Walk {
    pub(super) fn plan(&mut self, plan: &Plan, page: Page) -> Result<()> {
        let Plan {
            model,
            condition,
            order,
            // What the statement makes of these is the page.
            limit: _,
            offset: _,
            includes,
            is_of_filter,
        } = plan;
        self.is_of_filter |= is_of_filter;
        self.model(model);
        self.joins(includes)?;
        self.optional(model, condition.as_ref())?;
        self.orders(order)?;
        self.page(page)
    }

    fn page(&mut self, page: Page) -> Result<()> {
        for number in page {
            match number {
                None => self.word(0),
                Some(Parameter::Limit(limit)) if is_written(limit, self.dialect) => {
                    self.words([1, limit as usize]);
                }
                Some(number) => {
                    self.word(2);
                    self.parameter(number)?;
                }
            }
        }
        Ok(())
    }

    fn joins(&mut self, includes: &[PlannedInclude]) -> Result<()> {
        for include in includes {
            let PlannedInclude {
                relation,
                scope,
                joined,
                // Says whether there is an include at all.
                loads: _,
                // Has a statement of its own.
                counts: _,
                // Only a relation to many has links, which is not joined.
                links: _,
                // Is looked at when the rows are there.
                is_required: _,
            } = include;
            // Others have a statement of their own.
            if *joined {
                self.word(1);
                self.related(relation)?;
                // A limit of the scope keeps it from being joined.
                self.plan(scope, ALL)?;
            }
        }
        self.word(0);
        Ok(())
    }

    /// A relation to whose targets the statement goes: their discriminator may have to say so.
    pub(super) fn related(&mut self, relation: &'static RelationMetadata) -> Result<()> {
        self.relation(relation);
        match relation.has_discriminator() {
            true => self.parameter(Parameter::Discriminator(relation)),
            false => Ok(()),
        }
    }

    pub(super) fn orders(&mut self, order: &[OrderBy]) -> Result<()> {
        self.word(order.len());
        for by in order {
            let OrderBy {
                path,
                field,
                descending,
            } = by;
            self.word(path.len());
            path.iter()
                .try_for_each(|relation| self.related(relation))?;
            self.field(field);
            self.word(usize::from(*descending));
        }
        Ok(())
    }

    pub(super) fn separate(&mut self, include: &PlannedInclude) -> Result<()> {
        let PlannedInclude {
            relation,
            scope,
            // It is not.
            joined: _,
            // Say which statements there are.
            loads: _,
            counts: _,
            links,
            // Is looked at when the rows are there.
            is_required: _,
        } = include;
        self.related(relation)?;
        self.links(relation, links)?;
        let is_ranked = separate::is_ranked(include);
        self.word(usize::from(is_ranked));
        self.plan(
            scope,
            if is_ranked {
                separate::ranks(scope)
            } else {
                ALL
            },
        )
    }

    fn links(&mut self, relation: &'static RelationMetadata, links: &Links) -> Result<()> {
        let Links {
            condition,
            order,
            are_loaded,
        } = links;
        self.word(usize::from(*are_loaded));
        // Of a relation without links nothing is asked of them.
        if let Some(through) = relation.through() {
            self.optional(through.model(), condition.as_ref())?;
            self.orders(order)?;
        }
        Ok(())
    }
}
