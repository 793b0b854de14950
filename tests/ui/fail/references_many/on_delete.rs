use relations::prelude::*;

#[derive(Model)]
struct Post {
    #[model(id, generated)]
    id: i64,
    #[references_many(Tag, on_delete = "cascade")]
    tag_ids: Vec<i64>,
}

#[derive(Model)]
struct Tag {
    #[model(id, generated)]
    id: i64,
    name: String,
}

fn main() {}
