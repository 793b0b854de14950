use relations::prelude::*;

#[derive(Model)]
struct Spending {
    #[model(id, view)]
    customer_id: i64,
}

fn main() {}
