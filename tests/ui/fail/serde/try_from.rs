use relations::prelude::*;
use serde::Deserialize;

#[derive(Clone, Model, Deserialize)]
#[serde(try_from = "i64")]
struct Supplier {
    #[model(id)]
    id: i64,
}

impl TryFrom<i64> for Supplier {
    type Error = String;

    fn try_from(id: i64) -> Result<Supplier, String> {
        Ok(Supplier { id })
    }
}

fn main() {}
