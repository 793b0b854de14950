//! What a database can hold, known before any statement: lengths of names, of keys and of rows.

use crate::error::{Error, ErrorKind, Result};
use crate::model::FieldMetadata;
use crate::sql::ddl::table::{Columns, Table};
use crate::value::{Dialect, Kind};

/// The bytes of a key that InnoDB indexes at most.
const LONGEST_KEY: u32 = 3072;

/// The bytes that a row of MySQL has at most, texts of their own (`LONGTEXT`) not counted.
const LONGEST_ROW: u32 = 65_535;

/// The length of a text in a key, in characters, where none is given and the key has room for it.
const USUAL_LENGTH: u32 = 255;

/// What `utf8mb4` may take for a character.
const CHARACTER: u32 = 4;

/// The type of a text or of bytes, as MySQL takes it in this table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextType {
    /// `VARCHAR` or `VARBINARY` of this length.
    Short(u32),
    /// A text of its own, of any length.
    Long,
    /// A text of its own, whose length a check bounds: as a `VARCHAR` it would not fit into the row.
    Bounded(u32),
}

/// The type of each text and of all bytes among the columns of a table; `None` of other columns. Refuses what the database cannot
/// hold.
pub(crate) fn text_types(table: &Table, dialect: Dialect) -> Result<Vec<Option<TextType>>> {
    check_names(table, dialect)?;
    let fields = table.model.fields.iter();
    let mut types: Vec<Option<TextType>> = fields
        .map(|field| text_type(table, field, dialect))
        .collect();
    if dialect.is_mysql() {
        check_keys(table, &types)?;
        fit_row(table, &mut types)?;
    }
    Ok(types)
}

fn is_text(field: &FieldMetadata) -> bool {
    field.db_type.is_none()
        && field.db_enum.is_none()
        && matches!(field.kind, Kind::Text | Kind::Bytes)
}

fn text_type(table: &Table, field: &'static FieldMetadata, dialect: Dialect) -> Option<TextType> {
    if !is_text(field) {
        return None;
    }
    let longest = field
        .values
        .iter()
        .map(|text| text.chars().count() as u32)
        .max();
    let length = match field.length.or(longest.filter(|_| dialect.is_mysql())) {
        Some(length) if field.kind == Kind::Text || dialect.is_mysql() => Some(length),
        None if dialect.is_mysql() => shared_length(table, field),
        _ => None,
    };
    Some(length.map_or(TextType::Long, TextType::Short))
}

/// The length of a text in keys, where none is given: MySQL indexes no other.
fn shared_length(table: &Table, field: &'static FieldMetadata) -> Option<u32> {
    let keys = table.keys().filter(|key| key.contains(&field));
    keys.map(|key| {
        let is_open = |field: &&&FieldMetadata| is_text(field) && field.length.is_none();
        let known = key.iter().filter(|field| !is_open(field));
        let known: u32 = known.map(|field| bytes(field, field.length)).sum();
        let open = key.iter().filter(is_open).count().max(1) as u32;
        let share = LONGEST_KEY.saturating_sub(known) / open / CHARACTER;
        share.clamp(1, USUAL_LENGTH)
    })
    .min()
}

/// How many bytes a column takes at most; `length` is that of a text or of bytes.
fn bytes(field: &FieldMetadata, length: Option<u32>) -> u32 {
    match field.kind {
        Kind::Text => length.unwrap_or(0).saturating_mul(CHARACTER),
        Kind::Bytes => length.unwrap_or(0),
        Kind::Bool | Kind::I8 | Kind::U8 => 1,
        Kind::I16 | Kind::U16 => 2,
        Kind::I32 | Kind::U32 | Kind::F32 => 4,
        #[cfg(feature = "uuid")]
        Kind::Uuid => 16,
        #[cfg(feature = "rust_decimal")]
        Kind::Decimal => 26,
        _ => 8,
    }
}

fn check_keys(table: &Table, types: &[Option<TextType>]) -> Result<()> {
    for key in table.keys() {
        let sizes = key.iter().map(|field| match type_of(table, types, field) {
            Some(TextType::Short(length) | TextType::Bounded(length)) => bytes(field, Some(length)),
            _ => bytes(field, None),
        });
        let size = sizes.fold(0, u32::saturating_add);
        if size > LONGEST_KEY {
            return Err(too_long(
                table,
                &key,
                &format!(
                    "the key takes up to {size} bytes, and the database indexes {LONGEST_KEY}"
                ),
            ));
        }
    }
    Ok(())
}

fn type_of(table: &Table, types: &[Option<TextType>], field: &FieldMetadata) -> Option<TextType> {
    types[table.model.position(field)]
}

/// Makes the longest texts that are in no key texts of their own, until the row fits.
fn fit_row(table: &Table, types: &mut [Option<TextType>]) -> Result<()> {
    let fields = table.model.fields;
    loop {
        let sizes = fields.iter().zip(types.iter());
        let size = sizes
            .map(|(field, text)| in_row(field, *text))
            .fold(0, u32::saturating_add);
        if size <= LONGEST_ROW {
            return Ok(());
        }
        let in_key = |field: &FieldMetadata| table.keys().any(|key| key.contains(&field));
        let movable = fields
            .iter()
            .enumerate()
            .filter_map(|(at, field)| match types[at] {
                Some(TextType::Short(length)) if !in_key(field) => {
                    Some((in_row(field, types[at]), at, length))
                }
                _ => None,
            });
        let Some((_, at, length)) = movable.max() else {
            let all: Columns = fields.iter().collect();
            return Err(too_long(
                table,
                &all,
                &format!("a row takes up to {size} bytes, and the database has {LONGEST_ROW}"),
            ));
        };
        types[at] = Some(TextType::Bounded(length));
    }
}

/// How many bytes of a row a column takes: of a text of its own, where it is.
fn in_row(field: &FieldMetadata, text: Option<TextType>) -> u32 {
    match text {
        Some(TextType::Short(length)) => bytes(field, Some(length)).saturating_add(2),
        Some(TextType::Long | TextType::Bounded(_)) => 12,
        None => bytes(field, None),
    }
}

fn too_long(table: &Table, fields: &Columns, why: &str) -> Error {
    let texts = fields.iter().filter(|field| is_text(field));
    let names: Vec<&str> = texts.map(|field| field.name).collect();
    let (model, names) = (table.model.name, names.join("`, `"));
    invalid(
        table,
        format!("`{model}`: {why}; give `{names}` a smaller `length`"),
    )
}

fn invalid(table: &Table, message: String) -> Error {
    Error::new(ErrorKind::InvalidSchema, message).of_model(table.model.name)
}

/// Refuses names that the database would cut or take for one.
fn check_names(table: &Table, dialect: Dialect) -> Result<()> {
    let model = table.model;
    model.check_table()?;
    let mut named = vec![(format!("the table of `{}`", model.name), model.table)];
    let fields = model.fields.iter();
    named.extend(fields.map(|field| {
        (
            format!("the column of `{}::{}`", model.name, field.name),
            field.column,
        )
    }));
    for (what, name) in named {
        let (longest, unit, length) = match dialect {
            Dialect::Postgres => (63, "bytes", name.len()),
            Dialect::MySql { .. } => (64, "characters", name.chars().count()),
            Dialect::Sqlite => continue,
        };
        if length > longest {
            let message =
                format!("{what}, `{name}`, has {length} {unit}, and the database takes {longest}");
            return Err(invalid(table, message));
        }
    }
    // PostgreSQL tells names apart by case where they are quoted, as ours are.
    if dialect == Dialect::Postgres {
        return Ok(());
    }
    for (at, field) in model.fields.iter().enumerate() {
        let mut others = model.fields[..at].iter();
        if let Some(other) = others.find(|other| other.column.eq_ignore_ascii_case(field.column)) {
            let message = format!(
                "`{}::{}` and `{}` have one column, `{}`: the database does not tell case apart in names",
                model.name, other.name, field.name, field.column
            );
            return Err(invalid(table, message));
        }
    }
    Ok(())
}
