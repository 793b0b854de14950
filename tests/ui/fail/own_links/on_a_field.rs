use relations::prelude::*;

#[derive(Debug, Model)]

struct Assembly {
    #[model(id, generated)]
    #[has_and_belongs_to_many(Part)]
    id: i64,
}

#[derive(Debug, Model)]
struct Part {
    #[model(id)]
    number: i64,
}

fn main() {}
