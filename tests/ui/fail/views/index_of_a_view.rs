use relations::{Db, prelude::*};

#[derive(Model)]
#[model(view, index(orders))]
struct Spending {
    #[model(id)]
    customer_id: i64,
    orders: i64,
}

fn write(spendings: SpendingRepository<&Db>) {
    let _ = spendings;
}

fn main() {
    let _ = write;
}
