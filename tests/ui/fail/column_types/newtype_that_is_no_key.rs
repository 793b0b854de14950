//! An id of a newtype that cannot be compared.

use relations::prelude::*;

#[derive(Debug, ColumnType)]
struct SupplierId(i64);

#[derive(Debug, Model)]
struct Supplier {
    #[model(id)]
    id: SupplierId,
}

fn main() {}
