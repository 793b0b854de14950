use relations::prelude::*;

#[derive(Model)]
#[model(hidden)]
struct Supplier {
    #[model(id)]
    id: i64,
}

fn main() {}
