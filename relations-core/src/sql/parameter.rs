//! Parameters: the values that a statement sends.

use crate::error::{Error, ErrorKind, Result};
use crate::model::{FieldMetadata, ModelMetadata, RelationMetadata};
use crate::query::{Bound, Pattern};
use crate::sql::json_path;
use crate::sql::key_list::List;
use crate::sql::time_text::Form;
use crate::sql::{pattern, sql_value, stored_value, time_text};
use crate::value::{Dialect, Value};
use sea_query::Value as SqlValue;
use std::ptr;

/// A value of a statement, by what it is made of.
#[derive(Clone, Copy)]
pub(crate) enum Parameter<'p> {
    /// What a field is compared with, and in which text where it is a time.
    Compared(
        &'static ModelMetadata,
        &'static FieldMetadata,
        &'p Value,
        Form,
    ),
    /// A value that something is computed with.
    Bound(&'static ModelMetadata, &'p Bound),
    /// A value on its way into a row.
    Stored(&'static ModelMetadata, &'static FieldMetadata, &'p Value),
    /// A pattern of LIKE.
    Like(&'static ModelMetadata, &'static FieldMetadata, &'p Pattern),
    /// A regular expression.
    Regexp(&'static ModelMetadata, &'static FieldMetadata, &'p Pattern),
    /// A path into a column of JSON, as the dialect writes it; as a whole, or to the list of that number. A `String`, since texts
    /// that are empty have no address of their own.
    Path(
        &'static ModelMetadata,
        &'static FieldMetadata,
        &'p String,
        Option<usize>,
    ),
    /// What the value at a path is compared with.
    AtPath(&'static ModelMetadata, &'static FieldMetadata, &'p Value),
    /// A list of keys: the parameter of that number.
    List(List<'p>, usize),
    /// What the discriminator of the relation's targets holds.
    Discriminator(&'static RelationMetadata),
    /// The limit and the offset of the statement.
    Limit(u64),
    Offset(u64),
    /// The ranks that are kept: those above the first number, up to the second.
    RankAbove(i64),
    LastRank(i64),
}

/// Which object a parameter is made of, whatever that object holds: its address, and which parameter of it. While a statement
/// is made no two objects have one address. Of limits a statement has one, which needs no address.
pub(crate) type Source = (usize, usize);

impl Parameter<'_> {
    pub(crate) fn source(self) -> Source {
        match self {
            Parameter::Compared(_, _, value, form) => (address(value), form),
            Parameter::Bound(_, bound) => (address(bound), 0),
            Parameter::Stored(_, _, value) => (address(value), 0),
            Parameter::Like(_, _, pattern) | Parameter::Regexp(_, _, pattern) => {
                (address(pattern), 0)
            }
            Parameter::Path(_, _, path, list) => (address(path), list.map_or(0, |list| list + 1)),
            Parameter::AtPath(_, _, value) => (address(value), 0),
            Parameter::List(list, at) => (list.values.as_ptr().addr(), at),
            Parameter::Discriminator(relation) => (address(relation), 0),
            Parameter::Limit(_) => (0, 0),
            Parameter::Offset(_) => (0, 1),
            Parameter::RankAbove(_) => (0, 2),
            Parameter::LastRank(_) => (0, 3),
        }
    }

    /// The value as the database takes it.
    #[inline(always)]
    pub(crate) fn value(self, dialect: Dialect) -> Result<SqlValue> {
        match self {
            Parameter::Compared(model, field, value, form) => {
                let value = sql_value(model, field, value, dialect)?;
                Ok(time_text::in_form(value, form))
            }
            Parameter::Bound(model, Bound { value, kind }) => {
                let sent = value.to_sql(*kind, dialect);
                sent.map_err(|why| unfit(model, why))
            }
            Parameter::Stored(model, field, value) => stored_value(model, field, value, dialect),
            Parameter::Like(model, field, pattern) => pattern::like(model, field, pattern, dialect),
            Parameter::Regexp(model, field, pattern) => {
                pattern::regexp(model, field, pattern, dialect)
            }
            Parameter::Path(model, field, path, list) => {
                json_path::text(model, field, path, list, dialect)
            }
            Parameter::AtPath(model, field, value) => {
                json_path::compared(model, field, value, dialect)
            }
            Parameter::List(list, at) => list.parameter(at, dialect),
            Parameter::Discriminator(relation) => {
                let imposed = relation.imposed_type();
                let (field, value) = imposed.expect("only targets of one type have it");
                sql_value(relation.target(), field, &value, dialect)
            }
            Parameter::Limit(rows) | Parameter::Offset(rows) => Ok(rows.into()),
            Parameter::RankAbove(rank) | Parameter::LastRank(rank) => Ok(rank.into()),
        }
    }
}

/// A limit and an offset, or the first and the last rank, as far as there are any.
pub(crate) type Page = [Option<Parameter<'static>>; 2];

fn unfit(model: &ModelMetadata, why: &str) -> Error {
    let message = format!("a value that `{}` is asked about with: {why}", model.name);
    Error::new(ErrorKind::InvalidValue, message).of_model(model.name)
}

fn address<T>(object: &T) -> usize {
    ptr::from_ref(object).addr()
}

/// A limit up to this is part of the text; there may be a text for each.
const MOST: u64 = 1000;

/// Whether a limit is part of the text.
///
/// PostgreSQL takes a limit that it is not told for a tenth of the rows. So it would plan a prepared statement for a few rows
/// anew each time, or join whole tables for them, <https://www.postgresql.org/docs/15/sql-prepare.html#SQL-PREPARE-NOTES>.
/// SQLite plans by the limit that was bound last, and so prepares a statement again whenever another is bound, or the same.
/// On MySQL, where a connection has room for few texts, nothing is gained.
pub(crate) fn is_written(limit: u64, dialect: Dialect) -> bool {
    limit <= MOST && !dialect.is_mysql()
}
