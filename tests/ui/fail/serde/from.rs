use relations::prelude::*;
use serde::Deserialize;

#[derive(Clone, Model, Deserialize)]
#[serde(from = "i64")]
struct Supplier {
    #[model(id)]
    id: i64,
}

impl From<i64> for Supplier {
    fn from(id: i64) -> Supplier {
        Supplier { id }
    }
}

fn main() {}
