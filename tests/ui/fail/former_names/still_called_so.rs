use relations::prelude::*;

#[derive(Model)]
struct Member {
    #[model(id, generated)]
    id: i64,
    name: String,
    #[model(was = "name")]
    title: String,
}

fn main() {}
