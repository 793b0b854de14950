//! Repositories in a state that handlers share, as a web server keeps it.

use relations::prelude::*;
use std::sync::Arc;

#[derive(Debug, Clone, Model)]
#[has_one(Account)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    name: String,
}

#[derive(Debug, Clone, Model)]
struct Account {
    #[model(id, generated)]
    id: i64,
    manager: String,
    #[belongs_to(Supplier)]
    supplier_id: i64,
}

#[derive(Debug, Clone)]
struct State {
    suppliers: SupplierRepository,
    accounts: AccountRepository,
}

async fn create(state: Arc<State>, name: String) -> relations::Result<i64> {
    let supplier = state
        .suppliers
        .create(Supplier::draft().name(&name))
        .await?;
    let draft = Account::draft().manager(name);
    let account = state.suppliers.account(&supplier).create(draft).await?;
    Ok(account.id)
}

async fn rename(state: Arc<State>, id: i64, name: String) -> relations::Result<u64> {
    state
        .accounts
        .patch_by_id(id, Account::patch().manager(name))
        .await
}

async fn list(state: Arc<State>) -> relations::Result<Vec<SupplierWith<Option<Account>>>> {
    let query = state.suppliers.find().order_by(Supplier::NAME.asc());
    query.include(Supplier::ACCOUNT).all().await
}

async fn remove(
    State {
        suppliers,
        accounts,
    }: State,
    id: i64,
) -> relations::Result<()> {
    let account = accounts.find_by_id(id).get().await?;
    let supplier = accounts.supplier(&account).get().await?;
    suppliers.account(&supplier).delete().await?;
    suppliers
        .delete()
        .filter(Supplier::ID.eq(supplier.id))
        .await?;
    Ok(())
}

fn is_a_state<S: Clone + Send + Sync + 'static>(_: &S) {}

#[tokio::main]
async fn main() {
    let db = Db::connect("sqlite::memory:").await.unwrap();
    db.schema::<(Supplier, Account)>().create().await.unwrap();
    let state = Arc::new(State {
        suppliers: SupplierRepository::new(db.clone()),
        accounts: AccountRepository::new(db),
    });
    is_a_state(&state);
    let id = tokio::spawn(create(state.clone(), "Thor".to_owned()))
        .await
        .unwrap()
        .unwrap();
    let renamed = tokio::spawn(rename(state.clone(), id, "Odin".to_owned()))
        .await
        .unwrap();
    assert_eq!(renamed.unwrap(), 1);
    let listed = tokio::spawn(list(state.clone())).await.unwrap().unwrap();
    assert_eq!(listed[0].account.as_ref().unwrap().manager, "Odin");
    tokio::spawn(remove(State::clone(&state), id))
        .await
        .unwrap()
        .unwrap();
    assert!(list(state).await.unwrap().is_empty());
}
