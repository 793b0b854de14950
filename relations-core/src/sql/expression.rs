//! What is computed, to SQL.

use crate::error::{Error, ErrorKind, Result};
use crate::model::{FieldMetadata, ModelMetadata};
use crate::query::{
    Aggregate, AggregateFunction, Bound, Expression, Fragment, Function, Operation, PathPlace,
};
use crate::sql::condition::Scope;
use crate::sql::parameter::Parameter;
use crate::sql::{related, template};
use crate::value::{Dialect, Kind};
use sea_query::Expr;

impl Scope<'_> {
    /// The value as it is compared and sorted.
    pub(crate) fn comparable(&self, expression: &Expression) -> Expr {
        let value = self.expression(expression);
        let kind = expression.kind();
        match self.dialect() == Dialect::Sqlite && is_time(kind) {
            true => shortest(value),
            false => self.collated(kind, value),
        }
    }

    /// The same for an order in which NULL has a place of its own. JSON's null is a type like any other otherwise.
    pub(crate) fn comparable_without_null(&self, expression: &Expression) -> Expr {
        let value = self.comparable(expression);
        match expression {
            Expression::AtPath {
                part: PathPlace::Type,
                ..
            } => template("NULLIF(?, 0)", [value], self.dialect()),
            _ => value,
        }
    }

    pub(crate) fn expression(&self, expression: &Expression) -> Expr {
        match expression {
            Expression::Field(field) => self.column(field),
            Expression::Value(bound) => self.bound(bound),
            Expression::Arithmetic { kind, .. } => {
                let value = self.arithmetic(expression);
                match self.dialect() == Dialect::Sqlite && *kind != Kind::F64 {
                    true => exact(value),
                    false => value,
                }
            }
            Expression::Call { function, of } => self.call(*function, of),
            Expression::Coalesce(first, second) => {
                let parts = [self.expression(first), self.expression(second)];
                template("COALESCE(?, ?)", parts, self.dialect())
            }
            Expression::Fragment(fragment) => self.fragment(fragment),
            Expression::Aggregate(aggregate) => self.aggregate(aggregate),
            Expression::OfTargets {
                relation,
                aggregate,
            } => related::aggregate(self, relation, aggregate),
            Expression::AtPath { field, path, part } => self.sorted_at_path(field, path, *part),
            Expression::TooDeep => unreachable!("the walk refuses it"),
        }
    }

    fn bound(&self, bound: &Bound) -> Expr {
        self.binder.bind(Parameter::Bound(self.model, bound))
    }

    /// Integers are computed with 64 bits everywhere, and divided without a remainder; what is divided by zero is NULL.
    fn arithmetic(&self, expression: &Expression) -> Expr {
        let Expression::Arithmetic {
            operation,
            kind,
            left,
            right,
        } = expression
        else {
            return self.number(expression);
        };
        let text = match (operation, self.dialect().is_mysql() && *kind != Kind::F64) {
            (Operation::Add, _) => "(? + ?)",
            (Operation::Sub, _) => "(? - ?)",
            (Operation::Mul, _) => "(? * ?)",
            (Operation::Div, false) => "(? / NULLIF(?, 0))",
            (Operation::Div, true) => "(? DIV NULLIF(?, 0))",
        };
        let parts = [self.arithmetic(left), self.arithmetic(right)];
        template(text, parts, self.dialect())
    }

    /// An operand, with as many bits as are computed with.
    fn number(&self, expression: &Expression) -> Expr {
        let value = self.expression(expression);
        let text = match (self.dialect(), expression.kind()) {
            (Dialect::Sqlite, _) => return value,
            (Dialect::Postgres, Kind::F64) => "CAST(? AS double precision)",
            (Dialect::MySql { .. }, Kind::F64) => return value,
            (Dialect::Postgres, Kind::I64) if matches!(expression, Expression::Field(_)) => {
                return value;
            }
            (Dialect::Postgres, _) => "CAST(? AS bigint)",
            // A difference of unsigned numbers could not be negative.
            (Dialect::MySql { .. }, Kind::U8 | Kind::U16 | Kind::U32) => "CAST(? AS SIGNED)",
            (Dialect::MySql { .. }, _) => return value,
        };
        template(text, [value], self.dialect())
    }

    pub(crate) fn aggregate(&self, aggregate: &Aggregate) -> Expr {
        let dialect = self.dialect();
        let Some(of) = &aggregate.of else {
            return Expr::cust("COUNT(*)");
        };
        let is_float = of.kind() == Kind::F64;
        match (aggregate.function, dialect) {
            (AggregateFunction::Count, _) => template("COUNT(?)", [self.expression(of)], dialect),
            (AggregateFunction::CountDistinct, _) => {
                template("COUNT(DISTINCT ?)", [self.comparable(of)], dialect)
            }
            (AggregateFunction::Min, _) => template("MIN(?)", [self.comparable(of)], dialect),
            (AggregateFunction::Max, _) => template("MAX(?)", [self.comparable(of)], dialect),
            (AggregateFunction::Average, Dialect::Postgres) => {
                let text = "AVG(CAST(? AS double precision))";
                template(text, [self.expression(of)], dialect)
            }
            // MySQL would give four digits behind the point of a mean of integers.
            (AggregateFunction::Average, _) => {
                template("AVG(? + 0e0)", [self.expression(of)], dialect)
            }
            (AggregateFunction::Sum, Dialect::Postgres) if !is_float => {
                template("CAST(SUM(?) AS bigint)", [self.expression(of)], dialect)
            }
            // To cast a number that is too great gives the greatest that there is, and no error; to add to that is one.
            (AggregateFunction::Sum, Dialect::MySql { .. }) if !is_float => {
                let sum = || template("SUM(?)", [self.expression(of)], dialect);
                let text = "CASE WHEN ? NOT BETWEEN -9223372036854775808 AND 9223372036854775807 \
                            THEN 9223372036854775807 + ABS(CAST(? AS SIGNED) + 1) \
                            ELSE CAST(? AS SIGNED) END";
                template(text, [sum(), sum(), sum()], dialect)
            }
            // SQLite says "integer overflow" by itself.
            (AggregateFunction::Sum, _) => template("SUM(?)", [self.expression(of)], dialect),
        }
    }

    fn call(&self, function: Function, of: &Expression) -> Expr {
        let (dialect, kind) = (self.dialect(), of.kind());
        let is_utc = is_utc(kind);
        let text = match (function, dialect) {
            (Function::Lower, _) => "LOWER(?)",
            (Function::Upper, _) => "UPPER(?)",
            (Function::Length, Dialect::Sqlite) => "LENGTH(?)",
            (Function::Length, Dialect::Postgres) => "CAST(CHAR_LENGTH(?) AS bigint)",
            (Function::Length, Dialect::MySql { .. }) => "CHAR_LENGTH(?)",
            (Function::Year, Dialect::Sqlite) => "CAST(STRFTIME('%Y', ?) AS INTEGER)",
            (Function::Month, Dialect::Sqlite) => "CAST(STRFTIME('%m', ?) AS INTEGER)",
            (Function::Day, Dialect::Sqlite) => "CAST(STRFTIME('%d', ?) AS INTEGER)",
            (Function::Year, Dialect::MySql { .. }) => "YEAR(?)",
            (Function::Month, Dialect::MySql { .. }) => "MONTH(?)",
            (Function::Day, Dialect::MySql { .. }) => "DAYOFMONTH(?)",
            // PostgreSQL would go by the zone of the session.
            (Function::Year, Dialect::Postgres) if is_utc => {
                "CAST(EXTRACT(YEAR FROM ? AT TIME ZONE 'UTC') AS bigint)"
            }
            (Function::Month, Dialect::Postgres) if is_utc => {
                "CAST(EXTRACT(MONTH FROM ? AT TIME ZONE 'UTC') AS bigint)"
            }
            (Function::Day, Dialect::Postgres) if is_utc => {
                "CAST(EXTRACT(DAY FROM ? AT TIME ZONE 'UTC') AS bigint)"
            }
            (Function::Year, Dialect::Postgres) => "CAST(EXTRACT(YEAR FROM ?) AS bigint)",
            (Function::Month, Dialect::Postgres) => "CAST(EXTRACT(MONTH FROM ?) AS bigint)",
            (Function::Day, Dialect::Postgres) => "CAST(EXTRACT(DAY FROM ?) AS bigint)",
            (Function::ToText, Dialect::Sqlite | Dialect::Postgres) => "CAST(? AS text)",
            (Function::ToText, Dialect::MySql { .. }) => "CAST(? AS CHAR)",
            (Function::ToFloat, Dialect::Sqlite) => "CAST(? AS REAL)",
            (Function::ToFloat, Dialect::Postgres) => "CAST(? AS double precision)",
            (Function::ToFloat, Dialect::MySql { .. }) => "(? + 0e0)",
            // The others would round.
            (Function::ToInteger, Dialect::Sqlite) => "CAST(? AS INTEGER)",
            (Function::ToInteger, Dialect::Postgres) => "CAST(TRUNC(?) AS bigint)",
            (Function::ToInteger, Dialect::MySql { .. }) => "CAST(TRUNCATE(?, 0) AS SIGNED)",
        };
        template(text, [self.expression(of)], dialect)
    }

    pub(crate) fn fragment(&self, fragment: &Fragment) -> Expr {
        let pieces = pieces(self.model, fragment).expect("the walk has looked at it");
        let mut text = "(".to_owned();
        for (at, piece) in pieces.iter().enumerate() {
            match (self.dialect(), at) {
                (_, 0) => {}
                (Dialect::Postgres, at) => text.push_str(&format!("${at}")),
                _ => text.push('?'),
            }
            text.push_str(piece);
        }
        text.push(')');
        let parts = fragment.parts.iter().map(|part| match part {
            // PostgreSQL wants to know what the value is before it knows what is done with it.
            Expression::Value(bound) if self.dialect() == Dialect::Postgres => {
                let value = self.bound(bound);
                match bound.kind {
                    Kind::Text => template("CAST(? AS text)", [value], Dialect::Postgres),
                    Kind::I64 => template("CAST(? AS bigint)", [value], Dialect::Postgres),
                    _ => value,
                }
            }
            part => self.expression(part),
        });
        Expr::cust_with_exprs(text, parts)
    }

    /// What is computed, on its way into a row: what the field's type does not hold is an error, and never stored.
    pub(crate) fn new_value(&self, field: &'static FieldMetadata, expression: &Expression) -> Expr {
        let value = self.expression(expression);
        if matches!(expression, Expression::Field(own) if own.length == field.length) {
            return value;
        }
        let range = match field.kind {
            Kind::I8 => Some((i8::MIN.into(), i8::MAX.into())),
            Kind::I16 => Some((i16::MIN.into(), i16::MAX.into())),
            Kind::I32 => Some((i32::MIN.into(), i32::MAX.into())),
            Kind::U8 => Some((0, u8::MAX.into())),
            Kind::U16 => Some((0, u16::MAX.into())),
            Kind::U32 => Some((0, u32::MAX.into())),
            _ => None::<(i64, i64)>,
        };
        match (self.dialect(), range, field.length) {
            // SQLite stores whatever it is given.
            (Dialect::Sqlite, Some((low, high)), _) => {
                let text =
                    format!("CASE WHEN ? NOT BETWEEN {low} AND {high} THEN {OVERFLOW} ELSE ? END");
                let parts = [value.clone(), value.clone(), value];
                template(&text, parts, Dialect::Sqlite)
            }
            (Dialect::Sqlite, None, Some(length)) if field.kind == Kind::Text => {
                let text = format!("CASE WHEN LENGTH(?) > {length} THEN {OVERFLOW} ELSE ? END");
                let parts = [value.clone(), value.clone(), value];
                template(&text, parts, Dialect::Sqlite)
            }
            // Its types for these are wider, or have a sign. The error is that of a `bigint` too great.
            (Dialect::Postgres, Some((low, high)), _) => {
                let text = format!(
                    "CASE WHEN ? NOT BETWEEN {low} AND {high} \
                     THEN 9223372036854775807 + GREATEST(ABS(CAST(? AS bigint)), 1) ELSE ? END"
                );
                let parts = [value.clone(), value.clone(), value];
                template(&text, parts, Dialect::Postgres)
            }
            _ => value,
        }
    }
}

/// An expression of SQLite that is the error "integer overflow", <https://www.sqlite.org/lang_corefunc.html#abs>. What it looks at keeps
/// SQLite from computing it ahead of the rows.
const OVERFLOW: &str = "ABS(-9223372036854775808 - (? IS NULL))";

/// SQLite goes on with a float where an integer has too many digits, and so would lose some.
fn exact(value: Expr) -> Expr {
    let text = format!("CASE TYPEOF(?) WHEN 'real' THEN {OVERFLOW} ELSE ? END");
    let parts = [value.clone(), value.clone(), value];
    template(&text, parts, Dialect::Sqlite)
}

/// The shortest text of a time; see `time_text.rs`.
fn shortest(value: Expr) -> Expr {
    let text = "CASE WHEN INSTR(?, '.') THEN RTRIM(RTRIM(?, '0'), '.') ELSE ? END";
    let parts = [value.clone(), value.clone(), value];
    template(text, parts, Dialect::Sqlite)
}

#[cfg(feature = "chrono")]
fn is_time(kind: Kind) -> bool {
    matches!(kind, Kind::Time | Kind::DateTime | Kind::DateTimeUtc)
}

#[cfg(not(feature = "chrono"))]
fn is_time(_: Kind) -> bool {
    false
}

#[cfg(feature = "chrono")]
fn is_utc(kind: Kind) -> bool {
    kind == Kind::DateTimeUtc
}

#[cfg(not(feature = "chrono"))]
fn is_utc(_: Kind) -> bool {
    false
}

/// The text of a fragment around its parts: one piece more than there are parts.
pub(crate) fn pieces(model: &ModelMetadata, fragment: &Fragment) -> Result<Vec<String>> {
    let refused = |why: &str| {
        let message = format!("the fragment `{}`: {why}", fragment.text);
        Error::new(ErrorKind::InvalidFilter, message).of_model(model.name)
    };
    let mut pieces = vec![String::new()];
    let mut signs = fragment.text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '{' | '}' if signs.peek() == Some(&sign) => {
                signs.next();
            }
            '{' if signs.peek() == Some(&'}') => {
                signs.next();
                pieces.push(String::new());
                continue;
            }
            '{' | '}' => {
                return Err(refused(
                    "`{}` stands for a part, and `{{` and `}}` for braces",
                ));
            }
            // They would be taken for placeholders.
            '?' | '$' => {
                return Err(refused(&format!(
                    "`{sign}` cannot stand in it\nhelp: write `{{}}` where a part goes, and bind a text that holds the sign"
                )));
            }
            _ => {}
        }
        let last = pieces.last_mut().expect("there is one");
        last.push(sign);
    }
    if pieces.len() != fragment.parts.len() + 1 {
        let (places, given) = (pieces.len() - 1, fragment.parts.len());
        return Err(refused(&format!(
            "it has {places} `{{}}`, and {given} parts were given"
        )));
    }
    Ok(pieces)
}

pub(crate) fn too_deep(model: &ModelMetadata) -> Error {
    let message = format!(
        "what is computed from a `{}` is nested too deeply",
        model.name
    );
    Error::new(ErrorKind::InvalidFilter, message).of_model(model.name)
}
