use relations::prelude::*;

#[derive(Model)]
#[model(on_update_now)]
struct Article {
    #[model(id)]
    id: i64,
    changed: chrono::NaiveDateTime,
}

fn main() {}
