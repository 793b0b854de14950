//! rusqlite by hand: what SQLite takes without an executor. It blocks the thread.

use contestants::sqlite::{BANKS, CREATE, MANUFACTURERS, ORDERS, PAGE, SUPPLIER};
use contestants::{CUSTOMERS, PAYMENTS, SUPPLIERS, json};
use harness::rows::{Account, Address, Bank, Customer, Manufacturer, Order, Payment, Supplier};
use harness::{Contestant, Job, Loaded, NewAccount, Result};
use rusqlite::trace::TraceEventCodes;
use rusqlite::{Connection, Row};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

fn main() -> Result<()> {
    harness::serve_blocking::<Rusqlite>(Job::from_arguments()?);
    Ok(())
}

/// The lock is there because a contestant must be shareable; nobody ever waits for it.
struct Rusqlite(Mutex<Connection>);

impl Rusqlite {
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Contestant for Rusqlite {
    async fn connect(job: &Job) -> Result<Self> {
        let connection = Connection::open(&job.address)?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON",
        )?;
        Ok(Rusqlite(Mutex::new(connection)))
    }

    async fn suppliers(&self) -> Result<impl Loaded> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached(SUPPLIERS)?;
        let rows = statement.query_map([], supplier)?;
        Ok(rows.collect::<Result<Vec<_>, _>>()?)
    }

    async fn customers(&self) -> Result<impl Loaded> {
        let connection = self.connection();
        let mut customers = Vec::new();
        let mut customer_at = HashMap::new();
        let mut statement = connection.prepare_cached(CUSTOMERS)?;
        for customer in statement.query_map([], customer)? {
            let customer = customer?;
            customer_at.insert(customer.id, customers.len());
            customers.push(customer);
        }

        let mut orders = Vec::new();
        let mut order_at = HashMap::new();
        let ids = json(customers.iter().map(|customer| customer.id));
        let mut statement = connection.prepare_cached(ORDERS)?;
        for order in statement.query_map([ids], order)? {
            let order = order?;
            order_at.insert(order.id, orders.len());
            orders.push(order);
        }

        let ids = json(orders.iter().map(|order| order.id));
        let mut statement = connection.prepare_cached(MANUFACTURERS)?;
        for manufacturer in statement.query_map([ids], manufacturer)? {
            let manufacturer = manufacturer?;
            orders[order_at[&manufacturer.order_id]]
                .manufacturers
                .push(manufacturer);
        }
        for order in orders {
            customers[customer_at[&order.customer_id]]
                .orders
                .push(order);
        }
        Ok(customers)
    }

    async fn supplier(&self, id: i64) -> Result<impl Loaded> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached(SUPPLIER)?;
        Ok(statement.query_row([id], supplier)?)
    }

    async fn create_account(&self, supplier_id: i64, new: NewAccount) -> Result<impl Loaded> {
        Ok(create(&self.connection(), supplier_id, &new)?)
    }

    async fn create_accounts(&self, accounts: Vec<(i64, NewAccount)>) -> Result<impl Loaded> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        let mut created = Vec::with_capacity(accounts.len());
        for (supplier_id, new) in &accounts {
            created.push(create(&transaction, *supplier_id, new)?);
        }
        transaction.commit()?;
        Ok(created)
    }

    async fn payments(&self) -> Result<impl Loaded> {
        let connection = self.connection();
        let mut unlinked = Vec::new();
        let mut banks: HashMap<i64, Option<Arc<Bank>>> = HashMap::new();
        let mut statement = connection.prepare_cached(PAYMENTS)?;
        for payment in statement.query_map([], payment)? {
            let payment = payment?;
            banks.entry(payment.bank_id).or_default();
            unlinked.push(payment);
        }
        let mut statement = connection.prepare_cached(BANKS)?;
        for bank in statement.query_map([json(banks.keys().copied())], bank)? {
            let bank = bank?;
            banks.insert(bank.id, Some(Arc::new(bank)));
        }
        contestants::link(unlinked, &banks)
    }

    async fn page(&self, after: i64) -> Result<impl Loaded> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached(PAGE)?;
        let rows = statement.query_map([after], supplier)?;
        Ok(rows.collect::<Result<Vec<_>, _>>()?)
    }

    fn watch(&self) {
        let each = TraceEventCodes::SQLITE_TRACE_STMT;
        self.connection()
            .trace_v2(each, Some(|_| harness::count_statement()));
    }
}

fn create(
    connection: &Connection,
    supplier_id: i64,
    new: &NewAccount,
) -> rusqlite::Result<Account> {
    let mut statement = connection.prepare_cached(CREATE)?;
    statement.query_row((&new.account_manager, new.balance, supplier_id), |row| {
        Ok(Account {
            id: row.get(0)?,
            account_manager: row.get(1)?,
            balance: row.get(2)?,
            supplier_id: row.get(3)?,
        })
    })
}

fn supplier(row: &Row<'_>) -> rusqlite::Result<Supplier> {
    let id = row.get(0)?;
    let account_id: Option<i64> = row.get(3)?;
    let account = match account_id {
        None => None,
        Some(account_id) => Some(Account {
            id: account_id,
            account_manager: row.get(4)?,
            balance: row.get(5)?,
            supplier_id: id,
        }),
    };
    Ok(Supplier {
        id,
        name: row.get(1)?,
        city: row.get(2)?,
        account,
    })
}

fn customer(row: &Row<'_>) -> rusqlite::Result<Customer> {
    let id = row.get(0)?;
    let address_id: Option<i64> = row.get(2)?;
    let address = match address_id {
        None => None,
        Some(address_id) => Some(Address {
            id: address_id,
            street: row.get(3)?,
            city: row.get(4)?,
            customer_id: id,
        }),
    };
    Ok(Customer {
        id,
        name: row.get(1)?,
        address,
        orders: Vec::new(),
    })
}

fn order(row: &Row<'_>) -> rusqlite::Result<Order> {
    Ok(Order {
        id: row.get(0)?,
        description: row.get(1)?,
        total: row.get(2)?,
        customer_id: row.get(3)?,
        manufacturers: Vec::new(),
    })
}

fn manufacturer(row: &Row<'_>) -> rusqlite::Result<Manufacturer> {
    Ok(Manufacturer {
        id: row.get(0)?,
        name: row.get(1)?,
        order_id: row.get(2)?,
    })
}

fn payment(row: &Row<'_>) -> rusqlite::Result<Payment<()>> {
    Ok(Payment {
        id: row.get(0)?,
        reference: row.get(1)?,
        amount: row.get(2)?,
        bank_id: row.get(3)?,
        bank: (),
    })
}

fn bank(row: &Row<'_>) -> rusqlite::Result<Bank> {
    Ok(Bank {
        id: row.get(0)?,
        name: row.get(1)?,
        city: row.get(2)?,
    })
}
