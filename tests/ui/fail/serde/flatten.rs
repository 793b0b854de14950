use relations::prelude::*;
use serde::Deserialize;

#[derive(Model, Deserialize)]
struct Supplier {
    #[model(id)]
    id: i64,
    #[serde(flatten)]
    name: String,
}

fn main() {}
