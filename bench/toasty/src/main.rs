//! Toasty: models, and `include`.

use harness::{Contestant, Database, Job, Loaded, NewAccount, PAGE, Result, linked, row};
use toasty::Deferred;

fn main() -> Result<()> {
    harness::serve::<Toasty>(Job::from_arguments()?);
    Ok(())
}

/// A handle with a pool; to use it takes a clone of it.
struct Toasty {
    db: toasty::Db,
}

// Keys are `u64`, because the include of a `has_one` panics on SQLite where they are `i64`.

#[derive(Debug, toasty::Model)]
#[table = "supplier"]
struct Supplier {
    #[key]
    #[auto]
    id: u64,
    name: String,
    city: String,
    #[has_one]
    account: Deferred<Option<Account>>,
}

#[derive(Debug, toasty::Model)]
#[table = "account"]
struct Account {
    #[key]
    #[auto]
    id: u64,
    account_manager: String,
    balance: Option<i64>,
    #[unique]
    supplier_id: u64,
    #[belongs_to(key = supplier_id, references = id)]
    supplier: Deferred<Supplier>,
}

#[derive(Debug, toasty::Model)]
#[table = "customer"]
struct Customer {
    #[key]
    #[auto]
    id: u64,
    name: String,
    #[has_one]
    address: Deferred<Option<Address>>,
    #[has_many]
    orders: Deferred<Vec<Order>>,
}

#[derive(Debug, toasty::Model)]
#[table = "address"]
struct Address {
    #[key]
    #[auto]
    id: u64,
    street: String,
    city: String,
    #[unique]
    customer_id: u64,
    #[belongs_to(key = customer_id, references = id)]
    customer: Deferred<Customer>,
}

#[derive(Debug, toasty::Model)]
#[table = "orders"]
struct Order {
    #[key]
    #[auto]
    id: u64,
    description: String,
    total: i64,
    #[index]
    customer_id: u64,
    #[belongs_to(key = customer_id, references = id)]
    customer: Deferred<Customer>,
    #[has_many]
    manufacturers: Deferred<Vec<Manufacturer>>,
}

#[derive(Debug, toasty::Model)]
#[table = "manufacturer"]
struct Manufacturer {
    #[key]
    #[auto]
    id: u64,
    name: String,
    #[index]
    order_id: u64,
    #[belongs_to(key = order_id, references = id)]
    order: Deferred<Order>,
}

#[derive(Debug, toasty::Model)]
#[table = "payment"]
struct Payment {
    #[key]
    #[auto]
    id: u64,
    reference: String,
    amount: i64,
    #[index]
    bank_id: u64,
    #[belongs_to(key = bank_id, references = id)]
    bank: Deferred<Bank>,
}

#[derive(Debug, toasty::Model)]
#[table = "bank"]
struct Bank {
    #[key]
    #[auto]
    id: u64,
    name: String,
    city: String,
    #[has_many]
    payments: Deferred<Vec<Payment>>,
}

impl Contestant for Toasty {
    async fn connect(job: &Job) -> Result<Self> {
        let url = match job.database {
            Database::Sqlite => format!("sqlite:{}", job.address),
            Database::Postgres | Database::Mariadb => job.address.clone(),
        };
        let mut builder = toasty::Db::builder();
        builder
            .models(toasty::models!(
                Supplier,
                Account,
                Customer,
                Address,
                Order,
                Manufacturer,
                Payment,
                Bank
            ))
            .max_pool_size(job.connections() as usize);
        let mut db = builder.connect(&url).await?;
        if job.database == Database::Sqlite {
            // For the pool's one connection; the write-ahead log is the file's own.
            let settings = toasty::sql::query("PRAGMA synchronous = NORMAL");
            settings.exec(&mut db).await?;
        }
        Ok(Toasty { db })
    }

    async fn suppliers(&self) -> Result<impl Loaded> {
        let suppliers = Supplier::all()
            .include(Supplier::fields().account())
            .order_by(Supplier::fields().id().asc());
        Ok(suppliers.exec(&mut self.db.clone()).await?)
    }

    async fn customers(&self) -> Result<impl Loaded> {
        let customers = Customer::all()
            .include(Customer::fields().address())
            .include(Customer::fields().orders().manufacturers())
            .order_by(Customer::fields().id().asc());
        Ok(customers.exec(&mut self.db.clone()).await?)
    }

    async fn supplier(&self, id: i64) -> Result<impl Loaded> {
        let supplier = Supplier::filter_by_id(id as u64).include(Supplier::fields().account());
        Ok(supplier.get(&mut self.db.clone()).await?)
    }

    async fn create_account(&self, supplier_id: i64, new: NewAccount) -> Result<impl Loaded> {
        create(&mut self.db.clone(), supplier_id, new).await
    }

    async fn create_accounts(&self, accounts: Vec<(i64, NewAccount)>) -> Result<impl Loaded> {
        let mut db = self.db.clone();
        let mut transaction = db.transaction().await?;
        let mut created = Vec::with_capacity(accounts.len());
        for (supplier_id, new) in accounts {
            created.push(create(&mut transaction, supplier_id, new).await?);
        }
        transaction.commit().await?;
        Ok(created)
    }

    async fn payments(&self) -> Result<impl Loaded> {
        let payments = Payment::all()
            .include(Payment::fields().bank())
            .order_by(Payment::fields().id().asc());
        Ok(payments.exec(&mut self.db.clone()).await?)
    }

    async fn page(&self, after: i64) -> Result<impl Loaded> {
        let page = Supplier::filter(Supplier::fields().id().gt(after as u64))
            .include(Supplier::fields().account())
            .order_by(Supplier::fields().id().asc())
            .limit(PAGE as usize);
        Ok(page.exec(&mut self.db.clone()).await?)
    }
}

async fn create(
    db: &mut dyn toasty::Executor,
    supplier_id: i64,
    new: NewAccount,
) -> Result<Account> {
    let account = Account::create()
        .account_manager(new.account_manager)
        .balance(new.balance)
        .supplier_id(supplier_id as u64);
    Ok(account.exec(db).await?)
}

impl Loaded for Supplier {
    fn digest(&self) -> u64 {
        let own = row((self.id, &self.name, &self.city));
        linked(own, [self.account.get().digest()])
    }
}

impl Loaded for Account {
    fn digest(&self) -> u64 {
        row((
            self.id,
            &self.account_manager,
            self.balance,
            self.supplier_id,
        ))
    }
}

impl Loaded for Customer {
    fn digest(&self) -> u64 {
        let own = row((self.id, &self.name));
        linked(
            own,
            [self.address.get().digest(), self.orders.get().digest()],
        )
    }
}

impl Loaded for Address {
    fn digest(&self) -> u64 {
        row((self.id, &self.street, &self.city, self.customer_id))
    }
}

impl Loaded for Order {
    fn digest(&self) -> u64 {
        let own = row((self.id, &self.description, self.total, self.customer_id));
        linked(own, [self.manufacturers.get().digest()])
    }
}

impl Loaded for Manufacturer {
    fn digest(&self) -> u64 {
        row((self.id, &self.name, self.order_id))
    }
}

impl Loaded for Payment {
    fn digest(&self) -> u64 {
        let own = row((self.id, &self.reference, self.amount, self.bank_id));
        linked(own, [self.bank.get().digest()])
    }
}

impl Loaded for Bank {
    fn digest(&self) -> u64 {
        row((self.id, &self.name, &self.city))
    }
}
