use relations::prelude::*;

#[derive(Model)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    weights: Vec<char>,
}

fn main() {}
