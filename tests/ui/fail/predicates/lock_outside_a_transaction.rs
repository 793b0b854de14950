use relations::prelude::*;

#[derive(Debug, Model)]
struct Supplier {
    #[model(id)]
    id: i64,
}

#[allow(dead_code)]
async fn run(db: Db) -> relations::Result<()> {
    SupplierRepository::new(&db).find().for_update().all().await?;
    Ok(())
}

fn main() {}
