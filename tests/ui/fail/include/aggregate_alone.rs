use relations::prelude::*;

#[derive(Debug, Model)]
#[has_many(Account)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    stars: i64,
}

#[derive(Debug, Model)]
struct Account {
    #[model(id, generated)]
    id: i64,
    balance: i64,
    #[belongs_to(Supplier)]
    supplier_id: i64,
}

#[allow(dead_code)]
async fn run(db: Db) -> relations::Result<()> {
    let suppliers = SupplierRepository::new(&db);
    let _ = suppliers.find().include(Supplier::ACCOUNTS.aggregate(Account::BALANCE));
    Ok(())
}

fn main() {}
