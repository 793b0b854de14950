use relations::prelude::*;

#[derive(Model)]
struct Article {
    #[model(id)]
    id: i64,
    #[model(default_with = make_title)]
    made: String,
}

fn main() {}
