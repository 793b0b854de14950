use relations::prelude::*;

#[derive(Model)]
struct Supplier {
    #[model(id)]
    country: String,
    #[model(id)]
    number: i64,
}

#[derive(Model)]
#[belongs_to(Supplier, key_from = ["supplier_number", "country"])]
struct Account {
    #[model(id, generated)]
    id: i64,
    country: String,
    supplier_number: i64,
}

fn main() {}
