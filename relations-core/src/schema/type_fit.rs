//! Whether values of a column can be read into a field, and stored the other way.

use crate::model::FieldMetadata;
use crate::schema::catalog::Column;
use crate::sql::plain_type;
use crate::value::{Dialect, Kind};

/// Why a column's type does not do for a field.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    /// No value can be read.
    Unreadable,
    /// Some values cannot be read; what happens to texts that look like numbers on SQLite.
    SometimesUnreadable(&'static str),
    /// Some values are refused, or cannot be read: what is said of them.
    Range(String),
}

/// What does not fit; `None` for types that do for each other.
pub(super) fn misfit(field: &FieldMetadata, column: &Column, dialect: Dialect) -> Option<Misfit> {
    match dialect {
        Dialect::Sqlite => sqlite(field.kind, &column.type_name),
        Dialect::Postgres => {
            let ty = TypeName::of(&column.type_name);
            server(
                field,
                &ty,
                dialect,
                is_read_by_postgres(field.kind, &ty, column),
            )
        }
        Dialect::MySql { .. } => {
            let ty = TypeName::of(&column.type_name);
            server(field, &ty, dialect, is_read_by_mysql(field.kind, &ty))
        }
    }
}

/// How many characters a text column takes, or bytes, where it is bounded.
pub(super) fn length(column: &Column, dialect: Dialect) -> Option<u32> {
    // SQLite does not look at it.
    if dialect == Dialect::Sqlite {
        return None;
    }
    let ty = TypeName::of(&column.type_name);
    let bounded = [
        "character varying",
        "character",
        "varchar",
        "char",
        "binary",
        "varbinary",
    ];
    ty.argument.filter(|_| bounded.contains(&ty.base.as_str()))
}

/// `character varying(20)` and the like, taken apart.
struct TypeName {
    /// In lower case and without what stands in brackets: `timestamp with time zone`, `bigint unsigned`, `integer[]`.
    base: String,
    /// The first number in brackets.
    argument: Option<u32>,
}

impl TypeName {
    fn of(written: &str) -> TypeName {
        let lower = written.to_lowercase();
        let Some((before, rest)) = lower.split_once('(') else {
            return TypeName {
                base: without_schema(&lower),
                argument: None,
            };
        };
        let (arguments, after) = rest.rsplit_once(')').unwrap_or((rest, ""));
        let first = arguments.split(',').next().unwrap_or_default();
        let after = after.replace(" zerofill", "");
        TypeName {
            base: without_schema(&format!("{}{after}", before.trim_end())),
            argument: first.trim().parse().ok(),
        }
    }
}

/// `citext` for `extensions.citext`.
fn without_schema(name: &str) -> String {
    let name = name.rsplit('.').next().unwrap_or(name);
    name.trim().to_owned()
}

/// The integers from one to another.
#[derive(Clone, Copy)]
struct Numbers {
    first: i128,
    last: i128,
}

impl Numbers {
    fn of_bits(bits: u32, is_unsigned: bool) -> Numbers {
        let count = 1_i128 << bits;
        let first = if is_unsigned { 0 } else { -count / 2 };
        Numbers {
            first,
            last: first + count - 1,
        }
    }

    /// Those that a column takes; `None` where its type is not an integer.
    fn of_column(base: &str) -> Option<Numbers> {
        let signed = base.strip_suffix(" unsigned");
        let bits = match signed.unwrap_or(base) {
            "tinyint" => 8,
            "smallint" => 16,
            "mediumint" => 24,
            "int" | "integer" => 32,
            "bigint" => 64,
            _ => return None,
        };
        Some(Numbers::of_bits(bits, signed.is_some()))
    }

    /// Those that a field takes.
    fn of_kind(kind: Kind) -> Option<Numbers> {
        Some(match kind {
            Kind::I8 => Numbers::of_bits(8, false),
            Kind::I16 => Numbers::of_bits(16, false),
            Kind::I32 => Numbers::of_bits(32, false),
            Kind::I64 => Numbers::of_bits(64, false),
            Kind::U8 => Numbers::of_bits(8, true),
            Kind::U16 => Numbers::of_bits(16, true),
            Kind::U32 => Numbers::of_bits(32, true),
            Kind::U64 => Numbers::of_bits(64, true),
            _ => return None,
        })
    }
}

/// What does not fit on PostgreSQL and MySQL, whose columns hold values of their own type.
fn server(field: &FieldMetadata, ty: &TypeName, dialect: Dialect, is_read: bool) -> Option<Misfit> {
    if !is_read {
        return Some(Misfit::Unreadable);
    }
    if matches!(field.kind, Kind::F32 | Kind::F64) {
        return float(field.kind, ty).map(|what| Misfit::Range(what.to_owned()));
    }
    // An enum that is kept as integers says which it needs.
    if !field.kind.is_integer() || !field.integers.is_empty() {
        return None;
    }
    let own = TypeName::of(plain_type(field.kind, dialect));
    range(
        Numbers::of_column(&ty.base)?,
        Numbers::of_column(&own.base)?,
        Numbers::of_kind(field.kind)?,
        field.type_name,
    )
    .map(Misfit::Range)
}

fn float(kind: Kind, ty: &TypeName) -> Option<&'static str> {
    let is_single = matches!(ty.base.as_str(), "real" | "float" | "float unsigned");
    match (kind, is_single) {
        (Kind::F64, true) => Some("it keeps about 7 digits of an `f64`"),
        (Kind::F32, false) => {
            Some("a number that needs more than an `f32`'s digits cannot be read")
        }
        _ => None,
    }
}

/// What is said of numbers that only the column takes, or only the field. The column that a schema would have for the field does,
/// though PostgreSQL has no unsigned integers.
fn range(column: Numbers, own: Numbers, field: Numbers, type_name: &str) -> Option<String> {
    let refused = [
        (column.first > field.first.max(own.first)).then(|| format!("below {}", column.first)),
        (column.last < field.last.min(own.last)).then(|| format!("above {}", column.last)),
    ];
    let unreadable = [
        (column.first < own.first).then(|| format!("below {}", field.first)),
        (column.last > own.last).then(|| format!("above {}", field.last)),
    ];
    let [refused, unreadable] =
        [refused, unreadable].map(|ends| Vec::from_iter(ends.into_iter().flatten()));
    let mut said = Vec::new();
    if !refused.is_empty() {
        said.push(format!("it refuses numbers {}", refused.join(" and ")));
    }
    if !unreadable.is_empty() {
        let numbers = unreadable.join(" or ");
        said.push(format!(
            "a number {numbers} cannot be read into `{type_name}`"
        ));
    }
    (!said.is_empty()).then(|| said.join(", and "))
}

fn is_read_by_postgres(kind: Kind, ty: &TypeName, column: &Column) -> bool {
    let is_one_of = |names: &[&str]| names.contains(&ty.base.as_str());
    match kind {
        Kind::Bool => is_one_of(&["boolean"]),
        kind if kind.is_integer() => is_one_of(&["smallint", "integer", "bigint"]),
        Kind::F32 | Kind::F64 => is_one_of(&["real", "double precision"]),
        Kind::Text => {
            let texts = [
                "text",
                "character varying",
                "character",
                "bpchar",
                "name",
                "citext",
            ];
            is_one_of(&texts) || !column.values.is_empty()
        }
        Kind::Bytes => is_one_of(&["bytea"]),
        #[cfg(feature = "chrono")]
        Kind::Date => is_one_of(&["date"]),
        #[cfg(feature = "chrono")]
        Kind::Time => is_one_of(&["time without time zone"]),
        #[cfg(feature = "chrono")]
        Kind::DateTime => is_one_of(&["timestamp without time zone"]),
        #[cfg(feature = "chrono")]
        Kind::DateTimeUtc => is_one_of(&["timestamp with time zone"]),
        #[cfg(feature = "uuid")]
        Kind::Uuid => is_one_of(&["uuid"]),
        #[cfg(feature = "rust_decimal")]
        Kind::Decimal => is_one_of(&["numeric"]),
        #[cfg(feature = "serde_json")]
        Kind::Json => is_one_of(&["json", "jsonb"]),
        Kind::List(of) => match of {
            of if of.is_integer() => is_one_of(&["smallint[]", "integer[]", "bigint[]"]),
            Kind::Text => is_one_of(&["text[]", "character varying[]", "character[]", "name[]"]),
            #[cfg(feature = "uuid")]
            Kind::Uuid => is_one_of(&["uuid[]"]),
            Kind::Bool => is_one_of(&["boolean[]"]),
            Kind::F32 | Kind::F64 => is_one_of(&["real[]", "double precision[]"]),
            #[cfg(feature = "chrono")]
            Kind::Date => is_one_of(&["date[]"]),
            #[cfg(feature = "chrono")]
            Kind::Time => is_one_of(&["time without time zone[]"]),
            #[cfg(feature = "chrono")]
            Kind::DateTime => is_one_of(&["timestamp without time zone[]"]),
            #[cfg(feature = "chrono")]
            Kind::DateTimeUtc => is_one_of(&["timestamp with time zone[]"]),
            #[cfg(feature = "rust_decimal")]
            Kind::Decimal => is_one_of(&["numeric[]"]),
            _ => true,
        },
        _ => true,
    }
}

fn is_read_by_mysql(kind: Kind, ty: &TypeName) -> bool {
    let base = ty.base.strip_suffix(" unsigned").unwrap_or(&ty.base);
    let is_one_of = |names: &[&str]| names.contains(&base);
    let is_text = || {
        is_one_of(&["char", "varchar", "enum", "set", "binary", "varbinary"])
            || base.ends_with("text")
            || base.ends_with("blob")
    };
    match kind {
        Kind::Bool => Numbers::of_column(base).is_some() || is_one_of(&["bit"]),
        kind if kind.is_integer() => {
            Numbers::of_column(base).is_some() || is_one_of(&["bit", "year"])
        }
        Kind::F32 | Kind::F64 => is_one_of(&["float", "double"]),
        // MariaDB's own types come as texts.
        Kind::Text => is_text() || is_one_of(&["uuid", "inet4", "inet6"]),
        Kind::Bytes => is_text(),
        #[cfg(feature = "chrono")]
        Kind::Date => is_one_of(&["date"]),
        #[cfg(feature = "chrono")]
        Kind::Time => is_one_of(&["time"]),
        #[cfg(feature = "chrono")]
        Kind::DateTime | Kind::DateTimeUtc => is_one_of(&["datetime", "timestamp"]),
        #[cfg(feature = "uuid")]
        Kind::Uuid => match ty.argument {
            Some(length) => is_one_of(&["binary", "varbinary"]) && length >= 16,
            None => base.ends_with("blob"),
        },
        #[cfg(feature = "rust_decimal")]
        Kind::Decimal => is_one_of(&["decimal"]) || is_text(),
        #[cfg(feature = "serde_json")]
        Kind::Json => is_text() || is_one_of(&["json"]),
        Kind::List(_) => is_text() || is_one_of(&["json"]),
        #[allow(unreachable_patterns)] // Which arms there are depends on the features.
        _ => true,
    }
}

/// What SQLite makes of values that are stored in a column: <https://www.sqlite.org/datatype3.html#determination_of_column_affinity>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Affinity {
    Integer,
    Text,
    Blob,
    Real,
    Numeric,
}

fn affinity(type_name: &str) -> Affinity {
    let upper = type_name.to_uppercase();
    let has_one_of = |words: &[&str]| words.iter().any(|word| upper.contains(word));
    if has_one_of(&["INT"]) {
        Affinity::Integer
    } else if has_one_of(&["CHAR", "CLOB", "TEXT"]) {
        Affinity::Text
    } else if upper.is_empty() || upper == "ANY" || has_one_of(&["BLOB"]) {
        Affinity::Blob
    } else if has_one_of(&["REAL", "FLOA", "DOUB"]) {
        Affinity::Real
    } else {
        Affinity::Numeric
    }
}

const LOOKS_LIKE_A_NUMBER: &str =
    "a text that looks like a number is stored as one, and cannot be read";

fn sqlite(kind: Kind, type_name: &str) -> Option<Misfit> {
    let affinity = affinity(type_name);
    match (kind, affinity) {
        (_, Affinity::Blob) | (Kind::Bytes, _) => None,
        (Kind::F32 | Kind::F64, Affinity::Text) => Some(Misfit::Unreadable),
        (Kind::F32 | Kind::F64, _) => None,
        (kind, Affinity::Text | Affinity::Real) if kind.is_integer() || kind == Kind::Bool => {
            Some(Misfit::Unreadable)
        }
        (kind, _) if kind.is_integer() || kind == Kind::Bool => None,
        // All others are stored as texts, and only some of them may look like numbers.
        (_, Affinity::Text) => None,
        (Kind::Text, _) => Some(Misfit::SometimesUnreadable(LOOKS_LIKE_A_NUMBER)),
        #[cfg(feature = "serde_json")]
        (Kind::Json, _) => Some(Misfit::SometimesUnreadable(LOOKS_LIKE_A_NUMBER)),
        #[cfg(feature = "rust_decimal")]
        (Kind::Decimal, _) => Some(Misfit::SometimesUnreadable(
            "a decimal with a fraction is stored as a float, and cannot be read",
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::ColumnType;

    const POSTGRES: Dialect = Dialect::Postgres;
    const MARIADB: Dialect = Dialect::MySql { returning: true };

    fn of<T: ColumnType>(type_name: &str, dialect: Dialect) -> Option<Misfit> {
        let column = Column {
            type_name: type_name.to_owned(),
            ..Column::default()
        };
        misfit(&FieldMetadata::new::<T>("a", "a", "a"), &column, dialect)
    }

    fn range(text: &str) -> Option<Misfit> {
        Some(Misfit::Range(text.to_owned()))
    }

    #[test]
    fn integers_say_which_numbers_do_not_fit() {
        assert_eq!(of::<i64>("bigint", POSTGRES), None);
        assert_eq!(of::<u64>("bigint", POSTGRES), None);
        assert_eq!(of::<u8>("smallint", POSTGRES), None);
        assert_eq!(of::<u64>("bigint(20) unsigned", MARIADB), None);
        assert_eq!(of::<i32>("int(10) zerofill", MARIADB), None);
        assert_eq!(
            of::<u32>("integer", POSTGRES),
            range("it refuses numbers above 2147483647")
        );
        assert_eq!(
            of::<u8>("integer", POSTGRES),
            range("a number below 0 or above 255 cannot be read into `u8`")
        );
        assert_eq!(
            of::<i64>("bigint unsigned", MARIADB),
            range(
                "it refuses numbers below 0, and a number above 9223372036854775807 cannot be read into `i64`"
            )
        );
        assert_eq!(
            of::<i32>("numeric(10,0)", POSTGRES),
            Some(Misfit::Unreadable)
        );
        assert_eq!(of::<bool>("tinyint(1)", MARIADB), None);
        assert_eq!(of::<bool>("bit(1)", MARIADB), None);
    }

    #[test]
    fn texts_are_read_from_all_types_of_text() {
        for ty in [
            "text",
            "character varying(20)",
            "character(3)",
            "public.citext",
        ] {
            assert_eq!(of::<String>(ty, POSTGRES), None, "{ty}");
        }
        for ty in ["varchar(20)", "longtext", "enum('a','b')", "uuid"] {
            assert_eq!(of::<String>(ty, MARIADB), None, "{ty}");
        }
        assert_eq!(of::<String>("xml", POSTGRES), Some(Misfit::Unreadable));
        assert_eq!(of::<String>("int(11)", MARIADB), Some(Misfit::Unreadable));
    }

    #[test]
    fn sqlite_goes_by_affinity() {
        let of_i64 = |ty| of::<i64>(ty, Dialect::Sqlite);
        let of_text = |ty| of::<String>(ty, Dialect::Sqlite);
        for ty in ["", "INTEGER", "UNSIGNED BIG INT", "NUMERIC", "BOOLEAN"] {
            assert_eq!(of_i64(ty), None, "{ty}");
        }
        assert_eq!(of_i64("VARCHAR(20)"), Some(Misfit::Unreadable));
        assert_eq!(of_i64("REAL"), Some(Misfit::Unreadable));
        assert_eq!(of_text("NVARCHAR(20)"), None);
        let number = Some(Misfit::SometimesUnreadable(LOOKS_LIKE_A_NUMBER));
        assert_eq!(of_text("STRING"), number);
    }

    #[cfg(all(feature = "chrono", feature = "uuid"))]
    #[test]
    fn times_and_uuids_take_their_own_types() {
        type Utc = chrono::DateTime<chrono::Utc>;
        let unreadable = Some(Misfit::Unreadable);
        assert_eq!(of::<Utc>("timestamp(3) with time zone", POSTGRES), None);
        assert_eq!(
            of::<Utc>("timestamp without time zone", POSTGRES),
            unreadable
        );
        assert_eq!(of::<Utc>("timestamp(3)", MARIADB), None);
        assert_eq!(of::<Utc>("DATETIME", Dialect::Sqlite), None);
        assert_eq!(of::<uuid::Uuid>("binary(16)", MARIADB), None);
        assert_eq!(of::<uuid::Uuid>("char(36)", MARIADB), unreadable);
        assert_eq!(of::<uuid::Uuid>("uuid", MARIADB), unreadable);
        assert_eq!(of::<Vec<String>>("character varying(20)[]", POSTGRES), None);
        assert_eq!(of::<Vec<i64>>("text[]", POSTGRES), unreadable);
    }
}
