use relations::prelude::*;

#[derive(Model)]
struct Customer {
    #[model(id, generated)]
    id: i64,
}

struct Supplier {
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
