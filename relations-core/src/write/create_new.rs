//! Rows that are created, but for those that are there already.

use crate::driver::{Session, Work, compiled_once};
use crate::error::Result;
use crate::model::{ModelMetadata, RelationMetadata, Rows};
use crate::query::Values;
use crate::value::Dialect;
use crate::write::insert::{insert_nested, insert_unless_there, take_nested};

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
            // Of no key: whichever unique value is taken.
            let stored = insert_unless_there(self.model, self.through, row, &[], session).await?;
            created.are_created.push(stored.is_some());
            if let Some(stored) = stored {
                insert_nested(&*stored, vec![nested], session).await?;
                created.rows.append(stored);
            }
        }
        Ok(created)
    }
}
