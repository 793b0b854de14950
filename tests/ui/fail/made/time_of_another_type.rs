use relations::prelude::*;

#[derive(Model)]
struct Article {
    #[model(id)]
    id: i64,
    #[model(created_at)]
    made: chrono::NaiveDate,
}

fn main() {}
