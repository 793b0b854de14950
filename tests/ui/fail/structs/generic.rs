use relations::prelude::*;

#[derive(Model)]
struct Supplier<T> {
    #[model(id)]
    id: T,
}

fn main() {}
