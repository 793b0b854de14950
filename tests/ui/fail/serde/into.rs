use relations::prelude::*;
use serde::Serialize;

#[derive(Clone, Model, Serialize)]
#[serde(into = "i64")]
struct Supplier {
    #[model(id)]
    id: i64,
}

impl From<Supplier> for i64 {
    fn from(supplier: Supplier) -> i64 {
        supplier.id
    }
}

fn main() {}
