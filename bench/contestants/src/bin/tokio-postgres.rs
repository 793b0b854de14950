//! tokio-postgres by hand: what PostgreSQL takes with a driver that can pipeline.

use contestants::postgres::{BANKS, CREATE, PAGE, SUPPLIER};
use contestants::{CUSTOMERS, PAYMENTS, SUPPLIERS};
use futures_util::{TryStreamExt, future, pin_mut};
use harness::rows::{Account, Address, Bank, Customer, Manufacturer, Order, Payment, Supplier};
use harness::{Contestant, Job, Leases, Loaded, NewAccount, Result};
use std::collections::HashMap;
use std::sync::Arc;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Row, Statement};

fn main() -> Result<()> {
    harness::serve::<TokioPostgres>(Job::from_arguments()?);
    Ok(())
}

/// All levels at once, which needs the keys of the level before in the statement.
const ORDERS: &str = "SELECT id, description, total, customer_id FROM orders \
    WHERE customer_id IN (SELECT id FROM customer)";
const MANUFACTURERS: &str = "SELECT id, name, order_id FROM manufacturer \
    WHERE order_id IN (SELECT id FROM orders WHERE customer_id IN (SELECT id FROM customer))";

struct TokioPostgres {
    leases: Leases<Prepared>,
}

/// A connection with its statements.
struct Prepared {
    client: Client,
    suppliers: Statement,
    customers: Statement,
    orders: Statement,
    manufacturers: Statement,
    supplier: Statement,
    create: Statement,
    payments: Statement,
    banks: Statement,
    page: Statement,
}

impl Prepared {
    async fn connect(url: &str) -> Result<Prepared> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        // It ends with an error if the server goes away; then the statements tell.
        tokio::spawn(async move { drop(connection.await) });
        Ok(Prepared {
            suppliers: client.prepare(SUPPLIERS).await?,
            customers: client.prepare(CUSTOMERS).await?,
            orders: client.prepare(ORDERS).await?,
            manufacturers: client.prepare(MANUFACTURERS).await?,
            supplier: client.prepare(SUPPLIER).await?,
            create: client.prepare(CREATE).await?,
            payments: client.prepare(PAYMENTS).await?,
            banks: client.prepare(BANKS).await?,
            page: client.prepare(PAGE).await?,
            client,
        })
    }

    async fn create(&self, supplier_id: i64, new: &NewAccount) -> Result<Account> {
        let values: [&(dyn ToSql + Sync); 3] = [&new.account_manager, &new.balance, &supplier_id];
        let row = self.client.query_one(&self.create, &values).await?;
        Ok(Account {
            id: row.try_get(0)?,
            account_manager: row.try_get(1)?,
            balance: row.try_get(2)?,
            supplier_id: row.try_get(3)?,
        })
    }

    /// All rows, decoded as they arrive.
    async fn collect<T>(
        &self,
        statement: &Statement,
        decode: fn(&Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        let none: [&(dyn ToSql + Sync); 0] = [];
        let rows = self.client.query_raw(statement, none).await?;
        pin_mut!(rows);
        let mut decoded = Vec::new();
        while let Some(row) = rows.try_next().await? {
            decoded.push(decode(&row)?);
        }
        Ok(decoded)
    }
}

impl Contestant for TokioPostgres {
    async fn connect(job: &Job) -> Result<Self> {
        let mut connections = Vec::new();
        for _ in 0..job.connections() {
            connections.push(Prepared::connect(&job.address).await?);
        }
        let leases = Leases::new(connections);
        Ok(TokioPostgres { leases })
    }

    async fn suppliers(&self) -> Result<impl Loaded> {
        let connection = self.leases.lease().await;
        connection.collect(&connection.suppliers, supplier).await
    }

    async fn customers(&self) -> Result<impl Loaded> {
        let connection = self.leases.lease().await;
        // Pipelined: nobody waits for the answer before the next statement is sent.
        let (mut customers, mut orders, manufacturers) = future::try_join3(
            connection.collect(&connection.customers, customer),
            connection.collect(&connection.orders, order),
            connection.collect(&connection.manufacturers, manufacturer),
        )
        .await?;
        let mut customer_at = HashMap::with_capacity(customers.len());
        for (at, customer) in customers.iter().enumerate() {
            customer_at.insert(customer.id, at);
        }
        let mut order_at = HashMap::with_capacity(orders.len());
        for (at, order) in orders.iter().enumerate() {
            order_at.insert(order.id, at);
        }
        for manufacturer in manufacturers {
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
        let connection = self.leases.lease().await;
        let row = connection
            .client
            .query_one(&connection.supplier, &[&id])
            .await?;
        supplier(&row)
    }

    async fn create_account(&self, supplier_id: i64, new: NewAccount) -> Result<impl Loaded> {
        let connection = self.leases.lease().await;
        connection.create(supplier_id, &new).await
    }

    async fn create_accounts(&self, accounts: Vec<(i64, NewAccount)>) -> Result<impl Loaded> {
        let connection = self.leases.lease().await;
        connection.client.batch_execute("BEGIN").await?;
        let mut created = Vec::with_capacity(accounts.len());
        for (supplier_id, new) in &accounts {
            created.push(connection.create(*supplier_id, new).await?);
        }
        connection.client.batch_execute("COMMIT").await?;
        Ok(created)
    }

    async fn payments(&self) -> Result<impl Loaded> {
        let connection = self.leases.lease().await;
        let unlinked = connection.collect(&connection.payments, payment).await?;
        let mut banks: HashMap<i64, Option<Arc<Bank>>> = HashMap::new();
        for payment in &unlinked {
            banks.entry(payment.bank_id).or_default();
        }
        let ids: Vec<i64> = banks.keys().copied().collect();
        for row in connection.client.query(&connection.banks, &[&ids]).await? {
            let bank = bank(&row)?;
            banks.insert(bank.id, Some(Arc::new(bank)));
        }
        contestants::link(unlinked, &banks)
    }

    async fn page(&self, after: i64) -> Result<impl Loaded> {
        let connection = self.leases.lease().await;
        let rows = connection.client.query(&connection.page, &[&after]).await?;
        rows.iter().map(supplier).collect::<Result<Vec<_>>>()
    }
}

fn supplier(row: &Row) -> Result<Supplier> {
    let id = row.try_get(0)?;
    let account_id: Option<i64> = row.try_get(3)?;
    let account = match account_id {
        None => None,
        Some(account_id) => Some(Account {
            id: account_id,
            account_manager: row.try_get(4)?,
            balance: row.try_get(5)?,
            supplier_id: id,
        }),
    };
    Ok(Supplier {
        id,
        name: row.try_get(1)?,
        city: row.try_get(2)?,
        account,
    })
}

fn customer(row: &Row) -> Result<Customer> {
    let id = row.try_get(0)?;
    let address_id: Option<i64> = row.try_get(2)?;
    let address = match address_id {
        None => None,
        Some(address_id) => Some(Address {
            id: address_id,
            street: row.try_get(3)?,
            city: row.try_get(4)?,
            customer_id: id,
        }),
    };
    Ok(Customer {
        id,
        name: row.try_get(1)?,
        address,
        orders: Vec::new(),
    })
}

fn order(row: &Row) -> Result<Order> {
    Ok(Order {
        id: row.try_get(0)?,
        description: row.try_get(1)?,
        total: row.try_get(2)?,
        customer_id: row.try_get(3)?,
        manufacturers: Vec::new(),
    })
}

fn manufacturer(row: &Row) -> Result<Manufacturer> {
    Ok(Manufacturer {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        order_id: row.try_get(2)?,
    })
}

fn payment(row: &Row) -> Result<Payment<()>> {
    Ok(Payment {
        id: row.try_get(0)?,
        reference: row.try_get(1)?,
        amount: row.try_get(2)?,
        bank_id: row.try_get(3)?,
        bank: (),
    })
}

fn bank(row: &Row) -> Result<Bank> {
    Ok(Bank {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        city: row.try_get(2)?,
    })
}
