//! The order of rows.

use crate::model::{FieldMetadata, ModelMetadata, RelationMetadata};
use crate::query::aggregate::Groups;
use crate::query::expression::{Expression, PathPlace};
use crate::value::Kind;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

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

/// How to sort rows of `M`: an [`Order`]. Groups are sorted by those of their rows as well.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// use relations::query::IntoOrder;
///
/// /// Sorts by what the caller says.
/// async fn totals(db: &Db, by: impl IntoOrder<Order>) -> relations::Result<Vec<i64>> {
///     let orders = OrderRepository::new(db).find().order_by(by).await?;
///     Ok(orders.iter().map(|order| order.total).collect())
/// }
///
/// assert_eq!(totals(&db, Order::TOTAL.desc()).await?, [9, 5]);
/// # Ok(()) });
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say how to sort rows of `{M}`",
    label = "expected an order of `{M}`",
    note = "use `.asc()` or `.desc()` behind a column of `{M}`"
)]
pub trait IntoOrder<M> {
    /// The order.
    fn into_order(self) -> Order<M>;
}

#[diagnostic::do_not_recommend]
impl<M> IntoOrder<M> for Order<M> {
    fn into_order(self) -> Order<M> {
        self
    }
}

/// By what groups are made by.
#[diagnostic::do_not_recommend]
impl<M> IntoOrder<Groups<M>> for Order<M> {
    fn into_order(self) -> Order<Groups<M>> {
        Order {
            by: self.by,
            model: PhantomData,
        }
    }
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
    pub(crate) by: By,
    pub(crate) direction: Direction,
}

/// Which of two rows comes first. NULL stands below all values, or above them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Direction {
    pub(crate) descending: bool,
    pub(crate) null_above: bool,
}

impl Direction {
    pub(crate) const ASCENDING: Direction = Direction::new(false);

    pub(crate) const fn new(descending: bool) -> Direction {
        Direction {
            descending,
            null_above: false,
        }
    }

    /// Whether rows without a value come behind all others.
    pub(crate) fn ends_in_null(self) -> bool {
        self.descending != self.null_above
    }

    /// The other way round.
    pub(crate) fn reversed(self) -> Direction {
        Direction {
            descending: !self.descending,
            ..self
        }
    }
}

/// What rows are sorted by.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum By {
    Field(&'static FieldMetadata),
    /// Shared, since a statement knows values by their address.
    Computed(Arc<Expression>),
}

impl By {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            By::Field(field) => field.kind,
            By::Computed(expression) => expression.kind(),
        }
    }

    pub(crate) fn is_nullable(&self) -> bool {
        match self {
            By::Field(field) => field.nullable,
            By::Computed(_) => true,
        }
    }

    /// Whether something holds of it.
    pub(crate) fn expression_is(&self, holds: impl Fn(&Expression) -> bool) -> bool {
        match self {
            By::Field(field) => holds(&Expression::Field(field)),
            By::Computed(expression) => holds(expression),
        }
    }

    /// The field, unless it is computed.
    pub(crate) fn field(&self) -> Option<&'static FieldMetadata> {
        match self {
            By::Field(field) => Some(field),
            By::Computed(_) => None,
        }
    }
}

impl<M> Order<M> {
    pub(crate) fn new(field: &'static FieldMetadata, descending: bool) -> Self {
        Order {
            by: OrderBy::new(field, descending),
            model: PhantomData,
        }
    }

    #[cfg(feature = "serde_json")]
    pub(crate) fn of(by: OrderBy) -> Self {
        Order {
            by,
            model: PhantomData,
        }
    }

    pub(crate) fn computed(expression: Arc<Expression>, descending: bool) -> Self {
        Order {
            by: OrderBy {
                path: Vec::new(),
                by: By::Computed(expression),
                direction: Direction::new(descending),
            },
            model: PhantomData,
        }
    }

    /// Rows without a value come before all others, also where the order is descending.
    ///
    /// Without this and [`nulls_last`](Order::nulls_last) NULL stands below all values on every database: first in an ascending order, and
    /// last in a descending one.
    ///
    /// # Examples
    /// ```
    /// # docs_models::run(async |db| {
    /// # use docs_models::*;
    /// let customers = CustomerRepository::new(&db);
    /// // Customers without orders first, then those whose largest order is the largest.
    /// let largest = Customer::ORDERS.max(Order::TOTAL).desc().nulls_first();
    /// let found = customers.find().order_by(largest).await?;
    /// assert_eq!(found.iter().map(|customer| &*customer.name).collect::<Vec<_>>(), ["Hel", "Freya"]);
    /// # Ok(()) });
    /// ```
    pub fn nulls_first(mut self) -> Self {
        let direction = &mut self.by.direction;
        direction.null_above = direction.descending;
        self
    }

    /// Rows without a value come behind all others, also where the order is ascending. Of an order by a column of a related row these are the
    /// rows without a related one, too.
    ///
    /// # Examples
    /// ```
    /// # docs_models::run(async |db| {
    /// # use docs_models::*;
    /// let customers = CustomerRepository::new(&db);
    /// let smallest = Customer::ORDERS.min(Order::TOTAL).asc().nulls_last();
    /// let found = customers.find().order_by(smallest).await?;
    /// assert_eq!(found.iter().map(|customer| &*customer.name).collect::<Vec<_>>(), ["Freya", "Hel"]);
    /// # Ok(()) });
    /// ```
    pub fn nulls_last(mut self) -> Self {
        let direction = &mut self.by.direction;
        direction.null_above = !direction.descending;
        self
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
            by: By::Field(field),
            direction: Direction::new(descending),
        }
    }

    /// The same order of rows at the end of the first relations, from which this path leads on.
    pub(crate) fn behind(&self, path: &[&'static RelationMetadata]) -> OrderBy {
        OrderBy {
            path: path.to_vec(),
            ..self.clone()
        }
    }

    /// By a value inside a column of JSON; one of its [`parts`](OrderBy::parts).
    pub(crate) fn at_path(field: &'static FieldMetadata, path: &str, descending: bool) -> OrderBy {
        let part = PathPlace::Type;
        let path = path.to_owned();
        OrderBy {
            path: Vec::new(),
            by: By::Computed(Arc::new(Expression::AtPath { field, path, part })),
            direction: Direction::new(descending),
        }
    }

    /// What rows are sorted by: this, and for a value inside a column of JSON also the value among those of its type.
    pub(crate) fn parts(self) -> Vec<OrderBy> {
        let By::Computed(expression) = &self.by else {
            return vec![self];
        };
        let Expression::AtPath { field, path, .. } = &**expression else {
            return vec![self];
        };
        let parts = [PathPlace::Type, PathPlace::Number, PathPlace::Text].map(|part| {
            let path = path.clone();
            OrderBy {
                by: By::Computed(Arc::new(Expression::AtPath { field, path, part })),
                ..self.clone()
            }
        });
        parts.into()
    }

    /// Whether a cursor can say where a row stands in it.
    pub(crate) fn has_cursor(&self) -> bool {
        self.by.field().is_some()
    }

    /// The other way round.
    pub(crate) fn reversed(&self) -> OrderBy {
        OrderBy {
            direction: self.direction.reversed(),
            ..self.clone()
        }
    }

    /// The fields of the row that say where it stands: the field itself, or the key that leads to it.
    pub(crate) fn own_fields(&self) -> Vec<&'static FieldMetadata> {
        match self.path.first() {
            Some(relation) => relation.source_fields(),
            None => self.by.field().into_iter().collect(),
        }
    }
}

/// `-owner.name`, as a cursor and messages write it; `-^owner.name` where NULL stands above all values.
impl fmt::Display for OrderBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.direction.descending {
            f.write_str("-")?;
        }
        if self.direction.null_above {
            f.write_str("^")?;
        }
        for relation in &self.path {
            write!(f, "{}.", relation.name)?;
        }
        f.write_str(self.by.field().map_or("(computed)", |field| field.name))
    }
}

/// The order asked for, ties broken by the id in the direction of the last order, so that an index over both serves it.
pub(crate) fn with_ties(model: &'static ModelMetadata, order: &[OrderBy]) -> Vec<OrderBy> {
    let is_asked = |field: &FieldMetadata| {
        let mut own = order.iter().filter(|by| by.path.is_empty());
        own.any(|by| by.by.field() == Some(field))
    };
    let descending = order.last().is_some_and(|by| by.direction.descending);
    let ties = model.id_fields().filter(|field| !is_asked(field));
    let ties = ties.map(|field| OrderBy::new(field, descending));
    order.iter().cloned().chain(ties).collect()
}
