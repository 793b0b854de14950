use relations::prelude::*;

#[derive(Model)]
#[has_one(Account, key_to = [country, number])]
struct Supplier {
    #[model(id)]
    country: String,
    #[model(id)]
    number: i64,
}

#[derive(Model)]
struct Account {
    #[model(id, generated)]
    id: i64,
    country: String,
    supplier_number: i64,
}

fn main() {}
