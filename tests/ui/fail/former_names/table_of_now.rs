use relations::prelude::*;

#[derive(Model)]
#[model(was = "member")]
struct Member {
    #[model(id, generated)]
    id: i64,
}

fn main() {}
