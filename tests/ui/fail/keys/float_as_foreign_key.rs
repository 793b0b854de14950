use relations::prelude::*;

#[derive(Model)]
struct Supplier {
    #[model(id)]
    id: i64,
    #[model(unique)]
    weight: f64,
}

#[derive(Model)]
struct Account {
    #[model(id)]
    id: i64,
    #[belongs_to(Supplier, key_to = "weight")]
    supplier_id: f64,
}

fn main() {}
