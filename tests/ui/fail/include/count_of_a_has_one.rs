use relations::prelude::*;

#[derive(Model)]
#[has_many(Order)]
#[has_one(Address)]
struct Customer {
    #[model(id, generated)]
    id: i64,
    name: String,
}

#[derive(Model)]
struct Order {
    #[model(id, generated)]
    id: i64,
    item: String,
    total: Option<i64>,
    #[belongs_to(Customer)]
    customer_id: i64,
}

#[derive(Model)]
struct Address {
    #[model(id, generated)]
    id: i64,
    city: String,
    #[belongs_to(Customer)]
    customer_id: i64,
}

#[allow(dead_code)]
async fn run(db: Db) -> relations::Result<()> {
    let customers = CustomerRepository::new(&db);
    customers.find().include(Customer::ADDRESS.count()).all().await?;
    Ok(())
}

fn main() {}
