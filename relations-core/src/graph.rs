//! Rows with what a run-time filter included: of one model by type, of whatever relations by value.
//!
//! What is loaded is known at run time only. The loader gives levels of rows; here they are put together by a vtable that
//! each model has ([`assemble::Graphing`]).

mod assemble;
mod find;
mod held;
mod serialize;
use crate::filter::{Included, Parts};
use crate::graph::serialize::Written;
use crate::model::{AnyGraph, AnyNode, Held, Model, ModelMetadata, Shape};
use crate::resolver::Resolved;
use crate::typed::{BelongsToAny, Polymorphic, RelationOf};
pub(crate) use assemble::graphing;
pub(crate) use find::{checked, followed, graphs, graphs_of, load};
pub use held::HeldBy;
use serde::ser::{Serialize, Serializer};
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// A row of `M` with what a run-time filter included.
///
/// It dereferences to the model. [`get`](Graph::get) gives what was included of a relation. It serialises as LoopBack's JSON:
/// the properties that the filter's `fields` name, or all, without hidden ones; then each included relation under its name,
/// `null` or `[]` where there is no row; relations that were not asked for are absent.
///
/// Cloning it is cheap: a row that several sources share is there once.
///
/// # Examples
/// ```
/// # use relations_derive::Model;
/// # use relations_core::Graph;
/// # #[derive(Debug, Model)]
/// # #[model(crate = "relations_core")]
/// # #[has_many(Order)]
/// # struct Customer { #[model(id, generated)] id: i64, name: String }
/// # #[derive(Debug, Model)]
/// # #[model(crate = "relations_core")]
/// # struct Order { #[model(id, generated)] id: i64, total: i64, #[belongs_to(Customer)] customer_id: i64 }
/// fn report(customer: &Graph<Customer>) -> String {
///     match customer.get(Customer::ORDERS) {
///         Some(orders) => format!("{} has {} orders", customer.name, orders.len()),
///         None => format!("{}; orders were not asked for", customer.name),
///     }
/// }
/// ```
pub struct Graph<M>(Arc<Node<M>>);

struct Node<M> {
    model: M,
    shape: Arc<Shape>,
    /// One for each name of the shape.
    held: Vec<Box<dyn Held>>,
    /// How many rows are written for this one, itself included.
    size: u64,
}

impl Shape {
    /// All of a row, and nothing beside it.
    pub(crate) fn plain(model: &'static ModelMetadata) -> Shape {
        Shape::of(&Parts::new(model))
    }

    fn of(parts: &Parts) -> Shape {
        let names = parts.includes.iter().map(|part| part.name().to_owned());
        let relations = parts.includes.iter().map(|part| match &part.included {
            Included::Relation { relation, .. } => Some(relation.name),
            Included::Resolver { .. } => None,
        });
        Shape {
            model: parts.model,
            fields: parts.fields.clone(),
            names: names.collect(),
            relations: relations.collect(),
        }
    }

    /// Whether a result has the property of this name.
    pub(crate) fn shows(&self, name: &str) -> bool {
        let mut fields = self.model.fields.iter();
        let field = fields.find(|field| field.json_name == name);
        match (&self.fields, field) {
            (_, Some(field)) if field.is_hidden() => false,
            (Some(shown), Some(field)) => shown.contains(&field),
            // Something that the model's own `Serialize` adds.
            (shown, None) => shown.is_none(),
            (None, Some(_)) => true,
        }
    }
}

impl<M> Clone for Graph<M> {
    fn clone(&self) -> Self {
        Graph(self.0.clone())
    }
}

impl<M> Deref for Graph<M> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.0.model
    }
}

impl<M: Model> fmt::Debug for Graph<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use crate::model::Key;
        let ids = self.0.model.id().into_values();
        let ids: Vec<String> = ids.iter().map(crate::value::Value::display).collect();
        f.debug_struct("Graph")
            .field("model", &M::NAME)
            .field("id", &ids.join(", "))
            .field("included", &self.0.shape.names)
            .finish()
    }
}

impl<M: Model> Graph<M> {
    /// The model, where no other graph shares it; else this graph again.
    pub fn into_model(self) -> Result<M, Self> {
        Arc::try_unwrap(self.0)
            .map(|node| node.model)
            .map_err(Graph)
    }

    /// What was included of a relation: `None` where it was not asked for.
    ///
    /// Of a to-one relation it is an `Option<&Graph<T>>`, of a to-many relation a slice `&[Graph<T>]`, in the order asked for.
    pub fn get<R: RelationOf<M>>(&self, _: R) -> Option<<R::Kind as HeldBy<R::Target>>::Held<'_>>
    where
        R::Kind: HeldBy<R::Target>,
    {
        let held = self.held(|shape| position(&shape.relations, R::metadata().name))?;
        R::Kind::held(held)
    }

    /// What was included of a polymorphic `belongs_to`: `None` where it was not asked for, `Some(None)` where there is no row.
    pub fn get_any<R: Polymorphic<Source = M>>(
        &self,
        _: BelongsToAny<R>,
    ) -> Option<Option<AnyGraph<'_>>> {
        let held = self.held(|shape| position(&shape.relations, R::metadata().name))?;
        Some(held.any_graph())
    }

    /// What a registered resolver added under this name: `None` where it was not asked for, or is no `T`.
    pub fn resolved<T: 'static>(&self, name: &str) -> Option<&T> {
        let held = self.held(|shape| shape.names.iter().position(|known| known == name))?;
        let resolved: &Resolved<T> = held.as_any().downcast_ref()?;
        Some(&resolved.0)
    }

    fn held(&self, position: impl FnOnce(&Shape) -> Option<usize>) -> Option<&dyn Held> {
        let at = position(&self.0.shape)?;
        Some(&*self.0.held[at])
    }
}

fn position(relations: &[Option<&'static str>], name: &str) -> Option<usize> {
    relations.iter().position(|known| *known == Some(name))
}

impl<M: Model + Serialize> Serialize for Graph<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written(&*self.0).serialize(serializer)
    }
}

impl<M: Model> AnyNode for Node<M> {
    fn shape(&self) -> &Shape {
        &self.shape
    }

    fn held(&self) -> &[Box<dyn Held>] {
        &self.held
    }

    fn row(&self) -> Option<&dyn erased_serde::Serialize> {
        M::SERIALIZE.map(|serializable| serializable(&self.model))
    }
}
