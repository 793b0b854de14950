use relations::prelude::*;

#[derive(Model)]
union Supplier {
    id: i64,
}

fn main() {}
