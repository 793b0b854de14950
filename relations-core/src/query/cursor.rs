//! Cursors: the place of a row in an order, as a text.

use crate::error::{Error, ErrorKind, Result};
use crate::json::{JsonValue, from_value, to_value};
use crate::model::{FieldMetadata, ModelMetadata};
use crate::query::order::OrderBy;
use crate::value::Value;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};
use std::fmt;

/// The place of a row in the order of a query, from [`Query::cursor_of`](crate::Query::cursor_of) or a
/// [`Page`](crate::Page); [`Query::after`](crate::Query::after) and [`Query::before`](crate::Query::before) take it.
///
/// It is a text of letters, digits, `-` and `_`, for a URL. It holds the row's values of the columns in the order, and whoever has it
/// can read them and write others: it says where to go on, and never what one may see.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cursor(String);

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Cursor, D::Error> {
        String::deserialize(deserializer).map(Cursor)
    }
}

impl From<String> for Cursor {
    fn from(text: String) -> Cursor {
        Cursor(text)
    }
}

impl From<&str> for Cursor {
    fn from(text: &str) -> Cursor {
        Cursor(text.to_owned())
    }
}

impl AsRef<str> for Cursor {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// What [`Query::after`](crate::Query::after) and [`Query::before`](crate::Query::before) take: a [`Cursor`], its text,
/// or an `Option` of one, in which `None` keeps all rows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a cursor",
    label = "expected a cursor or its text",
    note = "take one from a page, or from `query.cursor_of(&row)`"
)]
pub trait IntoCursor {
    /// The cursor, if there is one.
    fn into_cursor(self) -> Option<Cursor>;
}

macro_rules! cursors {
    ($($type:ty)*) => { $(
        #[diagnostic::do_not_recommend]
        impl IntoCursor for $type {
            fn into_cursor(self) -> Option<Cursor> {
                Some(Cursor::from(self))
            }
        }

        #[diagnostic::do_not_recommend]
        impl IntoCursor for Option<$type> {
            fn into_cursor(self) -> Option<Cursor> {
                self.map(Cursor::from)
            }
        }
    )* };
}

cursors!(Cursor &Cursor String &String &str);

impl From<&Cursor> for Cursor {
    fn from(cursor: &Cursor) -> Cursor {
        cursor.clone()
    }
}

impl From<&String> for Cursor {
    fn from(text: &String) -> Cursor {
        Cursor(text.clone())
    }
}

impl Cursor {
    /// Of the row whose fields, at their positions, hold these values. The order is complete: ties are broken by it.
    pub(crate) fn new(
        model: &'static ModelMetadata,
        order: &[OrderBy],
        value: impl Fn(usize) -> Value,
    ) -> Result<Cursor> {
        if !order.iter().all(OrderBy::has_cursor) {
            return Err(misfit(model, order));
        }
        let mut terms = vec![JsonValue::Text(described(order))];
        for field in own_fields(order) {
            let at = model.fields.iter().position(|own| own == field);
            let value = value(at.expect("it is a field of the model"));
            // JSON has no such number.
            let unwritten = || Error::invalid_value(model.name, field, "a cursor cannot hold it");
            terms.push(from_value(&value, field.kind).ok_or_else(unwritten)?);
        }
        let json = serde_json::to_string(&JsonValue::List(terms));
        let json = json.expect("these terms are JSON");
        Ok(Cursor(URL_SAFE_NO_PAD.encode(json)))
    }

    /// The values of a cursor of this order, field after field; `None` if it is not one.
    pub(crate) fn values(&self, order: &[OrderBy]) -> Option<Vec<Value>> {
        let json = String::from_utf8(URL_SAFE_NO_PAD.decode(&self.0).ok()?).ok()?;
        let JsonValue::List(terms) = JsonValue::from_json(&json).ok()? else {
            return None;
        };
        let (first, terms) = terms.split_first()?;
        let fields = own_fields(order);
        if !order.iter().all(OrderBy::has_cursor) {
            return None;
        }
        if *first != JsonValue::Text(described(order)) || terms.len() != fields.len() {
            return None;
        }
        let values = terms.iter().zip(fields);
        values.map(|(term, field)| read(term, field)).collect()
    }
}

fn read(term: &JsonValue, field: &FieldMetadata) -> Option<Value> {
    match term {
        JsonValue::Null => field.nullable.then_some(Value::Null),
        term => to_value(term, field.kind, false).ok(),
    }
}

fn own_fields(order: &[OrderBy]) -> Vec<&'static FieldMetadata> {
    order.iter().flat_map(OrderBy::own_fields).collect()
}

/// `-created_at,-id`
pub(crate) fn described(order: &[OrderBy]) -> String {
    let names: Vec<String> = order.iter().map(OrderBy::to_string).collect();
    names.join(",")
}

/// That a cursor does not fit a query.
pub(crate) fn misfit(model: &'static ModelMetadata, order: &[OrderBy]) -> Error {
    let message = describe_misfit(model, order);
    Error::new(ErrorKind::InvalidFilter, message).of_model(model.name)
}

pub(crate) fn describe_misfit(model: &'static ModelMetadata, order: &[OrderBy]) -> String {
    if !order.iter().all(OrderBy::has_cursor) {
        return format!(
            "rows of `{}` that are sorted by what is computed have no cursor\nhelp: sort by columns, or use `limit` and `offset`",
            model.name
        );
    }
    format!(
        "the cursor does not belong to the order `{}` of this query on `{}`\nhelp: take it from a page of the same order, \
         and pass it on unchanged",
        described(order),
        model.name
    )
}
