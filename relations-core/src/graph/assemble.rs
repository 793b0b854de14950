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
    let rows = into_models::<M>(rows);
    let mut graphs: Vec<Graph<M>> = Vec::with_capacity(rows.len());
    let mut held = held.into_iter();
    for model in rows {
        let held = held.next().expect("each row has its list");
        graphs.push(Graph(Arc::new(Node {
            model,
            shape: shape.clone(),
            size: size(&held),
            held,
        })));
    }
    Box::new(graphs)
}

/// How many rows are written for one that holds this.
fn size(held: &[Box<dyn Held>]) -> u64 {
    let sizes = held.iter().map(|held| held.size());
    sizes.fold(1, u64::saturating_add)
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
