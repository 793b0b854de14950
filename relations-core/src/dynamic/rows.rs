//! Reading rows.

use crate::driver::{self, OfFilter, Pending};
use crate::dynamic::{DynamicFilter, DynamicKey, DynamicRepository, DynamicWhere};
use crate::error::{ErrorKind, Problems, Result};
use crate::filter::Parts;
use crate::graph;
use crate::load::Level;
use crate::model::{Held, ModelMetadata, Rows, Shape};
use crate::query::{Cursor, Seek, Side, with_ties};
use crate::resolver::Allowed;
use crate::typed::Count;
use serde::ser::{Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// A row with what was included, to be serialised as LoopBack's JSON. Several rows where a relation leads to a list of them.
pub struct DynamicRow {
    held: Box<dyn Held>,
}

/// Rows that were found, in their order.
#[derive(Debug)]
#[non_exhaustive]
pub struct DynamicRows {
    /// The rows.
    pub rows: Vec<DynamicRow>,
    /// The ids of the rows.
    pub keys: Vec<DynamicKey>,
    /// For [`DynamicFilter::after`]: `None` where no rows follow, and where no cursor can hold the last row, such as for an order by a
    /// path into JSON; [`has_more`](Self::has_more) tells one from the other.
    pub next: Option<Cursor>,
    /// Whether rows follow behind the limit of the filter.
    pub has_more: bool,
    /// How many rows, links among them, were created with rows that are new.
    pub nested: u64,
}

impl fmt::Debug for DynamicRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicRow").finish_non_exhaustive()
    }
}

impl Serialize for DynamicRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.held.shown().serialize(serializer)
    }
}

impl DynamicRow {
    pub(super) fn new(held: Box<dyn Held>) -> Self {
        DynamicRow { held }
    }

    pub(super) fn is_none(&self) -> bool {
        self.held.size() == 0
    }
}

impl DynamicRepository<'_> {
    /// Finds rows. One statement, and one for each include that is not joined.
    ///
    /// # Errors
    /// `InvalidFilter` where the filter asks for what is closed on this connection, or its cursor is of another order.
    pub fn find(&self, filter: DynamicFilter) -> Pending<'_, DynamicRows> {
        Box::pin(self.page(filter))
    }

    async fn page(&self, filter: DynamicFilter) -> Result<DynamicRows> {
        let (parts, allowed) = self.checked(filter.parts)?;
        let (model, limit) = (self.model, parts.limit);
        let order = with_ties(model, &parts.order);
        let mut plan = parts.plan();
        // One more row shows whether there are further ones.
        plan.limit = limit.map(|limit| limit.saturating_add(1));
        plan.seek = filter.after.map(|cursor| {
            Box::new(Seek::new(
                Cursor::from(cursor),
                Side::After,
                model,
                &parts.order,
            ))
        });
        let level = graph::load(self.connection, plan, false).await?;
        let most = limit.and_then(|limit| usize::try_from(limit).ok());
        let kept = most.map_or(level.rows.len(), |most| level.rows.len().min(most));
        let has_more = kept < level.rows.len();
        let last = kept.checked_sub(1).filter(|_| has_more);
        let next = last.and_then(|last| {
            Cursor::new(model, &order, |field| level.rows.value(last, field)).ok()
        });
        let found = rows_of(level, &parts, &allowed, kept, next).await?;
        Ok(DynamicRows { has_more, ..found })
    }

    /// Finds the row with this id; `None` where there is none, or a guard keeps it back. A statement, and those of includes.
    ///
    /// # Errors
    /// Those of [`find`](Self::find).
    pub fn find_by_id(
        &self,
        key: &DynamicKey,
        mut filter: DynamicFilter,
    ) -> Pending<'_, Option<DynamicRow>> {
        let of_key = crate::query::fields_equal(self.model.id_fields(), key.values.clone());
        filter.parts.add_condition(of_key);
        Box::pin(async move {
            let (parts, allowed) = self.checked(filter.parts)?;
            let level = graph::load(self.connection, parts.plan(), true).await?;
            let kept = level.rows.len();
            let found = rows_of(level, &parts, &allowed, kept, None).await?;
            Ok(found.rows.into_iter().next())
        })
    }

    /// The number of rows. One statement.
    ///
    /// # Errors
    /// `InvalidFilter` where the condition asks for what is closed on this connection, or a guard does not allow; `Timeout` after the
    /// time limit of run-time filters.
    pub fn count(&self, rows: Option<&DynamicWhere>) -> Pending<'_, u64> {
        let condition = self.of_where(rows);
        Box::pin(async move {
            let mut parts = Parts::new(self.model);
            parts.condition = condition?;
            let count = Count { plan: parts.plan() };
            OfFilter(count).run_on(self.connection).await
        })
    }

    /// Whether there is a row with this id, which no guard keeps back. One statement.
    ///
    /// # Errors
    /// Those of the database.
    pub fn exists(&self, key: &DynamicKey) -> Pending<'_, bool> {
        let mut parts = Parts::new(self.model);
        parts.condition = self.of_key(key);
        Box::pin(async move {
            let count = Count { plan: parts.plan() };
            Ok(driver::run(self.connection, count).await? > 0)
        })
    }

    /// What of a filter is on the rows of this repository, guarded; and the allow-list by which it was checked.
    pub(super) fn checked(&self, mut parts: Parts) -> Result<(Parts, Allowed)> {
        let allowed = graph::checked(self.connection, &parts)?;
        let mut problems = Problems::default();
        self.guards.apply(&mut parts, &mut problems);
        problems.finish((), ErrorKind::InvalidFilter, self.described())?;
        if let Some(source) = &self.of {
            parts.add_condition(source.targets());
            parts.order_as(source.relation);
        }
        Ok((parts, allowed))
    }
}

/// The first `kept` rows of what was loaded.
async fn rows_of(
    level: Level,
    parts: &Parts,
    allowed: &Allowed,
    kept: usize,
    next: Option<Cursor>,
) -> Result<DynamicRows> {
    let keys = keys_of(&*level.rows, kept);
    let graphs = graph::graphs_of(level, parts, allowed).await?;
    let rows = (0..kept).map(|at| DynamicRow::new(graphs.one(Some(at))));
    Ok(DynamicRows {
        rows: rows.collect(),
        keys,
        next,
        has_more: false,
        nested: 0,
    })
}

fn keys_of(rows: &dyn Rows, kept: usize) -> Vec<DynamicKey> {
    let ids = (0..kept).map(|row| rows.values(row, rows.model().id));
    ids.map(|values| DynamicKey { values }).collect()
}

/// Rows as they were stored, without includes.
pub(super) fn stored(model: &'static ModelMetadata, rows: Box<dyn Rows>) -> DynamicRows {
    let (kept, keys) = (rows.len(), keys_of(&*rows, rows.len()));
    let mut held = Vec::new();
    held.resize_with(kept, Vec::new);
    let graphs = (model.graphing)(rows, Arc::new(Shape::plain(model)), held);
    let rows = (0..kept).map(|at| DynamicRow::new(graphs.one(Some(at))));
    DynamicRows {
        rows: rows.collect(),
        keys,
        next: None,
        has_more: false,
        nested: 0,
    }
}
