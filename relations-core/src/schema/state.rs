//! The tables of a schema as data: those that models ask for, those that a database has, those of a snapshot. All three are
//! compared with each other.

mod json;

use crate::error::Result;
use crate::model::{ConstraintNames, FieldMetadata, ModelMetadata, ReferentialAction, check_name};
use crate::schema::catalog::{Check, Column, ForeignKey, Generation, Index, Table};
use crate::schema::expression::{canonical, same_name};
use crate::schema::type_name::canonical_type;
use crate::sql::{
    DdlTable, KeyConstraint, Schema, check_of_enum, check_of_length, column_comment, column_type,
    table_comment, text_types,
};
use crate::value::Dialect;

/// The tables of a schema as data, for one database: what models ask for, what a database has, or what a snapshot says.
///
/// The schema of a table is empty where it is that of the connection. Views are no part of it, nor is what no model can say: indexes
/// of expressions and of some rows only.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// use relations::schema::{Schema, SchemaState};
///
/// let schema = Schema::of::<(Customer, Order)>()?;
/// let state = SchemaState::of_models(&schema, db.dialect())?;
/// let snapshot = state.to_json();
/// assert_eq!(SchemaState::from_json(&snapshot, db.dialect())?.hash(), state.hash());
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SchemaState {
    /// The tables, in the order of their names.
    pub tables: Vec<Table>,
    /// The former names of tables and columns, as models say them with `was`.
    pub renames: Vec<Rename>,
}

/// A former name: of a table, or of a column of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rename {
    /// The schema of the table, empty for that of the connection.
    pub schema: String,
    /// The table, by its name of now.
    pub table: String,
    /// The column, by its name of now; `None` where it is the table that had another name.
    pub column: Option<String>,
    /// The name that it had.
    pub was: String,
}

impl Rename {
    /// That a table had another name, or that a column of it had one.
    pub fn new(schema: &str, table: &str, column: Option<&str>, was: &str) -> Rename {
        Rename {
            schema: schema.to_owned(),
            table: table.to_owned(),
            column: column.map(str::to_owned),
            was: was.to_owned(),
        }
    }
}

impl SchemaState {
    /// What models ask for: what [`Schema::create`] makes.
    ///
    /// # Errors
    /// Those of [`Schema::create`].
    pub fn of_models(schema: &Schema, dialect: Dialect) -> Result<SchemaState> {
        let mut names = ConstraintNames::default();
        let mut state = SchemaState::default();
        let declared = schema.tables();
        for (at, table) in declared.iter().enumerate() {
            let known: Vec<&ModelMetadata> = declared[..=at].iter().map(|it| it.model).collect();
            state
                .tables
                .push(table_of(table, &known, &mut names, dialect)?);
            state.renames.extend(renames_of(table.model));
        }
        for (at, table) in declared.iter().enumerate() {
            let known: Vec<&ModelMetadata> = declared[..=at].iter().map(|it| it.model).collect();
            let late = table.foreign_keys.iter();
            for key in late.filter(|key| !key.is_inline(&known, dialect)) {
                let key = foreign_key(table.model, key, &mut names);
                state.tables[at].foreign_keys.push(key);
            }
        }
        state.sort();
        Ok(state)
    }

    /// What a database has, from `Db::tables`; `own` is the schema of the connection.
    pub fn of_database(tables: Vec<Table>, own: &str, dialect: Dialect) -> SchemaState {
        let tables = tables.into_iter().filter(|table| !table.is_view);
        let mut state = SchemaState {
            tables: tables
                .map(|table| as_declared(table, own, dialect))
                .collect(),
            renames: Vec::new(),
        };
        state.sort();
        state
    }

    /// The table of this name.
    pub(super) fn table(&self, schema: &str, name: &str, dialect: Dialect) -> Option<&Table> {
        let mut tables = self.tables.iter();
        tables.find(|table| table.schema == schema && same_table(&table.name, name, dialect))
    }

    /// Only the tables for which it is true.
    #[must_use]
    pub fn with_tables(mut self, is_wanted: impl Fn(&Table) -> bool) -> SchemaState {
        self.tables.retain(|table| is_wanted(table));
        self
    }

    /// A number that is the same for the same tables, in every build, as a text.
    pub fn hash(&self) -> String {
        hash_of(&self.to_json())
    }

    fn sort(&mut self) {
        let key = |table: &Table| (table.schema.clone(), table.name.clone());
        self.tables.sort_by_key(key);
    }
}

/// FNV-1a, which is the same in every build.
pub(super) fn hash_of(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

/// Whether two names of tables are one to the database. MySQL goes by the file system, where we look only at what is exact.
pub(super) fn same_table(one: &str, other: &str, dialect: Dialect) -> bool {
    match dialect {
        Dialect::Sqlite => same_name(one, other, dialect),
        _ => one == other,
    }
}

fn renames_of(model: &'static ModelMetadata) -> Vec<Rename> {
    let schema = model.schema().unwrap_or_default();
    let rename =
        |column, was: Option<&str>| was.map(|was| Rename::new(schema, model.table(), column, was));
    let fields = model.fields().iter();
    let columns = fields.filter_map(|field| rename(Some(field.column), field.was));
    rename(None, model.was).into_iter().chain(columns).collect()
}

fn table_of(
    declared: &DdlTable,
    known: &[&ModelMetadata],
    names: &mut ConstraintNames,
    dialect: Dialect,
) -> Result<Table> {
    let model = declared.model;
    // What the database cannot hold is refused as on creating it.
    let texts = text_types(declared, dialect)?;
    let mut table = Table {
        schema: model.schema().unwrap_or_default().to_owned(),
        name: model.table().to_owned(),
        comment: table_comment(model, dialect),
        primary_key: columns(&model.id_fields().collect::<Vec<_>>()),
        ..Table::default()
    };
    for (field, text) in model.fields().iter().zip(texts) {
        let type_name = column_type(field, text, dialect);
        table
            .columns
            .push(column(declared, field, &type_name, dialect));
        let checks = [
            check_of_enum(field, dialect),
            check_of_length(field, text, dialect),
        ];
        table
            .checks
            .extend(checks.into_iter().flatten().map(|sql| Check {
                name: None,
                column: Some(field.column.to_owned()),
                sql,
            }));
    }
    for key in &declared.unique {
        table
            .indexes
            .push(index(names.of("uq", model, key), key, true));
    }
    for (sql, nth) in model.checks().iter().zip(1..) {
        table.checks.push(Check {
            name: Some(check_name(model, nth)),
            column: None,
            sql: (*sql).to_owned(),
        });
    }
    let inline = declared.foreign_keys.iter();
    for key in inline.filter(|key| key.is_inline(known, dialect)) {
        table.foreign_keys.push(foreign_key(model, key, names));
    }
    for key in &declared.indexes {
        table
            .indexes
            .push(index(names.of("ix", model, key), key, false));
    }
    Ok(table)
}

fn column(
    table: &DdlTable,
    field: &'static FieldMetadata,
    type_name: &str,
    dialect: Dialect,
) -> Column {
    let values = match (field.db_enum, dialect) {
        (Some(_), Dialect::Postgres) => field.values,
        _ => &[],
    };
    Column {
        name: field.column.to_owned(),
        type_name: canonical_type(type_name, dialect),
        is_nullable: field.nullable && !field.id,
        comment: column_comment(field, dialect),
        default: field.default.map(str::to_owned),
        generation: table.is_numbered(field).then_some(Generation::IfNotGiven),
        is_set_on_update: field.on_update_now,
        values: values.iter().map(|value| (*value).to_owned()).collect(),
        ..Column::default()
    }
}

fn index(name: String, key: &[&FieldMetadata], is_unique: bool) -> Index {
    Index {
        name,
        columns: columns(key).into_iter().map(Some).collect(),
        is_unique,
        condition: None,
    }
}

fn foreign_key(
    model: &'static ModelMetadata,
    constraint: &KeyConstraint,
    names: &mut ConstraintNames,
) -> ForeignKey {
    let key = &constraint.key;
    let action = |action: Option<ReferentialAction>| action.unwrap_or(ReferentialAction::NoAction);
    ForeignKey {
        name: Some(names.of("fk", model, &key.fields)),
        columns: columns(&key.fields),
        referred_schema: key.referred.schema().unwrap_or_default().to_owned(),
        referred_table: key.referred.table().to_owned(),
        referred_columns: columns(&key.referred_fields),
        on_delete: action(constraint.on_delete),
        on_update: action(constraint.on_update),
    }
}

fn columns(fields: &[&FieldMetadata]) -> Vec<String> {
    fields.iter().map(|field| field.column.to_owned()).collect()
}

/// A table of a database, told as models would tell it.
fn as_declared(mut table: Table, own: &str, dialect: Dialect) -> Table {
    let plain = |schema: &mut String| {
        if schema == own {
            schema.clear();
        }
    };
    plain(&mut table.schema);
    for key in &mut table.foreign_keys {
        plain(&mut key.referred_schema);
    }
    table
        .indexes
        .retain(|index| index.condition.is_none() && index.columns.iter().all(Option::is_some));
    for column in &mut table.columns {
        column.type_name = canonical_type(&column.type_name, dialect);
        complete_column(column, dialect);
    }
    if dialect.is_mysql() {
        take_json_checks(&mut table, dialect);
    }
    if dialect == Dialect::Sqlite {
        number_by_rowid(&mut table);
    }
    table
}

fn complete_column(column: &mut Column, dialect: Dialect) {
    // A column of the type `serial`.
    let is_counted = |default: &String| default.starts_with("nextval(");
    if dialect == Dialect::Postgres && column.default.as_ref().is_some_and(is_counted) {
        column.default = None;
        column.generation = Some(Generation::IfNotGiven);
    }
    // The catalog gives an enum of MySQL its first text as default where it has none.
    let first = column.values.first().map(|first| format!("'{first}'"));
    if dialect.is_mysql() && !column.is_nullable && column.default == first {
        column.default = None;
    }
    if dialect.is_mysql() {
        column.values.clear();
    }
}

/// MariaDB keeps JSON as a text with a check.
fn take_json_checks(table: &mut Table, dialect: Dialect) {
    for column in &mut table.columns {
        if column.type_name != "longtext" {
            continue;
        }
        let name = column.name.to_lowercase();
        let is_json =
            |check: &Check| canonical(&check.sql, dialect) == format!("json_valid({name})");
        if let Some(at) = table.checks.iter().position(is_json) {
            table.checks.remove(at);
            column.type_name = "json".to_owned();
            column.collation = None;
        }
    }
}

/// On SQLite such a key is numbered, whether or not that was asked for.
pub(super) fn is_rowid(table: &Table, column: &Column) -> bool {
    table.primary_key.len() == 1
        && same_name(&table.primary_key[0], &column.name, Dialect::Sqlite)
        && column.type_name == "INTEGER"
}

fn number_by_rowid(table: &mut Table) {
    let key = table.clone();
    for column in &mut table.columns {
        if is_rowid(&key, column) {
            column.is_nullable = false;
        }
    }
}
