use relations::prelude::*;
use serde::Serialize;

#[derive(Model, Serialize)]
#[serde(rename_all(serialize = "camelCase"))]
struct Supplier {
    #[model(id)]
    id: i64,
    name: String,
}

fn main() {}
