use relations::prelude::*;

#[derive(PolymorphicModel)]
enum Owner {}

#[derive(Model)]
struct Contact {
    #[model(id, generated)]
    id: i64,
    owner_type: String,
    #[belongs_to(Owner, discriminator = "owner_type")]
    owner_id: i64,
}

fn main() {}
