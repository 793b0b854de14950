use relations::prelude::*;

#[derive(Model)]
struct Account {
    #[model(id, generated)]
    id: i64,
    balance: i64,
    #[model(version)]
    version: i64,
}

fn main() {
    let _ = Account::patch().balance(1).version(3);
}
