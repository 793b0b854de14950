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

#[allow(dead_code)]
async fn run(db: Db) -> relations::Result<()> {
    let suppliers = SupplierRepository::new(&db);
    suppliers
        .find()
        .filter(Supplier::TITLE.eq("Thor"))
        .all()
        .await?;
    Ok(())
}

fn main() {}
