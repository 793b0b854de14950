use relations::prelude::*;

#[derive(Model)]
struct Customer {
    #[model(id, generated)]
    id: i64,
}

#[derive(PolymorphicModel)]
enum Owner<T> {
    Customer(Customer),
    Other(T),
}

fn main() {}
