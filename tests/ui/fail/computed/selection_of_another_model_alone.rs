use relations::prelude::*;

#[derive(Debug, Model)]
struct Supplier {
    #[model(id)]
    id: i64,
    name: String,
    stars: i64,
}

#[derive(Debug, Model)]
struct Customer {
    #[model(id)]
    id: i64,
    stars: i64,
}

#[allow(dead_code)]
async fn run(db: Db) -> relations::Result<()> {
    let suppliers = SupplierRepository::new(&db);
    suppliers.find().select(Customer::STARS).all().await?;
    Ok(())
}

fn main() {}
