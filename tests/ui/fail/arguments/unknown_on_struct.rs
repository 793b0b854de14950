use relations::prelude::*;

#[derive(Model)]
#[model(tabel = "suppliers")]
struct Supplier {
    #[model(id)]
    id: i64,
}

fn main() {}
