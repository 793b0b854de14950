use relations::prelude::*;

#[derive(Model)]
#[has_one(Owner)]
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
enum Owner {
    Supplier(Supplier),
}

fn main() {}
