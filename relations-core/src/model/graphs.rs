//! What a model can do with rows of which only the metadata is known: make graphs of them, and hold them.

use crate::model::field::FieldMetadata;
use crate::model::metadata::ModelMetadata;
use crate::model::rows::Rows;
use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// What the rows of one level have in common.
#[derive(Debug)]
pub struct Shape {
    pub(crate) model: &'static crate::model::metadata::ModelMetadata,
    pub(crate) fields: Option<Vec<&'static FieldMetadata>>,
    /// The includes, by their names in JSON.
    pub(crate) names: Vec<String>,
    /// The names of the relations among them, as in Rust.
    pub(crate) relations: Vec<Option<&'static str>>,
}

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

/// What is written for what is held. How it is written is code without a model's type, so that it is compiled once.
#[allow(missing_debug_implementations)] // Rows need not be `Debug`.
pub enum Shown<'h> {
    One(Option<&'h dyn AnyNode>),
    Many(&'h dyn Nodes),
    /// What a resolver gave.
    Given(&'h dyn erased_serde::Serialize),
}

/// A row and what it holds, without the row's type.
pub trait AnyNode {
    fn shape(&self) -> &Shape;

    fn held(&self) -> &[Box<dyn Held>];

    /// The row alone; `None` where its model does not implement `Serialize`.
    fn row(&self) -> Option<&dyn erased_serde::Serialize>;
}

/// A list of such rows.
pub trait Nodes {
    fn len(&self) -> usize;

    fn node(&self, at: usize) -> &dyn AnyNode;
}

/// What is held, without its type.
pub trait Held: Send + Sync {
    fn as_any(&self) -> &dyn Any;

    /// What is written for it.
    fn shown(&self) -> Shown<'_>;

    /// How many rows are written for it.
    fn size(&self) -> u64 {
        1
    }

    /// Of a polymorphic relation: its row.
    fn any_graph(&self) -> Option<AnyGraph<'_>> {
        None
    }
}

/// A row of one of several models, behind a polymorphic `belongs_to`.
#[derive(Clone, Copy)]
pub struct AnyGraph<'g> {
    pub(crate) model: &'static ModelMetadata,
    pub(crate) graph: &'g (dyn Any + Send + Sync),
}

impl fmt::Debug for AnyGraph<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AnyGraph").field(&self.model.name).finish()
    }
}
