//! A foreign key whose type is not that of the id it refers to.

use relations::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ColumnType)]
struct SupplierId(i64);

#[derive(Debug, Model)]
struct Supplier {
    #[model(id)]
    id: SupplierId,
}

#[derive(Debug, Model)]
struct Part {
    #[model(id)]
    id: i64,
    #[belongs_to(Supplier)]
    supplier_id: i64,
}

fn main() {}
