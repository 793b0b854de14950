//! The user's own types hide those that generated code needs.
#![allow(dead_code)]

use relations::prelude::{Db, Model, Relation as _};

struct Option;
struct Result;
struct Vec;
struct String;
struct Some;
struct None;
struct Ok;
struct Err;
struct Box;
struct Arc;
struct Send;
struct Sync;
struct Clone;
struct Debug;
struct Default;
struct From;
struct Into;
struct Self_;
struct Serialize;
struct Connection;
struct Relation;
struct Column;
mod std {}
mod core {}
mod relations_core {}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_one(Account)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    name: ::std::string::String,
    rating: ::std::option::Option<i32>,
}

#[derive(Debug, Clone, PartialEq, Model)]
struct Account {
    #[model(id, generated)]
    id: i64,
    data: ::std::vec::Vec<u8>,
    #[belongs_to(Supplier)]
    supplier_id: ::core::option::Option<i64>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ::relations::Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.schema::<(Supplier, Account)>().create().await?;
    let suppliers = SupplierRepository::new(&db);
    let thor = suppliers.create(Supplier::draft().name("Thor")).await?;
    suppliers
        .account(&thor)
        .create(Account::draft().data(b"x"))
        .await?;
    let query = suppliers
        .find()
        .include(Supplier::ACCOUNT.include(Account::SUPPLIER));
    let found = query.get().await?;
    assert_eq!(found.clone(), found);
    ::std::result::Result::Ok(())
}
