use relations::prelude::*;

#[derive(Model)]
#[references_many(Tag)]
struct Post {
    #[model(id, generated)]
    id: i64,
    tag_ids: Vec<i64>,
}

#[derive(Model)]
struct Tag {
    #[model(id, generated)]
    id: i64,
    name: String,
}

fn main() {}
