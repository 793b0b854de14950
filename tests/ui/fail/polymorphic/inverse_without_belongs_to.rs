use relations::prelude::*;

#[derive(Model)]
#[has_one(Contact, discriminator = "owner_type")]
struct Customer {
    #[model(id, generated)]
    id: i64,
}

#[derive(Model)]
struct Contact {
    #[model(id, generated)]
    id: i64,
    owner_type: String,
    owner_id: i64,
}

fn main() {}
