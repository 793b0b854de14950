use relations::prelude::*;

#[derive(Model)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    #[model(length(80))]
    code: String,
}

fn main() {}
