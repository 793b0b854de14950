use relations::prelude::*;

#[derive(Model)]
struct Customer {
    #[model(id, generated)]
    id: i64,
}

#[derive(Model)]
struct Contact {
    #[model(id, generated)]
    id: i64,
    customer_type: String,
    #[belongs_to(Customer, discriminator = "customer_type")]
    customer_id: i64,
}

fn main() {}
