use relations::prelude::*;

#[derive(Model)]
struct Supplier {
    #[model(id)]
    country: String,
    #[model(id)]
    number: i64,
}

#[derive(Model)]
#[belongs_to(Supplier, key_from = "country", key_to = "country")]
struct Account {
    #[model(id, generated)]
    id: i64,
    country: String,
}

fn main() {}
