use relations::prelude::*;

#[derive(Model)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    #[model(table = "suppliers")]
    code: String,
}

fn main() {}
