//! How texts are written: as sea-query does, but for what a binder put into them.

use crate::sql::binder::{Binder, Tag};
use crate::sql::postgres_type::PostgresType;
use crate::value::Dialect;
use sea_query::{QueryBuilder, QueryStatementWriter, SqlWriter, Value};
use std::fmt;
use std::fmt::Write;

/// A text, and for each of its placeholders the place of its value in the walk.
pub(crate) struct Text {
    pub(crate) sql: String,
    pub(crate) order: Vec<usize>,
}

impl Text {
    /// The text of a statement for its dialect.
    pub(crate) fn of(statement: &impl QueryStatementWriter, binder: &Binder) -> Text {
        let mut writer = Writer {
            binder,
            sql: String::with_capacity(256),
            order: Vec::with_capacity(binder.values.len()),
        };
        match binder.dialect {
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => {
                statement.build_collect_into(sea_query::SqliteQueryBuilder, &mut writer);
            }
            #[cfg(feature = "postgres")]
            Dialect::Postgres => {
                statement.build_collect_into(sea_query::PostgresQueryBuilder, &mut writer);
            }
            #[cfg(feature = "mysql")]
            Dialect::MySql { .. } => {
                statement.build_collect_into(sea_query::MysqlQueryBuilder, &mut writer);
            }
            #[allow(unreachable_patterns)] // Which arms there are depends on the features.
            _ => {
                let _ = statement;
                unreachable!("a connection exists only for a database whose feature is on")
            }
        }
        Text {
            sql: writer.sql,
            order: writer.order,
        }
    }
}

struct Writer<'b> {
    binder: &'b Binder,
    sql: String,
    order: Vec<usize>,
}

impl Writer<'_> {
    /// Writes the placeholder of a parameter.
    ///
    /// sqlx prepares a text once for a connection, and models of one table may have numbers of different width. So on PostgreSQL,
    /// which wants to know the types, the text says them: no two statements that send other types have one text.
    fn write_placeholder(&mut self, at: usize, has_type: bool) -> fmt::Result {
        let number = self.order.len();
        if self.binder.dialect != Dialect::Postgres {
            return self.sql.write_char('?');
        }
        if !has_type {
            return write!(self.sql, "${number}");
        }
        let sent = PostgresType::of(&self.binder.values[at]);
        sent.write_placeholder(number, &mut self.sql)
    }
}

impl Write for Writer<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.sql.push_str(text);
        Ok(())
    }
}

impl fmt::Display for Writer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sql)
    }
}

impl SqlWriter for Writer<'_> {
    fn push_param<B: QueryBuilder>(&mut self, value: Value, _: &B) {
        let Value::BigUnsigned(Some(number)) = value else {
            unreachable!("a binder gives numbers, and the only others are limits")
        };
        match Tag::of(number) {
            Tag::Number(number) => self.sql.push_str(&number.to_string()),
            Tag::Parameter { at, has_type } => {
                self.order.push(at);
                let written = self.write_placeholder(at, has_type);
                written.expect("a string takes any text");
            }
        }
    }

    fn as_writer(&mut self) -> &mut dyn Write {
        self
    }
}
