//! What is kept as JSON must be known to serde.

use relations::prelude::*;

#[derive(Debug)]
struct Address {
    city: String,
}

#[derive(Debug, Model)]
struct Customer {
    #[model(id, generated)]
    id: i64,
    #[model(json)]
    address: Address,
    #[model(json)]
    other: Option<Address>,
}

fn main() {
    let address = Address { city: "Oslo".into() };
    let _ = Customer::draft().address(address).other(None);
    let _ = Customer::ADDRESS.is_null();
}
