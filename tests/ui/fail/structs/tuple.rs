use relations::prelude::*;

#[derive(Model)]
struct Supplier(i64);

fn main() {}
