use relations::prelude::*;

#[derive(Model)]
#[has_one(Account)]
#[has_one(Address)]
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

#[derive(Model)]
struct Address {
    #[model(id, generated)]
    id: i64,
    city: String,
    #[belongs_to(Supplier)]
    supplier_id: i64,
}

#[allow(dead_code)]
async fn run(db: Db) -> relations::Result<()> {
    let suppliers = SupplierRepository::new(&db);
    let supplier = suppliers.find().include(Supplier::ACCOUNT).get().await?;
    println!("{}", supplier.address.city);
    Ok(())
}

fn main() {}
