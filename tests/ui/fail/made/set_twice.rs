use relations::prelude::*;

#[derive(Model)]
struct Article {
    #[model(id)]
    id: i64,
    #[model(updated_at, on_update_now)]
    changed: chrono::NaiveDateTime,
}

fn main() {}
