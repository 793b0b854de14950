use relations::prelude::*;

#[derive(Debug, Model)]
#[has_and_belongs_to_many(Part, through = AssemblyPart)]
struct Assembly {
    #[model(id, generated)]
    id: i64,
}

#[derive(Debug, Model)]
struct Part {
    #[model(id)]
    number: i64,
}

fn main() {}
