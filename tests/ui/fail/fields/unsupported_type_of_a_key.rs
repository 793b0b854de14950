use relations::prelude::*;

#[derive(Model)]
struct Post {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Tag)]
    tag_id: usize,
}

#[derive(Model)]
struct Tag {
    #[model(id, generated)]
    id: i64,
    name: String,
}

fn main() {}
