use relations::prelude::*;

#[derive(Model)]
#[has_many(Order)]
struct Customer {
    #[model(id, generated)]
    id: i64,
    name: String,
}

#[derive(Model)]
struct Order {
    #[model(id, generated)]
    id: i64,
    total: i64,
    #[belongs_to(Customer)]
    customer_id: i64,
}

#[allow(dead_code)]
async fn run(db: Db) -> relations::Result<()> {
    let customers = CustomerRepository::new(&db);
    let found = customers.find_with("{}").await?;
    let _ = found[0].get(Order::CUSTOMER);
    Ok(())
}

fn main() {}
