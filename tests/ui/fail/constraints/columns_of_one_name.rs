use relations::prelude::*;

#[derive(Model)]
#[model(columns = "camelCase")]
struct Article {
    #[model(id)]
    id: i64,
    #[model(column = "slug")]
    author_id: i64,
    slug: String,
}

fn main() {}
