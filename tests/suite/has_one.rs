//! Operations through a `has_one`: `suppliers.account(id).create(..)` and its like.

use super::support::{Sql, TestDb};
use relations::ErrorKind;
use relations::prelude::*;

#[derive(Debug, Clone, PartialEq, Model)]
#[has_one(Account)]
pub struct Supplier {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Account {
    #[model(id, generated)]
    pub id: i64,
    pub manager: String,
    pub balance: Option<i64>,
    #[model(default = "'open'")]
    pub state: String,
    #[model(unique)]
    pub iban: Option<String>,
    #[belongs_to(Supplier)]
    pub supplier_id: i64,
}

/// Its id is not generated, so it is a draft of itself, key and all.
#[derive(Debug, Clone, PartialEq, Model)]
#[has_one(Passport)]
pub struct Citizen {
    #[model(id)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Passport {
    #[model(id)]
    pub number: String,
    #[belongs_to(Citizen)]
    pub citizen_id: Option<i64>,
}

/// Thor and Loki, with the statements forgotten.
async fn two_suppliers(db: &TestDb) -> (SupplierRepository<&Db>, Supplier, Supplier) {
    db.schema::<(Supplier, Account)>().create().await.unwrap();
    let suppliers = SupplierRepository::new(&**db);
    let thor = suppliers
        .create(Supplier::draft().name("Thor"))
        .await
        .unwrap();
    let loki = suppliers
        .create(Supplier::draft().name("Loki"))
        .await
        .unwrap();
    db.ran();
    (suppliers, thor, loki)
}

fn odin()
-> impl relations::FillKey<<Supplier_account as Relation>::KeyTo, Output: relations::IntoDraft<Account>>
{
    Account::draft().manager("Odin")
}

use relations::Relation;
