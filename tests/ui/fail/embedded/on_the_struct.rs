use relations::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Model)]
#[embeds_many(Address)]
struct Customer {
    #[model(id, generated)]
    id: i64,
    #[model(json)]
    addresses: Vec<Address>,
}

#[derive(Debug, Serialize, Deserialize, Model)]
struct Address {
    #[model(id, generated)]
    id: i64,
    city: String,
}

fn main() {}
