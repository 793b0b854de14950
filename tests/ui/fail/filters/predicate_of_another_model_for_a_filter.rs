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
    customers.find_with(Order::TOTAL.eq(5)).await?;
    Ok(())
}

fn main() {}
