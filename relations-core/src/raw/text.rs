//! Texts of statements and values for them: what cannot carry SQL from outside.

use crate::value::{ColumnType, Dialect, Kind, Value};
use sea_query::{
    DeleteStatement, InsertStatement, QueryStatementWriter, SelectStatement, UpdateStatement,
    Value as SqlValue, WithQuery,
};

/// What a statement of one's own is made of: a text that is part of the program; [`AssertSqlSafe`], for a text made at run time; or a
/// statement of sea-query.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a statement's text",
    label = "expected a `&'static str`, `AssertSqlSafe(..)`, or a statement of sea-query",
    note = "a text that was made at run time may carry SQL from outside: bind values by `.bind(..)`, and say `AssertSqlSafe(text)` where there is none in it"
)]
pub trait IntoSql {
    /// The text for the dialect, with the values that it brings.
    #[doc(hidden)]
    fn into_sql(self, dialect: Dialect) -> (String, Vec<SqlValue>);
}

impl IntoSql for &'static str {
    fn into_sql(self, _: Dialect) -> (String, Vec<SqlValue>) {
        (self.to_owned(), Vec::new())
    }
}

/// A text that was made at run time. Whoever writes this has looked that nothing from outside is part of it: names of tables and
/// columns come from the program, values are bound.
#[derive(Debug, Clone, Copy)]
pub struct AssertSqlSafe<T>(pub T);

impl<T: Into<String>> IntoSql for AssertSqlSafe<T> {
    fn into_sql(self, _: Dialect) -> (String, Vec<SqlValue>) {
        (self.0.into(), Vec::new())
    }
}

macro_rules! of_sea_query {
    ($($statement:ident)*) => { $(
        impl IntoSql for $statement {
            fn into_sql(self, dialect: Dialect) -> (String, Vec<SqlValue>) {
                built(&self, dialect)
            }
        }

        impl IntoSql for &$statement {
            fn into_sql(self, dialect: Dialect) -> (String, Vec<SqlValue>) {
                built(self, dialect)
            }
        }

        impl IntoSql for &mut $statement {
            fn into_sql(self, dialect: Dialect) -> (String, Vec<SqlValue>) {
                built(self, dialect)
            }
        }
    )* };
}

of_sea_query! { SelectStatement InsertStatement UpdateStatement DeleteStatement WithQuery }

fn built(statement: &impl QueryStatementWriter, dialect: Dialect) -> (String, Vec<SqlValue>) {
    let (sql, values): (String, sea_query::Values) = match dialect {
        #[cfg(feature = "sqlite")]
        Dialect::Sqlite => statement.build_any(&sea_query::SqliteQueryBuilder),
        #[cfg(feature = "postgres")]
        Dialect::Postgres => statement.build_any(&sea_query::PostgresQueryBuilder),
        #[cfg(feature = "mysql")]
        Dialect::MySql { .. } => statement.build_any(&sea_query::MysqlQueryBuilder),
        #[allow(unreachable_patterns)] // Which arms there are depends on the features.
        _ => {
            let _ = statement;
            unreachable!("a connection exists only for a database whose feature is on")
        }
    };
    (sql, values.0)
}

/// What can be bound to a placeholder: a value of any type that a column can have, or a `&str`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be bound to a placeholder",
    label = "expected a type that a column can have, or a `&str`"
)]
pub trait IntoBound {
    #[doc(hidden)]
    fn into_bound(self) -> (Value, Kind);
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> IntoBound for T {
    fn into_bound(self) -> (Value, Kind) {
        (self.into_value(), T::KIND)
    }
}

impl IntoBound for &str {
    fn into_bound(self) -> (Value, Kind) {
        (Value::Text(self.to_owned()), Kind::Text)
    }
}

impl IntoBound for &String {
    fn into_bound(self) -> (Value, Kind) {
        self.as_str().into_bound()
    }
}

impl IntoBound for Option<&str> {
    fn into_bound(self) -> (Value, Kind) {
        self.map(str::to_owned).into_bound()
    }
}
