//! Models without `Debug`, `Clone` or `PartialEq`, with relations that are included and used.

use relations::prelude::*;

#[derive(Model)]
#[has_one(Account)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    name: String,
}

#[derive(Model)]
struct Account {
    #[model(id, generated)]
    id: i64,
    manager: String,
    #[belongs_to(Supplier)]
    supplier_id: i64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> relations::Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.schema::<(Supplier, Account)>().create().await?;
    let suppliers = SupplierRepository::new(&db);
    for name in ["Thor", "Loki"] {
        let supplier = suppliers.create(Supplier::draft().name(name)).await?;
        let draft = Account::draft().manager(name);
        suppliers.account(&supplier).create(draft).await?;
    }
    let found = suppliers
        .find()
        .include(Supplier::ACCOUNT.scope(|accounts| {
            accounts
                .filter(Account::MANAGER.eq("Thor"))
                .include(Account::SUPPLIER)
        }))
        .all()
        .await?;
    let names: Vec<Option<&str>> = found
        .iter()
        .map(|supplier| {
            supplier
                .account
                .as_ref()
                .map(|account| account.supplier.name.as_str())
        })
        .collect();
    assert_eq!(names, [Some("Thor"), None]);
    let accounts = AccountRepository::new(&db)
        .find()
        .include(Account::SUPPLIER)
        .all()
        .await?;
    assert_eq!(accounts[1].supplier.name, "Loki");
    Ok(())
}
