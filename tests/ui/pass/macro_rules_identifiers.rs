//! Names that a `macro_rules!` is given.

use relations::prelude::*;

macro_rules! model {
    ($vis:vis $name:ident, $id:ident, $field:ident, $target:ident, $key:ident, $through:ident) => {
        #[derive(Debug, Model)]
        #[has_many($target, through = $through, name = linked)]
        $vis struct $name {
            #[model(id)]
            $vis $id: i64,
            $vis $field: i64,
            #[belongs_to($target, key_to = $id)]
            $vis $key: i64,
        }

        #[derive(Debug, Model)]
        $vis struct $through {
            #[model(id)]
            #[belongs_to($name)]
            $vis left_id: i64,
            #[model(id)]
            #[belongs_to($target)]
            $vis $key: i64,
        }
    };
}

#[derive(Debug, Model)]
pub struct Shop {
    #[model(id)]
    pub id: i64,
}

model!(pub Counter, id, value, Shop, shop_id, CounterShop);
model!(Gauge, id, row, Shop, shop_id, GaugeShop);

fn main() {
    let _ = Counter::draft()
        .id(1)
        .value(2)
        .shop_id(3)
        .linked([Shop::draft().id(4)]);
    let _ = Gauge::draft().id(1).row(2).shop_id(3);
}
