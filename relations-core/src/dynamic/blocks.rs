//! Rows in blocks, one after the other, so that a long list needs no more memory than a block.

use crate::driver::Connection;
use crate::dynamic::{DynamicFilter, DynamicRepository, DynamicRows, Source};
use crate::error::Result;
use crate::filter::Guards;
use crate::model::ModelMetadata;

/// The rows of a filter, from [`DynamicRepository::blocks`]: each block goes on after the last row of the one before.
#[derive(Debug, Clone)]
#[must_use = "blocks load nothing until they are asked for"]
pub struct DynamicBlocks {
    model: &'static ModelMetadata,
    guards: Guards,
    of: Option<Source>,
    filter: DynamicFilter,
    size: u64,
    /// How many rows there may still be, where the filter has a limit.
    left: Option<u64>,
    is_done: bool,
}

impl DynamicRepository<'_> {
    /// The rows of a filter in blocks of at most `size` rows, which are loaded when they are asked for. Its limit is that of all rows.
    ///
    /// # Examples
    /// ```
    /// # docs_models::run(async |db| {
    /// # use docs_models::*;
    /// use relations::dynamic::{DynamicFilter, DynamicRepository};
    ///
    /// let orders = DynamicRepository::new(&db, Order::metadata());
    /// let mut blocks = orders.blocks(DynamicFilter::new(Order::metadata()), 100);
    /// while let Some(block) = blocks.next(&db).await? {
    ///     let json = serde_json::to_string(&block.rows).unwrap();
    ///     # let _ = json;
    /// }
    /// # Ok(()) });
    /// ```
    pub fn blocks(&self, filter: DynamicFilter, size: u64) -> DynamicBlocks {
        DynamicBlocks {
            model: self.model,
            guards: self.guards.clone(),
            of: self.of.clone(),
            left: filter.parts.limit,
            filter,
            size: size.max(1),
            is_done: false,
        }
    }
}

impl DynamicBlocks {
    /// The next rows; `None` after the last. The statements of [`DynamicRepository::find`], on a connection that may be another one for
    /// each block: rows that are written meanwhile may be seen or not, but none is seen twice as long as what they are sorted by stays.
    ///
    /// # Errors
    /// Those of [`DynamicRepository::find`]. There are no rows after an error.
    pub async fn next(&mut self, connection: &dyn Connection) -> Result<Option<DynamicRows>> {
        if self.is_done || self.left == Some(0) {
            return Ok(None);
        }
        let size = self.left.map_or(self.size, |left| left.min(self.size));
        let mut rows = DynamicRepository::new(connection, self.model).guarded(self.guards.clone());
        rows.of.clone_from(&self.of);
        // Dropped here, the next call gives these rows.
        let found = rows.find(self.filter.clone().with_limit(size)).await;
        self.is_done = found.as_ref().map_or(true, |found| !found.has_more);
        let found = found?;
        self.left = self.left.map(|left| left - size);
        match &found.next {
            Some(next) => {
                self.filter.after = Some(next.as_ref().to_owned());
                // The first block has passed over them.
                self.filter.parts.offset = None;
            }
            // No cursor holds the last row, so rows are counted.
            None => {
                let passed = self.filter.parts.offset.unwrap_or(0);
                self.filter.parts.offset = Some(passed.saturating_add(size));
            }
        }
        Ok(Some(found))
    }

    /// Whether all rows were given.
    pub fn is_done(&self) -> bool {
        self.is_done || self.left == Some(0)
    }
}
