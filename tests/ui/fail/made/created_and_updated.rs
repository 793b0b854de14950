use relations::prelude::*;

#[derive(Model)]
struct Article {
    #[model(id)]
    id: i64,
    #[model(created_at, updated_at)]
    made: chrono::NaiveDateTime,
}

fn main() {}
