use relations::prelude::*;

#[derive(Model)]
struct Post {
    #[model(id, generated)]
    id: i64,
    #[references_many(Tag)]
    tag_ids: Vec<f64>,
}

#[derive(Model)]
struct Tag {
    #[model(id, generated)]
    id: i64,
    name: String,
}

fn main() {}
