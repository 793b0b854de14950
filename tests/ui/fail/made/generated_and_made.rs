use relations::prelude::*;

fn number() -> i64 {
    7
}

#[derive(Model)]
struct Article {
    #[model(id)]
    id: i64,
    #[model(generated, default_with = number)]
    made: i64,
}

fn main() {}
