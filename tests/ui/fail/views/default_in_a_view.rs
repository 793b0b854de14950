use relations::{Db, prelude::*};

#[derive(Model)]
#[model(view)]
struct Spending {
    #[model(id)]
    customer_id: i64,
    #[model(default = "0")]
    orders: i64,
}

fn write(spendings: SpendingRepository<&Db>) {
    let _ = spendings;
}

fn main() {
    let _ = write;
}
