//! Patterns as the databases' operators take them.

use crate::error::{Error, Result};
use crate::model::{FieldMetadata, ModelMetadata};
use crate::query::Pattern;
use crate::sql::{regex, sql_value};
use crate::value::{Dialect, Value};
use sea_query::Value as SqlValue;

/// The comparison of a text with a pattern, with one meaning on every database: `like` minds case, `ilike` does not, `\` escapes.
pub(crate) fn like_text(text: &str, ignore_case: bool, dialect: Dialect) -> String {
    match (dialect, ignore_case) {
        // LIKE of SQLite never minds case, GLOB always does.
        (Dialect::Sqlite, false) => format!("{text} GLOB ?"),
        (Dialect::Sqlite, true) => format!(r"{text} LIKE ? ESCAPE '\'"),
        (Dialect::Postgres, false) => format!("{text} LIKE ?"),
        (Dialect::Postgres, true) => format!("{text} ILIKE ?"),
        (Dialect::MySql { .. }, false) => format!("{text} LIKE ? COLLATE utf8mb4_bin"),
        (Dialect::MySql { .. }, true) => format!("LOWER({text}) LIKE LOWER(?)"),
    }
}

/// The comparison of a column with a regular expression, with one meaning on every database, whatever the column's collation
/// and the server's settings.
pub(crate) fn regexp_text(ignore_case: bool, dialect: Dialect) -> &'static str {
    match (dialect, ignore_case) {
        (Dialect::Sqlite, _) => "? REGEXP ?",
        (Dialect::Postgres, false) => "? ~ ?",
        (Dialect::Postgres, true) => "? ~* ?",
        (Dialect::MySql { returning: true }, _) => "? REGEXP ?",
        (Dialect::MySql { returning: false }, false) => "REGEXP_LIKE(?, ?, 'c')",
        (Dialect::MySql { returning: false }, true) => "REGEXP_LIKE(?, ?, 'i')",
    }
}

/// A pattern of LIKE as the dialect takes it.
pub(crate) fn like(
    model: &ModelMetadata,
    field: &FieldMetadata,
    pattern: &Pattern,
    dialect: Dialect,
) -> Result<SqlValue> {
    let ignore_case = pattern.ignore_case;
    let pattern = closed(&pattern.text);
    if dialect != Dialect::Sqlite {
        return sql_value(model, field, &Value::Text(pattern), dialect);
    }
    let pattern = match ignore_case {
        true => pattern,
        false => glob(&pattern),
    };
    check_length(&pattern).map_err(|why| Error::invalid_pattern(model.name, field, &why))?;
    Ok(SqlValue::String(Some(pattern)))
}

/// SQLite refuses longer patterns, <https://sqlite.org/limits.html#max_like_pattern_length>, and ends others at the first NUL,
/// as if the rest were not there.
fn check_length(pattern: &str) -> Result<(), String> {
    const LONGEST: usize = 50_000;
    let length = pattern.len();
    if length > LONGEST {
        return Err(format!(
            "the pattern has {length} bytes, and SQLite takes {LONGEST}"
        ));
    }
    match pattern.contains('\0') {
        true => Err("SQLite ends a pattern at the character NUL".to_owned()),
        false => Ok(()),
    }
}

/// A regular expression as the dialect takes it.
pub(crate) fn regexp(
    model: &ModelMetadata,
    field: &FieldMetadata,
    pattern: &Pattern,
    dialect: Dialect,
) -> Result<SqlValue> {
    let ignore_case = pattern.ignore_case;
    let pattern = regex::portable(&pattern.text, dialect)
        .map_err(|why| Error::invalid_pattern(model.name, field, &why))?;
    let flags = match (dialect, ignore_case) {
        (Dialect::Sqlite, false) => "(?s)",
        (Dialect::Sqlite, true) => "(?is)",
        // MariaDB can be told by `default_regex_flags` to turn any of them on.
        (Dialect::MySql { returning: true }, false) => "(?-imsx)",
        (Dialect::MySql { returning: true }, true) => "(?i-msx)",
        (Dialect::Postgres | Dialect::MySql { returning: false }, _) => "",
    };
    let pattern = Value::Text(format!("{flags}{pattern}"));
    sql_value(model, field, &pattern, dialect)
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
