use relations::prelude::*;

#[derive(Model)]
#[model(read_only)]
struct Supplier {
    #[model(id)]
    id: i64,
}

fn main() {}
