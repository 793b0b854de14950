use relations::prelude::*;

#[derive(Model)]
#[has_many(Order)]
struct Customer {
    #[model(id, generated)]
    id: i64,
}

#[derive(Model)]
struct Order {
    #[model(id, generated)]
    id: i64,
    buyer_id: i64,
}

fn main() {}
