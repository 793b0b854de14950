//! The rows of one model, whose type only a vtable knows.

use super::held::{Held, Many, One};
use super::{Graph, Node, Shape};
use crate::connection::{Row, RowReader};
use crate::error::Result;
use crate::metadata::ModelMetadata;
use crate::model::{self, Model};
use std::any::Any;
use std::sync::Arc;

/// Decoded rows.
pub trait Rows: Send + Sync {
    /// Decodes a row whose columns start there.
    fn read(&mut self, row: &mut dyn RowReader, at: usize) -> Result<()>;

    fn len(&self) -> usize;

    fn model(&self) -> &'static ModelMetadata;

    /// The `Vec<M>`.
    fn as_any(&self) -> &(dyn Any + Send + Sync);

    /// Each row with what it holds.
    fn into_graphs(
        self: Box<Self>,
        shape: Arc<Shape>,
        held: Vec<Vec<Box<dyn Held>>>,
    ) -> Box<dyn Graphs>;
}

/// Rows that know what they hold.
pub trait Graphs: Send {
    /// How many rows are written for all of them.
    fn size(&self) -> u64;

    /// What holds the row at this position.
    fn one(&self, at: Option<usize>) -> Box<dyn Held>;

    /// What holds the rows at these positions.
    fn many(&self, at: &[usize]) -> Box<dyn Held>;

    /// The `Vec<Graph<M>>`.
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

struct RowsOf<M>(Vec<M>);

/// No rows of a model yet.
pub(crate) fn new_rows<M: Model>() -> Box<dyn Rows> {
    Box::new(RowsOf::<M>(Vec::new()))
}

impl<M: Model> Rows for RowsOf<M> {
    fn read(&mut self, mut row: &mut dyn RowReader, at: usize) -> Result<()> {
        let mut row = Row::new(&mut row);
        row.skip(at);
        self.0.push(model::read(&mut row)?);
        Ok(())
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn model(&self) -> &'static ModelMetadata {
        M::metadata()
    }

    fn as_any(&self) -> &(dyn Any + Send + Sync) {
        &self.0
    }

    fn into_graphs(
        self: Box<Self>,
        shape: Arc<Shape>,
        held: Vec<Vec<Box<dyn Held>>>,
    ) -> Box<dyn Graphs> {
        let rows = self.0.into_iter().zip(held);
        let graphs = rows.map(|(model, held)| {
            let sizes = held.iter().map(|held| held.size());
            Graph(Arc::new(Node {
                model,
                shape: shape.clone(),
                size: sizes.fold(1, u64::saturating_add),
                held,
            }))
        });
        Box::new(graphs.collect::<Vec<Graph<M>>>())
    }
}

impl<M: Model> Graphs for Vec<Graph<M>> {
    fn size(&self) -> u64 {
        let sizes = self.iter().map(|graph| graph.0.size);
        sizes.fold(0, u64::saturating_add)
    }

    fn one(&self, at: Option<usize>) -> Box<dyn Held> {
        Box::new(One(at.map(|at| self[at].clone())))
    }

    fn many(&self, at: &[usize]) -> Box<dyn Held> {
        Box::new(Many(at.iter().map(|at| self[*at].clone()).collect()))
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
