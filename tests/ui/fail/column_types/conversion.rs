//! A conversion is said once, and must be there.

use relations::prelude::*;
use relations::value::ColumnConversion;

#[derive(Debug, ColumnType)]
#[model(conversion)]
struct Missing {
    cents: i64,
}

#[derive(Debug, ColumnType)]
#[model(conversion, integer)]
enum Twice {
    One,
}

impl ColumnConversion for Twice {
    type Column = i64;
    type Error = &'static str;

    fn to_column(&self) -> i64 {
        1
    }

    fn from_column(_: i64) -> Result<Self, &'static str> {
        Ok(Twice::One)
    }
}

#[derive(Debug, ColumnType)]
#[model(conversion)]
struct OfNothing;

impl ColumnConversion for OfNothing {
    type Column = std::rc::Rc<i64>;
    type Error = &'static str;

    fn to_column(&self) -> std::rc::Rc<i64> {
        todo!()
    }

    fn from_column(_: std::rc::Rc<i64>) -> Result<Self, &'static str> {
        Ok(OfNothing)
    }
}

#[derive(Debug, ColumnType)]
#[model(conversion)]
struct OfOption;

impl ColumnConversion for OfOption {
    type Column = Option<i64>;
    type Error = &'static str;

    fn to_column(&self) -> Option<i64> {
        None
    }

    fn from_column(_: Option<i64>) -> Result<Self, &'static str> {
        Ok(OfOption)
    }
}

#[derive(Debug, Model)]
struct Invoice {
    #[model(id)]
    id: i64,
    total: Missing,
}

fn main() {
    let _ = Invoice::TOTAL.is_null();
}
