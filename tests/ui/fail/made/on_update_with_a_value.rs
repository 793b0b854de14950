use relations::prelude::*;

#[derive(Model)]
struct Article {
    #[model(id)]
    id: i64,
    #[model(on_update_now = "CURRENT_TIMESTAMP")]
    changed: chrono::NaiveDateTime,
}

fn main() {}
