use relations::prelude::*;

#[derive(Model)]
struct Account {
    #[model(id, generated)]
    id: i64,
    balance: i64,
}

fn main() {
    let _ = Account::patch().balance(1).if_version(3);
}

async fn delete(accounts: AccountRepository) {
    let _ = accounts.delete().all_rows().if_version(3).await;
}
