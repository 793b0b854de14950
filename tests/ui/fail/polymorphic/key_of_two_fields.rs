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
enum Owner {
    Customer(Customer),
    Supplier(Supplier),
}

#[derive(Model)]
#[belongs_to(Owner, discriminator = "owner_type", key_from = ["owner_id", "owner_no"])]
struct Contact {
    #[model(id, generated)]
    id: i64,
    owner_type: String,
    owner_id: i64,
    owner_no: i64,
}

fn main() {}
