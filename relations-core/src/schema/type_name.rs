//! Types of columns in the one spelling that the database writes them in.

use crate::value::Dialect;

/// A type as the database writes it: `bigint` for `INT8`, `character varying(20)` for `VARCHAR(20)`.
pub(super) fn canonical_type(written: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Sqlite => one_space(written).to_uppercase(),
        Dialect::Postgres => postgres(written),
        Dialect::MySql { .. } => mysql(written),
    }
}

fn one_space(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The word before the brackets, what stands in them, and what follows.
fn parts(written: &str) -> (String, Option<String>, String) {
    match written.split_once('(') {
        Some((before, rest)) => {
            let (inside, after) = rest.rsplit_once(')').unwrap_or((rest, ""));
            let inside: Vec<&str> = inside.split(',').map(str::trim).collect();
            (one_space(before), Some(inside.join(",")), one_space(after))
        }
        None => (one_space(written), None, String::new()),
    }
}

fn postgres(written: &str) -> String {
    // A name in quotes is an enum or another type of the user's.
    if written.contains('"') {
        return written.trim().to_owned();
    }
    let lower = one_space(&written.to_lowercase());
    if let Some(item) = lower.strip_suffix("[]") {
        return format!("{}[]", postgres(item));
    }
    let (base, arguments, after) = parts(&lower);
    let (base, after) = match base.as_str() {
        "int8" | "bigserial" => ("bigint", after),
        "int" | "int4" | "serial" => ("integer", after),
        "int2" => ("smallint", after),
        "float8" | "float" => ("double precision", after),
        "float4" => ("real", after),
        "bool" => ("boolean", after),
        "varchar" => ("character varying", after),
        "char" | "bpchar" => ("character", after),
        "decimal" => ("numeric", after),
        "varbit" => ("bit varying", after),
        "timestamptz" | "timestamp with time zone" => ("timestamp", "with time zone".to_owned()),
        "timetz" | "time with time zone" => ("time", "with time zone".to_owned()),
        "timestamp" | "time" if after.is_empty() => (base.as_str(), "without time zone".to_owned()),
        "timestamp without time zone" => ("timestamp", "without time zone".to_owned()),
        "time without time zone" => ("time", "without time zone".to_owned()),
        base => (base, after),
    };
    let arguments = match (base, arguments) {
        ("character" | "bit", None) => Some("1".to_owned()),
        ("numeric", Some(one)) if !one.contains(',') => Some(format!("{one},0")),
        (_, arguments) => arguments,
    };
    written_of(base, arguments.as_deref(), &after)
}

fn mysql(written: &str) -> String {
    let trimmed = written.trim();
    let lower = trimmed.to_lowercase();
    // The texts of an enum keep their case.
    if let Some(word) = ["enum", "set"]
        .iter()
        .find(|word| lower.starts_with(**word))
    {
        let texts = trimmed[word.len()..].trim();
        return format!("{word}{}", without_spaces_between(texts));
    }
    let (base, arguments, after) = parts(&lower);
    let (base, unsigned) = match base.strip_suffix(" unsigned") {
        Some(base) => (base.to_owned(), "unsigned".to_owned()),
        None => (base, after.replace("zerofill", "").trim().to_owned()),
    };
    let base = match base.as_str() {
        "boolean" | "bool" => return "tinyint(1)".to_owned(),
        "integer" => "int",
        "numeric" | "dec" | "fixed" => "decimal",
        "double precision" | "real" => "double",
        "character" => "char",
        "character varying" => "varchar",
        base => base,
    };
    let arguments = match (base, arguments.as_deref()) {
        ("tinyint", Some("1")) if unsigned.is_empty() => arguments,
        ("tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "year", _) => None,
        ("decimal", None) => Some("10,0".to_owned()),
        ("decimal", Some(one)) if !one.contains(',') => Some(format!("{one},0")),
        ("char" | "binary" | "bit", None) => Some("1".to_owned()),
        ("datetime" | "timestamp" | "time", Some("0")) => None,
        _ => arguments,
    };
    written_of(base, arguments.as_deref(), &unsigned)
}

/// `('a','b')` for `('a', 'b')`.
fn without_spaces_between(texts: &str) -> String {
    let mut is_quoted = false;
    let mut kept = String::new();
    for letter in texts.chars() {
        is_quoted ^= letter == '\'';
        if is_quoted || !letter.is_whitespace() {
            kept.push(letter);
        }
    }
    kept
}

fn written_of(base: &str, arguments: Option<&str>, after: &str) -> String {
    let mut text = base.to_owned();
    if let Some(arguments) = arguments {
        text.push_str(&format!("({arguments})"));
    }
    if !after.is_empty() {
        text.push_str(&format!(" {after}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_written_as_the_database_does() {
        let postgres = [
            ("VARCHAR(20)", "character varying(20)"),
            ("TIMESTAMPTZ", "timestamp with time zone"),
            ("timestamp(3) with time zone", "timestamp(3) with time zone"),
            ("TIMESTAMP", "timestamp without time zone"),
            ("DECIMAL(10, 2)", "numeric(10,2)"),
            ("BIGINT[]", "bigint[]"),
            ("DOUBLE PRECISION", "double precision"),
            ("CHAR", "character(1)"),
            ("\"Mood\"", "\"Mood\""),
        ];
        for (written, kept) in postgres {
            assert_eq!(canonical_type(written, Dialect::Postgres), kept);
            assert_eq!(canonical_type(kept, Dialect::Postgres), kept);
        }
        let mysql = [
            ("BIGINT", "bigint"),
            ("bigint(20) unsigned", "bigint unsigned"),
            ("BIGINT UNSIGNED", "bigint unsigned"),
            ("BOOLEAN", "tinyint(1)"),
            ("tinyint(4)", "tinyint"),
            ("DECIMAL(57, 28)", "decimal(57,28)"),
            ("ENUM ('a', 'It''s, b')", "enum('a','It''s, b')"),
            ("DATETIME(6)", "datetime(6)"),
        ];
        for (written, kept) in mysql {
            let dialect = Dialect::MySql { returning: true };
            assert_eq!(canonical_type(written, dialect), kept);
            assert_eq!(canonical_type(kept, dialect), kept);
        }
    }
}
