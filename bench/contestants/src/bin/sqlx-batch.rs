//! sqlx by hand, the way it is mostly written: the yardstick.
//!
//! sqlx's pool, one connection an operation; a statement for each relation, by the keys of the rows before; `fetch_all`,
//! decoded by position, put together through hash maps. Each payment has a copy of its bank.

use harness::rows::{Account, Address, Bank, Customer, Manufacturer, Order, Payment, Supplier};
use harness::{Contestant, Database, Job, Loaded, NewAccount, Result};
use sqlx::{Connection, Row};
use std::collections::HashMap;

fn main() -> Result<()> {
    let job = Job::from_arguments()?;
    match job.database {
        Database::Sqlite => harness::serve::<sqlite::Batch>(job),
        Database::Postgres => harness::serve::<postgres::Batch>(job),
        Database::Mariadb => harness::serve::<mariadb::Batch>(job),
    }
    Ok(())
}

// sqlx is generic over databases only behind towers of bounds, so the same code is written for each by a macro.
macro_rules! batch {
    ($pool:ty, $row:ty) => {
        use super::*;

        pub(crate) struct Batch {
            pool: $pool,
        }

        impl Contestant for Batch {
            async fn connect(job: &Job) -> Result<Self> {
                let pool = sqlx::pool::PoolOptions::new()
                    .max_connections(job.connections())
                    .min_connections(job.connections())
                    .test_before_acquire(false)
                    .connect_with(options(job)?)
                    .await?;
                Ok(Batch { pool })
            }

            async fn suppliers(&self) -> Result<impl Loaded> {
                let mut connection = self.pool.acquire().await?;
                let rows = sqlx::query(SUPPLIERS).fetch_all(&mut *connection).await?;
                let mut suppliers = decode(&rows, supplier)?;
                let ids = keys(suppliers.iter().map(|supplier| supplier.id));
                let rows = sqlx::query(ACCOUNTS)
                    .bind(ids)
                    .fetch_all(&mut *connection)
                    .await?;
                attach(&mut suppliers, decode(&rows, account)?);
                Ok(suppliers)
            }

            async fn customers(&self) -> Result<impl Loaded> {
                let mut connection = self.pool.acquire().await?;
                let rows = sqlx::query(CUSTOMERS).fetch_all(&mut *connection).await?;
                let mut customers = decode(&rows, customer)?;

                let ids = keys(customers.iter().map(|customer| customer.id));
                let rows = sqlx::query(ADDRESSES)
                    .bind(ids)
                    .fetch_all(&mut *connection)
                    .await?;
                let mut addresses = HashMap::with_capacity(rows.len());
                for address in decode(&rows, address)? {
                    addresses.insert(address.customer_id, address);
                }

                let ids = keys(customers.iter().map(|customer| customer.id));
                let rows = sqlx::query(ORDERS)
                    .bind(ids)
                    .fetch_all(&mut *connection)
                    .await?;
                let orders = decode(&rows, order)?;

                let ids = keys(orders.iter().map(|order| order.id));
                let rows = sqlx::query(MANUFACTURERS)
                    .bind(ids)
                    .fetch_all(&mut *connection)
                    .await?;
                let mut manufacturers: HashMap<i64, Vec<Manufacturer>> = HashMap::new();
                for manufacturer in decode(&rows, manufacturer)? {
                    manufacturers
                        .entry(manufacturer.order_id)
                        .or_default()
                        .push(manufacturer);
                }

                let mut orders_of: HashMap<i64, Vec<Order>> = HashMap::new();
                for mut order in orders {
                    order.manufacturers = manufacturers.remove(&order.id).unwrap_or_default();
                    orders_of.entry(order.customer_id).or_default().push(order);
                }
                for customer in &mut customers {
                    customer.address = addresses.remove(&customer.id);
                    customer.orders = orders_of.remove(&customer.id).unwrap_or_default();
                }
                Ok(customers)
            }

            async fn supplier(&self, id: i64) -> Result<impl Loaded> {
                let mut connection = self.pool.acquire().await?;
                let row = sqlx::query(SUPPLIER)
                    .bind(id)
                    .fetch_one(&mut *connection)
                    .await?;
                let mut supplier = supplier(&row)?;
                let row = sqlx::query(ACCOUNT)
                    .bind(id)
                    .fetch_optional(&mut *connection)
                    .await?;
                supplier.account = row.as_ref().map(account).transpose()?;
                Ok(supplier)
            }

            async fn create_account(
                &self,
                supplier_id: i64,
                new: NewAccount,
            ) -> Result<impl Loaded> {
                let mut connection = self.pool.acquire().await?;
                create(&mut connection, supplier_id, new).await
            }

            async fn create_accounts(
                &self,
                accounts: Vec<(i64, NewAccount)>,
            ) -> Result<impl Loaded> {
                let mut connection = self.pool.acquire().await?;
                let mut transaction = connection.begin().await?;
                let mut created = Vec::with_capacity(accounts.len());
                for (supplier_id, new) in accounts {
                    created.push(create(&mut transaction, supplier_id, new).await?);
                }
                transaction.commit().await?;
                Ok(created)
            }

            async fn payments(&self) -> Result<impl Loaded> {
                let mut connection = self.pool.acquire().await?;
                let rows = sqlx::query(contestants::PAYMENTS)
                    .fetch_all(&mut *connection)
                    .await?;
                let mut ids: Vec<i64> = rows
                    .iter()
                    .map(|row| row.try_get(3))
                    .collect::<Result<_, _>>()?;
                ids.sort_unstable();
                ids.dedup();
                let bank_rows = sqlx::query(BANKS)
                    .bind(keys(ids.into_iter()))
                    .fetch_all(&mut *connection)
                    .await?;
                let mut banks = HashMap::with_capacity(bank_rows.len());
                for bank in decode(&bank_rows, bank)? {
                    banks.insert(bank.id, bank);
                }
                decode(&rows, |row| payment(row, &banks))
            }

            async fn page(&self, after: i64) -> Result<impl Loaded> {
                let mut connection = self.pool.acquire().await?;
                let page = sqlx::query(PAGE).bind(after);
                let rows = page.fetch_all(&mut *connection).await?;
                let mut suppliers = decode(&rows, supplier)?;
                let ids = keys(suppliers.iter().map(|supplier| supplier.id));
                let rows = sqlx::query(ACCOUNTS)
                    .bind(ids)
                    .fetch_all(&mut *connection)
                    .await?;
                attach(&mut suppliers, decode(&rows, account)?);
                Ok(suppliers)
            }
        }

        async fn create(
            connection: &mut Link,
            supplier_id: i64,
            new: NewAccount,
        ) -> Result<Account> {
            let row = sqlx::query(CREATE)
                .bind(new.account_manager)
                .bind(new.balance)
                .bind(supplier_id)
                .fetch_one(connection)
                .await?;
            account(&row)
        }

        fn decode<T>(rows: &[$row], one: impl Fn(&$row) -> Result<T>) -> Result<Vec<T>> {
            rows.iter().map(one).collect()
        }

        fn supplier(row: &$row) -> Result<Supplier> {
            Ok(Supplier {
                id: row.try_get(0)?,
                name: row.try_get(1)?,
                city: row.try_get(2)?,
                account: None,
            })
        }

        fn account(row: &$row) -> Result<Account> {
            Ok(Account {
                id: row.try_get(0)?,
                account_manager: row.try_get(1)?,
                balance: row.try_get(2)?,
                supplier_id: row.try_get(3)?,
            })
        }

        fn customer(row: &$row) -> Result<Customer> {
            Ok(Customer {
                id: row.try_get(0)?,
                name: row.try_get(1)?,
                address: None,
                orders: Vec::new(),
            })
        }

        fn address(row: &$row) -> Result<Address> {
            Ok(Address {
                id: row.try_get(0)?,
                street: row.try_get(1)?,
                city: row.try_get(2)?,
                customer_id: row.try_get(3)?,
            })
        }

        fn order(row: &$row) -> Result<Order> {
            Ok(Order {
                id: row.try_get(0)?,
                description: row.try_get(1)?,
                total: row.try_get(2)?,
                customer_id: row.try_get(3)?,
                manufacturers: Vec::new(),
            })
        }

        fn manufacturer(row: &$row) -> Result<Manufacturer> {
            Ok(Manufacturer {
                id: row.try_get(0)?,
                name: row.try_get(1)?,
                order_id: row.try_get(2)?,
            })
        }

        fn payment(row: &$row, banks: &HashMap<i64, Bank>) -> Result<Payment<Bank>> {
            let bank_id = row.try_get(3)?;
            Ok(Payment {
                id: row.try_get(0)?,
                reference: row.try_get(1)?,
                amount: row.try_get(2)?,
                bank_id,
                bank: banks
                    .get(&bank_id)
                    .cloned()
                    .ok_or("a payment has no bank")?,
            })
        }

        fn bank(row: &$row) -> Result<Bank> {
            Ok(Bank {
                id: row.try_get(0)?,
                name: row.try_get(1)?,
                city: row.try_get(2)?,
            })
        }
    };
}

const SUPPLIERS: &str = "SELECT id, name, city FROM supplier ORDER BY id";
const CUSTOMERS: &str = "SELECT id, name FROM customer ORDER BY id";

fn attach(suppliers: &mut [Supplier], accounts: Vec<Account>) {
    let mut account_of = HashMap::with_capacity(accounts.len());
    for account in accounts {
        account_of.insert(account.supplier_id, account);
    }
    for supplier in suppliers {
        supplier.account = account_of.remove(&supplier.id);
    }
}

mod sqlite {
    use contestants::json as keys;
    use contestants::sqlite::{BANKS, CREATE, MANUFACTURERS, ORDERS};
    use sqlx::SqliteConnection as Link;
    use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteRow, SqliteSynchronous};

    const SUPPLIER: &str = "SELECT id, name, city FROM supplier WHERE id = ?";
    const PAGE: &str = "SELECT id, name, city FROM supplier WHERE id > ? ORDER BY id LIMIT 20";
    const ACCOUNT: &str =
        "SELECT id, account_manager, balance, supplier_id FROM account WHERE supplier_id = ?";
    const ACCOUNTS: &str = "SELECT id, account_manager, balance, supplier_id FROM account \
        WHERE supplier_id IN (SELECT value FROM json_each(?))";
    const ADDRESSES: &str = "SELECT id, street, city, customer_id FROM address \
        WHERE customer_id IN (SELECT value FROM json_each(?))";

    fn options(job: &Job) -> Result<SqliteConnectOptions> {
        Ok(SqliteConnectOptions::new()
            .filename(&job.address)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal))
    }

    batch!(sqlx::SqlitePool, SqliteRow);
}

mod postgres {
    use contestants::postgres::{BANKS, CREATE, MANUFACTURERS, ORDERS};
    use sqlx::PgConnection as Link;
    use sqlx::postgres::{PgConnectOptions, PgRow};

    const SUPPLIER: &str = "SELECT id, name, city FROM supplier WHERE id = $1";
    const PAGE: &str = "SELECT id, name, city FROM supplier WHERE id > $1 ORDER BY id LIMIT 20";
    const ACCOUNT: &str =
        "SELECT id, account_manager, balance, supplier_id FROM account WHERE supplier_id = $1";
    const ACCOUNTS: &str =
        "SELECT id, account_manager, balance, supplier_id FROM account WHERE supplier_id = ANY($1)";
    const ADDRESSES: &str =
        "SELECT id, street, city, customer_id FROM address WHERE customer_id = ANY($1)";

    fn options(job: &Job) -> Result<PgConnectOptions> {
        Ok(job.address.parse()?)
    }

    fn keys(keys: impl Iterator<Item = i64>) -> Vec<i64> {
        keys.collect()
    }

    batch!(sqlx::PgPool, PgRow);
}

mod mariadb {
    use contestants::json as keys;
    use contestants::mariadb::{BANKS, CREATE, MANUFACTURERS, ORDERS};
    use sqlx::MySqlConnection as Link;
    use sqlx::mysql::{MySqlConnectOptions, MySqlRow};

    const SUPPLIER: &str = "SELECT id, name, city FROM supplier WHERE id = ?";
    const PAGE: &str = "SELECT id, name, city FROM supplier WHERE id > ? ORDER BY id LIMIT 20";
    const ACCOUNT: &str =
        "SELECT id, account_manager, balance, supplier_id FROM account WHERE supplier_id = ?";
    const ACCOUNTS: &str = "SELECT a.id, a.account_manager, a.balance, a.supplier_id \
        FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT PATH '$')) j JOIN account a ON a.supplier_id = j.k";
    const ADDRESSES: &str = "SELECT a.id, a.street, a.city, a.customer_id \
        FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT PATH '$')) j JOIN address a ON a.customer_id = j.k";

    fn options(job: &Job) -> Result<MySqlConnectOptions> {
        Ok(job.address.parse()?)
    }

    batch!(sqlx::MySqlPool, MySqlRow);
}
