use relations::prelude::*;
use std::sync::Arc;

type Id = i64;
type Fk = Option<Id>;
type Name = String;

#[derive(Debug, Model)]
#[has_one(Account)]
struct Supplier {
    #[model(id, generated)]
    id: Id,
    name: Name,
}

#[derive(Debug, Model)]
struct Account {
    #[model(id, generated)]
    id: Id,
    manager: Option<Name>,
    #[belongs_to(Supplier)]
    supplier_id: Fk,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> relations::Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.schema::<(Supplier, Account)>().create().await?;
    let accounts = AccountRepository::new(&db);
    accounts.create(Account::draft()).await?;
    let account = accounts.find().include(Account::SUPPLIER).get().await?;
    let supplier: Option<Arc<Supplier>> = account.supplier;
    assert!(supplier.is_none());
    let thor = SupplierRepository::new(&db)
        .create(Supplier::draft().name("Thor"))
        .await?;
    accounts
        .create(Account::draft().supplier_id(thor.id))
        .await?;
    let found = SupplierRepository::new(&db).account(thor.id).get().await?;
    assert_eq!(found.supplier_id, Some(thor.id));
    Ok(())
}
