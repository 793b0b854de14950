use relations::prelude::*;

#[derive(Model)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
}

#[derive(Model)]
#[belongs_to(Supplier)]
struct Account {
    #[model(id, generated)]
    id: i64,
}

fn main() {}
