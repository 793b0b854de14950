use relations::prelude::*;

#[derive(Model)]
struct Post {
    #[model(id, generated)]
    id: i64,
    #[references_many(Tag, name = "tags", key_to = weight)]
    tag_weights: Vec<f64>,
}

#[derive(Model)]
struct Tag {
    #[model(id, generated)]
    id: i64,
    #[model(unique)]
    weight: f64,
}

fn main() {}
