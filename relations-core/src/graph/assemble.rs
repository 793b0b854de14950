//! Rows of one model with what they hold, put together by a vtable that knows the model's type.

use crate::graph::held::{Many, One};
use crate::graph::{Graph, Node};
use crate::model::{Graphs, Held, Model, Rows, Shape, into_models};
use std::any::Any;
use std::sync::Arc;

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
