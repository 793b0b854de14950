//! Arguments of attributes that a `macro_rules!` is given, as literals and as expressions.

use relations::prelude::*;

macro_rules! counter {
    ($name:ident, $table:literal, $column:literal, $length:literal, $flag:literal, $key:literal) => {
        #[derive(Debug, Model)]
        #[model(table = $table)]
        #[belongs_to(Shop, key_from = $key, name = $table, include = $flag)]
        pub struct $name {
            #[model(id)]
            pub id: i64,
            #[model(column = $column, length = $length)]
            pub value: String,
            pub of: i64,
        }
    };
}

macro_rules! gauge {
    ($name:ident, $table:expr, $column:expr, $length:expr, $flag:expr, $key:expr) => {
        #[derive(Debug, Model)]
        #[model(table = $table)]
        #[belongs_to(Shop, key_from = [$key], name = $table, include = $flag)]
        pub struct $name {
            #[model(id)]
            pub id: i64,
            #[model(column = $column, length = $length)]
            pub value: String,
            pub of: i64,
        }
    };
}

#[derive(Debug, Model)]
pub struct Shop {
    #[model(id)]
    pub id: i64,
}

counter!(Counter, "counters", "val", 80, false, "of");
gauge!(Gauge, "gauges", "val", 80, false, "of");

fn main() {
    for model in [Counter::metadata(), Gauge::metadata()] {
        assert!(model.table().ends_with('s'));
        assert_eq!(model.fields()[1].column(), "val");
        assert_eq!(model.fields()[1].length(), Some(80));
        assert_eq!(model.relations()[0].key_from(), ["of"]);
        assert_eq!(model.relations()[0].name(), model.table());
    }
    let _ = Counter::draft().id(1).value("a").of(3);
    let _ = Gauge::draft().id(1).value("a").of(3);
}
