use relations::{Db, Json, prelude::*};

#[derive(Model)]
#[has_many(Spending)]
struct Customer {
    #[model(id, generated)]
    id: i64,
}

#[derive(Model)]
#[model(view)]
struct Spending {
    #[model(id)]
    customer_id: i64,
    orders: i64,
}

fn write(customers: CustomerRepository<&Db>) {
    let _ = customers.spendings(7).create(Json("{}"));
}

fn main() {
    let _ = write;
}
