use relations::prelude::*;

#[derive(Model)]
enum Supplier {
    Domestic,
}

fn main() {}
