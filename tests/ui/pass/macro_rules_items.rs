//! A `macro_rules!` that only adds the derive: the struct's tokens have another meaning than the derive's.

use relations::prelude::*;

macro_rules! model {
    ($($item:tt)*) => {
        #[derive(Debug, Model)]
        $($item)*
    };
}

model! {
    #[has_many(Visit)]
    pub struct Counter {
        #[model(id)]
        pub id: i64,
        pub value: i64,
    }
}

model! {
    pub struct Visit {
        #[model(id)]
        pub counter_id: i64,
        #[model(id)]
        pub number: i64,
    }
}

fn main() {
    let _ = Counter::draft()
        .id(1)
        .value(2)
        .visits([Visit::draft().number(3)]);
    let _ = Counter::patch().value(2);
}
