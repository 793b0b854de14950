//! How a database differs from what models need.

use crate::error::{Error, ErrorKind, Result};
use std::fmt;

/// What differs between a database and its models; from `db.schema::<..>().check()`.
///
/// Its text has a line for each difference, and says what goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a check says nothing by itself"]
pub struct SchemaCheck {
    pub(super) differences: Vec<Difference>,
}

impl SchemaCheck {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.differences.is_empty()
    }

    /// What differs, in the order in which the models were named.
    pub fn differences(&self) -> &[Difference] {
        &self.differences
    }

    /// The check without differences of some kinds: `check.without(&[DifferenceKind::MissingIndex])`.
    pub fn without(mut self, kinds: &[DifferenceKind]) -> SchemaCheck {
        self.differences
            .retain(|difference| !kinds.contains(&difference.kind));
        self
    }

    /// An error with the text of all differences, for a program that shall not start with them.
    ///
    /// # Errors
    /// `InvalidSchema` where something differs.
    pub fn into_result(self) -> Result<()> {
        match self.is_empty() {
            true => Ok(()),
            false => {
                let message = format!("the database differs from the models\n{self}");
                Err(Error::new(ErrorKind::InvalidSchema, message))
            }
        }
    }
}

impl fmt::Display for SchemaCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("the database has all that the models need");
        }
        for (at, difference) in self.differences.iter().enumerate() {
            let end = if at == 0 { "" } else { "\n" };
            write!(f, "{end}{difference}")?;
        }
        Ok(())
    }
}

/// One difference between a database and a model. Its text says what goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub(super) kind: DifferenceKind,
    pub(super) model: &'static str,
    pub(super) relation: Option<&'static str>,
    pub(super) fields: Vec<&'static str>,
    pub(super) table: String,
    pub(super) columns: Vec<String>,
    pub(super) in_database: Option<String>,
    pub(super) in_model: Option<String>,
    pub(super) message: String,
}

impl Difference {
    /// What differs.
    pub fn kind(&self) -> DifferenceKind {
        self.kind
    }

    /// The model of the table.
    pub fn model(&self) -> &'static str {
        self.model
    }

    /// The relation that needs it, as `Supplier.account`'s `account`.
    pub fn relation(&self) -> Option<&'static str> {
        self.relation
    }

    /// The fields of the model that it is about.
    pub fn fields(&self) -> &[&'static str] {
        &self.fields
    }

    /// The table, with its schema where the model names one.
    pub fn table(&self) -> &str {
        &self.table
    }

    /// The columns that it is about.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// What the database has, such as a type or an action; `None` where it has nothing.
    pub fn in_database(&self) -> Option<&str> {
        self.in_database.as_deref()
    }

    /// What the model says; `None` where it says nothing.
    pub fn in_model(&self) -> Option<&str> {
        self.in_model.as_deref()
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// What differs between a database and a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DifferenceKind {
    /// There is no such table or view.
    MissingTable,
    /// The table has no such column: whatever reads or writes rows of the model fails.
    MissingColumn,
    /// The model has no field for a column that needs a value: a row cannot be created.
    RequiredColumn,
    /// The column can be NULL, and the field is not an `Option`.
    NullableColumn,
    /// The column cannot be NULL, and the field is an `Option`.
    NotNullColumn,
    /// No value of the column's type can be read into the field.
    Type,
    /// The column refuses some values of the field, or has some that the field cannot take.
    Range,
    /// The column refuses texts that are as long as the field says.
    Length,
    /// The texts of the database's enum are not those of the field's.
    Values,
    /// The database does not make the value of a field that is `generated`.
    NotGenerated,
    /// The column lacks the default that the model gives it.
    MissingDefault,
    /// The database does not set the time of an update, where the model says `on_update_now`.
    NotSetOnUpdate,
    /// The database always makes the value of the column, and the field is not `generated`.
    ReadOnlyColumn,
    /// Two rows can have the same id.
    PrimaryKey,
    /// Two rows can have the same values where a field is `unique`, or a relation says so.
    MissingUnique,
    /// No foreign key guards a relation.
    MissingForeignKey,
    /// The foreign key refers to something else than the relation does.
    OtherForeignKey,
    /// Deleting the row that is referred to does something else than the relation says.
    OnDelete,
    /// Changing the key that is referred to does something else than the relation says.
    OnUpdate,
    /// No index finds the rows of a relation, or of a field that is to have one. All that goes wrong is that it is slow.
    MissingIndex,
    /// The texts of a key compare in one way on one side of a relation, and in another on the other.
    Collation,
}
