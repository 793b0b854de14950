use relations::prelude::*;

#[derive(Model)]
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
    #[belongs_to(Supplier)]
    supplier_id: i64,
}

fn main() {}
