//! The SQL that a database speaks.

/// The SQL a database speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// SQLite 3.41 or newer.
    Sqlite,
    /// PostgreSQL 12 or newer.
    Postgres,
    /// MariaDB 10.6 or newer, and MySQL 8.
    MySql {
        /// Whether `INSERT … RETURNING` is there: MariaDB has it, MySQL has not.
        returning: bool,
    },
}

impl Dialect {
    /// Whether a new row comes back from the statement that inserts it.
    pub(crate) fn insert_returns(self) -> bool {
        !matches!(self, Dialect::MySql { returning: false })
    }

    /// Whether it is MySQL or MariaDB.
    pub(crate) fn is_mysql(self) -> bool {
        matches!(self, Dialect::MySql { .. })
    }
}
