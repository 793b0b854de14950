use relations::prelude::*;

#[derive(Model)]
#[has_many(Order)]
struct Customer {
    #[model(id, generated)]
    id: i64,
}

#[derive(Model)]
struct Order(i64);

fn main() {}
