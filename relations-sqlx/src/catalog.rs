//! Reading what tables a database has from its own catalog.

use crate::driver::{DecodeError, Operation, RowReader, RowSink, Session, Statement};
use crate::operation;
use relations_core::catalog::{Check, Column, ForeignKey, Generation, Index, Table, TableName};
use relations_core::{Connection, Error, Kind, Pending, ReferentialAction, Result, list_from_json};
use sea_query::{Value, Values};

/// How one database is asked for its tables: three statements, whose columns are the same for all databases.
///
/// In each, `{names}` stands for the names of tables, and `{schemas}` for the schemas beside that of the connection.
#[derive(Clone, Copy)]
pub(crate) struct Catalog {
    /// The columns of tables: schema, table, whether it is what its name alone stands for, whether names are the same in
    /// both cases, whether it is a view, column, type, whether it may be NULL, default, `counted` or `computed`, collation,
    /// the texts of its enum as JSON, whether it is set to the time of each update.
    pub(crate) columns: &'static str,
    /// The columns of primary keys and indexes: schema, table, index, whether it is the primary key, whether it is unique,
    /// condition, column.
    pub(crate) keys: &'static str,
    /// The columns of foreign keys: schema, table, something that tells keys apart, name, column, referred schema, table and
    /// column, what happens on a delete and on an update.
    pub(crate) foreign_keys: &'static str,
    /// The columns of one constraint or index, in order, for the values schema, table and name; the schema is empty where it is that
    /// of the connection.
    pub(crate) constraint: &'static str,
    /// The tables and views of one schema, that of the connection for an empty text: schema, table, comment, and its text where
    /// [`complete_table`](Catalog::complete_table) needs it.
    pub(crate) tables: &'static str,
    /// What is said of columns, and what is checked of rows, of a schema as above: schema, table, column, the comment or the check,
    /// the name of the check. A check has a column only where it is a part of its definition.
    pub(crate) texts: &'static str,
    /// The placeholder of a position, counted from 1.
    pub(crate) placeholder: fn(usize) -> String,
    /// What the statements cannot say of a column.
    pub(crate) complete_column: fn(&mut Column),
    /// What the statements cannot say of an index.
    pub(crate) complete_index: fn(&mut Index),
    /// What the statements cannot say of a table, from its text.
    pub(crate) complete_table: fn(&mut Table, &str),
}

/// Reads the tables of these names, in their order; `None` for one that is not there.
pub(crate) async fn read(
    connection: &dyn Connection,
    catalog: Catalog,
    names: Vec<TableName>,
) -> Result<Vec<Option<Table>>> {
    let reading = Reading {
        catalog,
        names,
        tables: Vec::new(),
    };
    Ok(operation::run(connection, reading).await?.tables)
}

/// Reads all tables and views of a schema, in the order of their names.
pub(crate) async fn read_all(
    connection: &dyn Connection,
    catalog: Catalog,
    schema: Option<&str>,
) -> Result<Vec<Table>> {
    let listing = Listing {
        catalog,
        schema: schema.unwrap_or_default().to_owned(),
        tables: Vec::new(),
        texts: Vec::new(),
    };
    let listing = operation::run(connection, listing).await?;
    let names = listing.tables.iter().map(|listed| listed.name.clone());
    let found = read(connection, catalog, names.collect()).await?;
    let mut tables = Vec::new();
    // A table that was dropped in the meantime is not there.
    for (listed, table) in listing.tables.iter().zip(found) {
        if let Some(mut table) = table {
            table.comment = listed.comment.clone().filter(|comment| !comment.is_empty());
            if let Some(text) = &listed.text {
                (catalog.complete_table)(&mut table, text);
            }
            listing.add_texts(&mut table);
            tables.push(table);
        }
    }
    tables.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(tables)
}

/// The names of a schema's tables, and what is said of them.
struct Listing {
    catalog: Catalog,
    schema: String,
    tables: Vec<Listed>,
    texts: Vec<Text>,
}

struct Listed {
    name: TableName,
    comment: Option<String>,
    text: Option<String>,
}

/// A comment on a column, or a check.
struct Text {
    table: String,
    column: Option<String>,
    text: String,
    check: Option<String>,
}

impl Listing {
    /// Adds the comments on the table's columns, and its checks.
    fn add_texts(&self, table: &mut Table) {
        for text in self.texts.iter().filter(|text| text.table == table.name) {
            let (Some(name), None) = (&text.column, &text.check) else {
                let mut check = Check::default();
                (check.name, check.column) = (text.check.clone(), text.column.clone());
                check.sql = text.text.clone();
                table.checks.push(check);
                continue;
            };
            let mut columns = table.columns.iter_mut();
            if let Some(column) = columns.find(|column| column.name == *name) {
                column.comment = Some(text.text.clone());
            }
        }
    }

    async fn fetch(
        &self,
        session: &mut dyn Session,
        text: &str,
        read: &mut ReadRow<'_>,
    ) -> Result<()> {
        let value = Value::String(Some(self.schema.clone()));
        let statement = Statement::new(text.to_owned(), Values(vec![value]));
        session.fetch(statement, &mut Sink(read)).await
    }
}

impl Operation for Listing {
    fn is_read_only(&self) -> bool {
        true
    }

    fn run<'s>(&'s mut self, session: &'s mut dyn Session) -> Pending<'s, ()> {
        Box::pin(async move {
            let catalog = self.catalog;
            let mut tables = Vec::new();
            let mut table = |row: &mut Cells<'_>| {
                let schema = row.text()?;
                tables.push(Listed {
                    name: TableName {
                        schema: Some(schema),
                        name: row.text()?,
                    },
                    comment: row.text_or_null()?,
                    text: row.text_or_null()?,
                });
                Ok(())
            };
            self.fetch(session, catalog.tables, &mut table).await?;
            let mut texts = Vec::new();
            let mut text = |row: &mut Cells<'_>| {
                row.text()?;
                texts.push(Text {
                    table: row.text()?,
                    column: row.text_or_null()?,
                    text: row.text()?,
                    check: row.text_or_null()?,
                });
                Ok(())
            };
            if !catalog.texts.is_empty() {
                self.fetch(session, catalog.texts, &mut text).await?;
            }
            (self.tables, self.texts) = (tables, texts);
            Ok(())
        })
    }
}

struct Reading {
    catalog: Catalog,
    names: Vec<TableName>,
    tables: Vec<Option<Table>>,
}

impl Operation for Reading {
    fn is_read_only(&self) -> bool {
        true
    }

    fn run<'s>(&'s mut self, session: &'s mut dyn Session) -> Pending<'s, ()> {
        Box::pin(async move {
            let catalog = self.catalog;
            let mut found = Found::default();
            if !self.names.is_empty() {
                let mut columns = |row: &mut Cells<'_>| found.column(row, catalog);
                self.fetch(session, catalog.columns, &mut columns).await?;
                let mut keys = |row: &mut Cells<'_>| found.key(row);
                self.fetch(session, catalog.keys, &mut keys).await?;
                let mut foreign_keys = |row: &mut Cells<'_>| found.foreign_key(row);
                let text = catalog.foreign_keys;
                self.fetch(session, text, &mut foreign_keys).await?;
            }
            found.complete(catalog);
            let names = self.names.iter();
            self.tables = names.map(|name| found.table(name)).collect();
            Ok(())
        })
    }
}

type ReadRow<'r> = dyn FnMut(&mut Cells<'_>) -> Result<(), DecodeError> + Send + 'r;

impl Reading {
    async fn fetch(
        &self,
        session: &mut dyn Session,
        text: &str,
        read: &mut ReadRow<'_>,
    ) -> Result<()> {
        let names: Vec<&str> = self.names.iter().map(|name| name.name.as_str()).collect();
        let schemas = self.names.iter().filter_map(|name| name.schema.as_deref());
        // A list may not be empty in SQL, and no schema has this name.
        let schemas: Vec<&str> = std::iter::once("").chain(schemas).collect();
        let listed = |from: usize, count: usize| {
            let places = (from..from + count).map(self.catalog.placeholder);
            places.collect::<Vec<_>>().join(", ")
        };
        let sql = text
            .replace("{names}", &listed(1, names.len()))
            .replace("{schemas}", &listed(names.len() + 1, schemas.len()));
        let values = names.into_iter().chain(schemas);
        let values = values.map(|value| Value::String(Some(value.to_owned())));
        let statement = Statement::new(sql, Values(values.collect()));
        session.fetch(statement, &mut Sink(read)).await
    }
}

struct Sink<'r, 'f>(&'r mut ReadRow<'f>);

impl RowSink for Sink<'_, '_> {
    fn row(&mut self, row: &mut dyn RowReader) -> Result<()> {
        let mut cells = Cells { row, at: 0 };
        (self.0)(&mut cells).map_err(Error::from)
    }
}

/// A row of the catalog, read from left to right.
struct Cells<'r> {
    row: &'r mut dyn RowReader,
    at: usize,
}

impl Cells<'_> {
    fn text(&mut self) -> Result<String, DecodeError> {
        self.at += 1;
        self.row.text(self.at - 1)
    }

    fn text_or_null(&mut self) -> Result<Option<String>, DecodeError> {
        if self.row.is_null(self.at)? {
            self.at += 1;
            return Ok(None);
        }
        self.text().map(Some)
    }

    fn flag(&mut self) -> Result<bool, DecodeError> {
        self.at += 1;
        Ok(self.row.int(self.at - 1)? != 0)
    }
}

/// The tables that were found, among them some that were not meant.
#[derive(Default)]
struct Found {
    tables: Vec<FoundTable>,
    /// What tells the foreign keys of the last table apart.
    last_key: Option<String>,
}

struct FoundTable {
    table: Table,
    is_of_connection: bool,
    folds_case: bool,
}

impl Found {
    fn column(&mut self, row: &mut Cells<'_>, catalog: Catalog) -> Result<(), DecodeError> {
        let (schema, name) = (row.text()?, row.text()?);
        let (is_of_connection, folds_case) = (row.flag()?, row.flag()?);
        let is_view = row.flag()?;
        let is_known = self
            .tables
            .last()
            .is_some_and(|last| last.is(&schema, &name));
        if !is_known {
            let mut table = Table::default();
            (table.schema, table.name, table.is_view) = (schema, name, is_view);
            self.tables.push(FoundTable {
                table,
                is_of_connection,
                folds_case,
            });
        }
        let mut column = Column::default();
        column.name = row.text()?;
        column.type_name = row.text()?;
        column.is_nullable = row.flag()?;
        column.default = row.text_or_null()?;
        column.generation = match row.text_or_null()?.as_deref() {
            Some("counted") => Some(Generation::IfNotGiven),
            Some(_) => Some(Generation::Always),
            None => None,
        };
        column.collation = row.text_or_null()?;
        if let Some(values) = row.text_or_null()? {
            let values = list_from_json(&values, Kind::Text)?.into_iter();
            column.values = values.filter_map(into_text).collect();
        }
        column.is_set_on_update = row.flag()?;
        (catalog.complete_column)(&mut column);
        if let Some(last) = self.tables.last_mut() {
            last.table.columns.push(column);
        }
        Ok(())
    }

    fn key(&mut self, row: &mut Cells<'_>) -> Result<(), DecodeError> {
        let (schema, table) = (row.text()?, row.text()?);
        let name = row.text()?;
        let (is_primary, is_unique) = (row.flag()?, row.flag()?);
        let (condition, column) = (row.text_or_null()?, row.text_or_null()?);
        let Some(table) = self.get(&schema, &table) else {
            return Ok(());
        };
        if is_primary {
            table.primary_key_name = Some(name).filter(|name| !name.is_empty());
            table.primary_key.extend(column);
            return Ok(());
        }
        match table.indexes.last_mut().filter(|last| last.name == name) {
            Some(last) => last.columns.push(column),
            None => {
                let mut index = Index::default();
                (index.name, index.is_unique, index.condition) = (name, is_unique, condition);
                index.columns = vec![column];
                table.indexes.push(index);
            }
        }
        Ok(())
    }

    fn foreign_key(&mut self, row: &mut Cells<'_>) -> Result<(), DecodeError> {
        let (schema, table) = (row.text()?, row.text()?);
        let id = format!("{schema}\0{table}\0{}", row.text()?);
        let mut key = ForeignKey::default();
        key.name = row.text_or_null()?;
        key.columns = vec![row.text()?];
        key.referred_schema = row.text()?;
        key.referred_table = row.text()?;
        key.referred_columns = row.text_or_null()?.into_iter().collect();
        key.on_delete = action(&row.text()?);
        key.on_update = action(&row.text()?);
        let is_known = self.last_key.as_ref() == Some(&id);
        self.last_key = Some(id);
        let Some(table) = self.get(&schema, &table) else {
            return Ok(());
        };
        match table.foreign_keys.last_mut().filter(|_| is_known) {
            Some(last) => {
                last.columns.append(&mut key.columns);
                last.referred_columns.append(&mut key.referred_columns);
            }
            None => table.foreign_keys.push(key),
        }
        Ok(())
    }

    fn get(&mut self, schema: &str, name: &str) -> Option<&mut Table> {
        let mut tables = self.tables.iter_mut();
        let found = tables.find(|found| found.is(schema, name));
        found.map(|found| &mut found.table)
    }

    fn complete(&mut self, catalog: Catalog) {
        let tables = self.tables.iter_mut();
        for index in tables.flat_map(|found| &mut found.table.indexes) {
            (catalog.complete_index)(index);
        }
    }

    fn table(&self, name: &TableName) -> Option<Table> {
        let exact = self.tables.iter().find(|found| found.is_named(name, false));
        let any_case = || self.tables.iter().find(|found| found.is_named(name, true));
        let found = exact.or_else(any_case);
        found.map(|found| found.table.clone())
    }
}

impl FoundTable {
    fn is(&self, schema: &str, name: &str) -> bool {
        self.table.schema == schema && self.table.name == name
    }

    fn is_named(&self, name: &TableName, in_any_case: bool) -> bool {
        let same = |one: &str, other: &str| match in_any_case && self.folds_case {
            true => one.eq_ignore_ascii_case(other),
            false => one == other,
        };
        let is_in_schema = match &name.schema {
            Some(schema) => same(&self.table.schema, schema),
            None => self.is_of_connection,
        };
        is_in_schema && same(&self.table.name, &name.name)
    }
}

fn into_text(value: relations_core::Value) -> Option<String> {
    match value {
        relations_core::Value::Text(text) => Some(text),
        _ => None,
    }
}

fn action(sql: &str) -> ReferentialAction {
    match sql {
        "CASCADE" => ReferentialAction::Cascade,
        "SET NULL" => ReferentialAction::SetNull,
        "SET DEFAULT" => ReferentialAction::SetDefault,
        "RESTRICT" => ReferentialAction::Restrict,
        _ => ReferentialAction::NoAction,
    }
}
