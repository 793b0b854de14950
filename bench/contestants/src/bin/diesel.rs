//! Diesel on SQLite, which blocks, and diesel-async on PostgreSQL: joins for a `has_one`, `belonging_to` for a `has_many`.

use diesel::prelude::*;
use harness::{Contestant, Database, Job, Loaded, NewAccount, PAGE, Result, linked, row};
use std::collections::HashMap;
use std::sync::Arc;

fn main() -> Result<()> {
    let job = Job::from_arguments()?;
    match job.database {
        Database::Sqlite => harness::serve_blocking::<sqlite::Diesel>(job),
        Database::Postgres => harness::serve::<postgres::Diesel>(job),
        Database::Mariadb => return Err("Diesel takes no part on MariaDB".into()),
    }
    Ok(())
}

diesel::table! {
    supplier (id) {
        id -> BigInt,
        name -> VarChar,
        city -> VarChar,
    }
}

diesel::table! {
    account (id) {
        id -> BigInt,
        account_manager -> VarChar,
        balance -> Nullable<BigInt>,
        supplier_id -> BigInt,
    }
}

diesel::table! {
    customer (id) {
        id -> BigInt,
        name -> VarChar,
    }
}

diesel::table! {
    address (id) {
        id -> BigInt,
        street -> VarChar,
        city -> VarChar,
        customer_id -> BigInt,
    }
}

diesel::table! {
    orders (id) {
        id -> BigInt,
        description -> VarChar,
        total -> BigInt,
        customer_id -> BigInt,
    }
}

diesel::table! {
    manufacturer (id) {
        id -> BigInt,
        name -> VarChar,
        order_id -> BigInt,
    }
}

diesel::table! {
    payment (id) {
        id -> BigInt,
        reference -> VarChar,
        amount -> BigInt,
        bank_id -> BigInt,
    }
}

diesel::table! {
    bank (id) {
        id -> BigInt,
        name -> VarChar,
        city -> VarChar,
    }
}

diesel::joinable!(account -> supplier (supplier_id));
diesel::joinable!(address -> customer (customer_id));
diesel::allow_tables_to_appear_in_same_query!(account, supplier);
diesel::allow_tables_to_appear_in_same_query!(address, customer);

#[derive(Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = supplier)]
struct Supplier {
    id: i64,
    name: String,
    city: String,
}

#[derive(Debug, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = account, belongs_to(Supplier))]
struct Account {
    id: i64,
    account_manager: String,
    balance: Option<i64>,
    supplier_id: i64,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = account)]
struct AccountToCreate {
    account_manager: String,
    balance: Option<i64>,
    supplier_id: i64,
}

#[derive(Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = customer)]
struct Customer {
    id: i64,
    name: String,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = address)]
struct Address {
    id: i64,
    street: String,
    city: String,
    customer_id: i64,
}

#[derive(Debug, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = orders, belongs_to(Customer))]
struct Order {
    id: i64,
    description: String,
    total: i64,
    customer_id: i64,
}

#[derive(Debug, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = manufacturer, belongs_to(Order))]
struct Manufacturer {
    id: i64,
    name: String,
    order_id: i64,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = payment)]
struct Payment {
    id: i64,
    reference: String,
    amount: i64,
    bank_id: i64,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = bank)]
struct Bank {
    id: i64,
    name: String,
    city: String,
}

/// A customer with what was loaded for it.
type CustomerGraph = ((Customer, Option<Address>), Vec<(Order, Vec<Manufacturer>)>);

struct Graph(CustomerGraph);

/// The statement that creates an account and gives it back.
macro_rules! insert {
    ($supplier_id:expr, $new:expr) => {
        diesel::insert_into(account::table)
            .values(AccountToCreate {
                account_manager: $new.account_manager,
                balance: $new.balance,
                supplier_id: $supplier_id,
            })
            .returning(Account::as_returning())
    };
}

// The blocking and the async form differ in `.await` and in the way to a connection.
macro_rules! diesel {
    ($connection:ident, $wait:tt) => {
        async fn suppliers(&self) -> Result<impl Loaded> {
            $connection!(self, connection);
            let suppliers = supplier::table
                .left_join(account::table)
                .select((Supplier::as_select(), Option::<Account>::as_select()))
                .order(supplier::id);
            let rows: Vec<(Supplier, Option<Account>)> = $wait!(suppliers.load(connection))?;
            Ok(rows)
        }

        async fn customers(&self) -> Result<impl Loaded> {
            $connection!(self, connection);
            let customers = customer::table
                .left_join(address::table)
                .select((Customer::as_select(), Option::<Address>::as_select()))
                .order(customer::id);
            let rows: Vec<(Customer, Option<Address>)> = $wait!(customers.load(connection))?;
            let (customers, addresses): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
            let mut orders: Vec<Order> = Vec::new();
            for customers in customers.chunks(CHUNK) {
                let some = Order::belonging_to(customers).select(Order::as_select());
                orders.extend($wait!(some.load(connection))?);
            }
            let mut manufacturers: Vec<Manufacturer> = Vec::new();
            for orders in orders.chunks(CHUNK) {
                let some = Manufacturer::belonging_to(orders).select(Manufacturer::as_select());
                manufacturers.extend($wait!(some.load(connection))?);
            }
            let manufacturers = manufacturers.grouped_by(&orders);
            let orders: Vec<_> = orders.into_iter().zip(manufacturers).collect();
            let orders = orders.grouped_by(&customers);
            let customers = customers.into_iter().zip(addresses).zip(orders);
            Ok(customers.map(Graph).collect::<Vec<_>>())
        }

        async fn supplier(&self, id: i64) -> Result<impl Loaded> {
            $connection!(self, connection);
            let supplier = supplier::table
                .left_join(account::table)
                .filter(supplier::id.eq(id))
                .select((Supplier::as_select(), Option::<Account>::as_select()));
            let row: (Supplier, Option<Account>) = $wait!(supplier.first(connection))?;
            Ok(row)
        }

        async fn create_account(&self, supplier_id: i64, new: NewAccount) -> Result<impl Loaded> {
            $connection!(self, connection);
            let created: Account = $wait!(insert!(supplier_id, new).get_result(connection))?;
            Ok(created)
        }

        async fn payments(&self) -> Result<impl Loaded> {
            $connection!(self, connection);
            let payments = payment::table
                .select(Payment::as_select())
                .order(payment::id);
            let payments: Vec<Payment> = $wait!(payments.load(connection))?;
            let mut ids: Vec<i64> = payments.iter().map(|payment| payment.bank_id).collect();
            ids.sort_unstable();
            ids.dedup();
            let banks = bank::table
                .filter(bank::id.eq_any(ids))
                .select(Bank::as_select());
            let banks: Vec<Bank> = $wait!(banks.load(connection))?;
            let banks: HashMap<i64, Arc<Bank>> = banks
                .into_iter()
                .map(|bank| (bank.id, Arc::new(bank)))
                .collect();
            let link = |payment: Payment| {
                let bank = banks[&payment.bank_id].clone();
                (payment, bank)
            };
            Ok(payments.into_iter().map(link).collect::<Vec<_>>())
        }
    };
}

mod sqlite {
    use super::*;
    use std::sync::{Mutex, PoisonError};

    /// The lock is there because a contestant must be shareable; nobody ever waits for it.
    pub(crate) struct Diesel(Mutex<SqliteConnection>);

    /// SQLite takes 32766 parameters, and `belonging_to` makes one of each key.
    const CHUNK: usize = 30_000;

    macro_rules! connection {
        ($self:ident, $connection:ident) => {
            let $connection = &mut *$self.0.lock().unwrap_or_else(PoisonError::into_inner);
        };
    }

    macro_rules! done {
        ($($done:tt)*) => { $($done)* };
    }

    impl Contestant for Diesel {
        async fn connect(job: &Job) -> Result<Self> {
            use diesel::connection::SimpleConnection;
            let mut connection = SqliteConnection::establish(&job.address)?;
            connection.batch_execute(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON",
            )?;
            Ok(Diesel(Mutex::new(connection)))
        }

        diesel!(connection, done);

        async fn create_accounts(&self, accounts: Vec<(i64, NewAccount)>) -> Result<impl Loaded> {
            connection!(self, connection);
            connection.transaction(|connection| {
                let mut created: Vec<Account> = Vec::with_capacity(accounts.len());
                for (supplier_id, new) in accounts {
                    created.push(insert!(supplier_id, new).get_result(connection)?);
                }
                Ok(created)
            })
        }

        async fn page(&self, after: i64) -> Result<impl Loaded> {
            connection!(self, connection);
            let page = supplier::table
                .left_join(account::table)
                .filter(supplier::id.gt(after))
                .select((Supplier::as_select(), Option::<Account>::as_select()))
                .order(supplier::id)
                .limit(PAGE.into());
            let rows: Vec<(Supplier, Option<Account>)> = page.load(connection)?;
            Ok(rows)
        }

        fn watch(&self) {
            use diesel::connection::InstrumentationEvent;
            connection!(self, connection);
            connection.set_instrumentation(|event: InstrumentationEvent<'_>| {
                if let InstrumentationEvent::StartQuery { .. } = event {
                    harness::count_statement();
                }
            });
        }
    }
}

mod postgres {
    use super::*;
    use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
    use harness::Leases;

    pub(crate) struct Diesel(Leases<AsyncPgConnection>);

    /// PostgreSQL takes all keys as one array.
    const CHUNK: usize = usize::MAX;

    macro_rules! connection {
        ($self:ident, $connection:ident) => {
            let $connection = &mut *$self.0.lease().await;
        };
    }

    macro_rules! done {
        ($($done:tt)*) => { $($done)*.await };
    }

    impl Contestant for Diesel {
        async fn connect(job: &Job) -> Result<Self> {
            let mut connections = Vec::new();
            for _ in 0..job.connections() {
                connections.push(AsyncPgConnection::establish(&job.address).await?);
            }
            Ok(Diesel(Leases::new(connections)))
        }

        diesel!(connection, done);

        async fn create_accounts(&self, accounts: Vec<(i64, NewAccount)>) -> Result<impl Loaded> {
            connection!(self, connection);
            connection
                .transaction(async |connection| {
                    let mut created: Vec<Account> = Vec::with_capacity(accounts.len());
                    for (supplier_id, new) in accounts {
                        created.push(insert!(supplier_id, new).get_result(connection).await?);
                    }
                    Ok(created)
                })
                .await
        }

        // Joined, PostgreSQL would merge both tables from their first rows on.
        async fn page(&self, after: i64) -> Result<impl Loaded> {
            connection!(self, connection);
            let page = supplier::table
                .filter(supplier::id.gt(after))
                .select(Supplier::as_select())
                .order(supplier::id)
                .limit(PAGE.into());
            let suppliers: Vec<Supplier> = page.load(connection).await?;
            let accounts = Account::belonging_to(&suppliers).select(Account::as_select());
            let accounts: Vec<Account> = accounts.load(connection).await?;
            let accounts = accounts.grouped_by(&suppliers);
            let accounts = accounts.into_iter().map(|mut accounts| accounts.pop());
            Ok(suppliers.into_iter().zip(accounts).collect::<Vec<_>>())
        }
    }
}

impl Loaded for Supplier {
    fn digest(&self) -> u64 {
        row((self.id, &self.name, &self.city))
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

impl Loaded for Graph {
    fn digest(&self) -> u64 {
        let ((customer, address), orders) = &self.0;
        linked(
            row((customer.id, &customer.name)),
            [address.digest(), orders.digest()],
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
        row((self.id, &self.description, self.total, self.customer_id))
    }
}

impl Loaded for Manufacturer {
    fn digest(&self) -> u64 {
        row((self.id, &self.name, self.order_id))
    }
}

impl Loaded for Payment {
    fn digest(&self) -> u64 {
        row((self.id, &self.reference, self.amount, self.bank_id))
    }
}

impl Loaded for Bank {
    fn digest(&self) -> u64 {
        row((self.id, &self.name, &self.city))
    }
}
