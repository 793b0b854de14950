//! What a process is to do: the cells of the table.

use crate::{NewAccount, Result};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Which database, which workload, how many rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    pub database: Database,
    /// The path of the file for SQLite, else a URL.
    pub address: String,
    pub workload: Workload,
    /// The number of rows in the tables of this size: suppliers, payments, ten times the customers.
    pub size: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Database {
    Sqlite,
    Postgres,
    Mariadb,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Workload {
    W1,
    W2,
    W3,
    W4,
    W4t,
    W5,
    W6,
    W7,
}

/// w7: so many tasks at once, each with so many operations in a row.
pub(crate) const TASKS: usize = 16;
pub(crate) const FINDS: usize = 16;

/// w4t: so many accounts in one transaction.
const CREATES: usize = 100;

/// w6: so many rows a page.
pub const PAGE: u32 = 20;

impl Database {
    pub const ALL: [Database; 3] = [Database::Sqlite, Database::Postgres, Database::Mariadb];

    pub fn name(self) -> &'static str {
        match self {
            Database::Sqlite => "sqlite",
            Database::Postgres => "postgres",
            Database::Mariadb => "mariadb",
        }
    }
}

impl Workload {
    pub const ALL: [Workload; 8] = [
        Workload::W1,
        Workload::W2,
        Workload::W3,
        Workload::W4,
        Workload::W4t,
        Workload::W5,
        Workload::W6,
        Workload::W7,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Workload::W1 => "w1",
            Workload::W2 => "w2",
            Workload::W3 => "w3",
            Workload::W4 => "w4",
            Workload::W4t => "w4t",
            Workload::W5 => "w5",
            Workload::W6 => "w6",
            Workload::W7 => "w7",
        }
    }

    /// How it is called in tables.
    pub fn title(self) -> &'static str {
        match self {
            Workload::W1 => "w1 find + has_one",
            Workload::W2 => "w2 find, nested",
            Workload::W3 => "w3 find by id + has_one",
            Workload::W4 => "w4 create through relation",
            Workload::W4t => "w4t the same, one transaction",
            Workload::W5 => "w5 find + belongs_to",
            Workload::W6 => "w6 page of 20 + has_one",
            Workload::W7 => "w7 w3, 16 at once",
        }
    }

    /// Whether an operation loads whole tables, so that it matters how large they are.
    pub fn is_bulk(self) -> bool {
        matches!(self, Workload::W1 | Workload::W2 | Workload::W5)
    }

    /// Whether it adds accounts, which have to be removed before it runs again.
    pub fn is_write(self) -> bool {
        matches!(self, Workload::W4 | Workload::W4t)
    }

    /// How many rows one operation gives back.
    pub fn rows(self, size: i64) -> i64 {
        match self {
            Workload::W1 => 2 * size,
            Workload::W2 => size / 10 * (1 + 1 + 5 + 5 * 2),
            Workload::W3 | Workload::W7 => 2,
            Workload::W4 | Workload::W4t => 1,
            Workload::W5 => size + size.min(100),
            Workload::W6 => 2 * i64::from(PAGE),
        }
    }

    /// How many operations are timed as one.
    pub fn operations(self) -> usize {
        match self {
            Workload::W4t => CREATES,
            Workload::W7 => TASKS * FINDS,
            _ => 1,
        }
    }
}

impl Job {
    /// The job that the runner gave on the command line.
    pub fn from_arguments() -> Result<Job> {
        let mut arguments = std::env::args().skip(1);
        let mut next = || arguments.next().ok_or("an argument is missing");
        Ok(Job {
            database: next()?.parse()?,
            address: next()?,
            workload: next()?.parse()?,
            size: next()?.parse()?,
        })
    }

    pub fn to_arguments(&self) -> [String; 4] {
        [
            self.database.to_string(),
            self.address.clone(),
            self.workload.to_string(),
            self.size.to_string(),
        ]
    }

    /// How many connections a pool has.
    pub fn connections(&self) -> u32 {
        match self.workload {
            Workload::W7 => 8,
            _ => 1,
        }
    }

    /// An id somewhere between 1 and `size - within`; a sequence that looks random and is the same for all.
    pub(crate) fn id(&self, operation: usize, within: u32) -> i64 {
        let span = (self.size - i64::from(within)).max(1);
        (operation as i64).wrapping_mul(7919).rem_euclid(span) + 1
    }

    /// The account that the operation creates. Suppliers take turns, which is why there must be one for each operation.
    pub(crate) fn account(&self, operation: usize) -> (i64, NewAccount) {
        let number = operation as i64 + 1;
        let account = NewAccount {
            account_manager: format!("Manager {number}"),
            balance: (number % 10 != 0).then_some(number),
        };
        (number, account)
    }
}

macro_rules! named {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(name: &str) -> Result<Self, String> {
                let found = Self::ALL.into_iter().find(|one| one.name() == name);
                found.ok_or_else(|| format!("`{name}` is none of {:?}", Self::ALL))
            }
        }
    };
}

named!(Database);
named!(Workload);
