use relations::prelude::*;

#[derive(Model)]
struct Price {
    #[model(id)]
    id: i64,
    #[model(precision = "10")]
    amount: rust_decimal::Decimal,
}

fn main() {}
