use relations::prelude::*;

#[derive(Model)]
#[model(crate = "my relations")]
struct Supplier {
    #[model(id)]
    id: i64,
}

fn main() {}
