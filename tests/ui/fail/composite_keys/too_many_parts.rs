use relations::prelude::*;

#[derive(Model)]
#[has_one(Cell, key_to = ["a", "b", "c", "d", "e"])]
struct Grid {
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

#[derive(Model)]
struct Cell {
    #[model(id)]
    id: i64,
    a: i64,
    b: i64,
    c: i64,
    d: i64,
    e: i64,
}

fn main() {}
