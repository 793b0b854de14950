use relations::prelude::*;

#[derive(Model)]
#[has_one(Account)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    #[allow(non_snake_case)]
    Account: String,
}

#[derive(Model)]
struct Account {
    #[model(id, generated)]
    id: i64,
    supplier_id: i64,
}

fn main() {}
