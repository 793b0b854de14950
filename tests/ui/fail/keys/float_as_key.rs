use relations::prelude::*;

#[derive(Model)]
#[has_one(Account, key_from = "weight")]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    #[model(unique)]
    weight: f64,
}

#[derive(Model)]
struct Account {
    #[model(id, generated)]
    id: i64,
    supplier_id: f64,
}

fn main() {}
