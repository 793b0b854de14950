use relations::prelude::*;

#[derive(Model)]
struct Article {
    #[model(id)]
    id: i64,
    #[model(updated_at)]
    made: Option<String>,
}

fn main() {}
