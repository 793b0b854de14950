use relations::prelude::*;

#[derive(Model)]
struct Article {
    #[model(id)]
    id: i64,
    #[model(on_update_now)]
    changed: chrono::NaiveDate,
}

fn main() {}
