use relations::prelude::*;
use serde::Serialize;

#[derive(Clone, Model, Serialize)]
#[serde(transparent)]
struct Supplier {
    #[model(id)]
    id: i64,
}

fn main() {}
