use relations::prelude::*;

#[derive(Model)]
struct Supplier {
    id: i64,
    name: String,
}

fn main() {}
