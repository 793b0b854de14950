//! A crate of one's own that re-exports the library.

mod database {
    pub use relations as orm;
}

mod facade {
    pub mod inner {
        pub use relations::*;
    }
}

use facade::inner::Db;

#[derive(Debug, database::orm::Model)]
#[model(crate = "crate::database::orm")]
#[has_one(Account)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
}

#[derive(Debug, facade::inner::Model)]
#[model(crate = "crate::facade::inner", table = "accounts")]
struct Account {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Supplier)]
    supplier_id: i64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> database::orm::Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.schema::<(Supplier, Account)>().create().await?;
    let suppliers = SupplierRepository::new(&db);
    let supplier = suppliers.create(Supplier::draft()).await?;
    suppliers
        .account(supplier.id)
        .create(Account::draft())
        .await?;
    let found = suppliers.find().include(Supplier::ACCOUNT).get().await?;
    assert!(found.account.is_some());
    Ok(())
}
