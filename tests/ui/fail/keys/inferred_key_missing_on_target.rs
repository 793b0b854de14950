use relations::prelude::*;

#[derive(Model)]
#[has_one(Account)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
}

#[derive(Model)]
struct Account {
    #[model(id, generated)]
    id: i64,
    owner_id: i64,
}

fn main() {}
