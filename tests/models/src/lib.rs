//! Models of another crate, to which relations of tests lead.
#![allow(missing_docs)] // The names say it.

use relations::prelude::*;

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Order)]
pub struct Customer {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Order {
    #[model(id, generated)]
    pub id: i64,
    pub total: i64,
    #[belongs_to(Customer)]
    pub customer_id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Track {
    #[model(id, generated)]
    pub id: i64,
    pub title: String,
}
