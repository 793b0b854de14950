//! Models that a `macro_rules!` is given, as paths and as types.

use relations::prelude::*;

macro_rules! by_path {
    ($name:ident, $target:path, $link:path, $linked:path) => {
        #[derive(Debug, Model)]
        #[has_many($linked, through = $link)]
        pub struct $name {
            #[model(id)]
            pub id: i64,
            #[belongs_to($target)]
            pub shop_id: i64,
        }
    };
}

macro_rules! by_type {
    ($name:ident, $target:ty, $link:ty, $linked:ty) => {
        #[derive(Debug, Model)]
        #[has_many($linked, through($link, key_from = "left_id"))]
        pub struct $name {
            #[model(id)]
            pub id: i64,
            #[belongs_to($target, name = "at")]
            pub shop_id: i64,
        }
    };
}

mod shops {
    use relations::prelude::*;

    #[derive(Debug, Model)]
    pub struct Shop {
        #[model(id)]
        pub id: i64,
    }
}

#[derive(Debug, Model)]
pub struct CounterTag {
    #[model(id)]
    #[belongs_to(Counter)]
    pub left_id: i64,
    #[model(id)]
    #[belongs_to(Tag)]
    pub tag_id: i64,
}

#[derive(Debug, Model)]
pub struct GaugeTag {
    #[model(id)]
    #[belongs_to(Gauge)]
    pub left_id: i64,
    #[model(id)]
    #[belongs_to(Tag)]
    pub tag_id: i64,
}

#[derive(Debug, Model)]
pub struct Tag {
    #[model(id)]
    pub id: i64,
}

by_path!(Counter, shops::Shop, CounterTag, Tag);
by_type!(Gauge, crate::shops::Shop, GaugeTag, Tag);

fn main() {
    let _ = Counter::draft().id(1).shop_id(3).tags([Tag::draft().id(1)]);
    let _ = Gauge::draft().id(1).shop_id(3).tags([Tag::draft().id(1)]);
    assert_eq!(Gauge::metadata().relations()[1].name(), "at");
}
