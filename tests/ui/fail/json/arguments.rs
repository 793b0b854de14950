//! What does not go with JSON.

use relations::prelude::*;

#[derive(Debug, Model)]
#[model(json)]
struct Customer {
    #[model(id, json)]
    id: i64,
    #[model(json, unique)]
    name: String,
    #[model(json, length = 10)]
    note: String,
    #[model(json = "x")]
    other: String,
}

fn main() {}
