use relations::{Db, prelude::*};

#[derive(Model)]
#[model(view)]
struct Spending {
    #[model(id)]
    customer_id: i64,
    orders: i64,
}

fn write(spendings: SpendingRepository<&Db>) {
    let _ = spendings.delete_by_id(7);
}

fn main() {
    let _ = write;
}
