use relations::prelude::*;

#[derive(Model)]
#[has_one(Contact, discriminator = "kind")]
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
struct Contact {
    #[model(id, generated)]
    id: i64,
    kind: String,
    #[belongs_to(Owner, discriminator = "kind")]
    owner_id: i64,
}

fn main() {}
