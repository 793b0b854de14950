//! Where a query goes on: after the row of a cursor, or before it.

use crate::model::ModelMetadata;
use crate::query::cursor::Cursor;
use crate::query::order::{OrderBy, with_ties};
use crate::value::Value;

/// On which side of a cursor the rows of a plan are.
#[derive(Debug, Clone)]
pub(crate) struct Seek {
    pub(crate) cursor: Cursor,
    pub(crate) side: Side,
    /// Whether limit and offset count from the row next to the cursor, and not from the start of the order.
    pub(crate) counts_from_cursor: bool,
    /// What the cursor says of each order of the plan, ties included; `None` where it is a cursor of another order, or none.
    pub(crate) places: Option<Vec<Place>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    After,
    Before,
}

impl Side {
    /// Its key in run-time filters.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Side::After => "after",
            Side::Before => "before",
        }
    }
}

/// Where the cursor's row stands in one of the orders.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) by: OrderBy,
    /// The value, or the key that leads to it. Nothing where that is NULL.
    pub(crate) values: Option<Vec<Value>>,
}

impl Seek {
    pub(crate) fn new(
        cursor: Cursor,
        side: Side,
        model: &'static ModelMetadata,
        order: &[OrderBy],
    ) -> Seek {
        let order = with_ties(model, order);
        let values = cursor.values(&order);
        Seek {
            places: values.map(|values| places(order, values)),
            cursor,
            side,
            counts_from_cursor: true,
        }
    }

    /// The same for a plan with another order.
    pub(crate) fn of_order(self, model: &'static ModelMetadata, order: &[OrderBy]) -> Seek {
        Seek {
            counts_from_cursor: self.counts_from_cursor,
            ..Seek::new(self.cursor, self.side, model, order)
        }
    }
}

fn places(order: Vec<OrderBy>, values: Vec<Value>) -> Vec<Place> {
    let mut values = values.into_iter();
    let place = |by: OrderBy| {
        let own: Vec<Value> = values.by_ref().take(by.own_fields().len()).collect();
        let is_null = own.contains(&Value::Null);
        Place {
            by,
            values: (!is_null).then_some(own),
        }
    };
    order.into_iter().map(place).collect()
}
