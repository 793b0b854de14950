use relations::prelude::*;

#[derive(Model)]
#[has_one(Account key_to = "supplier_id")]
struct Supplier {
    #[model(id, generated)]
    id: i64,
}

#[derive(Model)]
struct Account {
    #[model(id, generated)]
    id: i64,
    supplier_id: i64,
}

fn main() {}
