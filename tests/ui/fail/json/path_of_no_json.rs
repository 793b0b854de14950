//! Only columns of JSON have paths, and paths are compared with scalars.

use relations::prelude::*;

#[derive(Debug, Model)]
struct Customer {
    #[model(id, generated)]
    id: i64,
    name: String,
    #[model(json)]
    tags: Vec<String>,
}

fn main() {
    let _ = Customer::NAME.path("city");
    let _ = Customer::TAGS.path("0").eq(vec!["a"]);
}
