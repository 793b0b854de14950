//! Rows of one model with what they hold, put together by a vtable that knows the model's type.

use super::held::{Held, Many, One};
use super::{Graph, Node, Shape};
use crate::model::Model;
use crate::rows::{Rows, into_models};
use std::any::Any;
use std::sync::Arc;

/// Makes graphs of the rows of one model: each row with what it holds.
pub(crate) type Graphing =
    fn(Box<dyn Rows>, Arc<Shape>, Vec<Vec<Box<dyn Held>>>) -> Box<dyn Graphs>;

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

/// See [`Graphing`].
pub(crate) fn graphing<M: Model>(
    rows: Box<dyn Rows>,
    shape: Arc<Shape>,
    held: Vec<Vec<Box<dyn Held>>>,
) -> Box<dyn Graphs> {
    let rows = into_models::<M>(rows).into_iter().zip(held);
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
