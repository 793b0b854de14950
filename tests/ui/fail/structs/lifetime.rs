use relations::prelude::*;

#[derive(Model)]
struct Supplier<'a> {
    #[model(id)]
    id: &'a str,
}

fn main() {}
