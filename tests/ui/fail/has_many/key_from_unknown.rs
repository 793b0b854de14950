use relations::prelude::*;

#[derive(Model)]
#[has_many(Order, key_from = "cod")]
struct Customer {
    #[model(id, generated)]
    id: i64,
    code: i64,
}

#[derive(Model)]
struct Order {
    #[model(id, generated)]
    id: i64,
    customer_id: i64,
}

fn main() {}
