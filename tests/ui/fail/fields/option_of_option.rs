use relations::prelude::*;

#[derive(Model)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    balance: Option<Option<i64>>,
}

fn main() {}
