use relations::prelude::*;

#[derive(Model)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    #[model(unique)]
    code: String,
}

#[derive(Model)]
struct Account {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Supplier, key_to = "code")]
    supplier_id: i64,
}

fn main() {}
