use relations::prelude::*;

#[derive(Model)]
struct Article {
    #[model(id)]
    id: i64,
    #[model(check = "author_id > 0")]
    author_id: i64,
    slug: String,
}

fn main() {}
