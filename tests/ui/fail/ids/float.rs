use relations::prelude::*;

#[derive(Model)]
struct Supplier {
    #[model(id)]
    id: f64,
    name: String,
}

fn main() {}
