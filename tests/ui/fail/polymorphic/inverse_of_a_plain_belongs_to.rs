use relations::prelude::*;

#[derive(Model)]
#[has_many(Contact, discriminator = "owner_type", key_to = "customer_id")]
struct Customer {
    #[model(id, generated)]
    id: i64,
}

#[derive(Model)]
struct Contact {
    #[model(id, generated)]
    id: i64,
    owner_type: String,
    #[belongs_to(Customer)]
    customer_id: i64,
}

fn main() {}
