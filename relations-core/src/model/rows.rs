//! The rows of one model behind a vtable, for everything that knows models by their metadata only.

use crate::error::Result;
use crate::model;
use crate::model::Model;
use crate::model::metadata::ModelMetadata;
use crate::value::{KeyPart, Row, RowReader, Value};
use std::any::Any;

/// Decoded rows: a `Vec<M>`.
pub trait Rows: Any + Send + Sync {
    /// Decodes a row whose columns start there.
    fn read(&mut self, row: &mut dyn RowReader, at: usize) -> Result<()>;

    /// How many rows there are.
    fn len(&self) -> usize;

    /// The model of the rows.
    fn model(&self) -> &'static ModelMetadata;

    /// A field of a row, as part of a key.
    fn key_part(&self, row: usize, field: usize) -> KeyPart<'_>;

    /// The value of a field of a row.
    fn value(&self, row: usize, field: usize) -> Value;

    /// Adds rows of the same model at the end.
    fn append(&mut self, rows: Box<dyn Rows>);

    /// Sorts the rows: the first comes to the first of these places, and so on.
    fn move_to(&mut self, places: &[usize]);
}

impl<M: Model> Rows for Vec<M> {
    fn read(&mut self, row: &mut dyn RowReader, at: usize) -> Result<()> {
        self.push(model::read(&mut Row::new(row, at))?);
        Ok(())
    }

    fn len(&self) -> usize {
        Vec::len(self)
    }

    fn model(&self) -> &'static ModelMetadata {
        M::metadata()
    }

    fn key_part(&self, row: usize, field: usize) -> KeyPart<'_> {
        self[row].key_part(field)
    }

    fn value(&self, row: usize, field: usize) -> Value {
        self[row].column_value(field).as_value()
    }

    fn append(&mut self, rows: Box<dyn Rows>) {
        Vec::extend(self, into_models::<M>(rows));
    }

    fn move_to(&mut self, places: &[usize]) {
        // The row that belongs to each place is found by exchanges, without a second list of rows.
        let mut places = places.to_vec();
        for at in 0..places.len() {
            while places[at] != at {
                let place = places[at];
                self.swap(at, place);
                places.swap(at, place);
            }
        }
    }
}

/// Loaded rows without their type.
pub type RowBox = Box<dyn Rows>;

/// No rows of a model yet.
pub(crate) fn new_rows<M: Model>() -> Box<dyn Rows> {
    Box::new(Vec::<M>::new())
}

/// The rows with their type.
pub(crate) fn into_models<M: 'static>(rows: Box<dyn Rows>) -> Vec<M> {
    let rows: Box<dyn Any> = rows;
    *rows
        .downcast::<Vec<M>>()
        .expect("the rows are of this model")
}

impl dyn Rows {
    /// The values of these fields of a row; `None` where one of them is null.
    pub(crate) fn key(&self, row: usize, fields: &[usize]) -> Option<Vec<Value>> {
        let parts = fields.iter().map(|field| self.key_part(row, *field));
        let values = parts.map(|part| match part {
            KeyPart::Null => None,
            part => Some(part.to_value()),
        });
        values.collect()
    }

    /// The values of these fields of a row, null where they are.
    pub(crate) fn values(&self, row: usize, fields: &[usize]) -> Vec<Value> {
        let parts = fields.iter().map(|field| self.key_part(row, *field));
        parts.map(|part| part.to_value()).collect()
    }

    /// Whether two rows have the same id.
    pub(crate) fn are_same(&self, row: usize, other: usize) -> bool {
        let mut id = self.model().id.iter();
        id.all(|field| self.key_part(row, *field) == self.key_part(other, *field))
    }
}
