use relations::prelude::*;

#[derive(Model)]
struct Post {
    #[model(id, generated)]
    id: i64,
    #[references_many(Tag, key_to = "code")]
    tag_ids: Vec<i64>,
}

#[derive(Model)]
struct Tag {
    #[model(id, generated)]
    id: i64,
    code: i64,
}

fn main() {}
