use relations::prelude::*;
use serde::Serialize;

#[derive(Model, Serialize)]
struct Supplier {
    #[model(id)]
    id: i64,
    #[model(hidden)]
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
}

fn main() {}
