use relations::prelude::*;

#[derive(Model)]
struct Member {
    #[model(id, generated)]
    id: i64,
    #[model(was = "label")]
    name: String,
    #[model(was = "label")]
    title: String,
}

fn main() {}
