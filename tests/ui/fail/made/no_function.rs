use relations::prelude::*;

#[derive(Model)]
struct Article {
    #[model(id)]
    id: i64,
    #[model(default_with = 7)]
    made: i64,
}

fn main() {}
