use relations::prelude::*;

#[derive(Model)]
#[model(id)]
struct Supplier {
    #[model(id)]
    id: i64,
}

fn main() {}
