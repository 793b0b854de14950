use relations::prelude::*;

#[derive(Model)]
#[has_many(Order)]
struct Customer {
    #[model(id)]
    country: i64,
    #[model(id)]
    number: i64,
}

#[derive(Model)]
struct Order {
    #[model(id, generated)]
    id: i64,
    customer_country: i64,
    customer_number: i64,
}

fn main() {}
