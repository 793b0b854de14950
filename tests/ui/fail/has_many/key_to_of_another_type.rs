use relations::prelude::*;

#[derive(Model)]
#[has_many(Order, key_to = "customer_id")]
struct Customer {
    #[model(id, generated)]
    id: i64,
}

#[derive(Model)]
struct Order {
    #[model(id, generated)]
    id: i64,
    customer_id: String,
}

fn main() {}
