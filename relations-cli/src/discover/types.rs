//! Which type a field has for a column. Where a schema would make another column of it, the column's own type is named.

use relations_core::Dialect;
use relations_core::catalog::{Check, Column, Table};

/// A type of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Type {
    pub(super) name: String,
    /// `length = 20` and the like.
    pub(super) arguments: Vec<String>,
    /// Whether the database's own type is to be named.
    pub(super) names_own: bool,
}

/// Types that can be keys.
pub(super) const KEYS: &[&str] = &[
    "i8",
    "i16",
    "i32",
    "i64",
    "u8",
    "u16",
    "u32",
    "u64",
    "String",
    "uuid::Uuid",
    "std::net::Ipv4Addr",
    "std::net::Ipv6Addr",
];

const DATE: &str = "chrono::NaiveDate";
const TIME: &str = "chrono::NaiveTime";
const DATE_TIME: &str = "chrono::NaiveDateTime";
const UTC: &str = "chrono::DateTime<chrono::Utc>";

/// Whether the type is one of a date with its time, of any library.
pub(super) fn is_date_time(ty: &str) -> bool {
    let of_others = [
        "time::PrimitiveDateTime",
        "jiff::civil::DateTime",
        "time::OffsetDateTime",
        "jiff::Timestamp",
    ];
    [DATE_TIME, UTC].contains(&ty) || of_others.contains(&ty)
}
const DECIMAL: &str = "rust_decimal::Decimal";
const JSON: &str = "serde_json::Value";
const UUID: &str = "uuid::Uuid";
const BYTES: &str = "Vec<u8>";

/// The library that has the types of dates and times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Times {
    #[default]
    Chrono,
    Time,
    Jiff,
}

impl Times {
    /// The library's type for one of `chrono`'s; others stay.
    fn name(self, chrono: &str) -> &str {
        let (time, jiff) = match chrono {
            DATE => ("time::Date", "jiff::civil::Date"),
            TIME => ("time::Time", "jiff::civil::Time"),
            DATE_TIME => ("time::PrimitiveDateTime", "jiff::civil::DateTime"),
            UTC => ("time::OffsetDateTime", "jiff::Timestamp"),
            other => return other,
        };
        match self {
            Times::Chrono => chrono,
            Times::Time => time,
            Times::Jiff => jiff,
        }
    }
}

/// The type of a column that is not an enum; `None` where no field can have it.
pub(super) fn of(column: &Column, table: &Table, dialect: Dialect, times: Times) -> Option<Type> {
    let written = Written::of(&column.type_name);
    let ty = match dialect {
        Dialect::Sqlite => sqlite(&written, table.primary_key.contains(&column.name)),
        Dialect::Postgres => postgres(&written),
        Dialect::MySql { .. } => mysql(&written, has_check_of_json(column, table)),
        _ => None,
    }?;
    // What names its own type writes that into SQL, so it must be no more than a type.
    let is_unsafe = ty.names_own && dialect == Dialect::Sqlite && !written.is_plain();
    // Lists of times are of chrono alone.
    let item = ty
        .name
        .strip_prefix("Vec<")
        .and_then(|rest| rest.strip_suffix('>'));
    let is_list_of_times = item.is_some_and(|item| times.name(item) != item);
    let name = times.name(&ty.name).to_owned();
    (!is_unsafe && !is_list_of_times).then_some(Type { name, ..ty })
}

/// `character varying(20)`, taken apart.
struct Written {
    whole: String,
    base: String,
    arguments: Vec<u32>,
}

impl Written {
    fn of(name: &str) -> Written {
        let lower = name.to_lowercase();
        let (before, rest) = lower.split_once('(').unwrap_or((&lower, ""));
        let (arguments, after) = rest.rsplit_once(')').unwrap_or((rest, ""));
        let base = format!("{}{after}", before.trim_end());
        Written {
            base: base.trim().to_owned(),
            arguments: arguments
                .split(',')
                .filter_map(|argument| argument.trim().parse().ok())
                .collect(),
            whole: name.to_owned(),
        }
    }

    /// Whether it is words, and perhaps numbers in brackets.
    fn is_plain(&self) -> bool {
        let is_word =
            |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == ' ';
        let (name, rest) = self.whole.split_once('(').unwrap_or((&self.whole, ")"));
        let numbers = rest.strip_suffix(')').unwrap_or("x");
        name.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && name.chars().all(is_word)
            && numbers
                .chars()
                .all(|letter| letter.is_ascii_digit() || letter == ',' || letter == ' ')
    }

    fn length(&self) -> Option<u32> {
        self.arguments.first().copied().filter(|length| *length > 0)
    }
}

/// A type whose column a schema makes as it is.
fn same(name: &str) -> Option<Type> {
    Some(Type {
        name: name.to_owned(),
        arguments: Vec::new(),
        names_own: false,
    })
}

/// A type whose column a schema would make another.
fn own(name: &str) -> Option<Type> {
    Some(Type {
        name: name.to_owned(),
        arguments: Vec::new(),
        names_own: true,
    })
}

fn text(length: Option<u32>) -> Option<Type> {
    let arguments = length
        .map(|length| format!("length = {length}"))
        .into_iter()
        .collect();
    Some(Type {
        name: "String".to_owned(),
        arguments,
        names_own: false,
    })
}

fn decimal(written: &Written) -> Option<Type> {
    let Some(&precision) = written.arguments.first() else {
        return same(DECIMAL);
    };
    let scale = written.arguments.get(1).copied().unwrap_or(0);
    if !(1..=57).contains(&precision) || scale > 28.min(precision) {
        return own(DECIMAL);
    }
    let arguments = vec![format!("precision = {precision}, scale = {scale}")];
    Some(Type {
        name: DECIMAL.to_owned(),
        arguments,
        names_own: false,
    })
}

/// By the words that SQLite looks for, and by those that people use.
fn sqlite(written: &Written, is_id: bool) -> Option<Type> {
    let base = written.base.as_str();
    let has = |words: &[&str]| words.iter().any(|word| base.contains(word));
    match base {
        "date" => own(DATE),
        "time" => own(TIME),
        "datetime" | "timestamp" | "timestamp without time zone" => own(DATE_TIME),
        "timestamptz" | "timestamp with time zone" => own(UTC),
        "uuid" | "guid" => own(UUID),
        "json" | "jsonb" => own(JSON),
        "boolean" => same("bool"),
        "bool" => own("bool"),
        // Values of all kinds are in it, and a text is what most can be read into.
        "" | "any" => text(None).map(|ty| Type {
            names_own: !base.is_empty(),
            ..ty
        }),
        // An `INTEGER` that is the primary key is counted, and another integer is not.
        _ if has(&["int"]) => Some(Type {
            names_own: is_id && base != "integer",
            ..same("i64")?
        }),
        _ if has(&["char"]) && has(&["var"]) && written.length().is_some() => {
            text(written.length())
        }
        _ if has(&["char", "clob", "text"]) => Some(Type {
            names_own: base != "text",
            ..text(None)?
        }),
        _ if has(&["blob"]) => Some(Type {
            names_own: base != "blob",
            ..same(BYTES)?
        }),
        "real" => same("f64"),
        // Numbers with a fraction are stored as such, whatever the type is called.
        _ if has(&[
            "real", "floa", "doub", "numeric", "decimal", "money", "number",
        ]) =>
        {
            own("f64")
        }
        _ => own("String"),
    }
}

fn postgres(written: &Written) -> Option<Type> {
    if let Some(item) = written.base.strip_suffix("[]") {
        return match item {
            "smallint" => same("Vec<i16>"),
            "integer" => same("Vec<i32>"),
            "bigint" => same("Vec<i64>"),
            "uuid" => same("Vec<uuid::Uuid>"),
            "text" => same("Vec<String>"),
            "boolean" => same("Vec<bool>"),
            "real" => same("Vec<f32>"),
            "double precision" => same("Vec<f64>"),
            "character varying" | "character" | "bpchar" | "name" | "citext" => own("Vec<String>"),
            _ => {
                let name = match item {
                    "numeric" => DECIMAL,
                    "date" => DATE,
                    "time without time zone" => TIME,
                    "timestamp without time zone" => DATE_TIME,
                    "timestamp with time zone" => UTC,
                    _ => return None,
                };
                let name = format!("Vec<{name}>");
                if written.arguments.is_empty() {
                    same(&name)
                } else {
                    own(&name)
                }
            }
        };
    }
    // A domain, and a type of an extension, have their schema before them where it is not on the path.
    let base = written.base.rsplit('.').next().unwrap_or(&written.base);
    let is_whole = written.arguments.is_empty();
    let time = |name: &str| if is_whole { same(name) } else { own(name) };
    match base {
        "boolean" => same("bool"),
        "smallint" => same("i16"),
        "integer" => same("i32"),
        "bigint" => same("i64"),
        "real" => same("f32"),
        "double precision" => same("f64"),
        "numeric" => decimal(written),
        "text" => text(None),
        "character varying" if is_whole => own("String"),
        "character varying" => text(written.length()),
        "character" | "bpchar" | "name" | "citext" => own("String"),
        "bytea" => same(BYTES),
        "date" => same(DATE),
        "time without time zone" => time(TIME),
        "timestamp without time zone" => time(DATE_TIME),
        "timestamp with time zone" => time(UTC),
        "uuid" => same(UUID),
        "jsonb" => same(JSON),
        "json" => own(JSON),
        _ => None,
    }
}

fn mysql(written: &Written, is_json: bool) -> Option<Type> {
    let is_plain = !written.base.contains("zerofill");
    let base = written.base.replace(" zerofill", "");
    let fraction = written.arguments.first() == Some(&6);
    let time = |name: &str| if fraction { same(name) } else { own(name) };
    let number = |name: &str| if is_plain { same(name) } else { own(name) };
    match base.as_str() {
        "tinyint" if written.arguments == [1] => same("bool"),
        "tinyint" => number("i8"),
        "smallint" => number("i16"),
        "mediumint" => own("i32"),
        "int" => number("i32"),
        "bigint" => number("i64"),
        "tinyint unsigned" => number("u8"),
        "smallint unsigned" => number("u16"),
        "mediumint unsigned" => own("u32"),
        "int unsigned" => number("u32"),
        "bigint unsigned" => number("u64"),
        "year" => own("u16"),
        "float" => {
            if written.arguments.is_empty() {
                same("f32")
            } else {
                own("f32")
            }
        }
        "double" => {
            if written.arguments.is_empty() {
                same("f64")
            } else {
                own("f64")
            }
        }
        "float unsigned" => own("f32"),
        "double unsigned" => own("f64"),
        "decimal" if is_plain => decimal(written),
        "decimal" | "decimal unsigned" => own(DECIMAL),
        "varchar" => text(written.length()),
        "longtext" if is_json => same(JSON),
        "json" => same(JSON),
        "longtext" => text(None),
        "inet4" => own("std::net::Ipv4Addr"),
        "inet6" => own("std::net::Ipv6Addr"),
        "char" | "tinytext" | "text" | "mediumtext" | "uuid" => own("String"),
        "longblob" => same(BYTES),
        "tinyblob" | "blob" | "mediumblob" | "binary" | "varbinary" => own(BYTES),
        "date" => same(DATE),
        "time" => time(TIME),
        "datetime" => time(DATE_TIME),
        "timestamp" => own(UTC),
        // Its texts are in the type, and a backslash in them would be another.
        _ if base.starts_with("set") && !written.whole.contains('\\') => own("String"),
        _ => None,
    }
}

/// A check with names in backticks, as each server of MySQL reads them. With `ANSI_QUOTES` it writes them in double quotes, in
/// which it has no texts.
pub(super) fn with_backticks(check: &str) -> String {
    let mut text = String::with_capacity(check.len());
    let mut letters = check.chars();
    let mut closing = None;
    while let Some(letter) = letters.next() {
        match (closing, letter) {
            (None, '"') => {
                closing = Some('"');
                text.push('`');
            }
            (Some('"'), '"') => {
                closing = None;
                text.push('`');
            }
            (Some('"'), '`') => text.push_str("``"),
            (None, '\'' | '`') => {
                closing = Some(letter);
                text.push(letter);
            }
            (Some('\''), '\\') => {
                text.push(letter);
                text.extend(letters.next());
            }
            (Some(end), _) if end == letter => {
                closing = None;
                text.push(letter);
            }
            _ => text.push(letter),
        }
    }
    text
}

/// MariaDB's JSON is a text that is checked.
fn has_check_of_json(column: &Column, table: &Table) -> bool {
    let is_of_column = |check: &Check| json_column(&check.sql).as_ref() == Some(&column.name);
    table.checks.iter().any(is_of_column)
}

pub(super) fn is_check_of_json(check: &str, table: &Table) -> bool {
    let is_text = |column: &&Column| column.type_name.eq_ignore_ascii_case("longtext");
    let column = json_column(check);
    let mut texts = table.columns.iter().filter(is_text);
    texts.any(|other| Some(&other.name) == column.as_ref())
}

/// The column of ``json_valid(`column`)``.
fn json_column(check: &str) -> Option<String> {
    let check = with_backticks(check);
    let name = check.strip_prefix("json_valid(`")?.strip_suffix("`)")?;
    Some(name.replace("``", "`"))
}

#[cfg(test)]
mod tests {
    use super::{Written, with_backticks};

    #[test]
    fn names_in_checks_are_in_backticks() {
        let cases = [
            ("\"a\" > '\"x\"'", "`a` > '\"x\"'"),
            (
                "`a\"b` <> 'it\\'s \"' and \"c`d\" > 'it''s'",
                "`a\"b` <> 'it\\'s \"' and `c``d` > 'it''s'",
            ),
        ];
        for (check, expected) in cases {
            assert_eq!(with_backticks(check), expected);
        }
    }

    #[test]
    fn only_words_and_numbers_are_plain() {
        for plain in ["NVARCHAR(160)", "NUMERIC(10, 2)", "UNSIGNED BIG INT", "x_1"] {
            assert!(Written::of(plain).is_plain(), "{plain}");
        }
        for other in [
            "",
            "a); DROP TABLE b",
            "a\"",
            "a(b)",
            "1a",
            "a(1",
            "a -- b",
            "a(1)b",
        ] {
            assert!(!Written::of(other).is_plain(), "{other}");
        }
    }
}
