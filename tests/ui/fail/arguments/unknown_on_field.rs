use relations::prelude::*;

#[derive(Model)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    #[model(uniqe)]
    code: String,
}

fn main() {}
