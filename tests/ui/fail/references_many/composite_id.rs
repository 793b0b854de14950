use relations::prelude::*;

#[derive(Model)]
struct Post {
    #[model(id, generated)]
    id: i64,
    #[references_many(Tag)]
    tag_ids: Vec<i64>,
}

#[derive(Model)]
struct Tag {
    #[model(id)]
    group: i64,
    #[model(id)]
    number: i64,
}

fn main() {}
