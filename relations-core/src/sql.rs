//! Plans and metadata to SQL, one text and its values for each dialect; no I/O.

mod binder;
mod cache;
mod condition;
mod ddl;
mod expression;
mod json_path;
mod key_list;
mod parameter;
mod pattern;
mod postgres_type;
pub(crate) mod regex;
mod related;
mod request;
mod seek;
mod select;
mod separate;
#[cfg(test)]
mod tests;
mod time_text;
mod value_order;
mod walk;
mod write;
mod writer;
use crate::error::{Error, Result};
use crate::model::{FieldMetadata, ModelMetadata};
use crate::value::{Dialect, Value};
pub(crate) use cache::most_parameters;
pub use ddl::{Creation, ModelSet, Schema, TableCreation};
pub(crate) use ddl::{
    KeyConstraint, OnUpdate, Table as DdlTable, check_of_enum, check_of_length, column_comment,
    column_type, literal, on_update_clause, plain_type, table_comment, text_types,
    texts as literals,
};
pub(crate) use key_list::is_one_parameter;
pub(crate) use request::{InsertForm, RowLock};
use sea_query::{Expr, IntoIden, SchemaName, TableName, Value as SqlValue};
pub(crate) use select::{
    count, count_now, exists, holder_of, of_source, select, select_counted, select_locked, values,
};
pub(crate) use separate::{
    KeyList, count_by_keys, first_position, gives_positions, is_sorted_in_memory, key_of_linked,
    select_by_ids, select_by_keys,
};
use std::fmt;
use std::sync::Arc;
pub(crate) use write::{delete, insert, overwrite, select_by_fields, update};

/// One SQL text with its values, in the order of their placeholders.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Statement {
    /// The text, with the dialect's own placeholders. Statements that differ in their values only share it.
    pub sql: Arc<str>,
    /// The values for the placeholders.
    pub values: sea_query::Values,
}

impl Statement {
    /// A text with the values for its placeholders.
    pub fn new(sql: impl Into<Arc<str>>, values: sea_query::Values) -> Statement {
        Statement {
            sql: sql.into(),
            values,
        }
    }

    /// Whether it only reads, as far as its words tell.
    pub fn only_reads(&self) -> bool {
        if self.sql.starts_with("SELECT") {
            return true;
        }
        let mut words = words(&self.sql);
        match words.next() {
            Some(first) if is_any(first, &["SELECT", "VALUES"]) => true,
            Some(first) if is_any(first, &["WITH"]) => {
                words.all(|word| !is_any(word, &["INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE"]))
            }
            _ => false,
        }
    }
}

fn words(sql: &str) -> impl Iterator<Item = &str> {
    let words = sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| !word.is_empty())
}

fn is_any(word: &str, of: &[&str]) -> bool {
    of.iter().any(|other| word.eq_ignore_ascii_case(other))
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sql)
    }
}

/// A name in the dialect's quotes.
pub(crate) fn quote(name: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::MySql { .. } => format!("`{}`", name.replace('`', "``")),
        _ => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

/// The table of a model, with its schema where it has one.
pub(crate) fn table(model: &ModelMetadata) -> TableName {
    let schema = model.schema.map(|name| SchemaName(None, name.into_iden()));
    TableName(schema, model.table.into_iden())
}

/// The same as text.
pub(crate) fn quoted_table(model: &ModelMetadata, dialect: Dialect) -> String {
    let table = quote(model.table, dialect);
    match model.schema {
        Some(schema) => format!("{}.{table}", quote(schema, dialect)),
        None => table,
    }
}

/// The columns of a model, quoted, in the order of its fields.
fn quoted_columns(model: &ModelMetadata, dialect: Dialect) -> String {
    let columns: Vec<String> = model
        .fields
        .iter()
        .map(|field| quote(field.column, dialect))
        .collect();
    columns.join(", ")
}

/// A value for a field, or an error that names the field.
fn sql_value(
    model: &ModelMetadata,
    field: &FieldMetadata,
    value: &Value,
    dialect: Dialect,
) -> Result<SqlValue> {
    value
        .to_sql(field.kind, dialect)
        .map_err(|why| Error::invalid_value(model.name, field, why))
}

/// A value on its way into a row, or an error that names the field.
fn stored_value(
    model: &ModelMetadata,
    field: &FieldMetadata,
    value: &Value,
    dialect: Dialect,
) -> Result<SqlValue> {
    // SQLite does not mind the length of a text, and where others do they do not always name the column.
    if let (Some(length), Value::Text(text)) = (field.length, value)
        && text.chars().count() > length as usize
    {
        let why = format!("the text is longer than {length} characters");
        return Err(Error::invalid_value(model.name, field, &why));
    }
    if let Some(why) = field.misfit(value) {
        return Err(Error::invalid_value(model.name, field, &why));
    }
    sql_value(model, field, value, dialect)
}

/// An expression with `?` where the parts go, which become the dialect's own placeholders.
fn template<const N: usize>(text: &str, parts: [Expr; N], dialect: Dialect) -> Expr {
    if dialect != Dialect::Postgres {
        return Expr::cust_with_exprs(text.to_owned(), parts);
    }
    let mut numbered = String::with_capacity(text.len() + N);
    for (at, piece) in text.split('?').enumerate() {
        if at > 0 {
            numbered.push_str(&format!("${at}"));
        }
        numbered.push_str(piece);
    }
    Expr::cust_with_exprs(numbered, parts)
}

/// "`id` 7" or "`country` "SE" and `number` 4", for messages.
pub(crate) fn describe_key(names: &[&str], values: &[Value]) -> String {
    let parts = names.iter().zip(values);
    let parts: Vec<String> = parts
        .map(|(name, value)| format!("`{name}` {}", value.display()))
        .collect();
    parts.join(" and ")
}
