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
    let accounts = AccountRepository::new(&db);
    accounts.create(Account::draft().manager("Odin")).await?;
    Ok(())
}

fn main() {}
