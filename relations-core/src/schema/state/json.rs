//! Snapshots: a state as JSON, in which what is usual is left out.

use super::SchemaState;
use crate::error::{Error, ErrorKind, Result};
use crate::model::ReferentialAction;
use crate::schema::catalog::{Check, Column, ForeignKey, Generation, Index, Table};
use crate::value::Dialect;
use serde_json::{Map, Value, json};

/// The form of the snapshots; a new one is given where a key changes its meaning.
const FORM: u64 = 1;

impl SchemaState {
    /// The tables as JSON, without the former names.
    pub fn to_json(&self) -> String {
        let tables: Vec<Value> = self.tables.iter().map(table).collect();
        let mut text = format!("{:#}", json!({"version": FORM, "tables": tables}));
        text.push('\n');
        text
    }

    /// The tables of a snapshot.
    ///
    /// # Errors
    /// `InvalidSchema` where the text is not a snapshot, or one of a newer version.
    pub fn from_json(text: &str, _: Dialect) -> Result<SchemaState> {
        let read: Option<Vec<Table>> = serde_json::from_str(text).ok().and_then(|json: Value| {
            if json["version"].as_u64() != Some(FORM) {
                return None;
            }
            json["tables"].as_array()?.iter().map(read_table).collect()
        });
        let tables = read.ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidSchema,
                "the text is not a snapshot of a schema",
            )
        })?;
        Ok(SchemaState {
            tables,
            renames: Vec::new(),
        })
    }
}

/// An object without what is empty.
fn object<const N: usize>(entries: [(&str, Value); N]) -> Value {
    let is_said = |value: &Value| match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => true,
    };
    let entries = entries.into_iter().filter(|(_, value)| is_said(value));
    let entries = entries.map(|(key, value)| (key.to_owned(), value));
    Value::Object(entries.collect::<Map<_, _>>())
}

fn table(table: &Table) -> Value {
    let columns: Vec<Value> = table.columns.iter().map(column).collect();
    let indexes: Vec<Value> = table.indexes.iter().map(index).collect();
    let checks: Vec<Value> = table.checks.iter().map(check).collect();
    let keys: Vec<Value> = table.foreign_keys.iter().map(foreign_key).collect();
    object([
        ("schema", json!(table.schema)),
        ("name", json!(table.name)),
        ("columns", json!(columns)),
        ("primary_key", json!(table.primary_key)),
        ("indexes", json!(indexes)),
        ("checks", json!(checks)),
        ("foreign_keys", json!(keys)),
        ("comment", json!(table.comment)),
    ])
}

fn column(column: &Column) -> Value {
    let generation = match column.generation {
        Some(Generation::IfNotGiven) => json!("if_not_given"),
        Some(Generation::Always) => json!("always"),
        None => Value::Null,
    };
    object([
        ("name", json!(column.name)),
        ("type", json!(column.type_name)),
        ("nullable", json!(column.is_nullable)),
        ("default", json!(column.default)),
        ("generated", generation),
        ("set_on_update", json!(column.is_set_on_update)),
        ("values", json!(column.values)),
        ("comment", json!(column.comment)),
    ])
}

fn index(index: &Index) -> Value {
    let columns: Vec<&String> = index.columns.iter().flatten().collect();
    object([
        ("name", json!(index.name)),
        ("columns", json!(columns)),
        ("unique", json!(index.is_unique)),
    ])
}

fn check(check: &Check) -> Value {
    object([
        ("name", json!(check.name)),
        ("column", json!(check.column)),
        ("sql", json!(check.sql)),
    ])
}

fn foreign_key(key: &ForeignKey) -> Value {
    let action = |action: ReferentialAction| match action {
        ReferentialAction::NoAction => Value::Null,
        action => json!(action.sql()),
    };
    object([
        ("name", json!(key.name)),
        ("columns", json!(key.columns)),
        ("referred_schema", json!(key.referred_schema)),
        ("referred_table", json!(key.referred_table)),
        ("referred_columns", json!(key.referred_columns)),
        ("on_delete", action(key.on_delete)),
        ("on_update", action(key.on_update)),
    ])
}

fn text(json: &Value, key: &str) -> Option<String> {
    json[key].as_str().map(str::to_owned)
}

fn texts(json: &Value, key: &str) -> Vec<String> {
    let items = json[key].as_array().into_iter().flatten();
    let texts = items.filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

fn each<T>(json: &Value, key: &str, read: fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    json[key]
        .as_array()
        .into_iter()
        .flatten()
        .map(read)
        .collect()
}

fn read_table(json: &Value) -> Option<Table> {
    Some(Table {
        schema: text(json, "schema").unwrap_or_default(),
        name: text(json, "name")?,
        columns: each(json, "columns", read_column)?,
        primary_key: texts(json, "primary_key"),
        indexes: each(json, "indexes", read_index)?,
        checks: each(json, "checks", read_check)?,
        foreign_keys: each(json, "foreign_keys", read_key)?,
        comment: text(json, "comment"),
        ..Table::default()
    })
}

fn read_column(json: &Value) -> Option<Column> {
    Some(Column {
        name: text(json, "name")?,
        type_name: text(json, "type").unwrap_or_default(),
        is_nullable: json["nullable"].as_bool().unwrap_or(false),
        default: text(json, "default"),
        generation: match json["generated"].as_str() {
            Some("if_not_given") => Some(Generation::IfNotGiven),
            Some(_) => Some(Generation::Always),
            None => None,
        },
        is_set_on_update: json["set_on_update"].as_bool().unwrap_or(false),
        values: texts(json, "values"),
        comment: text(json, "comment"),
        ..Column::default()
    })
}

fn read_index(json: &Value) -> Option<Index> {
    Some(Index {
        name: text(json, "name")?,
        columns: texts(json, "columns").into_iter().map(Some).collect(),
        is_unique: json["unique"].as_bool().unwrap_or(false),
        condition: None,
    })
}

fn read_check(json: &Value) -> Option<Check> {
    Some(Check {
        name: text(json, "name"),
        column: text(json, "column"),
        sql: text(json, "sql")?,
    })
}

fn read_key(json: &Value) -> Option<ForeignKey> {
    Some(ForeignKey {
        name: text(json, "name"),
        columns: texts(json, "columns"),
        referred_schema: text(json, "referred_schema").unwrap_or_default(),
        referred_table: text(json, "referred_table")?,
        referred_columns: texts(json, "referred_columns"),
        on_delete: action(&json["on_delete"]),
        on_update: action(&json["on_update"]),
    })
}

fn action(json: &Value) -> ReferentialAction {
    let actions = [
        ReferentialAction::Restrict,
        ReferentialAction::Cascade,
        ReferentialAction::SetNull,
        ReferentialAction::SetDefault,
    ];
    let mut actions = actions.into_iter();
    let named = actions.find(|action| json.as_str() == Some(action.sql()));
    named.unwrap_or(ReferentialAction::NoAction)
}
