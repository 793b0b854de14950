use relations::prelude::*;

#[derive(Model)]
#[has_one(Account, key_from = "code")]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    code: i64,
}

#[derive(Model)]
struct Account {
    #[model(id, generated)]
    id: i64,
    supplier_id: i64,
}

fn main() {}
