use relations::prelude::*;

#[derive(Model)]
struct Supplier {}

fn main() {}
