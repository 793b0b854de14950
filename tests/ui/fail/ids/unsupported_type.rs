use relations::prelude::*;

struct Number;

#[derive(Model)]
struct Supplier {
    #[model(id)]
    id: Number,
    name: String,
}

fn main() {}
