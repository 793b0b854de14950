use relations::prelude::*;

#[derive(Model)]
struct Customer {
    #[model(id, generated)]
    id: i64,
}

#[derive(Model)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
}

#[derive(PolymorphicModel)]
struct Owner {
    customer: Customer,
    supplier: Supplier,
}

fn main() {}
