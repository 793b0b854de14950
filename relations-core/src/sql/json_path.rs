//! What is asked of values inside columns of JSON.

use crate::error::{Error, Result};
use crate::model::{FieldMetadata, ModelMetadata};
use crate::query::{Operator, PathPart, PathPlace, PathTest, Pattern, Scalar, parts};
use crate::sql::condition::Scope;
use crate::sql::parameter::Parameter;
use crate::sql::{pattern, template};
use crate::value::{Dialect, Kind, Value};
use sea_query::{Expr, Value as SqlValue};
use std::fmt::Write;

/// How many lists of a path must be asked whether they are lists: MySQL takes any value for a list of one.
pub(crate) fn asked_lists(path: &str, dialect: Dialect) -> usize {
    match dialect {
        Dialect::MySql { .. } => first_items(&parts(path).unwrap_or_default()).count(),
        _ => 0,
    }
}

/// The places of those parts that lead to the first item of a list.
fn first_items(parts: &[PathPart]) -> impl Iterator<Item = usize> {
    let places = parts.iter().enumerate();
    places.filter_map(|(at, part)| matches!(part, PathPart::Position(0)).then_some(at))
}

/// The path as the dialect writes it: `$."lines"[0]."price"`; or to the list of that number.
pub(crate) fn text(
    model: &ModelMetadata,
    field: &FieldMetadata,
    path: &str,
    list: Option<usize>,
    dialect: Dialect,
) -> Result<SqlValue> {
    let mut parts = parts(path).map_err(|why| Error::invalid_value(model.name, field, why))?;
    if let Some(end) = list.and_then(|list| first_items(&parts).nth(list)) {
        parts.truncate(end);
    }
    // Lax paths of PostgreSQL take any value for a list of one, and look into all items of a list for a key.
    let mut text = match dialect {
        Dialect::Postgres => "strict $".to_owned(),
        _ => "$".to_owned(),
    };
    for part in parts {
        let _ = match part {
            PathPart::Key(key) => write!(text, ".\"{key}\""),
            PathPart::Position(position) => write!(text, "[{position}]"),
        };
    }
    Ok(SqlValue::String(Some(text)))
}

/// What a value at a path is compared with.
pub(crate) fn compared(
    model: &ModelMetadata,
    field: &FieldMetadata,
    value: &Value,
    dialect: Dialect,
) -> Result<SqlValue> {
    let kind = match Scalar::of(value) {
        Scalar::Text => Kind::Text,
        Scalar::Bool => Kind::Bool,
        Scalar::Int => Kind::I64,
        Scalar::Float => Kind::F64,
    };
    let value = value.to_sql(kind, dialect);
    value.map_err(|why| Error::invalid_value(model.name, field, why))
}

impl Scope<'_> {
    /// Whether the value at the path is as it is asked to be. SQL's NULL where it is null.
    pub(crate) fn at_path(
        &self,
        field: &'static FieldMetadata,
        path: &String,
        test: &PathTest,
    ) -> Expr {
        let place = Place {
            scope: self,
            field,
            path,
        };
        match test {
            PathTest::IsNull { negated } => place.is_null(*negated),
            PathTest::Compare(operator, value) => place.compare(*operator, value),
            PathTest::Like(pattern) => place.like(pattern),
        }
    }
}

impl Scope<'_> {
    /// What a value at the path is sorted by. The types have one order on every database.
    pub(crate) fn sorted_at_path(
        &self,
        field: &'static FieldMetadata,
        path: &String,
        part: PathPlace,
    ) -> Expr {
        let place = Place {
            scope: self,
            field,
            path,
        };
        match part {
            PathPlace::Type => place.rank(),
            PathPlace::Number => place.sorted_number(),
            PathPlace::Text => place.sorted_text(),
        }
    }
}

/// A place in a column of JSON.
struct Place<'p> {
    scope: &'p Scope<'p>,
    field: &'static FieldMetadata,
    path: &'p String,
}

impl Place<'_> {
    fn dialect(&self) -> Dialect {
        self.scope.dialect()
    }

    /// The column and the path, in an expression that has both.
    fn expression(&self, text: &str) -> Expr {
        self.of_path(text, None)
    }

    fn of_path(&self, text: &str, list: Option<usize>) -> Expr {
        let path = Parameter::Path(self.scope.model, self.field, self.path, list);
        let parts = [self.scope.column(self.field), self.scope.binder.bind(path)];
        template(text, parts, self.dialect())
    }

    /// The value: JSON, but a value of SQL on SQLite.
    fn value(&self) -> Expr {
        let text = match self.dialect() {
            Dialect::Sqlite => "json_extract(?, ?)",
            Dialect::Postgres => {
                "jsonb_path_query_first(CAST(? AS jsonb), CAST(CAST(? AS text) AS jsonpath), '{}', true)"
            }
            Dialect::MySql { .. } => "JSON_EXTRACT(?, ?)",
        };
        let lists = 0..asked_lists(self.path, self.dialect());
        lists.fold(self.expression(text), |value, list| {
            let list = self.of_path("JSON_TYPE(JSON_EXTRACT(?, ?))", Some(list));
            let text = "CASE WHEN ? = 'ARRAY' THEN ? END";
            template(text, [list, value], self.dialect())
        })
    }

    /// The name of its type.
    fn type_name(&self) -> Expr {
        match self.dialect() {
            Dialect::Sqlite => self.expression("json_type(?, ?)"),
            Dialect::Postgres => template("jsonb_typeof(?)", [self.value()], self.dialect()),
            Dialect::MySql { .. } => template("JSON_TYPE(?)", [self.value()], self.dialect()),
        }
    }

    /// Null, `false`, `true`, numbers, texts, and the rest.
    fn rank(&self) -> Expr {
        let types = || self.type_name();
        match self.dialect() {
            Dialect::Sqlite => template(
                "CASE COALESCE(?, 'null') WHEN 'null' THEN 0 WHEN 'false' THEN 1 WHEN 'true' THEN 2 \
                 WHEN 'integer' THEN 3 WHEN 'real' THEN 3 WHEN 'text' THEN 4 ELSE 5 END",
                [types()],
                self.dialect(),
            ),
            Dialect::Postgres => template(
                "CASE COALESCE(?, 'null') WHEN 'null' THEN 0 \
                 WHEN 'boolean' THEN CASE ? #>> '{}' WHEN 'true' THEN 2 ELSE 1 END \
                 WHEN 'number' THEN 3 WHEN 'string' THEN 4 ELSE 5 END",
                [types(), self.value()],
                self.dialect(),
            ),
            Dialect::MySql { .. } => template(
                "CASE COALESCE(?, 'NULL') WHEN 'NULL' THEN 0 \
                 WHEN 'BOOLEAN' THEN CASE JSON_UNQUOTE(?) WHEN 'true' THEN 2 ELSE 1 END \
                 WHEN 'STRING' THEN 4 WHEN 'ARRAY' THEN 5 WHEN 'OBJECT' THEN 5 ELSE 3 END",
                [types(), self.value()],
                self.dialect(),
            ),
        }
    }

    fn sorted_number(&self) -> Expr {
        self.sorted_as(match self.dialect() {
            Dialect::Sqlite => "CASE WHEN ? IN ('integer', 'real') THEN ? END",
            Dialect::Postgres => "CASE WHEN ? = 'number' THEN CAST(? #>> '{}' AS numeric) END",
            Dialect::MySql { .. } => {
                "CASE WHEN ? IN ('INTEGER', 'UNSIGNED INTEGER', 'DOUBLE', 'DECIMAL') \
                 THEN CAST(JSON_UNQUOTE(?) AS DOUBLE) END"
            }
        })
    }

    fn sorted_text(&self) -> Expr {
        self.sorted_as(match self.dialect() {
            Dialect::Sqlite => "CASE ? WHEN 'text' THEN ? END",
            Dialect::Postgres => "CASE ? WHEN 'string' THEN ? #>> '{}' END",
            Dialect::MySql { .. } => {
                "CASE WHEN ? = 'STRING' THEN JSON_UNQUOTE(?) COLLATE utf8mb4_bin END"
            }
        })
    }

    /// An expression of the type and the value.
    fn sorted_as(&self, text: &str) -> Expr {
        template(text, [self.type_name(), self.value()], self.dialect())
    }

    fn is_null(&self, negated: bool) -> Expr {
        let text = match (self.dialect(), negated) {
            (Dialect::MySql { .. }, false) => "COALESCE(?, 'NULL') = 'NULL'",
            (Dialect::MySql { .. }, true) => "COALESCE(?, 'NULL') <> 'NULL'",
            (_, false) => "COALESCE(?, 'null') = 'null'",
            (_, true) => "COALESCE(?, 'null') <> 'null'",
        };
        template(text, [self.type_name()], self.dialect())
    }

    fn compare(&self, operator: Operator, value: &Value) -> Expr {
        let sign = match operator {
            Operator::Eq => "=",
            Operator::Ne => "<>",
            Operator::Gt => ">",
            Operator::Ge => ">=",
            Operator::Lt => "<",
            Operator::Le => "<=",
        };
        let scalar = Scalar::of(value);
        let given = || {
            let parameter = Parameter::AtPath(self.scope.model, self.field, value);
            self.scope.binder.bind(parameter)
        };
        let of_others = operator == Operator::Ne;
        let types = types(scalar, self.dialect());
        if let (Dialect::MySql { .. }, Scalar::Int | Scalar::Float) = (self.dialect(), scalar) {
            // A DOUBLE does not hold each integer, a DECIMAL not each float.
            let text = format!(
                "CASE WHEN ? = 'INTEGER' THEN CAST(JSON_UNQUOTE(?) AS DECIMAL(65)) {sign} ? \
                 WHEN ? IN {types} THEN CAST(JSON_UNQUOTE(?) AS DOUBLE) {sign} ? \
                 WHEN ? <> 'NULL' THEN {of_others} END"
            );
            let parts = [
                self.type_name(),
                self.value(),
                given(),
                self.type_name(),
                self.value(),
                given(),
                self.type_name(),
            ];
            return template(&text, parts, self.dialect());
        }
        let text = match (self.dialect(), scalar) {
            (Dialect::Sqlite, _) => format!("? {sign} ?"),
            (Dialect::Postgres, Scalar::Text) => format!("(? #>> '{{}}') {sign} ?"),
            (Dialect::Postgres, Scalar::Bool) => {
                format!("CAST(? #>> '{{}}' AS boolean) {sign} ?")
            }
            (Dialect::Postgres, _) => format!("CAST(? #>> '{{}}' AS numeric) {sign} ?"),
            (Dialect::MySql { .. }, Scalar::Bool) => format!("(JSON_UNQUOTE(?) = 'true') {sign} ?"),
            (Dialect::MySql { .. }, _) => {
                format!("JSON_UNQUOTE(?) COLLATE utf8mb4_bin {sign} ?")
            }
        };
        self.where_is(types, &text, given(), of_others)
    }

    fn like(&self, pattern: &Pattern) -> Expr {
        let value = match self.dialect() {
            Dialect::Sqlite => "?",
            Dialect::Postgres => "(? #>> '{}')",
            Dialect::MySql { .. } => "JSON_UNQUOTE(?)",
        };
        let text = pattern::like_text(value, pattern.ignore_case, self.dialect());
        let text = match pattern.negated {
            true => format!("NOT ({text})"),
            false => text,
        };
        let given = Parameter::Like(self.scope.model, self.field, pattern);
        let given = self.scope.binder.bind(given);
        let types = types(Scalar::Text, self.dialect());
        self.where_is(types, &text, given, pattern.negated)
    }

    /// The condition where the value is of one of the types, what holds for values of others, and NULL where there is none.
    fn where_is(&self, types: &str, condition: &str, given: Expr, of_others: bool) -> Expr {
        let null = match self.dialect() {
            Dialect::MySql { .. } => "NULL",
            _ => "null",
        };
        let text = format!(
            "CASE WHEN ? IN {types} THEN {condition} WHEN ? <> '{null}' THEN {of_others} END"
        );
        let parts = [self.type_name(), self.value(), given, self.type_name()];
        template(&text, parts, self.dialect())
    }
}

/// The names of the types that a scalar has.
fn types(scalar: Scalar, dialect: Dialect) -> &'static str {
    match (dialect, scalar) {
        (Dialect::Sqlite, Scalar::Text) => "('text')",
        (Dialect::Sqlite, Scalar::Bool) => "('true', 'false')",
        (Dialect::Sqlite, _) => "('integer', 'real')",
        (Dialect::Postgres, Scalar::Text) => "('string')",
        (Dialect::Postgres, Scalar::Bool) => "('boolean')",
        (Dialect::Postgres, _) => "('number')",
        (Dialect::MySql { .. }, Scalar::Text) => "('STRING')",
        (Dialect::MySql { .. }, Scalar::Bool) => "('BOOLEAN')",
        (Dialect::MySql { .. }, _) => "('UNSIGNED INTEGER', 'DOUBLE', 'DECIMAL')",
    }
}
