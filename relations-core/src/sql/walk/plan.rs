//! The walk through a plan and its includes.

use crate::error::Result;
use crate::model::{ModelMetadata, RelationMetadata};
use crate::query::{By, Links, OrderBy, Place, Plan, PlannedInclude, Seek, misfit, with_ties};
use crate::sql::parameter::{Page, Parameter, is_written};
use crate::sql::select::page;
use crate::sql::walk::condition::too_deep;
use crate::sql::walk::{ALL, Walk};
use crate::sql::{separate, time_text};

/// How many scopes of relations may be nested in each other.
const MOST_SCOPES: usize = 20;

impl Walk {
    pub(super) fn plan(&mut self, plan: &Plan, page: Page) -> Result<()> {
        let Plan {
            model,
            condition,
            order,
            // The order is there, whoever asked for it.
            is_in_own_order: _,
            // What the statement makes of these is the page.
            limit: _,
            offset: _,
            seek,
            lock,
            includes,
            is_of_filter,
        } = plan;
        self.is_of_filter |= is_of_filter;
        self.model(model);
        self.joins(includes)?;
        self.optional(model, condition.as_ref())?;
        self.orders(model, order)?;
        self.seek(model, order, seek.as_deref())?;
        self.word(lock.map_or(0, |lock| 1 + lock as usize));
        self.page(page)
    }

    fn seek(
        &mut self,
        model: &'static ModelMetadata,
        order: &[OrderBy],
        seek: Option<&Seek>,
    ) -> Result<()> {
        let Some(Seek {
            // Its places say it all.
            cursor: _,
            side,
            counts_from_cursor,
            places,
        }) = seek
        else {
            self.word(0);
            return Ok(());
        };
        self.words([1, *side as usize, usize::from(*counts_from_cursor)]);
        let Some(places) = places else {
            return Err(misfit(model, &with_ties(model, order)));
        };
        places.iter().try_for_each(|place| self.place(model, place))
    }

    /// Where a cursor stands in one of the orders, which were walked before.
    fn place(&mut self, model: &'static ModelMetadata, place: &Place) -> Result<()> {
        let Place { by, values } = place;
        self.word(usize::from(values.is_some()));
        let (model, fields) = match by.path.first() {
            Some(relation) => (relation.target(), relation.target_fields()),
            None => (model, by.by.field().into_iter().collect()),
        };
        let mut pairs = fields.into_iter().zip(values.iter().flatten());
        pairs.try_for_each(|(field, value)| {
            let forms = time_text::each(field.kind, self.dialect);
            self.compared(model, field, value, forms)
        })
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
                // Have a statement of their own.
                counts: _,
                aggregates: _,
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

    /// A relation to whose targets the statement goes: their discriminator, and the relation's own scope, may have to say so.
    pub(super) fn related(&mut self, relation: &'static RelationMetadata) -> Result<()> {
        self.relation(relation);
        if relation.has_discriminator() {
            self.parameter(Parameter::Discriminator(relation))?;
        }
        let Some(fixed) = relation.fixed_condition() else {
            return Ok(());
        };
        // A scope can ask about the relation that it is of, and so without end.
        self.scopes += 1;
        if self.scopes > MOST_SCOPES {
            return Err(too_deep(relation.target()));
        }
        self.condition(relation.target(), fixed)?;
        self.scopes -= 1;
        Ok(())
    }

    pub(super) fn orders(
        &mut self,
        model: &'static ModelMetadata,
        order: &[OrderBy],
    ) -> Result<()> {
        self.word(order.len());
        for by in order {
            let OrderBy {
                path,
                by,
                direction,
            } = by;
            self.word(path.len());
            path.iter()
                .try_for_each(|relation| self.related(relation))?;
            let model = path.last().map_or(model, |relation| relation.target());
            match by {
                By::Field(field) => {
                    self.word(0);
                    self.field(field);
                }
                By::Computed(expression) => {
                    self.word(1);
                    self.expression(model, expression)?;
                }
            }
            self.word(usize::from(direction.descending));
            self.word(usize::from(direction.null_above));
        }
        Ok(())
    }

    /// An include with a statement of its own. `are_few` says that its targets are found key by key.
    pub(super) fn separate(&mut self, include: &PlannedInclude, are_few: bool) -> Result<()> {
        let PlannedInclude {
            relation,
            scope,
            // It is not.
            joined: _,
            // Say which statements there are.
            loads: _,
            counts: _,
            // Are walked with the statement that counts.
            aggregates: _,
            links,
            // Is looked at when the rows are there.
            is_required: _,
        } = include;
        self.related(relation)?;
        self.links(relation, links)?;
        let is_ranked = separate::is_ranked(include);
        self.word(usize::from(is_ranked));
        let page = match (are_few, is_ranked) {
            (true, _) => page(scope),
            (false, true) => separate::ranks(scope),
            (false, false) => ALL,
        };
        self.plan(scope, page)
    }

    /// What is computed of the targets of each source.
    pub(super) fn aggregates(&mut self, include: &PlannedInclude) -> Result<()> {
        let model = include.relation.target();
        let Some(aggregates) = &include.aggregates else {
            self.word(0);
            return Ok(());
        };
        self.word(aggregates.expressions.len());
        let mut expressions = aggregates.expressions.iter();
        expressions.try_for_each(|expression| self.expression(model, expression))
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
            self.orders(through.model(), order)?;
        }
        Ok(())
    }
}
