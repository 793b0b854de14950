//! The function behind SQLite's `REGEXP`, which has none of its own.

use regex::Regex;
use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use std::borrow::Cow;
use std::sync::Arc;

pub(super) fn add(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("regexp", 2, flags, regexp)
}

/// `text REGEXP pattern`, which SQLite calls with the pattern first. NULL where either is NULL.
fn regexp(context: &Context<'_>) -> rusqlite::Result<Option<bool>> {
    if context.get_raw(0) == ValueRef::Null {
        return Ok(None);
    }
    // Compiled once a statement, as long as the pattern is a parameter.
    let pattern: Arc<Regex> = context.get_or_create_aux(0, |pattern| {
        let pattern = text(pattern).ok_or("the pattern is not a text")?;
        Regex::new(&pattern).map_err(|error| message_of(&error))
    })?;
    let Some(value) = text(context.get_raw(1)) else {
        return Ok(None);
    };
    Ok(Some(pattern.is_match(&value)))
}

fn message_of(error: &regex::Error) -> Box<dyn std::error::Error + Send + Sync> {
    error.to_string().into()
}

/// The value as text, into which SQLite turns numbers; `None` for NULL and for bytes that are no text.
fn text(value: ValueRef<'_>) -> Option<Cow<'_, str>> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(value) => Some(value.to_string().into()),
        ValueRef::Real(value) => Some(format!("{value:?}").into()),
        ValueRef::Text(text) | ValueRef::Blob(text) => {
            std::str::from_utf8(text).ok().map(Cow::from)
        }
    }
}
