use relations::prelude::*;

#[derive(Model)]
#[has_one(Account)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
}

struct Account {
    supplier_id: i64,
}

fn main() {}
