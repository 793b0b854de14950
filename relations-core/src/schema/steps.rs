//! Changes as steps in SQL, in an order that each database can carry out.

mod definition;
mod mysql;
mod postgres;
mod server;
mod sqlite;

use crate::schema::diff::SchemaDiff;
use crate::sql::quote;
use crate::value::Dialect;
pub(super) use definition::quoted_table;

/// A step of a migration: statements that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// What it does, in a line.
    pub about: String,
    /// Its statements, in order, each without a semicolon at its end.
    pub statements: Vec<String>,
    /// Whether it must run outside of the transaction of the others, as PostgreSQL asks for of an index that is made while rows are
    /// written.
    pub is_apart: bool,
}

impl Step {
    /// A step for tests and examples.
    #[doc(hidden)]
    pub fn example(about: &str, statements: &[&str], is_apart: bool) -> Step {
        Step {
            about: about.to_owned(),
            statements: statements.iter().map(|it| (*it).to_owned()).collect(),
            is_apart,
        }
    }

    pub(super) fn new(about: impl ToString, statements: Vec<String>) -> Step {
        Step {
            about: about.to_string(),
            statements,
            is_apart: false,
        }
    }

    pub(super) fn apart(about: impl ToString, statements: Vec<String>) -> Step {
        Step {
            is_apart: true,
            ..Step::new(about, statements)
        }
    }
}

impl SchemaDiff {
    /// The steps that carry the changes out.
    ///
    /// SQLite makes a changed table anew and copies its rows, with the checks of foreign keys off; who runs the steps has to turn them
    /// off before the transaction, and to look at `PRAGMA foreign_key_check` before its end. On MySQL and MariaDB each statement of
    /// a table stands for itself. On PostgreSQL all that is not [apart](Step::is_apart) belongs into one transaction.
    pub fn steps(&self) -> Vec<Step> {
        match self.dialect {
            Dialect::Sqlite => sqlite::steps(self),
            Dialect::Postgres => postgres::steps(self),
            Dialect::MySql { .. } => mysql::steps(self),
        }
    }
}

/// A step for each schema that has tables now and had none.
fn create_schemas(diff: &SchemaDiff, dialect: Dialect) -> Vec<Step> {
    let is_there = |schema: &str| {
        let mut tables = diff.have.tables.iter();
        schema.is_empty() || tables.any(|table| table.schema == schema)
    };
    let mut schemas: Vec<&str> = Vec::new();
    for table in &diff.want.tables {
        if !is_there(&table.schema) && !schemas.contains(&table.schema.as_str()) {
            schemas.push(&table.schema);
        }
    }
    let step = |schema: &str| {
        let sql = format!("CREATE SCHEMA IF NOT EXISTS {}", quote(schema, dialect));
        Step::new(format!("create schema `{schema}`"), vec![sql])
    };
    schemas.into_iter().map(step).collect()
}
