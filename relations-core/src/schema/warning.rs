//! What people should know of changes before they carry them out.

use crate::schema::catalog::{Column, Index, TableName};
use crate::schema::change::Change;
use crate::schema::diff::{SchemaDiff, column_of};
use crate::sql::{literals, quote};
use crate::value::Dialect;

/// Something that a change may do which is not wanted, or why it may fail.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChangeWarning {
    /// What may happen.
    pub kind: ChangeWarningKind,
    /// The same in a line.
    pub message: String,
    /// A statement for the database as it is, which tells whether it happens: by a number of rows, or by the rows.
    pub query: Option<String>,
    /// The change that may do it.
    pub change: Change,
}

/// What a change may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChangeWarningKind {
    /// Rows or values are gone afterwards, and no way back restores them.
    Destructive,
    /// Whether it can be carried out depends on the rows.
    DataDependent,
    /// Nobody can write a table, or even read it, for as long as its size asks for.
    LongLock,
    /// Something goes and something like it comes: perhaps it only got another name.
    MaybeRename,
}

impl ChangeWarningKind {
    /// As a word for programs: `data_dependent`.
    pub fn name(self) -> &'static str {
        match self {
            ChangeWarningKind::Destructive => "destructive",
            ChangeWarningKind::DataDependent => "data_dependent",
            ChangeWarningKind::LongLock => "long_lock",
            ChangeWarningKind::MaybeRename => "maybe_rename",
        }
    }
}

impl SchemaDiff {
    /// What should be known of the changes before they are carried out, in their order.
    pub fn warnings(&self) -> Vec<ChangeWarning> {
        let mut warnings = Vec::new();
        for change in &self.changes {
            let mut warner = Warner {
                diff: self,
                change,
                warnings: &mut warnings,
            };
            warner.warn();
        }
        warnings
    }
}

struct Warner<'d> {
    diff: &'d SchemaDiff,
    change: &'d Change,
    warnings: &'d mut Vec<ChangeWarning>,
}

impl Warner<'_> {
    fn add(&mut self, kind: ChangeWarningKind, why: &str, query: Option<String>) {
        self.warnings.push(ChangeWarning {
            kind,
            message: format!("{}: {why}", self.change),
            query,
            change: self.change.clone(),
        });
    }

    fn depends(&mut self, why: &str, query: Option<String>) {
        self.add(ChangeWarningKind::DataDependent, why, query);
    }

    fn locks(&mut self, why: &str) {
        self.add(ChangeWarningKind::LongLock, why, None);
    }

    fn warn(&mut self) {
        match self.change {
            Change::DropTable { table } => self.warn_of_lost_table(table),
            Change::DropColumn { table, column } => self.warn_of_lost_column(table, column),
            Change::AddColumn { table, column } => self.warn_of_new_column(table, column),
            Change::SetType {
                table, column, to, ..
            } => self.warn_of_type(table, column, to),
            Change::SetNullable {
                table,
                column,
                nullable: false,
            } => self.warn_of_not_null(table, column),
            Change::SetPrimaryKey { table, to, .. } => {
                let query = self.repeated(table, to);
                self.depends("two rows with the same key refuse it", Some(query));
                self.locks("the table is locked until its key is there");
            }
            Change::AddIndex { table, index } if index.is_unique => {
                self.warn_of_unique(table, index);
            }
            Change::AddCheck { table, check } => {
                let query = self.count(table, &format!("NOT ({})", check.sql));
                self.depends("rows that do not keep to it refuse it", Some(query));
            }
            Change::AddForeignKey { table, key } => {
                let query = self.dangling(table, key);
                self.depends("rows that refer to no row refuse it", Some(query));
            }
            Change::SetValues { from, to, .. } => {
                let gone: Vec<&String> = from.iter().filter(|text| !to.contains(text)).collect();
                if !gone.is_empty() {
                    self.depends(&format!("rows with {} refuse it", literals(&gone)), None);
                }
            }
            // Rows and their values stay as they are.
            Change::RenameTable { .. }
            | Change::RenameColumn { .. }
            | Change::CreateTable { .. }
            | Change::SetNullable { nullable: true, .. }
            | Change::SetDefault { .. }
            | Change::SetGenerated { .. }
            | Change::SetOnUpdate { .. }
            | Change::AddIndex { .. }
            | Change::DropIndex { .. }
            | Change::DropCheck { .. }
            | Change::DropForeignKey { .. }
            | Change::SetComment { .. } => {}
        }
    }

    fn warn_of_lost_table(&mut self, table: &TableName) {
        let query = format!("SELECT count(*) FROM {}", self.diff.former(table));
        let kind = ChangeWarningKind::Destructive;
        self.add(kind, "its rows are gone", Some(query));
        self.guess_table(table);
    }

    fn warn_of_lost_column(&mut self, table: &TableName, column: &Column) {
        let is_lost = format!("{} IS NOT NULL", quote(&column.name, self.diff.dialect));
        let query = self.count(table, &is_lost);
        let kind = ChangeWarningKind::Destructive;
        self.add(kind, "its values are gone", Some(query));
        self.guess_column(table, column);
    }

    fn warn_of_new_column(&mut self, table: &TableName, column: &Column) {
        let is_filled =
            column.is_nullable || column.default.is_some() || column.generation.is_some();
        if !is_filled {
            let query = format!("SELECT count(*) FROM {}", self.diff.former(table));
            self.depends("rows that are there have no value for it", Some(query));
        }
    }

    fn warn_of_not_null(&mut self, table: &TableName, column: &str) {
        let dialect = self.diff.dialect;
        let want = self.diff.want.table(schema(table), &table.name, dialect);
        let want = want.and_then(|want| column_of(want, column, dialect));
        if want.is_some_and(|want| want.default.is_none()) {
            let is_null = format!("{} IS NULL", self.former_column(table, column));
            let query = self.count(table, &is_null);
            self.depends("rows without a value refuse it", Some(query));
        }
        if dialect == Dialect::Postgres {
            self.locks("all rows are looked at while the table is locked");
        }
    }

    fn warn_of_unique(&mut self, table: &TableName, index: &Index) {
        let columns: Vec<String> = index.columns.iter().flatten().cloned().collect();
        let query = self.repeated(table, &columns);
        self.depends("two rows with the same values refuse it", Some(query));
        if self.diff.dialect == Dialect::Postgres {
            self.locks("the table is locked until the constraint is there");
        }
    }

    fn warn_of_type(&mut self, table: &TableName, column: &str, to: &str) {
        let length = to
            .strip_prefix("character varying(")
            .or(to.strip_prefix("varchar("));
        let length = length.and_then(|rest| rest.trim_end_matches(')').parse::<u32>().ok());
        let name = self.former_column(table, column);
        let query =
            length.map(|length| self.count(table, &format!("char_length({name}) > {length}")));
        let dialect = self.diff.dialect;
        if dialect != Dialect::Sqlite {
            self.depends("values that do not fit refuse it", query);
        }
        self.locks("the rows are written anew while the table is locked");
    }

    fn guess_column(&mut self, table: &TableName, gone: &Column) {
        let added = self.diff.changes.iter().filter_map(|change| match change {
            Change::AddColumn { table: of, column } if of == table => Some(column),
            _ => None,
        });
        let like = added.filter(|column| column.type_name == gone.type_name);
        let names: Vec<&str> = like.map(|column| column.name.as_str()).collect();
        if !names.is_empty() {
            let why = format!(
                "`{}` comes and has its type; if it is the same, say `#[model(was = \"{}\")]` there",
                names.join("` or `"),
                gone.name.escape_debug()
            );
            self.add(ChangeWarningKind::MaybeRename, &why, None);
        }
    }

    fn guess_table(&mut self, table: &TableName) {
        let dialect = self.diff.dialect;
        let Some(gone) = self.diff.have.table(schema(table), &table.name, dialect) else {
            return;
        };
        let columns = |table: &crate::schema::catalog::Table| {
            let columns = table.columns.iter();
            columns.map(|it| it.name.clone()).collect::<Vec<_>>()
        };
        let created = self.diff.want.tables.iter().filter(|want| {
            self.diff
                .have
                .table(&want.schema, &want.name, dialect)
                .is_none()
        });
        let like = created.filter(|want| columns(want) == columns(gone));
        let names: Vec<&str> = like.map(|want| want.name.as_str()).collect();
        if !names.is_empty() {
            let why = format!(
                "`{}` comes and has its columns; if it is the same, say `#[model(was = \"{}\")]` there",
                names.join("` or `"),
                gone.name.escape_debug()
            );
            self.add(ChangeWarningKind::MaybeRename, &why, None);
        }
    }

    fn count(&self, table: &TableName, condition: &str) -> String {
        format!(
            "SELECT count(*) FROM {} WHERE {condition}",
            self.diff.former(table)
        )
    }

    fn former_column(&self, table: &TableName, column: &str) -> String {
        let mut renames = self.diff.changes.iter().filter_map(|change| match change {
            Change::RenameColumn {
                table: of,
                column: now,
                was,
            } if of == table && now == column => Some(was),
            _ => None,
        });
        let name = renames.next().map_or(column, String::as_str);
        quote(name, self.diff.dialect)
    }

    fn repeated(&self, table: &TableName, columns: &[String]) -> String {
        let columns: Vec<String> = columns
            .iter()
            .map(|it| self.former_column(table, it))
            .collect();
        let columns = columns.join(", ");
        let table = self.diff.former(table);
        format!("SELECT {columns}, count(*) FROM {table} GROUP BY {columns} HAVING count(*) > 1")
    }

    fn dangling(&self, table: &TableName, key: &crate::schema::catalog::ForeignKey) -> String {
        let dialect = self.diff.dialect;
        let referred = TableName {
            schema: Some(key.referred_schema.clone()).filter(|schema| !schema.is_empty()),
            name: key.referred_table.clone(),
        };
        let pairs = key.columns.iter().zip(&key.referred_columns);
        let same = pairs.clone().map(|(own, other)| {
            let own = self.former_column(table, own);
            format!("r.{} = h.{own}", quote(other, dialect))
        });
        let given =
            pairs.map(|(own, _)| format!("h.{} IS NOT NULL", self.former_column(table, own)));
        let [same, given] =
            [same.collect::<Vec<_>>(), given.collect()].map(|all| all.join(" AND "));
        let (holder, referred) = (self.diff.former(table), self.diff.former(&referred));
        format!(
            "SELECT count(*) FROM {holder} AS h WHERE {given} AND NOT EXISTS (SELECT 1 FROM {referred} AS r WHERE {same})"
        )
    }
}

impl SchemaDiff {
    /// A table by the name that it has before the changes, quoted.
    fn former(&self, table: &TableName) -> String {
        let name = self.former_table(table);
        super::steps::quoted_table(schema(table), &name, self.dialect)
    }
}

fn schema(table: &TableName) -> &str {
    table.schema.as_deref().unwrap_or_default()
}
