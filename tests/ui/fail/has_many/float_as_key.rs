use relations::prelude::*;

#[derive(Model)]
#[has_many(Order, key_from = "weight", key_to = "weight")]
struct Customer {
    #[model(id, generated)]
    id: i64,
    #[model(unique)]
    weight: f64,
}

#[derive(Model)]
struct Order {
    #[model(id, generated)]
    id: i64,
    weight: f64,
}

fn main() {}
