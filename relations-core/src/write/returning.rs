//! Updates and deletes that give the rows they met.

use crate::driver::{RowsSink, Session, Work, compiled_once};
use crate::error::Result;
use crate::model::{ModelMetadata, RelationMetadata, Rows};
use crate::query::{Condition, Plan, Values, Which, by_id};
use crate::sql::{self, RowLock, Statement};
use crate::value::{Dialect, Value};
use crate::write::attempt::Attempt;
use crate::write::stale::Stale;

/// Changes or deletes rows, and gives them in the order of their ids: as they are now, or as they were.
pub(crate) struct Returning {
    pub(crate) model: &'static ModelMetadata,
    pub(crate) which: Which,
    pub(crate) through: Option<&'static RelationMetadata>,
    /// The new values; without them the rows are deleted.
    pub(crate) values: Option<Values>,
    /// What it means that no row was met, where a version is expected.
    pub(crate) stale: Option<Stale>,
}

compiled_once!(Returning => Box<dyn Rows>);

impl Work for Returning {
    type Output = Box<dyn Rows>;

    fn is_atomic(&self, _: Dialect) -> bool {
        true
    }

    fn is_of_filter(&self) -> bool {
        self.which.is_of_filter
    }

    async fn run(&mut self, session: &mut dyn Session) -> Result<Box<dyn Rows>> {
        // Locked, so that those are changed which are given, and no others.
        let lock = match self.values {
            Some(_) => RowLock::Change,
            None => RowLock::Delete,
        };
        let mut plan = Plan::new(self.model);
        plan.condition = match &self.stale {
            Some(stale) => Some(stale.at_version()),
            None => self.which.condition.clone(),
        };
        plan.is_of_filter = self.which.is_of_filter;
        plan.order = by_id(self.model);
        let statement = sql::select_locked(&plan, lock, session.dialect())?;
        let rows = fetched(self.model, statement, session).await?;
        if rows.len() == 0 {
            if let Some(stale) = &self.stale {
                stale.check(session).await?;
            }
            return Ok(rows);
        }
        let ids = (0..rows.len()).flat_map(|row| rows.values(row, self.model.id));
        let of_ids = Condition::Keys {
            fields: self.model.id_fields().collect(),
            values: ids.collect::<Vec<Value>>(),
        };
        let of_ids = Which::from(of_ids);
        self.write(&of_ids, session).await?;
        if self.values.is_none() {
            return Ok(rows);
        }
        plan.condition = of_ids.condition;
        let statement = sql::select(&plan, false, session.dialect())?;
        fetched(self.model, statement, session).await
    }
}

impl Returning {
    async fn write(&self, of_ids: &Which, session: &mut dyn Session) -> Result<()> {
        let (model, dialect) = (self.model, session.dialect());
        let rows;
        let (statement, attempt) = match &self.values {
            Some(values) => {
                rows = [values];
                (
                    sql::update(model, values, of_ids, dialect)?,
                    Attempt::to_store(model, self.through, &rows),
                )
            }
            None => (
                sql::delete(model, of_ids, dialect)?,
                Attempt::to_delete(model, of_ids.condition.as_ref()),
            ),
        };
        attempt.execute(statement, session).await.map(drop)
    }
}

async fn fetched(
    model: &'static ModelMetadata,
    statement: Statement,
    session: &mut dyn Session,
) -> Result<Box<dyn Rows>> {
    let mut rows = RowsSink(model.new_rows());
    session.fetch(statement, &mut rows).await?;
    Ok(rows.0)
}
