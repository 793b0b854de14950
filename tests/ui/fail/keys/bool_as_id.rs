use relations::prelude::*;

#[derive(Model)]
struct Supplier {
    #[model(id)]
    id: bool,
}

fn main() {}
