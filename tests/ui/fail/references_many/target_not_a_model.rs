use relations::prelude::*;

#[derive(Model)]
struct Post {
    #[model(id, generated)]
    id: i64,
    #[references_many(Tag)]
    tag_ids: Vec<i64>,
}

struct Tag {
    id: i64,
}

fn main() {}
