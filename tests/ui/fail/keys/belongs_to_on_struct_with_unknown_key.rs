use relations::prelude::*;

#[derive(Model)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
}

#[derive(Model)]
#[belongs_to(Supplier, key_from = "suplier_id")]
struct Account {
    #[model(id, generated)]
    id: i64,
    supplier_id: i64,
}

fn main() {}
