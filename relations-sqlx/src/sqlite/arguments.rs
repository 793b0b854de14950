//! Values as SQLite stores them: byte for byte what sqlx writes, since files are shared with it and compared as text.

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use sea_query::Value;

/// A value for a placeholder.
pub(super) struct Bound<'v>(pub(super) &'v Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        output(self.0).map(|output| output.unwrap_or(ToSqlOutput::Borrowed(ValueRef::Null)))
    }
}

/// `None` is NULL.
fn output(value: &Value) -> rusqlite::Result<Option<ToSqlOutput<'_>>> {
    Ok(match value {
        Value::Bool(value) => value.map(|value| integer(i64::from(value))),
        Value::TinyInt(value) => value.map(|value| integer(value.into())),
        Value::SmallInt(value) => value.map(|value| integer(value.into())),
        Value::Int(value) => value.map(|value| integer(value.into())),
        Value::BigInt(value) => value.map(integer),
        Value::TinyUnsigned(value) => value.map(|value| integer(value.into())),
        Value::SmallUnsigned(value) => value.map(|value| integer(value.into())),
        Value::Unsigned(value) => value.map(|value| integer(value.into())),
        Value::BigUnsigned(value) => value.map(unsigned).transpose()?,
        Value::Float(value) => value.map(|value| real(value.into())),
        Value::Double(value) => value.map(real),
        Value::String(value) => value.as_deref().map(text),
        Value::Char(value) => value.map(|value| written(&value)),
        Value::Bytes(value) => {
            let bytes = value.as_deref();
            bytes.map(|bytes| ToSqlOutput::Borrowed(ValueRef::Blob(bytes)))
        }
        #[cfg(feature = "chrono")]
        Value::ChronoDate(value) => value.map(|value| written(&value.format("%F"))),
        #[cfg(feature = "chrono")]
        Value::ChronoTime(value) => value.map(|value| written(&value.format("%T%.f"))),
        #[cfg(feature = "chrono")]
        Value::ChronoDateTime(value) => value.map(|value| written(&value.format("%F %T%.f"))),
        #[cfg(feature = "chrono")]
        Value::ChronoDateTimeUtc(value) => value.map(|value| {
            let form = chrono::SecondsFormat::AutoSi;
            written(&value.to_rfc3339_opts(form, false))
        }),
        other => return Err(unknown(other)),
    })
}

fn integer(value: i64) -> ToSqlOutput<'static> {
    ToSqlOutput::Borrowed(ValueRef::Integer(value))
}

fn unsigned(value: u64) -> rusqlite::Result<ToSqlOutput<'static>> {
    let value = i64::try_from(value);
    value
        .map(integer)
        .map_err(|_| refused("the number is too large for SQLite"))
}

fn real(value: f64) -> ToSqlOutput<'static> {
    ToSqlOutput::Borrowed(ValueRef::Real(value))
}

fn text(value: &str) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(ValueRef::Text(value.as_bytes()))
}

fn written(value: &impl ToString) -> ToSqlOutput<'static> {
    ToSqlOutput::Owned(rusqlite::types::Value::Text(value.to_string()))
}

/// For types that `relations-core` writes as text or not at all.
fn unknown(value: &Value) -> rusqlite::Error {
    refused(&format!("SQLite has no form for {value:?}"))
}

fn refused(why: &str) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(why.into())
}
