use relations::prelude::*;

#[derive(Model)]
struct Article {
    #[model(id)]
    id: i64,
    #[model(unique("author_id", "slug"))]
    author_id: i64,
    slug: String,
}

fn main() {}
