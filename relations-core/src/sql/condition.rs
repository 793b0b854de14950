//! Conditions to SQL expressions.

use crate::error::{Error, Result};
use crate::model::{FieldMetadata, ModelMetadata};
use crate::query::{Condition, Operator};
use crate::sql::{key_list, regex, related, sql_value, template};
#[cfg(feature = "rust_decimal")]
use crate::value::Kind;
use crate::value::{Dialect, Value};
use sea_query::{Expr, ExprTrait, Value as SqlValue};

/// Where a condition is used: which model its columns belong to, and under which name the statement knows the table.
#[derive(Clone, Copy)]
pub(crate) struct Scope {
    pub(crate) model: &'static ModelMetadata,
    /// `None` in statements of a single table, which name columns alone.
    pub(crate) alias: Option<Alias>,
    pub(crate) dialect: Dialect,
}

/// The name of a table in a statement.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Alias {
    /// `t0`, `t1`, …: the rows and their joined includes, in the order in which they join.
    Row(usize),
    /// `r1`, `r2`, …: the related rows of a condition, by how deep it is nested.
    Related(usize),
    /// `l0`, `l1`, …: the links to the rows or related rows of that number.
    Link(usize),
    /// `s`: the source of a single target.
    Source,
    /// `k`: a list of keys with their positions.
    Keys,
}

impl Alias {
    pub(crate) fn name(self) -> String {
        match self {
            Alias::Row(at) => format!("t{at}"),
            Alias::Related(depth) => format!("r{depth}"),
            Alias::Link(at) => format!("l{at}"),
            Alias::Source => "s".to_owned(),
            Alias::Keys => "k".to_owned(),
        }
    }
}

impl Scope {
    pub(crate) fn new(model: &'static ModelMetadata, alias: Alias, dialect: Dialect) -> Scope {
        Scope {
            model,
            alias: Some(alias),
            dialect,
        }
    }

    /// Of a statement of this table alone.
    pub(crate) fn alone(model: &'static ModelMetadata, dialect: Dialect) -> Scope {
        Scope {
            model,
            alias: None,
            dialect,
        }
    }

    pub(crate) fn column(&self, field: &FieldMetadata) -> Expr {
        match self.alias {
            Some(alias) => Expr::col((alias.name(), field.column)),
            None => Expr::col(field.column),
        }
    }

    pub(crate) fn value(&self, field: &FieldMetadata, value: &Value) -> Result<Expr> {
        Ok(Expr::val(sql_value(
            self.model,
            field,
            value,
            self.dialect,
        )?))
    }

    /// The column as it sorts and compares by size.
    pub(crate) fn ordered(&self, field: &FieldMetadata) -> Expr {
        let column = self.column(field);
        // SQLite keeps decimals as text, since it has no exact type for them; the collation compares numbers.
        #[cfg(feature = "rust_decimal")]
        if field.kind == Kind::Decimal && self.dialect == Dialect::Sqlite {
            return template("? COLLATE relations_decimal", [column], self.dialect);
        }
        column
    }

    pub(crate) fn condition(&self, condition: &Condition) -> Result<Expr> {
        Ok(match condition {
            Condition::Compare {
                field,
                operator,
                value,
            } => self.compare(field, *operator, self.value(field, value)?),
            Condition::Between { field, low, high } => self
                .ordered(field)
                .between(self.value(field, low)?, self.value(field, high)?),
            Condition::In {
                field,
                values,
                negated,
            } => self.in_list(field, values, *negated)?,
            Condition::Like {
                field,
                pattern,
                negated,
                ignore_case,
            } => {
                let like = self.like(field, pattern, *ignore_case)?;
                if *negated { like.not() } else { like }
            }
            Condition::Regexp {
                field,
                pattern,
                negated,
                ignore_case,
            } => {
                let regexp = self.regexp(field, pattern, *ignore_case)?;
                if *negated { regexp.not() } else { regexp }
            }
            Condition::IsNull {
                field,
                negated: false,
            } => self.column(field).is_null(),
            Condition::IsNull {
                field,
                negated: true,
            } => self.column(field).is_not_null(),
            Condition::Related {
                relation,
                quantifier,
                condition,
            } => related::exists(self, relation, *quantifier, condition.as_deref())?,
            Condition::Linked { relation, key } => related::linked(self, relation, key)?,
            Condition::Unlinked { relation } => related::unlinked(self, relation),
            Condition::Keys { keys, .. } if keys.is_empty() => constant(false),
            Condition::Keys { fields, keys } => key_list::in_keys(self, fields, &keys.concat())?,
            Condition::All(parts) => self.join(parts, true)?,
            Condition::Any(parts) => self.join(parts, false)?,
            Condition::Not(inner) => self.condition(inner)?.not(),
        })
    }

    fn compare(&self, field: &FieldMetadata, operator: Operator, value: Expr) -> Expr {
        match operator {
            Operator::Eq => self.column(field).eq(value),
            Operator::Ne => self.column(field).ne(value),
            Operator::Gt => self.ordered(field).gt(value),
            Operator::Ge => self.ordered(field).gte(value),
            Operator::Lt => self.ordered(field).lt(value),
            Operator::Le => self.ordered(field).lte(value),
        }
    }

    fn join(&self, parts: &[Condition], all: bool) -> Result<Expr> {
        let mut joined: Option<Expr> = None;
        for part in parts {
            let part = self.condition(part)?;
            joined = Some(match joined {
                None => part,
                Some(first) if all => first.and(part),
                Some(first) => first.or(part),
            });
        }
        Ok(joined.unwrap_or_else(|| constant(all)))
    }

    fn in_list(
        &self,
        field: &'static FieldMetadata,
        values: &[Value],
        negated: bool,
    ) -> Result<Expr> {
        if values.is_empty() {
            return Ok(constant(negated));
        }
        if let Some(list) = key_list::expression(self.model, &[field], values, self.dialect)? {
            let column = self.column(field);
            return Ok(match (self.dialect, negated) {
                (Dialect::Postgres, false) => template("? = ANY(?)", [column, list], self.dialect),
                (Dialect::Postgres, true) => template("? <> ALL(?)", [column, list], self.dialect),
                (_, false) => template("? IN (?)", [column, list], self.dialect),
                (_, true) => template("? NOT IN (?)", [column, list], self.dialect),
            });
        }
        let values: Result<Vec<Expr>> = values
            .iter()
            .map(|value| self.value(field, value))
            .collect();
        let column = self.column(field);
        Ok(if negated {
            column.is_not_in(values?)
        } else {
            column.is_in(values?)
        })
    }

    /// One meaning on every database: `like` minds case, `ilike` does not, `\` escapes.
    fn like(&self, field: &FieldMetadata, pattern: &str, ignore_case: bool) -> Result<Expr> {
        let text = match (self.dialect, ignore_case) {
            // LIKE of SQLite never minds case, GLOB always does.
            (Dialect::Sqlite, false) => "? GLOB ?",
            (Dialect::Sqlite, true) => r"? LIKE ? ESCAPE '\'",
            (Dialect::Postgres, false) => "? LIKE ?",
            (Dialect::Postgres, true) => "? ILIKE ?",
            (Dialect::MySql { .. }, false) => "? LIKE ? COLLATE utf8mb4_bin",
            (Dialect::MySql { .. }, true) => "LOWER(?) LIKE LOWER(?)",
        };
        let pattern = Expr::val(self.like_pattern(field, pattern, ignore_case)?);
        Ok(template(text, [self.column(field), pattern], self.dialect))
    }

    /// A pattern as the database's operator takes it.
    pub(crate) fn like_pattern(
        &self,
        field: &FieldMetadata,
        pattern: &str,
        ignore_case: bool,
    ) -> Result<SqlValue> {
        let pattern = closed(pattern);
        if self.dialect != Dialect::Sqlite {
            return sql_value(self.model, field, &Value::Text(pattern), self.dialect);
        }
        let pattern = match ignore_case {
            true => pattern,
            false => glob(&pattern),
        };
        self.check_pattern(field, &pattern)?;
        Ok(SqlValue::String(Some(pattern)))
    }

    /// SQLite refuses longer patterns, <https://sqlite.org/limits.html#max_like_pattern_length>, and ends others at the first NUL,
    /// as if the rest were not there.
    fn check_pattern(&self, field: &FieldMetadata, pattern: &str) -> Result<()> {
        const LONGEST: usize = 50_000;
        let length = pattern.len();
        let why = if length > LONGEST {
            format!("the pattern has {length} bytes, and SQLite takes {LONGEST}")
        } else if pattern.contains('\0') {
            "SQLite ends a pattern at the character NUL".to_owned()
        } else {
            return Ok(());
        };
        Err(Error::invalid_pattern(self.model.name, field, &why))
    }

    /// One meaning on every database, whatever the column's collation and the server's settings.
    fn regexp(&self, field: &FieldMetadata, pattern: &str, ignore_case: bool) -> Result<Expr> {
        let text = match (self.dialect, ignore_case) {
            (Dialect::Sqlite, _) => "? REGEXP ?",
            (Dialect::Postgres, false) => "? ~ ?",
            (Dialect::Postgres, true) => "? ~* ?",
            (Dialect::MySql { returning: true }, _) => "? REGEXP ?",
            (Dialect::MySql { returning: false }, false) => "REGEXP_LIKE(?, ?, 'c')",
            (Dialect::MySql { returning: false }, true) => "REGEXP_LIKE(?, ?, 'i')",
        };
        let pattern = Expr::val(self.regexp_pattern(field, pattern, ignore_case)?);
        Ok(template(text, [self.column(field), pattern], self.dialect))
    }

    /// A regular expression as the database's engine takes it.
    pub(crate) fn regexp_pattern(
        &self,
        field: &FieldMetadata,
        pattern: &str,
        ignore_case: bool,
    ) -> Result<SqlValue> {
        let pattern = regex::portable(pattern, self.dialect)
            .map_err(|why| Error::invalid_pattern(self.model.name, field, &why))?;
        let flags = match (self.dialect, ignore_case) {
            (Dialect::Sqlite, false) => "(?s)",
            (Dialect::Sqlite, true) => "(?is)",
            // MariaDB can be told by `default_regex_flags` to turn any of them on.
            (Dialect::MySql { returning: true }, false) => "(?-imsx)",
            (Dialect::MySql { returning: true }, true) => "(?i-msx)",
            (Dialect::Postgres | Dialect::MySql { returning: false }, _) => "",
        };
        let pattern = Value::Text(format!("{flags}{pattern}"));
        sql_value(self.model, field, &pattern, self.dialect)
    }
}

/// A condition that is always true, or never.
fn constant(value: bool) -> Expr {
    Expr::cust(if value { "1 = 1" } else { "1 = 0" })
}

/// The pattern with a `\` at its end taken literally: there is nothing it could escape, and PostgreSQL refuses it.
fn closed(pattern: &str) -> String {
    let trailing = pattern.len() - pattern.trim_end_matches('\\').len();
    let mut closed = pattern.to_owned();
    if trailing % 2 == 1 {
        closed.push('\\');
    }
    closed
}

/// A LIKE pattern as a GLOB pattern.
fn glob(pattern: &str) -> String {
    let mut glob = String::with_capacity(pattern.len());
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '%' => glob.push('*'),
            '_' => glob.push('?'),
            '\\' => push_literal(&mut glob, characters.next().unwrap_or('\\')),
            other => push_literal(&mut glob, other),
        }
    }
    glob
}

fn push_literal(glob: &mut String, character: char) {
    if matches!(character, '*' | '?' | '[') {
        glob.push('[');
        glob.push(character);
        glob.push(']');
    } else {
        glob.push(character);
    }
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn a_like_pattern_becomes_a_glob_pattern() {
        let cases = [
            ("T%", "T*"),
            ("_or", "?or"),
            ("100\\%", "100%"),
            ("a\\_b", "a_b"),
            ("what?*[x]", "what[?][*][[]x]"),
            ("back\\\\slash", "back\\slash"),
            ("ends\\", "ends\\"),
        ];
        for (like, expected) in cases {
            assert_eq!(glob(like), expected, "for {like}");
        }
    }
}
