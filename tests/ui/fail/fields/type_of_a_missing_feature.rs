use relations::prelude::*;

#[derive(Model)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    born: std::time::SystemTime,
}

fn main() {}
