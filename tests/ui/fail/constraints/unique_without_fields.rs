use relations::prelude::*;

#[derive(Model)]
#[model(unique)]
struct Article {
    #[model(id)]
    id: i64,
    author_id: i64,
    slug: String,
}

fn main() {}
