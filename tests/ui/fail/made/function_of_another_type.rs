use relations::prelude::*;

fn number() -> i64 {
    7
}

#[derive(Model)]
struct Article {
    #[model(id)]
    id: i64,
    #[model(default_with = number)]
    made: String,
}

fn main() {}
