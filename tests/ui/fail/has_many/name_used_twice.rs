use relations::prelude::*;

#[derive(Model)]
#[has_many(Order)]
#[has_many(Order, key_to = "payer_id")]
struct Customer {
    #[model(id, generated)]
    id: i64,
}

#[derive(Model)]
struct Order {
    #[model(id, generated)]
    id: i64,
    customer_id: i64,
    payer_id: i64,
}

fn main() {}
