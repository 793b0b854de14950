use relations::prelude::*;

#[derive(Model)]
struct Supplier {
    #[model(id)]
    id: i64,
}

fn main() {
    SupplierRepository::new("sqlite::memory:");
}
