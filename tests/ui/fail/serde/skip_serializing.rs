use relations::prelude::*;
use serde::Serialize;

#[derive(Model, Serialize)]
struct Supplier {
    #[model(id)]
    id: i64,
    #[serde(skip_serializing)]
    name: String,
}

fn main() {}
