use relations::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Model)]
struct Customer {
    #[model(id, generated)]
    id: i64,
    #[model(json)]
    #[embeds_one(Address)]
    address: Address,
}

#[derive(Debug, Serialize, Deserialize, Model)]
struct Address {
    #[model(id, generated)]
    id: i64,
    city: String,
}

fn main() {}
