//! The order of rows.

use crate::model::{FieldMetadata, RelationMetadata};
use std::fmt;
use std::marker::PhantomData;

/// A column to sort the rows of `M` by, and the direction.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// // By two columns, then one of a related row.
/// let orders = OrderRepository::new(&db);
/// let found = orders.find().order_by(Order::CUSTOMER_ID.asc()).order_by(Order::TOTAL.desc()).await?;
/// assert_eq!(found.iter().map(|order| order.total).collect::<Vec<_>>(), [9, 5]);
///
/// let by_name = Order::CUSTOMER.order(Customer::NAME.asc());
/// assert_eq!(orders.find().order_by(by_name).first().await?.map(|order| order.total), Some(5));
/// # Ok(()) });
/// ```
pub struct Order<M> {
    pub(crate) by: OrderBy,
    model: PhantomData<fn() -> M>,
}

// Not derived, which would ask the same of `M`.
impl<M> Clone for Order<M> {
    fn clone(&self) -> Self {
        Order {
            by: self.by.clone(),
            model: PhantomData,
        }
    }
}

impl<M> fmt::Debug for Order<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.by.fmt(f)
    }
}

/// An order without the model's type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OrderBy {
    /// The to-one relations that lead from the row to the one that has the field.
    pub(crate) path: Vec<&'static RelationMetadata>,
    pub(crate) field: &'static FieldMetadata,
    pub(crate) descending: bool,
}

impl<M> Order<M> {
    pub(crate) fn new(field: &'static FieldMetadata, descending: bool) -> Self {
        Order {
            by: OrderBy::new(field, descending),
            model: PhantomData,
        }
    }

    /// The same order of rows that lead to those of `M` by a to-one relation.
    pub(crate) fn by_way_of<S>(mut self, relation: &'static RelationMetadata) -> Order<S> {
        self.by.path.insert(0, relation);
        Order {
            by: self.by,
            model: PhantomData,
        }
    }
}

impl OrderBy {
    pub(crate) fn new(field: &'static FieldMetadata, descending: bool) -> Self {
        OrderBy {
            path: Vec::new(),
            field,
            descending,
        }
    }
}
