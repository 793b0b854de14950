use relations::prelude::*;
use serde::Serialize;

#[derive(Model, Serialize)]
struct Supplier {
    #[model(id)]
    id: i64,
    #[model(hidden)]
    #[serde(skip)]
    name: String,
}

fn main() {}
