use relations::prelude::*;
use serde::Serialize;

#[derive(Model, Serialize)]
struct Supplier {
    #[model(id)]
    id: i64,
    #[serde(rename(serialize = "title", deserialize = "name"))]
    name: String,
}

fn main() {}
