use relations::prelude::*;

#[derive(Model)]
#[has_many(Category)]
#[has_many(old::Category)]
struct Customer {
    #[model(id, generated)]
    id: i64,
}

#[derive(Model)]
struct Category {
    #[model(id, generated)]
    id: i64,
    customer_id: i64,
}

mod old {
    #[derive(relations::prelude::Model)]
    pub(crate) struct Category {
        #[model(id, generated)]
        pub(crate) id: i64,
        pub(crate) customer_id: i64,
    }
}

fn main() {}
