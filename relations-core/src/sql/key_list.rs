//! Lists of values as one parameter, so that neither their number changes the text nor a limit of parameters applies.
//!
//! PostgreSQL takes an array for each column, SQLite and MySQL one JSON text.

use crate::error::Result;
use crate::model::{FieldMetadata, ModelMetadata};
use crate::sql;
use crate::sql::binder::Binder;
use crate::sql::condition::{Alias, Scope};
use crate::sql::parameter::Parameter;
use crate::sql::{quote, sql_value, template};
use crate::value::{Dialect, Kind, Value, list_to_json, list_to_objects};
use sea_query::{Expr, Query, SelectStatement, Value as SqlValue};

/// MySQL's usual limit for a packet is 16 MiB, so a longer list of keys takes several statements.
const LONGEST_JSON: usize = 8 * 1024 * 1024;

/// Splits keys of this many columns where one JSON text would become too long.
pub(crate) fn parts(values: &[Value], columns: usize, dialect: Dialect) -> Vec<&[Value]> {
    if dialect == Dialect::Postgres {
        return vec![values];
    }
    let (mut parts, mut start, mut length) = (Vec::new(), 0, 0);
    for (at, key) in values.chunks(columns).enumerate() {
        let key_length: usize = key.iter().map(json_length).sum();
        if length + key_length > LONGEST_JSON && length > 0 {
            parts.push(&values[start..at * columns]);
            (start, length) = (at * columns, 0);
        }
        length += key_length;
    }
    parts.push(&values[start..]);
    parts
}

/// About how many bytes a value takes in a JSON text.
fn json_length(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len() + 3,
        Value::Bytes(bytes) => bytes.len() * 2 + 3,
        Value::Int(int) => int.unsigned_abs().checked_ilog10().unwrap_or(0) as usize + 3,
        _ => 39,
    }
}

/// Keys of a model's rows, one after the other: of each the values of all these fields.
#[derive(Clone, Copy)]
pub(crate) struct List<'p> {
    pub(crate) model: &'static ModelMetadata,
    pub(crate) fields: &'p [&'static FieldMetadata],
    pub(crate) values: &'p [Value],
}

impl<'p> List<'p> {
    pub(crate) fn new(
        model: &'static ModelMetadata,
        fields: &'p [&'static FieldMetadata],
        values: &'p [Value],
    ) -> List<'p> {
        List {
            model,
            fields,
            values,
        }
    }

    /// Whether its values pass through a list unchanged.
    pub(crate) fn passes(self, dialect: Dialect) -> bool {
        self.fields.iter().all(|field| passes(field.kind, dialect))
    }

    /// How many parameters it is sent as: an array for each column, or one JSON text.
    pub(crate) fn parameters(self, dialect: Dialect) -> usize {
        match dialect {
            Dialect::Postgres if !is_recordset(self.fields) => self.fields.len(),
            _ => 1,
        }
    }

    /// The parameter of that number.
    pub(crate) fn parameter(self, at: usize, dialect: Dialect) -> Result<SqlValue> {
        if dialect == Dialect::Postgres && !is_recordset(self.fields) {
            return self.array(at);
        }
        self.check(dialect)?;
        let json = match dialect {
            Dialect::Postgres => {
                let columns: Vec<&str> = self.fields.iter().map(|field| field.column).collect();
                list_to_objects(self.values, &columns)
            }
            _ => list_to_json(self.values, self.fields.len()),
        };
        let json = json.expect("only kinds that pass through JSON get here");
        Ok(SqlValue::String(Some(json)))
    }

    /// A value that the database cannot hold is refused here as anywhere.
    fn check(self, dialect: Dialect) -> Result<()> {
        for (value, field) in self.values.iter().zip(self.fields.iter().cycle()) {
            // These fit in every database that takes lists as JSON, but for text in PostgreSQL.
            let fits = match value {
                Value::Int(_) => true,
                Value::Text(_) => dialect != Dialect::Postgres,
                _ => false,
            };
            if !fits {
                sql_value(self.model, field, value, dialect)?;
            }
        }
        Ok(())
    }

    /// The values of one column.
    fn array(self, at: usize) -> Result<SqlValue> {
        let field = self.fields[at];
        let column = self.values.iter().skip(at).step_by(self.fields.len());
        let elements = column.map(|value| sql_value(self.model, field, value, Dialect::Postgres));
        Ok(array(field.kind, elements.collect::<Result<_>>()?))
    }

    fn bound(self, binder: &Binder) -> Vec<Expr> {
        let parameters = 0..self.parameters(binder.dialect);
        let bind = |at| binder.bind(Parameter::List(self, at));
        parameters.map(bind).collect()
    }

    /// The list, column after column: an array or a sub-select.
    pub(crate) fn expression(self, binder: &Binder) -> Expr {
        let bound = self.bound(binder);
        match binder.dialect {
            Dialect::Postgres if !is_recordset(self.fields) => unnest(bound),
            dialect => Expr::cust_with_exprs(self.select(false, dialect), bound),
        }
    }

    /// The keys, each with its position, as a sub-select.
    pub(crate) fn positioned(self, binder: &Binder) -> SelectStatement {
        let text = self.select(true, binder.dialect);
        // The text has a FROM of its own, and so is all that is selected.
        let text = text.trim_start_matches("SELECT ").to_owned();
        let mut select = Query::select();
        select.expr(Expr::cust_with_exprs(text, self.bound(binder)));
        select
    }

    /// The keys of PostgreSQL's arrays as a sub-select.
    pub(crate) fn unnested(self, binder: &Binder) -> SelectStatement {
        let at = 0..self.fields.len();
        let names: Vec<String> = at.map(|at| format!("k{at}")).collect();
        let places: Vec<String> = (1..=names.len()).map(|at| format!("${at}")).collect();
        let text = format!(
            "* FROM unnest({}) AS list ({})",
            places.join(", "),
            names.join(", ")
        );
        let mut select = Query::select();
        select.expr(Expr::cust_with_exprs(text, self.bound(binder)));
        select
    }

    fn select(self, has_positions: bool, dialect: Dialect) -> String {
        match dialect {
            Dialect::Postgres => recordset(self.model, self.fields, has_positions),
            Dialect::Sqlite => json_each(self.fields, has_positions),
            Dialect::MySql { .. } => json_table(self.fields, has_positions),
        }
    }

    /// That the fields of a row are one of the keys.
    pub(crate) fn is_one(self, scope: &Scope) -> Expr {
        let (dialect, list) = (scope.dialect(), self.expression(scope.binder));
        if let [field] = self.fields {
            let text = match dialect {
                Dialect::Postgres => "? = ANY(?)",
                _ => "? IN (?)",
            };
            return template(text, [scope.column(field), list], dialect);
        }
        let alias = scope.alias.map(|alias| quote(&alias.name(), dialect) + ".");
        let alias = alias.unwrap_or_default();
        let columns = self.fields.iter();
        let columns = columns.map(|field| format!("{alias}{}", quote(field.column, dialect)));
        let columns: Vec<String> = columns.collect();
        let text = format!("({}) IN (?)", columns.join(", "));
        template(&text, [list], dialect)
    }
}

const POSITION: &str = "relations_at";

/// The position of a key in a list that is [`positioned`](List::positioned).
pub(crate) fn position() -> Expr {
    Expr::col((Alias::Keys.name(), POSITION))
}

/// A column of a key in a list that is [`positioned`](List::positioned).
pub(crate) fn key_column(at: usize) -> Expr {
    Expr::col((Alias::Keys.name(), format!("k{at}")))
}

/// Whether PostgreSQL takes the list as JSON. An array has the type of its elements, text, and not that of the column, which
/// may be CHAR, an enum, or another type that decides what is equal.
fn is_recordset(fields: &[&FieldMetadata]) -> bool {
    fields.iter().any(|field| field.kind == Kind::Text)
}

/// `SELECT list."code" FROM json_populate_recordset((SELECT relations_row FROM "country" AS relations_row WHERE FALSE), $1::json)
/// AS list`, in which each value has the type of its column, <https://www.postgresql.org/docs/15/functions-json.html>. The row's type
/// is not named: for a table `line` that would be PostgreSQL's own type of this name.
fn recordset(model: &ModelMetadata, fields: &[&FieldMetadata], has_positions: bool) -> String {
    let mut columns = Vec::new();
    if has_positions {
        columns.push(format!("list.ordinality AS {POSITION}"));
    }
    for (at, field) in fields.iter().enumerate() {
        let column = quote(field.column, Dialect::Postgres);
        columns.push(match has_positions {
            true => format!("list.{column} AS k{at}"),
            false => format!("list.{column}"),
        });
    }
    format!(
        "SELECT {} FROM json_populate_recordset((SELECT relations_row FROM {} AS relations_row WHERE FALSE), CAST($1 AS json)){} AS list",
        columns.join(", "),
        sql::quoted_table(model, Dialect::Postgres),
        if has_positions {
            " WITH ORDINALITY"
        } else {
            ""
        }
    )
}

/// Whether a list of such values is one parameter on every database.
pub(crate) fn is_one_parameter(kind: Kind) -> bool {
    let mysql = Dialect::MySql { returning: true };
    passes(kind, Dialect::Sqlite) && passes(kind, Dialect::Postgres) && passes(kind, mysql)
}

fn passes(kind: Kind, dialect: Dialect) -> bool {
    match kind {
        Kind::F32 | Kind::F64 => dialect == Dialect::Postgres,
        #[cfg(feature = "serde_json")]
        Kind::Json => false,
        Kind::List(_) => false,
        #[cfg(feature = "chrono")]
        Kind::Time | Kind::DateTime | Kind::DateTimeUtc => dialect == Dialect::Postgres,
        #[cfg(feature = "rust_decimal")]
        Kind::Decimal => {
            dialect != Dialect::MySql { returning: true }
                && dialect != Dialect::MySql { returning: false }
        }
        _ => true,
    }
}

#[cfg(feature = "postgres")]
fn array(kind: Kind, elements: Vec<SqlValue>) -> SqlValue {
    SqlValue::Array(crate::value::array_type(kind), Some(Box::new(elements)))
}

#[cfg(not(feature = "postgres"))]
fn array(_: Kind, _: Vec<SqlValue>) -> SqlValue {
    unreachable!("arrays are PostgreSQL's, whose feature is off")
}

/// `$1`, or `SELECT * FROM unnest($1, $2)` for several columns.
fn unnest(mut columns: Vec<Expr>) -> Expr {
    if columns.len() == 1 {
        return columns.remove(0);
    }
    let placeholders: Vec<String> = (1..=columns.len()).map(|at| format!("${at}")).collect();
    let text = format!("SELECT * FROM unnest({})", placeholders.join(", "));
    Expr::cust_with_exprs(text, columns)
}

/// `SELECT value FROM json_each(?)`, <https://sqlite.org/json1.html#jeach>.
fn json_each(fields: &[&FieldMetadata], has_positions: bool) -> String {
    let position = has_positions.then(|| format!("key AS {POSITION}"));
    let columns = fields.iter().enumerate().map(|(at, field)| {
        let element = match fields.len() {
            1 => "value".to_owned(),
            _ => format!("json_extract(value, '$[{at}]')"),
        };
        let element = match field.kind {
            Kind::Bytes => format!("unhex({element})"),
            _ => element,
        };
        match has_positions {
            true => format!("{element} AS k{at}"),
            false => element,
        }
    });
    let columns: Vec<String> = position.into_iter().chain(columns).collect();
    format!("SELECT {} FROM json_each(?)", columns.join(", "))
}

/// `SELECT k0 FROM JSON_TABLE(?, '$[*]' COLUMNS (k0 BIGINT PATH '$')) AS list`,
/// <https://mariadb.com/kb/en/json_table/>.
fn json_table(fields: &[&FieldMetadata], has_positions: bool) -> String {
    let (mut selected, mut columns) = (Vec::new(), Vec::new());
    if has_positions {
        columns.push("at FOR ORDINALITY".to_owned());
        selected.push(format!("at AS {POSITION}"));
    }
    for (at, field) in fields.iter().enumerate() {
        let path = if fields.len() == 1 {
            "$".to_owned()
        } else {
            format!("$[{at}]")
        };
        let name = format!("k{at}");
        columns.push(format!(
            "{name} {} PATH '{path}'",
            json_table_type(field.kind)
        ));
        let value = from_json_table(field.kind, &name);
        selected.push(match has_positions {
            true => format!("{value} AS {name}"),
            false => value,
        });
    }
    format!(
        "SELECT {} FROM JSON_TABLE(?, '$[*]' COLUMNS ({})) AS list",
        selected.join(", "),
        columns.join(", ")
    )
}

/// What a column of `JSON_TABLE` stands for. A text is unquoted by a function, whose result leaves it to the column that it is
/// compared with how to compare; one of the table's own would have a collation, and MariaDB refuses to choose between two.
pub(crate) fn from_json_table(kind: Kind, column: &str) -> String {
    match kind {
        Kind::Text => format!("JSON_UNQUOTE({column})"),
        Kind::Bytes => format!("UNHEX({column})"),
        #[cfg(feature = "uuid")]
        Kind::Uuid => format!("UNHEX(REPLACE({column}, '-', ''))"),
        _ => column.to_owned(),
    }
}

pub(crate) fn json_table_type(kind: Kind) -> &'static str {
    match kind {
        Kind::U64 => "BIGINT UNSIGNED",
        #[cfg(feature = "chrono")]
        Kind::Date => "DATE",
        #[cfg(feature = "chrono")]
        Kind::Time => "TIME(6)",
        #[cfg(feature = "chrono")]
        Kind::DateTime | Kind::DateTimeUtc => "DATETIME(6)",
        Kind::Text => "JSON",
        Kind::Bytes => "LONGTEXT CHARACTER SET utf8mb4",
        #[cfg(feature = "uuid")]
        Kind::Uuid => "CHAR(36) CHARACTER SET ascii",
        _ => "BIGINT",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_split_where_databases_take_json() {
        let text = "x".repeat(LONGEST_JSON / 4);
        let values: Vec<Value> = (0..10).map(|_| Value::Text(text.clone())).collect();
        let lengths = |dialect| -> Vec<usize> {
            parts(&values, 2, dialect)
                .into_iter()
                .map(<[Value]>::len)
                .collect()
        };
        // Two columns to a key, so keys are never torn apart.
        assert_eq!(lengths(Dialect::Sqlite), [2, 2, 2, 2, 2]);
        assert_eq!(lengths(Dialect::Postgres), [10]);
    }

    #[test]
    fn a_hundred_thousand_integers_are_one_part() {
        let values: Vec<Value> = (0..100_000).map(Value::Int).collect();
        assert_eq!(
            parts(&values, 1, Dialect::MySql { returning: true }).len(),
            1
        );
    }
}
