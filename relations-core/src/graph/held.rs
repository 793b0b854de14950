//! What a graph holds under a name: rows of an included relation, or what a resolver gave.

use crate::graph::Graph;
use crate::model::{AnyGraph, AnyNode, Held, Model, ModelMetadata, Nodes, Shown};
use crate::resolver::Resolved;
use crate::typed::kinds;
use serde::ser::Serialize;
use std::any::Any;

/// The row behind a to-one relation.
pub(super) struct One<M>(pub(super) Option<Graph<M>>);

/// The rows behind a to-many relation.
pub(super) struct Many<M>(pub(super) Vec<Graph<M>>);

impl<M: Model> Held for One<M> {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn shown(&self) -> Shown<'_> {
        Shown::One(match &self.0 {
            Some(graph) => Some(&*graph.0),
            None => None,
        })
    }

    fn size(&self) -> u64 {
        self.0.as_ref().map_or(0, |graph| graph.0.size)
    }

    fn any_graph(&self) -> Option<AnyGraph<'_>> {
        self.0.as_ref().map(|graph| AnyGraph {
            model: M::metadata(),
            graph,
        })
    }
}

impl<M: Model> Held for Many<M> {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn size(&self) -> u64 {
        let sizes = self.0.iter().map(|graph| graph.0.size);
        sizes.fold(0, u64::saturating_add)
    }

    fn shown(&self) -> Shown<'_> {
        Shown::Many(self)
    }
}

impl<M: Model> Nodes for Many<M> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn node(&self, at: usize) -> &dyn AnyNode {
        &*self.0[at].0
    }
}

impl<T: Serialize + Send + Sync + 'static> Held for Resolved<T> {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn shown(&self) -> Shown<'_> {
        Shown::Given(&self.0)
    }
}

/// What a graph holds of relations of this kind to `T`.
///
/// This trait is sealed.
pub trait HeldBy<T>: sealed::Sealed {
    /// `Option<&Graph<T>>` or `&[Graph<T>]`.
    type Held<'g>
    where
        T: 'g;

    #[doc(hidden)]
    fn held(held: &dyn Held) -> Option<Self::Held<'_>>;
}

/// Keeps others from implementing `HeldBy`, so that it can grow.
mod sealed {
    pub trait Sealed {}
}

macro_rules! held_by {
    ($($kind:ident $held:ident $form:ty, |$rows:ident| $give:expr;)*) => { $(
        impl sealed::Sealed for kinds::$kind {}

        impl<T: Model> HeldBy<T> for kinds::$kind {
            type Held<'g> = $form where T: 'g;

            fn held(held: &dyn Held) -> Option<Self::Held<'_>> {
                let $rows: &$held<T> = held.as_any().downcast_ref()?;
                Some($give)
            }
        }
    )* };
}

held_by! {
    HasOne One Option<&'g Graph<T>>, |row| row.0.as_ref();
    BelongsTo One Option<&'g Graph<T>>, |row| row.0.as_ref();
    HasMany Many &'g [Graph<T>], |rows| &rows.0;
    Through Many &'g [Graph<T>], |rows| &rows.0;
    ReferencesMany Many &'g [Graph<T>], |rows| &rows.0;
}

impl<'g> AnyGraph<'g> {
    /// The model of the row.
    pub fn model(&self) -> &'static ModelMetadata {
        self.model
    }

    /// The row, if it is one of `T`.
    pub fn of<T: Model>(&self) -> Option<&'g Graph<T>> {
        self.graph.downcast_ref()
    }
}
