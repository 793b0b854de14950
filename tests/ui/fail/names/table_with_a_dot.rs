//! A schema within the name of the table.

use relations::prelude::*;

#[derive(Debug, Model)]
#[model(table = "sales.invoice")]
struct Invoice {
    #[model(id)]
    id: i64,
}

fn main() {}
