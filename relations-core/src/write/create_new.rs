//! Rows that are created, but for those that are there already.

use crate::driver::{RowsSink, Session, Work, compiled_once};
use crate::error::Result;
use crate::model::{ModelMetadata, RelationMetadata, Rows};
use crate::query::Values;
use crate::sql;
use crate::value::Dialect;
use crate::write::change::{Change, Write};
use crate::write::insert::{as_triggered, insert, insert_nested, take_nested};

/// Adds rows, one after the other, and leaves out those of which a unique value is taken, with the rows drafted within them.
pub(crate) struct CreateNew {
    pub(crate) model: &'static ModelMetadata,
    pub(crate) rows: Vec<Values>,
    pub(crate) through: Option<&'static RelationMetadata>,
}

/// The rows that were added, and of each draft whether it was.
pub(crate) struct CreatedNew {
    pub(crate) rows: Box<dyn Rows>,
    pub(crate) are_created: Vec<bool>,
}

compiled_once!(CreateNew => CreatedNew);

impl Work for CreateNew {
    type Output = CreatedNew;

    fn is_atomic(&self, _: Dialect) -> bool {
        self.rows.len() > 1 || self.rows.iter().any(|row| !row.nested.is_empty())
    }

    fn is_short(&self) -> bool {
        self.rows.len() == 1
    }

    async fn run(&mut self, session: &mut dyn Session) -> Result<CreatedNew> {
        let mut rows = self.rows.clone();
        let nested = take_nested(&mut rows);
        let mut created = CreatedNew {
            rows: self.model.new_rows(),
            are_created: Vec::with_capacity(rows.len()),
        };
        for (row, nested) in rows.iter().zip(nested) {
            let stored = self.one(row, session).await?;
            created.are_created.push(stored.is_some());
            if let Some(stored) = stored {
                insert_nested(&*stored, vec![nested], session).await?;
                created.rows.append(stored);
            }
        }
        Ok(created)
    }
}

impl CreateNew {
    /// The row, unless a unique value of it is taken.
    async fn one(&self, row: &Values, session: &mut dyn Session) -> Result<Option<Box<dyn Rows>>> {
        let (model, through) = (self.model, self.through);
        if session.dialect().is_mysql() {
            // `INSERT IGNORE` would store what does not fit cut, and forgive a foreign key. An error undoes its own statement alone.
            return match insert(model, through, std::slice::from_ref(row), session).await {
                Err(error) if error.is_already_exists() => Ok(None),
                inserted => inserted.map(Some),
            };
        }
        let mut stored = RowsSink(model.new_rows());
        // Of no key: whichever unique value is taken.
        let statement = sql::insert_new(model, row, &[], session.dialect())?;
        match session.fetch(statement, &mut stored).await {
            Ok(()) if stored.0.len() == 0 => Ok(None),
            Ok(()) => as_triggered(stored.0, session).await.map(Some),
            Err(error) => {
                let change = Change::Values(vec![row.clone()]);
                let write = Write {
                    model,
                    through,
                    change,
                };
                Err(write.explain(error, session).await)
            }
        }
    }
}
