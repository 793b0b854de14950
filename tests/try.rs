//! x
use relations::prelude::*;
use serde::{Serialize, Deserialize};
#[derive(Debug, Clone, PartialEq, Model, Serialize, Deserialize)]
#[has_one(Account, key_to = "supplier_id")]
pub struct Supplier {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model, Serialize, Deserialize)]
pub struct Account {
    #[model(id, generated)]
    pub id: i64,
    pub account_manager: String,
    pub balance: Option<i64>,
    #[belongs_to(Supplier)]
    pub supplier_id: i64,
}

#[tokio::test]
async fn it() {
    let db = Db::connect("sqlite::memory:").await.unwrap();
    let db = db.observed(|s| println!("{} {:?}", s.sql, s.error));
    db.schema::<(Supplier, Account)>().create().await.unwrap();
    let suppliers = SupplierRepository::new(&db);
    let thor = suppliers.create(Supplier::draft().name("Thor")).await.unwrap();
    let _loki = suppliers.create(Supplier::draft().name("Loki")).await.unwrap();
    let account = suppliers.account(thor.id).create(Account::draft().account_manager("Odin")).await.unwrap();
    let error = suppliers.account(1).create(Account::draft().account_manager("Odin")).await.unwrap_err();
    println!("{error}  {error:?}");
    let error = suppliers.account(77).create(Account::draft().account_manager("Odin")).await.unwrap_err();
    println!("{error}  {error:?}");
    println!("{:?}", suppliers.account(thor.id).find().await.unwrap());
    println!("{:?}", suppliers.account(&thor).patch(Account::patch().balance(100)).await.unwrap());
    let rows = suppliers.find().filter(Supplier::NAME.like("T%")).include(Supplier::ACCOUNT.scope(|a| a.filter(Account::BALANCE.gt(5)).include(Account::SUPPLIER))).all().await.unwrap();
    for row in &rows { println!("{} {:?}", row.name, row.account.as_ref().map(|a| (&a.account_manager, &a.supplier.name))); }
    println!("{}", serde_json::to_string(&rows).unwrap());
    let accounts = AccountRepository::new(&db);
    let rows = accounts.find().include(Account::SUPPLIER).all().await.unwrap();
    println!("{rows:?}");
    println!("{:?}", accounts.supplier(account.id).find().include(Supplier::ACCOUNT).await.unwrap());
    println!("{:?}", accounts.supplier(&account).get().await.unwrap());
    println!("{:?}", accounts.supplier(99).get().await.unwrap_err());
    println!("{:?}", suppliers.delete_by_id(1).await.unwrap_err());
    println!("{:?}", suppliers.account(thor.id).set(Account::draft().account_manager("Frigg")).await.unwrap());
    suppliers.account(thor.id).delete().await.unwrap();
}
