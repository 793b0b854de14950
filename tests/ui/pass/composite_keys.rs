use relations::prelude::*;
use std::sync::Arc;

#[derive(Debug, Model)]
#[has_one(Account, key_to = ["country", "supplier_number"])]
#[has_one(Address, key_from = [country, number], key_to = [country, number])]
struct Supplier {
    #[model(id)]
    country: String,
    #[model(id)]
    number: i64,
    name: Option<String>,
}

#[derive(Debug, Model)]
#[belongs_to(Supplier, key_from = ["country", "supplier_number"])]
struct Account {
    #[model(id, generated)]
    id: i64,
    country: String,
    supplier_number: i64,
}

#[derive(Debug, Model)]
#[belongs_to(Supplier, key_from = [number, country], key_to = [number, country])]
struct Address {
    #[model(id, generated)]
    id: i64,
    city: String,
    country: String,
    number: Option<i64>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> relations::Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.schema::<(Supplier, Account, Address)>().create().await?;
    let suppliers = SupplierRepository::new(&db);
    let thor = Supplier {
        country: "NO".to_owned(),
        number: 1,
        name: None,
    };
    let thor = suppliers.create(thor).await?;
    suppliers.account(&thor).create(Account::draft()).await?;
    suppliers
        .address(("NO".to_owned(), 1))
        .create(Address::draft().city("Asgard"))
        .await?;
    let found = suppliers
        .find_by_id(("NO".to_owned(), 1))
        .include(Supplier::ACCOUNT.include(Account::SUPPLIER))
        .include(Supplier::ADDRESS.include(Address::SUPPLIER))
        .get()
        .await?;
    let required: Arc<Supplier> = found.account.unwrap().supplier;
    let optional: Option<Arc<Supplier>> = found.address.unwrap().supplier;
    assert_eq!(required.number, optional.unwrap().number);
    assert_eq!(
        suppliers
            .address(&thor)
            .patch(Address::patch().city("Oslo"))
            .await?,
        1
    );
    Ok(())
}
