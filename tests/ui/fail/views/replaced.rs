use relations::{Db, Json, prelude::*};

#[derive(Model)]
#[model(view)]
struct Spending {
    #[model(id)]
    customer_id: i64,
    orders: i64,
}

fn write(spendings: SpendingRepository<&Db>) {
    let _ = spendings.replace(Json("{}"));
}

fn main() {
    let _ = write;
}
