use relations::prelude::*;

#[derive(Model)]
struct Grid {
    #[model(id)]
    id: i64,
}

#[derive(Model)]
#[belongs_to(Grid, key_from = ["a", "b", "c", "d", "e"], key_to = ["a", "b", "c", "d", "e"])]
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
