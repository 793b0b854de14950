use relations::prelude::*;

#[derive(Model)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    #[model(column = "name")]
    title: String,
    name: String,
}

fn main() {}
