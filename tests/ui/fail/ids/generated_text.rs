use relations::prelude::*;

#[derive(Model)]
pub struct Supplier {
    #[model(id, generated)]
    pub id: String,
}

fn main() {}
