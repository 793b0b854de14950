use relations::prelude::*;

#[derive(Model)]
struct Price {
    #[model(id)]
    id: i64,
    #[model(scale = 2)]
    amount: rust_decimal::Decimal,
}

fn main() {}
