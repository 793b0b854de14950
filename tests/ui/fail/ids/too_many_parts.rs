use relations::prelude::*;

#[derive(Model)]
struct Cell {
    #[model(id)]
    a: i64,
    #[model(id)]
    b: i64,
    #[model(id)]
    c: i64,
    #[model(id)]
    d: i64,
    #[model(id)]
    e: i64,
}

fn main() {}
