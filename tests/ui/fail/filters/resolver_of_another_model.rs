use relations::prelude::*;
use relations::{filter::BoxError, InclusionResolver};

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

struct Ratings;

impl InclusionResolver<Order> for Ratings {
    type Included = u8;

    async fn resolve(
        &self,
        orders: &[Order],
        _: Option<&serde_json::Value>,
    ) -> Result<Vec<u8>, BoxError> {
        Ok(vec![5; orders.len()])
    }
}

#[allow(dead_code)]
async fn run(db: Db) -> relations::Result<()> {
    let customers = CustomerRepository::new(&db);
    customers.inclusion_resolvers().register("rating", Ratings)?;
    Ok(())
}

fn main() {}
