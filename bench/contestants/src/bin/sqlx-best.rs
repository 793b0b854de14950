//! sqlx by hand in its best form: what somebody writes who has measured.
//!
//! Connections are leased without the pool's ping; a `has_one` is joined; payments share their banks. On PostgreSQL and
//! MariaDB rows are decoded while they arrive. On SQLite, where sqlx takes each row from one thread to another, each level
//! comes as one row of JSON.

use harness::rows::{Account, Address, Bank, Customer, Manufacturer, Order, Payment, Supplier};
use harness::{Contestant, Database, Job, Leases, Loaded, NewAccount, Result};
use sqlx::{ConnectOptions, Connection, Row};
use std::collections::HashMap;
use std::sync::Arc;

fn main() -> Result<()> {
    let job = Job::from_arguments()?;
    match job.database {
        Database::Sqlite => harness::serve::<sqlite::Best>(job),
        Database::Postgres => harness::serve::<postgres::Best>(job),
        Database::Mariadb => harness::serve::<mariadb::Best>(job),
    }
    Ok(())
}

// What all databases do alike. sqlx is generic over databases only behind towers of bounds, hence a macro.
macro_rules! best {
    ($link:ty, $row:ty) => {
        pub(crate) struct Best {
            leases: Leases<$link>,
        }

        impl Best {
            async fn open(job: &Job) -> Result<Self> {
                let options = options(job)?;
                let mut connections = Vec::new();
                for _ in 0..job.connections() {
                    connections.push(options.connect().await?);
                }
                let leases = Leases::new(connections);
                Ok(Best { leases })
            }

            async fn find(&self, id: i64) -> Result<Supplier> {
                let mut connection = self.leases.lease().await;
                let row = sqlx::query(SUPPLIER)
                    .bind(id)
                    .fetch_one(&mut *connection)
                    .await?;
                supplier(&row)
            }

            async fn create_one(&self, supplier_id: i64, new: NewAccount) -> Result<Account> {
                let mut connection = self.leases.lease().await;
                create(&mut connection, supplier_id, new).await
            }

            async fn create_many(&self, accounts: Vec<(i64, NewAccount)>) -> Result<Vec<Account>> {
                let mut connection = self.leases.lease().await;
                let mut transaction = connection.begin().await?;
                let mut created = Vec::with_capacity(accounts.len());
                for (supplier_id, new) in accounts {
                    created.push(create(&mut transaction, supplier_id, new).await?);
                }
                transaction.commit().await?;
                Ok(created)
            }
        }

        async fn create(
            connection: &mut $link,
            supplier_id: i64,
            new: NewAccount,
        ) -> Result<Account> {
            let row = sqlx::query(CREATE)
                .bind(new.account_manager)
                .bind(new.balance)
                .bind(supplier_id)
                .fetch_one(connection)
                .await?;
            Ok(Account {
                id: row.try_get(0)?,
                account_manager: row.try_get(1)?,
                balance: row.try_get(2)?,
                supplier_id: row.try_get(3)?,
            })
        }

        fn supplier(row: &$row) -> Result<Supplier> {
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
    };
}

// A server: rows are decoded while they arrive.
macro_rules! streamed {
    ($link:ty, $row:ty) => {
        use super::*;
        use futures_util::TryStreamExt;

        best!($link, $row);

        impl Contestant for Best {
            async fn connect(job: &Job) -> Result<Self> {
                Best::open(job).await
            }

            async fn suppliers(&self) -> Result<impl Loaded> {
                let mut connection = self.leases.lease().await;
                let mut rows = sqlx::query(contestants::SUPPLIERS).fetch(&mut *connection);
                let mut suppliers = Vec::new();
                while let Some(row) = rows.try_next().await? {
                    suppliers.push(supplier(&row)?);
                }
                Ok(suppliers)
            }

            async fn customers(&self) -> Result<impl Loaded> {
                let mut connection = self.leases.lease().await;
                let mut customers = Vec::new();
                let mut customer_at = HashMap::new();
                let mut rows = sqlx::query(contestants::CUSTOMERS).fetch(&mut *connection);
                while let Some(row) = rows.try_next().await? {
                    let customer = customer(&row)?;
                    customer_at.insert(customer.id, customers.len());
                    customers.push(customer);
                }
                drop(rows);

                let mut orders = Vec::new();
                let mut order_at = HashMap::new();
                let ids = keys(customers.iter().map(|customer| customer.id));
                let mut rows = sqlx::query(ORDERS).bind(ids).fetch(&mut *connection);
                while let Some(row) = rows.try_next().await? {
                    let order = order(&row)?;
                    order_at.insert(order.id, orders.len());
                    orders.push(order);
                }
                drop(rows);

                let ids = keys(orders.iter().map(|order| order.id));
                let mut rows = sqlx::query(MANUFACTURERS).bind(ids).fetch(&mut *connection);
                while let Some(row) = rows.try_next().await? {
                    let manufacturer = manufacturer(&row)?;
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
                self.find(id).await
            }

            async fn create_account(
                &self,
                supplier_id: i64,
                new: NewAccount,
            ) -> Result<impl Loaded> {
                self.create_one(supplier_id, new).await
            }

            async fn create_accounts(
                &self,
                accounts: Vec<(i64, NewAccount)>,
            ) -> Result<impl Loaded> {
                self.create_many(accounts).await
            }

            async fn payments(&self) -> Result<impl Loaded> {
                let mut connection = self.leases.lease().await;
                let mut unlinked = Vec::new();
                let mut banks: HashMap<i64, Option<Arc<Bank>>> = HashMap::new();
                let mut rows = sqlx::query(contestants::PAYMENTS).fetch(&mut *connection);
                while let Some(row) = rows.try_next().await? {
                    let payment = payment(&row)?;
                    banks.entry(payment.bank_id).or_default();
                    unlinked.push(payment);
                }
                drop(rows);

                let ids = keys(banks.keys().copied());
                let mut rows = sqlx::query(BANKS).bind(ids).fetch(&mut *connection);
                while let Some(row) = rows.try_next().await? {
                    let bank = bank(&row)?;
                    banks.insert(bank.id, Some(Arc::new(bank)));
                }
                drop(rows);
                contestants::link(unlinked, &banks)
            }

            async fn page(&self, after: i64) -> Result<impl Loaded> {
                let mut connection = self.leases.lease().await;
                let page = sqlx::query(PAGE).bind(after);
                let mut rows = page.fetch(&mut *connection);
                let mut suppliers = Vec::new();
                while let Some(row) = rows.try_next().await? {
                    suppliers.push(supplier(&row)?);
                }
                Ok(suppliers)
            }
        }

        fn customer(row: &$row) -> Result<Customer> {
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

        fn payment(row: &$row) -> Result<Payment<()>> {
            Ok(Payment {
                id: row.try_get(0)?,
                reference: row.try_get(1)?,
                amount: row.try_get(2)?,
                bank_id: row.try_get(3)?,
                bank: (),
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

mod postgres {
    use contestants::postgres::{BANKS, CREATE, MANUFACTURERS, ORDERS, PAGE, SUPPLIER};
    use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow};

    fn options(job: &Job) -> Result<PgConnectOptions> {
        Ok(job.address.parse()?)
    }

    fn keys(keys: impl Iterator<Item = i64>) -> Vec<i64> {
        keys.collect()
    }

    streamed!(PgConnection, PgRow);
}

mod mariadb {
    use contestants::json as keys;
    use contestants::mariadb::{BANKS, CREATE, MANUFACTURERS, ORDERS, PAGE, SUPPLIER};
    use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlRow};

    fn options(job: &Job) -> Result<MySqlConnectOptions> {
        Ok(job.address.parse()?)
    }

    streamed!(MySqlConnection, MySqlRow);
}

mod sqlite {
    use super::*;
    use contestants::json;
    use contestants::sqlite::{BANKS, CREATE, PAGE, SUPPLIER};
    use serde::de::DeserializeOwned;
    use sqlx::sqlite::{
        SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteRow, SqliteSynchronous,
    };

    const SUPPLIERS: &str = "SELECT json_group_array(json_array(s.id, s.name, s.city, a.id, a.account_manager, a.balance) \
        ORDER BY s.id) FROM supplier s LEFT JOIN account a ON a.supplier_id = s.id";
    const CUSTOMERS: &str = "SELECT json_group_array(json_array(c.id, c.name, a.id, a.street, a.city) \
        ORDER BY c.id) FROM customer c LEFT JOIN address a ON a.customer_id = c.id";
    const ORDERS: &str = "SELECT json_group_array(json_array(id, description, total, customer_id)) FROM orders \
        WHERE customer_id IN (SELECT value FROM json_each(?))";
    const MANUFACTURERS: &str = "SELECT json_group_array(json_array(id, name, order_id)) FROM manufacturer \
        WHERE order_id IN (SELECT value FROM json_each(?))";
    const PAYMENTS: &str = "SELECT json_group_array(json_array(id, reference, amount, bank_id) ORDER BY id) FROM payment";

    fn options(job: &Job) -> Result<SqliteConnectOptions> {
        Ok(SqliteConnectOptions::new()
            .filename(&job.address)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal))
    }

    best!(SqliteConnection, SqliteRow);

    type SupplierRow = (
        i64,
        String,
        String,
        Option<i64>,
        Option<String>,
        Option<i64>,
    );
    type CustomerRow = (i64, String, Option<i64>, Option<String>, Option<String>);
    type OrderRow = (i64, String, i64, i64);
    type ManufacturerRow = (i64, String, i64);
    type PaymentRow = (i64, String, i64, i64);

    impl Contestant for Best {
        async fn connect(job: &Job) -> Result<Self> {
            Best::open(job).await
        }

        async fn suppliers(&self) -> Result<impl Loaded> {
            let mut connection = self.leases.lease().await;
            let rows: Vec<SupplierRow> = rows(&mut connection, SUPPLIERS, None).await?;
            let mut suppliers = Vec::with_capacity(rows.len());
            for (id, name, city, account_id, account_manager, balance) in rows {
                let account = account_id.zip(account_manager);
                let account = account.map(|(account_id, account_manager)| Account {
                    id: account_id,
                    account_manager,
                    balance,
                    supplier_id: id,
                });
                suppliers.push(Supplier {
                    id,
                    name,
                    city,
                    account,
                });
            }
            Ok(suppliers)
        }

        async fn customers(&self) -> Result<impl Loaded> {
            let mut connection = self.leases.lease().await;
            let customer_rows: Vec<CustomerRow> = rows(&mut connection, CUSTOMERS, None).await?;
            let ids = json(customer_rows.iter().map(|row| row.0));
            let order_rows: Vec<OrderRow> = rows(&mut connection, ORDERS, Some(ids)).await?;
            let ids = json(order_rows.iter().map(|row| row.0));
            let manufacturer_rows: Vec<ManufacturerRow> =
                rows(&mut connection, MANUFACTURERS, Some(ids)).await?;

            let mut order_at = HashMap::with_capacity(order_rows.len());
            let mut orders = Vec::with_capacity(order_rows.len());
            for (id, description, total, customer_id) in order_rows {
                order_at.insert(id, orders.len());
                orders.push(Order {
                    id,
                    description,
                    total,
                    customer_id,
                    manufacturers: Vec::new(),
                });
            }
            for (id, name, order_id) in manufacturer_rows {
                let manufacturer = Manufacturer { id, name, order_id };
                orders[order_at[&order_id]].manufacturers.push(manufacturer);
            }
            let mut customer_at = HashMap::with_capacity(customer_rows.len());
            let mut customers = Vec::with_capacity(customer_rows.len());
            for (id, name, address_id, street, city) in customer_rows {
                let address = address_id.zip(street).zip(city);
                let address = address.map(|((address_id, street), city)| Address {
                    id: address_id,
                    street,
                    city,
                    customer_id: id,
                });
                customer_at.insert(id, customers.len());
                customers.push(Customer {
                    id,
                    name,
                    address,
                    orders: Vec::new(),
                });
            }
            for order in orders {
                customers[customer_at[&order.customer_id]]
                    .orders
                    .push(order);
            }
            Ok(customers)
        }

        async fn supplier(&self, id: i64) -> Result<impl Loaded> {
            self.find(id).await
        }

        async fn create_account(&self, supplier_id: i64, new: NewAccount) -> Result<impl Loaded> {
            self.create_one(supplier_id, new).await
        }

        async fn create_accounts(&self, accounts: Vec<(i64, NewAccount)>) -> Result<impl Loaded> {
            self.create_many(accounts).await
        }

        async fn payments(&self) -> Result<impl Loaded> {
            let mut connection = self.leases.lease().await;
            let rows: Vec<PaymentRow> = rows(&mut connection, PAYMENTS, None).await?;
            let mut unlinked = Vec::with_capacity(rows.len());
            let mut banks: HashMap<i64, Option<Arc<Bank>>> = HashMap::new();
            for (id, reference, amount, bank_id) in rows {
                banks.entry(bank_id).or_default();
                unlinked.push(Payment {
                    id,
                    reference,
                    amount,
                    bank_id,
                    bank: (),
                });
            }
            let ids = json(banks.keys().copied());
            let rows = sqlx::query(BANKS)
                .bind(ids)
                .fetch_all(&mut *connection)
                .await?;
            for row in &rows {
                let bank = Bank {
                    id: row.try_get(0)?,
                    name: row.try_get(1)?,
                    city: row.try_get(2)?,
                };
                banks.insert(bank.id, Some(Arc::new(bank)));
            }
            contestants::link(unlinked, &banks)
        }

        // So few rows are not worth the JSON.
        async fn page(&self, after: i64) -> Result<impl Loaded> {
            let mut connection = self.leases.lease().await;
            let page = sqlx::query(PAGE).bind(after);
            let rows = page.fetch_all(&mut *connection).await?;
            rows.iter().map(supplier).collect::<Result<Vec<_>>>()
        }
    }

    /// All rows as one text of JSON.
    async fn rows<T: DeserializeOwned>(
        connection: &mut SqliteConnection,
        text: &'static str,
        keys: Option<String>,
    ) -> Result<Vec<T>> {
        let mut query = sqlx::query(text);
        if let Some(keys) = keys {
            query = query.bind(keys);
        }
        let row = query.fetch_one(connection).await?;
        Ok(serde_json::from_str(row.try_get(0)?)?)
    }
}
