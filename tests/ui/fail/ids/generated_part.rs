use relations::prelude::*;

#[derive(Model)]
struct Supplier {
    #[model(id)]
    country: String,
    #[model(id, generated)]
    number: i64,
}

fn main() {}
