use relations::prelude::*;

fn made(text: &str) -> String {
    text.to_owned()
}

#[derive(Model)]
struct Article {
    #[model(id)]
    id: i64,
    #[model(default_with = made)]
    made: String,
}

fn main() {}
