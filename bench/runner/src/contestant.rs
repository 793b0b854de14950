//! Who takes part.

use harness::Database::{self, Mariadb, Postgres, Sqlite};

/// A program below `bench`, and the databases on which it takes part.
#[derive(Debug)]
pub(crate) struct Contestant {
    pub(crate) name: &'static str,
    pub(crate) databases: &'static [Database],
}

/// Whose time is 1.00.
pub(crate) const YARDSTICK: &str = "sqlx-batch";

/// Ours.
pub(crate) const RELATIONS: &str = "relations";

/// Ours at an earlier commit, which takes part only where `bench/run --old` has built it.
pub(crate) const RELATIONS_OLD: &str = "relations-old";

/// In the order of the report's columns. The yardstick's digests are those that all others must have, so it goes first.
pub(crate) const CONTESTANTS: &[Contestant] = &[
    Contestant {
        name: YARDSTICK,
        databases: &[Sqlite, Postgres, Mariadb],
    },
    Contestant {
        name: RELATIONS,
        databases: &[Sqlite, Postgres, Mariadb],
    },
    Contestant {
        name: RELATIONS_OLD,
        databases: &[Sqlite, Postgres, Mariadb],
    },
    Contestant {
        name: "sqlx-best",
        databases: &[Sqlite, Postgres, Mariadb],
    },
    Contestant {
        name: "rusqlite",
        databases: &[Sqlite],
    },
    Contestant {
        name: "tokio-postgres",
        databases: &[Postgres],
    },
    Contestant {
        name: "sea-orm",
        databases: &[Sqlite, Postgres],
    },
    Contestant {
        name: "diesel",
        databases: &[Sqlite, Postgres],
    },
    Contestant {
        name: "toasty",
        databases: &[Sqlite, Postgres],
    },
];
