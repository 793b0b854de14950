use relations::prelude::*;

#[derive(Model)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
}

#[derive(Model)]
struct Account {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Supplier)]
    supplier: i64,
}

fn main() {}
