use relations::prelude::*;

#[derive(Debug, Model)]
struct Supplier {
    #[model(id)]
    id: i64,
    name: String,
    stars: i64,
    debt: Option<i64>,
}

#[derive(Debug, Model)]
struct Customer {
    #[model(id)]
    id: i64,
    stars: i64,
}

fn main() {
    let _ = Supplier::STARS.gt(Customer::STARS);
}
