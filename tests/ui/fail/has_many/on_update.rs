use relations::prelude::*;

#[derive(Model)]
#[has_many(Order, on_update = "cascade")]
struct Customer {
    #[model(id, generated)]
    id: i64,
}

#[derive(Model)]
struct Order {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Customer)]
    customer_id: i64,
}

fn main() {}
