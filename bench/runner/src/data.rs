//! The tables and their rows, the same on all databases and for all contestants.

use crate::Result;
use crate::cell::Cell;
use crate::options::Options;
use crate::statements::Statements;
use harness::{Database, Workload};
use sqlx::mysql::MySqlConnection;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row};
use std::path::PathBuf;
use std::time::Duration;

/// `{id}` is a key that the database makes.
const SCHEMA: &str = "
CREATE TABLE supplier (id {id}, name VARCHAR(255) NOT NULL, city VARCHAR(255) NOT NULL);
CREATE TABLE account (id {id}, account_manager VARCHAR(255) NOT NULL, balance BIGINT,
    supplier_id BIGINT NOT NULL UNIQUE, FOREIGN KEY (supplier_id) REFERENCES supplier (id));
CREATE TABLE customer (id {id}, name VARCHAR(255) NOT NULL);
CREATE TABLE address (id {id}, street VARCHAR(255) NOT NULL, city VARCHAR(255) NOT NULL,
    customer_id BIGINT NOT NULL UNIQUE, FOREIGN KEY (customer_id) REFERENCES customer (id));
CREATE TABLE orders (id {id}, description VARCHAR(255) NOT NULL, total BIGINT NOT NULL,
    customer_id BIGINT NOT NULL, FOREIGN KEY (customer_id) REFERENCES customer (id));
CREATE INDEX orders_customer_id ON orders (customer_id);
CREATE TABLE manufacturer (id {id}, name VARCHAR(255) NOT NULL,
    order_id BIGINT NOT NULL, FOREIGN KEY (order_id) REFERENCES orders (id));
CREATE INDEX manufacturer_order_id ON manufacturer (order_id);
CREATE TABLE bank (id {id}, name VARCHAR(255) NOT NULL, city VARCHAR(255) NOT NULL);
CREATE TABLE payment (id {id}, reference VARCHAR(255) NOT NULL, amount BIGINT NOT NULL,
    bank_id BIGINT NOT NULL, FOREIGN KEY (bank_id) REFERENCES bank (id));
CREATE INDEX payment_bank_id ON payment (bank_id);
";

const SUPPLIERS: &str = "
INSERT INTO supplier (id, name, city) SELECT n, concat('Supplier ', n), concat('City ', n % 100) FROM {1..size};
";

/// The orders of a customer are not next to each other, and neither are the manufacturers of an order.
const ROWS: &str = "
INSERT INTO account (id, account_manager, balance, supplier_id)
    SELECT n, concat('Manager ', n), CASE WHEN n % 10 = 0 THEN NULL ELSE n * 7 END, n FROM {1..size};
INSERT INTO customer (id, name) SELECT n, concat('Customer ', n) FROM {1..customers};
INSERT INTO address (id, street, city, customer_id)
    SELECT n, concat('Street ', n), concat('City ', n % 100), n FROM {1..customers};
INSERT INTO orders (id, description, total, customer_id)
    SELECT n, concat('Order ', n), n * 3, (n - 1) % {customers} + 1 FROM {1..orders};
INSERT INTO manufacturer (id, name, order_id)
    SELECT n, concat('Manufacturer ', n), (n - 1) % {orders} + 1 FROM {1..size};
INSERT INTO bank (id, name, city) SELECT n, concat('Bank ', n), concat('City ', n) FROM {1..banks};
INSERT INTO payment (id, reference, amount, bank_id)
    SELECT n, concat('Payment ', n), n * 11, n * 31 % {banks} + 1 FROM {1..size};
";

const TABLES: [&str; 8] = [
    "supplier",
    "account",
    "customer",
    "address",
    "orders",
    "manufacturer",
    "bank",
    "payment",
];

/// A set of tables: a database of its own on a server, a file of its own for SQLite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Size {
    /// Suppliers without accounts, which the contestants create.
    Empty(i64),
    Filled(i64),
}

impl Size {
    fn of(workload: Workload, size: i64) -> Size {
        match workload.is_write() {
            true => Size::Empty(size),
            false => Size::Filled(size),
        }
    }

    fn name(self) -> String {
        match self {
            Size::Empty(size) => format!("relations_bench_create_{size}"),
            Size::Filled(size) => format!("relations_bench_{size}"),
        }
    }
}

/// The sets of tables that the cells need.
pub(crate) fn sizes(cells: &[Cell]) -> Vec<Size> {
    let mut sizes: Vec<Size> = cells
        .iter()
        .map(|cell| Size::of(cell.workload, cell.size))
        .collect();
    sizes.sort_unstable();
    sizes.dedup();
    sizes
}

enum Link {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
    Mariadb(MySqlConnection),
}

/// A database server, or the folder of SQLite's files.
pub(crate) struct Server {
    database: Database,
    /// The URL of the server with a slash at its end, or the folder.
    address: String,
    /// Connected to what the URL names; nothing for SQLite.
    link: Option<Link>,
    postgres_log: Option<PathBuf>,
    made: Vec<Size>,
    /// The tables in which accounts are created, and a connection that removes them.
    creating: Option<(Size, Link)>,
    /// How often MariaDB was asked for its counters.
    own_statements: f64,
}

impl Server {
    pub(crate) async fn connect(database: Database, options: &Options) -> Result<Server> {
        let url = |name: &str| {
            let url = std::env::var(name);
            url.map_err(|_| format!("{name} is not set, by which {database} would be found"))
        };
        let (address, link) = match database {
            Database::Sqlite => (format!("{}/", options.data.display()), None),
            Database::Postgres => {
                let url = url("RELATIONS_POSTGRES_URL")?;
                let link = PgConnection::connect(&url).await?;
                (url, Some(Link::Postgres(link)))
            }
            Database::Mariadb => {
                let url = url("RELATIONS_MYSQL_URL")?;
                let link = MySqlConnection::connect(&url).await?;
                (url, Some(Link::Mariadb(link)))
            }
        };
        let end = address.rfind('/').ok_or("the URL names no database")?;
        Ok(Server {
            database,
            address: address[..=end].to_owned(),
            link,
            postgres_log: options.postgres_log.clone(),
            made: Vec::new(),
            creating: None,
            own_statements: 0.0,
        })
    }

    /// Where a contestant finds the tables.
    pub(crate) fn address(&self, workload: Workload, size: i64) -> String {
        self.address_of(Size::of(workload, size))
    }

    fn address_of(&self, size: Size) -> String {
        let extension = match self.database {
            Database::Sqlite => ".db",
            Database::Postgres | Database::Mariadb => "",
        };
        format!("{}{}{extension}", self.address, size.name())
    }

    async fn open(&self, size: Size) -> Result<Link> {
        let address = self.address_of(size);
        Ok(match self.database {
            Database::Sqlite => {
                let options = SqliteConnectOptions::new()
                    .filename(address)
                    .create_if_missing(true)
                    .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
                    // Contestants that have just been stopped may still be closing the file.
                    .busy_timeout(Duration::from_secs(10));
                Link::Sqlite(options.connect().await?)
            }
            Database::Postgres => Link::Postgres(PgConnection::connect(&address).await?),
            Database::Mariadb => Link::Mariadb(MySqlConnection::connect(&address).await?),
        })
    }

    /// Makes a set of tables, in place of what an interrupted run has left.
    pub(crate) async fn make(&mut self, size: Size) -> Result<()> {
        self.drop_tables(size).await?;
        self.made.push(size);
        if let Some(link) = &mut self.link {
            execute(link, format!("CREATE DATABASE {}", size.name())).await?;
        }
        let mut link = self.open(size).await?;
        let (text, suppliers) = match size {
            Size::Empty(suppliers) => (format!("{SCHEMA}{SUPPLIERS}"), suppliers),
            Size::Filled(suppliers) => (format!("{SCHEMA}{SUPPLIERS}{ROWS}"), suppliers),
        };
        let text = self.in_dialect(&text, suppliers);
        for statement in text.split(';').filter(|text| !text.trim().is_empty()) {
            execute(&mut link, statement.to_owned()).await?;
        }
        // So that the plans are those of tables that have been there for a while.
        match self.database {
            Database::Sqlite => execute(&mut link, "ANALYZE".to_owned()).await?,
            Database::Postgres => execute(&mut link, "VACUUM ANALYZE".to_owned()).await?,
            Database::Mariadb => {
                execute(&mut link, format!("ANALYZE TABLE {}", TABLES.join(", "))).await?;
            }
        }
        if let Size::Empty(_) = size {
            self.creating = Some((size, link));
        }
        Ok(())
    }

    /// The text with its names in braces filled in.
    fn in_dialect(&self, text: &str, size: i64) -> String {
        let id = match self.database {
            Database::Sqlite => "INTEGER PRIMARY KEY",
            Database::Postgres => "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
            Database::Mariadb => "BIGINT AUTO_INCREMENT PRIMARY KEY",
        };
        let mut text = text.replace("{id}", id);
        let counts = [
            ("size", size),
            ("customers", size / 10),
            ("orders", size / 2),
            ("banks", size.min(100)),
        ];
        for (name, count) in counts {
            let numbers = match self.database {
                Database::Sqlite => format!(
                    "(WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count}) \
                     SELECT n FROM numbers)"
                ),
                Database::Postgres => format!("generate_series(1, {count}) AS numbers (n)"),
                Database::Mariadb => format!("(SELECT seq AS n FROM seq_1_to_{count}) AS numbers"),
            };
            text = text.replace(&format!("{{1..{name}}}"), &numbers);
            text = text.replace(&format!("{{{name}}}"), &count.to_string());
        }
        text
    }

    /// Removes all tables that were made.
    pub(crate) async fn remove(mut self) -> Result<()> {
        self.creating = None;
        for size in std::mem::take(&mut self.made) {
            self.drop_tables(size).await?;
        }
        Ok(())
    }

    async fn drop_tables(&mut self, size: Size) -> Result<()> {
        match &mut self.link {
            Some(link) => {
                let force = match self.database {
                    Database::Postgres => " WITH (FORCE)",
                    _ => "",
                };
                let text = format!("DROP DATABASE IF EXISTS {}{force}", size.name());
                execute(link, text).await
            }
            None => {
                let path = self.address_of(size);
                for end in ["", "-wal", "-shm"] {
                    // Most of the time there is none.
                    let _ = std::fs::remove_file(format!("{path}{end}"));
                }
                Ok(())
            }
        }
    }

    /// Removes the accounts that were created, so that everybody starts with none.
    pub(crate) async fn reset(&mut self, cell: &Cell) -> Result<()> {
        if !cell.workload.is_write() {
            return Ok(());
        }
        let (_, link) = self.creating.as_mut().ok_or("no tables to create in")?;
        let text = match self.database {
            // Without a condition, SQLite empties the table at once.
            Database::Sqlite => "DELETE FROM account; PRAGMA wal_checkpoint(TRUNCATE)",
            Database::Postgres => "TRUNCATE account RESTART IDENTITY",
            Database::Mariadb => "TRUNCATE account",
        };
        execute(link, text.to_owned()).await
    }

    /// How many accounts there are.
    pub(crate) async fn accounts(&mut self, cell: &Cell) -> Result<i64> {
        debug_assert!(cell.workload.is_write());
        const COUNT: &str = "SELECT count(*) FROM account";
        let (_, link) = self.creating.as_mut().ok_or("no tables to create in")?;
        Ok(match link {
            Link::Sqlite(link) => sqlx::query_scalar(COUNT).fetch_one(link).await?,
            Link::Postgres(link) => sqlx::query_scalar(COUNT).fetch_one(link).await?,
            Link::Mariadb(link) => sqlx::query_scalar(COUNT).fetch_one(link).await?,
        })
    }

    pub(crate) async fn version(&mut self) -> Result<String> {
        Ok(match &mut self.link {
            None => {
                let mut link = SqliteConnection::connect("sqlite::memory:").await?;
                let version: String = sqlx::query_scalar("SELECT sqlite_version()")
                    .fetch_one(&mut link)
                    .await?;
                format!("SQLite {version}")
            }
            Some(Link::Postgres(link)) => {
                let version: String = sqlx::query_scalar("SHOW server_version")
                    .fetch_one(link)
                    .await?;
                let version = version.split(' ').next().unwrap_or_default();
                format!("PostgreSQL {version}")
            }
            Some(Link::Mariadb(link)) => {
                let version: String = sqlx::query_scalar("SELECT version()")
                    .fetch_one(link)
                    .await?;
                let version = version.split('-').next().unwrap_or_default();
                format!("MariaDB {version}")
            }
            Some(Link::Sqlite(_)) => unreachable!("SQLite has no server"),
        })
    }

    // Counting statements -------------------------------------------------------------------------

    pub(crate) async fn start_counting(&mut self) -> Result<()> {
        self.log_statements("'all'").await
    }

    pub(crate) async fn stop_counting(&mut self) -> Result<()> {
        self.log_statements("DEFAULT").await
    }

    async fn log_statements(&mut self, which: &str) -> Result<()> {
        let Some(Link::Postgres(link)) = &mut self.link else {
            return Ok(());
        };
        if self.postgres_log.is_some() {
            sqlx::raw_sql(AssertSqlSafe(format!(
                "ALTER SYSTEM SET log_statement = {which}"
            )))
            .execute(&mut *link)
            .await?;
            sqlx::raw_sql("SELECT pg_reload_conf()")
                .execute(&mut *link)
                .await?;
            // The server's processes are told by signals.
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }

    /// Statements so far, where the server tells.
    pub(crate) async fn statements(&mut self) -> Result<Option<Statements>> {
        match (&mut self.link, &self.postgres_log) {
            (Some(Link::Postgres(_)), Some(log)) => {
                // A ping may still be on its way: pools send it after they gave the result.
                tokio::time::sleep(Duration::from_millis(20)).await;
                Statements::in_log(log).map(Some)
            }
            (Some(Link::Mariadb(link)), _) => {
                tokio::time::sleep(Duration::from_millis(20)).await;
                let text =
                    "SHOW GLOBAL STATUS WHERE Variable_name IN ('Questions', 'Com_admin_commands')";
                let rows = sqlx::raw_sql(text).fetch_all(link).await?;
                // This statement itself counts, each time it runs.
                self.own_statements += 1.0;
                let mut counted = Statements {
                    statements: -self.own_statements,
                    pings: 0.0,
                };
                for row in rows {
                    let count: f64 = row.try_get::<String, _>(1)?.parse()?;
                    match row.try_get::<String, _>(0)?.as_str() {
                        "Questions" => counted.statements += count,
                        _ => counted.pings += count,
                    }
                }
                Ok(Some(counted))
            }
            _ => Ok(None),
        }
    }
}

async fn execute(link: &mut Link, text: String) -> Result<()> {
    let query = sqlx::raw_sql(AssertSqlSafe(text));
    match link {
        Link::Sqlite(link) => query.execute(link).await.map(|_| ())?,
        Link::Postgres(link) => query.execute(link).await.map(|_| ())?,
        Link::Mariadb(link) => query.execute(link).await.map(|_| ())?,
    }
    Ok(())
}
