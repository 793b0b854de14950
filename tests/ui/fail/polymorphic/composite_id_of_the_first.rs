use relations::prelude::*;

#[derive(Model)]
struct Customer {
    #[model(id)]
    country: i64,
    #[model(id)]
    number: i64,
}

#[derive(Model)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
}

#[derive(PolymorphicModel)]
enum Owner {
    Customer(Customer),
    Supplier(Supplier),
}

#[derive(Model)]
struct Contact {
    #[model(id, generated)]
    id: i64,
    owner_type: String,
    #[belongs_to(Owner, discriminator = "owner_type")]
    owner_id: i64,
}

fn main() {}
