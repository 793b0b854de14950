use relations::prelude::*;

#[derive(Model)]
#[has_one]
struct Supplier {
    #[model(id, generated)]
    id: i64,
}

fn main() {}
