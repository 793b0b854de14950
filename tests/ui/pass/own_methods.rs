//! A repository with methods of the user's own, on any connection.

use relations::Result;
use relations::prelude::*;

#[derive(Debug, Clone, PartialEq, Model)]
#[has_one(Account)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
struct Account {
    #[model(id, generated)]
    id: i64,
    balance: Option<i64>,
    #[belongs_to(Supplier)]
    supplier_id: i64,
}

impl<C: Connection> SupplierRepository<C> {
    async fn by_name(&self, name: &str) -> Result<Vec<SupplierWith<Option<Account>>>> {
        let named = self.find().filter(Supplier::NAME.eq(name));
        named.include(Supplier::ACCOUNT).all().await
    }

    async fn open(&self, name: &str, balance: i64) -> Result<Account> {
        let supplier = self.create(Supplier::draft().name(name)).await?;
        self.account(&supplier)
            .create(Account::draft().balance(balance))
            .await
    }

    async fn pay(&self, supplier: &Supplier, amount: i64) -> Result<u64> {
        let accounts = AccountRepository::new(self.connection());
        let account = self.account(supplier).get().await?;
        let balance = account.balance.unwrap_or_default() + amount;
        accounts
            .patch_by_id(account.id, Account::patch().balance(balance))
            .await
    }
}

#[tokio::main]
async fn main() {
    let db = Db::connect("sqlite::memory:").await.unwrap();
    db.schema::<(Supplier, Account)>().create().await.unwrap();
    tokio::spawn(async move {
        let suppliers = SupplierRepository::new(&db);
        suppliers.open("Thor", 5).await.unwrap();
        let thor = suppliers.by_name("Thor").await.unwrap().remove(0);
        assert_eq!(suppliers.pay(&thor, 3).await.unwrap(), 1);
        db.transaction(async |tx| SupplierRepository::new(&tx).pay(&thor, 3).await)
            .await
            .unwrap();
        let thor = suppliers.by_name(&thor.name).await.unwrap().remove(0);
        assert_eq!(thor.account.unwrap().balance, Some(11));
    })
    .await
    .unwrap();
}
