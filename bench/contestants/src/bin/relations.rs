//! This project: models, and the calls that its README shows.

use harness::{Contestant, Database, Job, Loaded, NewAccount, PAGE, Result, linked, row};
use relations::prelude::*;

fn main() -> Result<()> {
    harness::serve::<Relations>(Job::from_arguments()?);
    Ok(())
}

struct Relations {
    db: Db,
}

#[derive(Debug, Clone, Model)]
#[has_one(Account, key_to = "supplier_id")]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    name: String,
    city: String,
}

#[derive(Debug, Clone, Model)]
struct Account {
    #[model(id, generated)]
    id: i64,
    account_manager: String,
    balance: Option<i64>,
    #[belongs_to(Supplier)]
    supplier_id: i64,
}

#[derive(Debug, Clone, Model)]
#[has_one(Address)]
#[has_many(Order)]
struct Customer {
    #[model(id, generated)]
    id: i64,
    name: String,
}

#[derive(Debug, Clone, Model)]
struct Address {
    #[model(id, generated)]
    id: i64,
    street: String,
    city: String,
    #[belongs_to(Customer)]
    customer_id: i64,
}

#[derive(Debug, Clone, Model)]
#[model(table = "orders")]
#[has_many(Manufacturer)]
struct Order {
    #[model(id, generated)]
    id: i64,
    description: String,
    total: i64,
    #[belongs_to(Customer)]
    customer_id: i64,
}

#[derive(Debug, Clone, Model)]
struct Manufacturer {
    #[model(id, generated)]
    id: i64,
    name: String,
    #[belongs_to(Order)]
    order_id: i64,
}

#[derive(Debug, Clone, Model)]
struct Payment {
    #[model(id, generated)]
    id: i64,
    reference: String,
    amount: i64,
    #[belongs_to(Bank)]
    bank_id: i64,
}

#[derive(Debug, Clone, Model)]
struct Bank {
    #[model(id, generated)]
    id: i64,
    name: String,
    city: String,
}

impl Contestant for Relations {
    async fn connect(job: &Job) -> Result<Self> {
        let url = match job.database {
            Database::Sqlite => format!("sqlite:{}", job.address),
            Database::Postgres | Database::Mariadb => job.address.clone(),
        };
        let options = Db::options().max_connections(job.connections());
        Ok(Relations {
            db: options.connect(&url).await?,
        })
    }

    async fn suppliers(&self) -> Result<impl Loaded> {
        let suppliers = SupplierRepository::new(&self.db);
        Ok(suppliers.find().include(Supplier::ACCOUNT).all().await?)
    }

    async fn customers(&self) -> Result<impl Loaded> {
        let customers = CustomerRepository::new(&self.db);
        let orders = Customer::ORDERS.include(Order::MANUFACTURERS);
        let rows = customers.find().include(Customer::ADDRESS).include(orders);
        Ok(rows.all().await?)
    }

    async fn supplier(&self, id: i64) -> Result<impl Loaded> {
        let suppliers = SupplierRepository::new(&self.db);
        let supplier = suppliers.find_by_id(id).include(Supplier::ACCOUNT);
        Ok(supplier.get().await?)
    }

    async fn create_account(&self, supplier_id: i64, new: NewAccount) -> Result<impl Loaded> {
        create(&self.db, supplier_id, new).await
    }

    async fn create_accounts(&self, accounts: Vec<(i64, NewAccount)>) -> Result<impl Loaded> {
        let created = self.db.try_transaction(async |tx| {
            let mut created = Vec::with_capacity(accounts.len());
            for (supplier_id, new) in accounts {
                created.push(create(&tx, supplier_id, new).await?);
            }
            Ok::<_, harness::Error>(created)
        });
        created.await
    }

    async fn payments(&self) -> Result<impl Loaded> {
        let payments = PaymentRepository::new(&self.db);
        Ok(payments.find().include(Payment::BANK).all().await?)
    }

    async fn page(&self, after: i64) -> Result<impl Loaded> {
        let suppliers = SupplierRepository::new(&self.db);
        let page = suppliers
            .find()
            .filter(Supplier::ID.gt(after))
            .limit(PAGE.into());
        Ok(page.include(Supplier::ACCOUNT).all().await?)
    }
}

async fn create(connection: impl Connection, supplier_id: i64, new: NewAccount) -> Result<Account> {
    let suppliers = SupplierRepository::new(connection);
    let draft = Account::draft()
        .account_manager(new.account_manager)
        .balance(new.balance);
    Ok(suppliers.account(supplier_id).create(draft).await?)
}

impl Loaded for SupplierWith<Option<Account>> {
    fn digest(&self) -> u64 {
        let own = row((self.id, &self.name, &self.city));
        linked(own, [self.account.digest()])
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

impl Loaded for CustomerWith<Option<Address>, Vec<OrderWith<Vec<Manufacturer>>>> {
    fn digest(&self) -> u64 {
        let own = row((self.id, &self.name));
        linked(own, [self.address.digest(), self.orders.digest()])
    }
}

impl Loaded for Address {
    fn digest(&self) -> u64 {
        row((self.id, &self.street, &self.city, self.customer_id))
    }
}

impl Loaded for OrderWith<Vec<Manufacturer>> {
    fn digest(&self) -> u64 {
        let own = row((self.id, &self.description, self.total, self.customer_id));
        linked(own, [self.manufacturers.digest()])
    }
}

impl Loaded for Manufacturer {
    fn digest(&self) -> u64 {
        row((self.id, &self.name, self.order_id))
    }
}

impl Loaded for PaymentWith<std::sync::Arc<Bank>> {
    fn digest(&self) -> u64 {
        let own = row((self.id, &self.reference, self.amount, self.bank_id));
        linked(own, [self.bank.digest()])
    }
}

impl Loaded for Bank {
    fn digest(&self) -> u64 {
        row((self.id, &self.name, &self.city))
    }
}
