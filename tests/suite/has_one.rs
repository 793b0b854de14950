//! Operations through a `has_one`.

use super::support::TestDb;
use relations::prelude::*;

#[derive(Debug, Clone, PartialEq, Model)]
#[has_one(Account)]
pub struct Supplier {
    #[model(id, generated)]
    id: i64,
    name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Account {
    #[model(id, generated)]
    id: i64,
    manager: String,
    balance: Option<i64>,
    #[belongs_to(Supplier)]
    supplier_id: i64,
}

pub(crate) async fn create_fills_the_foreign_key(db: TestDb) {
    db.schema::<(Supplier, Account)>().create().await.unwrap();
    let suppliers = SupplierRepository::new(&*db);
    let thor = suppliers
        .create(Supplier::draft().name("Thor"))
        .await
        .unwrap();
    let account = suppliers
        .account(thor.id)
        .create(Account::draft().manager("Odin"))
        .await
        .unwrap();
    assert_eq!(account.supplier_id, thor.id);
}
