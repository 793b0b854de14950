//! A supplier has one account: created, found, changed and included, in an embedded SQLite database.
//!
//! `cargo run --example supplier_account`

#![allow(missing_docs)] // The fields say what they are.
#![allow(clippy::print_stdout)] // Printing is what the example is for.

use relations::prelude::*;
use serde::{Deserialize, Serialize};

/// A supplier, who has one account.
#[derive(Debug, Clone, Model, Serialize, Deserialize)]
#[has_one(Account, key_to = "supplier_id")]
pub struct Supplier {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
}

/// The account of one supplier.
#[derive(Debug, Clone, Model, Serialize, Deserialize)]
pub struct Account {
    #[model(id, generated)]
    pub id: i64,
    pub account_manager: String,
    pub balance: Option<i64>,
    #[belongs_to(Supplier)]
    pub supplier_id: i64,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let db = Db::connect("sqlite::memory:").await?;
    let db = db.observed(|statement| println!("    {}", statement.sql.replace('\n', "\n    ")));

    println!("Create the tables, with what the relation implies:");
    db.schema::<(Supplier, Account)>().create().await?;

    let suppliers = SupplierRepository::new(&db);
    println!("\nCreate a supplier, then its account; the relation fills in the foreign key:");
    let thor = suppliers.create(Supplier::draft().name("Thor")).await?;
    let draft = Account::draft().account_manager("Odin");
    let account = suppliers.account(thor.id).create(draft.clone()).await?;
    println!("  -> {account:?}");

    println!("\nA second account is refused by the database:");
    let error = suppliers
        .account(thor.id)
        .create(draft.clone())
        .await
        .unwrap_err();
    println!("  -> {error}");

    println!("\nSo is one for a supplier who does not exist:");
    let error = suppliers.account(99).create(draft).await.unwrap_err();
    println!("  -> {error}");

    println!("\nChange the account through the supplier:");
    let count = suppliers
        .account(&thor)
        .patch(Account::patch().balance(100))
        .await?;
    println!("  -> {count} row");

    println!("\nInclude the account, in one statement:");
    let rows = suppliers.find().include(Supplier::ACCOUNT).all().await?;
    for supplier in &rows {
        let manager = supplier
            .account
            .as_ref()
            .map(|account| &account.account_manager);
        println!("  -> {} is managed by {manager:?}", supplier.name);
    }
    println!("  -> as JSON: {}", serde_json::to_string(&rows)?);

    println!("\nThe other way round, from the account to its supplier:");
    let supplier = AccountRepository::new(&db)
        .supplier(account.id)
        .get()
        .await?;
    println!("  -> {supplier:?}");

    println!("\nDelete the account:");
    suppliers.account(thor.id).delete().await?;
    println!("  -> {:?}", suppliers.account(thor.id).find().await?);
    Ok(())
}
