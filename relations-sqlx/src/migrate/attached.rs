//! What goes with a table of SQLite that is made anew.

use super::Migration;
use super::run::Runner;
use crate::driver::{RowReader, RowSink};
use crate::lease::Lease;
use relations_core::{Error, Result};

const ATTACHED: &str = "SELECT s.name, s.sql FROM sqlite_schema AS s WHERE s.sql IS NOT NULL AND (s.type = 'trigger' OR (s.type = 'index' AND (\
    EXISTS (SELECT 1 FROM pragma_index_list(s.tbl_name) AS l WHERE l.name = s.name AND l.partial) \
    OR EXISTS (SELECT 1 FROM pragma_index_xinfo(s.name) AS x WHERE x.cid = -2))))";

impl<L: Lease> Runner<'_, L> {
    /// What goes with a table of SQLite that is made anew, and what models cannot say: triggers, and indexes of expressions and of
    /// some rows.
    pub(super) async fn attached(&mut self) -> Result<Vec<(String, String)>> {
        let mut attached = Pairs(Vec::new());
        self.fetch(ATTACHED, &mut attached).await?;
        Ok(attached.0)
    }

    /// Makes again what went away with the table.
    pub(super) async fn attach(
        &mut self,
        migration: &Migration,
        before: Vec<(String, String)>,
    ) -> Result<()> {
        let left = self.attached().await?;
        for (name, sql) in before {
            if left.iter().any(|(other, _)| *other == name) {
                continue;
            }
            if let Err(error) = self.raw(&sql).await {
                let message = format!(
                    "`{}`: `{name}` does not fit the table that was made anew; drop it in a step before, and write it anew in one after: {error}",
                    migration.name
                );
                return Err(Error::new(error.kind(), message).with_source(error));
            }
        }
        Ok(())
    }
}

struct Pairs(Vec<(String, String)>);

impl RowSink for Pairs {
    fn row(&mut self, row: &mut dyn RowReader) -> Result<()> {
        let pair = (
            row.text(0).map_err(Error::from)?,
            row.text(1).map_err(Error::from)?,
        );
        self.0.push(pair);
        Ok(())
    }
}
