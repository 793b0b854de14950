use relations::prelude::*;
use serde::Serialize;

#[derive(Model, Serialize)]
#[has_one(Account)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    #[serde(rename = "account")]
    account_name: String,
}

#[derive(Model, Serialize)]
struct Account {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Supplier)]
    supplier_id: i64,
}

fn main() {}
