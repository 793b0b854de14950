//! Tables as a database has them. A driver reads them from the database's own catalog.

use crate::model::{ModelMetadata, ReferentialAction};
use std::fmt;

/// The name of a table to look up.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TableName {
    /// The schema, or the database on MySQL; `None` for that of the connection.
    pub schema: Option<String>,
    /// The name of the table or view.
    pub name: String,
}

impl TableName {
    /// The name of a model's table.
    pub fn of(model: &ModelMetadata) -> TableName {
        TableName {
            schema: model.schema().map(str::to_owned),
            name: model.table().to_owned(),
        }
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// A table or a view, as the database has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Table {
    /// The schema it is in, or the database on MySQL.
    pub schema: String,
    /// Its name, as the database writes it.
    pub name: String,
    /// Whether it is a view, which has neither keys nor columns that must be given.
    pub is_view: bool,
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// The columns of the primary key, in order; none without one.
    pub primary_key: Vec<String>,
    /// The name of the primary key, where the database has names for them.
    pub primary_key_name: Option<String>,
    /// All other indexes, those of unique constraints too.
    pub indexes: Vec<Index>,
    /// The foreign keys that its rows hold.
    pub foreign_keys: Vec<ForeignKey>,
    /// What is checked of each row. Only where all of a schema is read.
    pub checks: Vec<Check>,
    /// What is said of it in the database. Only where all of a schema is read.
    pub comment: Option<String>,
}

/// A column of a [`Table`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Column {
    /// Its name, as the database writes it.
    pub name: String,
    /// Its type, as the database writes it: `character varying(20)`, `bigint(20) unsigned`. What a domain stands on.
    pub type_name: String,
    /// Whether it may be NULL. No column of a primary key may.
    pub is_nullable: bool,
    /// The SQL of its default.
    pub default: Option<String>,
    /// Whether the database makes its values, in another way than by a default.
    pub generation: Option<Generation>,
    /// Whether the database sets it to the time of each update: by `ON UPDATE` on MySQL, elsewhere by the trigger that schemas of
    /// models make.
    pub is_set_on_update: bool,
    /// Its collation, of a text, where the database tells it.
    pub collation: Option<String>,
    /// The texts it may hold, where its type is an enum of the database.
    pub values: Vec<String>,
    /// What is said of it in the database. Only where all of a schema is read.
    pub comment: Option<String>,
}

/// When the database makes the value of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Generation {
    /// Where none is given: an identity, `AUTO_INCREMENT`, SQLite's `INTEGER PRIMARY KEY`.
    IfNotGiven,
    /// Always, and none can be given: a computed column, an identity that is `GENERATED ALWAYS`.
    Always,
}

/// An index of a [`Table`], by which rows are found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Index {
    /// Its name, or that of its constraint.
    pub name: String,
    /// Its columns, in order; `None` for an expression.
    pub columns: Vec<Option<String>>,
    /// Whether no two of its rows have the same values.
    pub is_unique: bool,
    /// The condition of the rows that are in it, where not all are.
    pub condition: Option<String>,
}

/// What is checked of each row of a [`Table`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// Its name; SQLite tells none.
    pub name: Option<String>,
    /// The column whose definition it is a part of, where the database keeps that.
    pub column: Option<String>,
    /// The SQL that is true of each row, or NULL.
    pub sql: String,
}

impl From<String> for Check {
    /// A check without a name.
    fn from(sql: String) -> Check {
        Check {
            sql,
            ..Check::default()
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sql)
    }
}

/// A foreign key of a [`Table`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ForeignKey {
    /// Its name; SQLite tells none.
    pub name: Option<String>,
    /// The columns that hold it, in order.
    pub columns: Vec<String>,
    /// The schema of the table it refers to.
    pub referred_schema: String,
    /// The table it refers to.
    pub referred_table: String,
    /// The columns it refers to, in order.
    pub referred_columns: Vec<String>,
    /// What happens to its rows when the row they refer to is deleted.
    pub on_delete: ReferentialAction,
    /// What happens to its rows when the key they refer to changes.
    pub on_update: ReferentialAction,
}

impl Default for ForeignKey {
    fn default() -> Self {
        ForeignKey {
            name: None,
            columns: Vec::new(),
            referred_schema: String::new(),
            referred_table: String::new(),
            referred_columns: Vec::new(),
            on_delete: ReferentialAction::NoAction,
            on_update: ReferentialAction::NoAction,
        }
    }
}

impl Column {
    /// Whether a row can be stored without a value for it.
    pub fn may_be_left_out(&self) -> bool {
        self.is_nullable || self.default.is_some() || self.generation.is_some()
    }
}

impl Index {
    /// Whether all rows are in it that have a value in each of its columns.
    pub fn covers_all_rows(&self) -> bool {
        let Some(condition) = &self.condition else {
            return true;
        };
        let plain = |text: &str| {
            let kept = text.chars().filter(|letter| !"()\"`[]".contains(*letter));
            let kept = kept.collect::<String>().to_lowercase();
            kept.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let columns = self.columns.iter().flatten();
        let mut not_null = columns.map(|column| format!("{} is not null", plain(column)));
        not_null.any(|not_null| not_null == plain(condition))
    }
}
