use relations::prelude::*;

#[derive(Model)]
struct Price {
    #[model(id)]
    id: i64,
    #[model(precision = 10, scale = 2)]
    amount: f64,
}

fn main() {}
