use relations::prelude::*;

#[derive(Model)]
struct Supplier {
    #[model(id)]
    id: Option<i64>,
    name: String,
}

fn main() {}
