use relations::prelude::*;

#[derive(Model)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    #[model(unique)]
    #[model(unique)]
    code: String,
}

fn main() {}
