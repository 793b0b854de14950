//! Types of fields that a `macro_rules!` is given, `Option` among them.

use relations::prelude::*;

macro_rules! counter {
    ($name:ident, $id:ty, $value:ty, $key:ty, $shops:ty) => {
        #[derive(Debug, Model)]
        pub struct $name {
            #[model(id)]
            pub id: $id,
            pub value: $value,
            #[belongs_to(Shop, on_delete = "set_null")]
            pub shop_id: $key,
            #[references_many(Shop, name = "others")]
            pub other_ids: $shops,
        }
    };
}

macro_rules! offer {
    ($name:ident, $first:ty) => {
        #[derive(Debug, Model)]
        pub struct $name {
            #[model(id)]
            pub first: $first,
            #[model(id)]
            pub second: i64,
        }
    };
}

#[derive(Debug, Model)]
pub struct Shop {
    #[model(id)]
    pub id: i64,
}

counter!(Counter, i64, i64, Option<i64>, Vec<i64>);
counter!(
    Gauge,
    String,
    Option<f64>,
    core::option::Option<i64>,
    Option<Vec<i64>>
);
offer!(Offer, i32);

fn main() {
    let _ = Counter::draft().id(1).value(2).other_ids([1, 2]);
    // What is optional may be left out.
    assert_complete::<Gauge>(Gauge::draft().id("a"));
    assert_complete::<Offer>(Offer::draft().first(1).second(2));
    assert_eq!(
        Offer {
            first: 1,
            second: 2
        }
        .id(),
        (1, 2)
    );
}

fn assert_complete<M: Model>(_: impl relations::IntoDraft<M>) {}
