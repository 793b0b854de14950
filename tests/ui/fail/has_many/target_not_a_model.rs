use relations::prelude::*;

#[derive(Model)]
#[has_many(Order)]
struct Customer {
    #[model(id, generated)]
    id: i64,
}

struct Order {
    customer_id: i64,
}

fn main() {}
