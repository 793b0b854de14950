use relations::prelude::*;

#[derive(Model)]
#[has_one(Account)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
}

#[derive(Model)]
struct Account(i64);

fn main() {}
