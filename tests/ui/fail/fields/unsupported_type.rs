use relations::prelude::*;

struct Money;

#[derive(Model)]
struct Supplier {
    #[model(id)]
    id: i64,
    balance: Money,
}

fn main() {}
