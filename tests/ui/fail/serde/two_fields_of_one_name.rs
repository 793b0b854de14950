use relations::prelude::*;
use serde::Serialize;

#[derive(Model, Serialize)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    #[serde(rename = "title")]
    name: String,
    title: String,
}

fn main() {}
