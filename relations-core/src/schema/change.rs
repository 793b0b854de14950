//! What has to be changed so that tables become what models ask for.

use crate::schema::catalog::{Check, Column, ForeignKey, Index, Table, TableName};
use std::fmt;

/// One change of a schema. Its text is a line for people.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs)] // Its fields: each is named after what it holds, and `was`, `from` and `to` say when.
pub enum Change {
    /// A table has another name.
    RenameTable { table: TableName, was: String },
    /// A column has another name.
    RenameColumn {
        table: TableName,
        column: String,
        was: String,
    },
    /// A table is added, with all that belongs to it.
    CreateTable { table: TableName },
    /// A table is dropped, with its rows.
    DropTable { table: TableName },
    /// A column is added.
    AddColumn { table: TableName, column: Column },
    /// A column is dropped, with its values.
    DropColumn { table: TableName, column: Column },
    /// A column has another type.
    SetType {
        table: TableName,
        column: String,
        from: String,
        to: String,
    },
    /// A column may be NULL, or may no longer.
    SetNullable {
        table: TableName,
        column: String,
        nullable: bool,
    },
    /// A column has another default, or none.
    SetDefault {
        table: TableName,
        column: String,
        from: Option<String>,
        to: Option<String>,
    },
    /// The database counts the values of a column, or no longer does.
    SetGenerated {
        table: TableName,
        column: String,
        generated: bool,
    },
    /// The database sets a column to the time of each update, or no longer does.
    SetOnUpdate {
        table: TableName,
        column: String,
        is_set: bool,
    },
    /// An enum of the database has other texts.
    SetValues {
        name: String,
        from: Vec<String>,
        to: Vec<String>,
    },
    /// The primary key has other columns.
    SetPrimaryKey {
        table: TableName,
        from: Vec<String>,
        to: Vec<String>,
    },
    /// An index or a unique constraint is added.
    AddIndex { table: TableName, index: Index },
    /// An index or a unique constraint is dropped.
    DropIndex { table: TableName, index: Index },
    /// A check is added.
    AddCheck { table: TableName, check: Check },
    /// A check is dropped.
    DropCheck { table: TableName, check: Check },
    /// A foreign key is added.
    AddForeignKey { table: TableName, key: ForeignKey },
    /// A foreign key is dropped.
    DropForeignKey { table: TableName, key: ForeignKey },
    /// A comment on a table, or on a column of it.
    SetComment {
        table: TableName,
        column: Option<String>,
        comment: String,
    },
}

impl Change {
    /// The kind of change in a word, for programs: `add_column`.
    pub fn kind(&self) -> &'static str {
        match self {
            Change::RenameTable { .. } => "rename_table",
            Change::RenameColumn { .. } => "rename_column",
            Change::CreateTable { .. } => "create_table",
            Change::DropTable { .. } => "drop_table",
            Change::AddColumn { .. } => "add_column",
            Change::DropColumn { .. } => "drop_column",
            Change::SetType { .. } => "set_type",
            Change::SetNullable { .. } => "set_nullable",
            Change::SetDefault { .. } => "set_default",
            Change::SetGenerated { .. } => "set_generated",
            Change::SetOnUpdate { .. } => "set_on_update",
            Change::SetValues { .. } => "set_values",
            Change::SetPrimaryKey { .. } => "set_primary_key",
            Change::AddIndex { .. } => "add_index",
            Change::DropIndex { .. } => "drop_index",
            Change::AddCheck { .. } => "add_check",
            Change::DropCheck { .. } => "drop_check",
            Change::AddForeignKey { .. } => "add_foreign_key",
            Change::DropForeignKey { .. } => "drop_foreign_key",
            Change::SetComment { .. } => "set_comment",
        }
    }

    /// The table that is changed; `None` for an enum, which may belong to several.
    pub fn table(&self) -> Option<&TableName> {
        match self {
            Change::SetValues { .. } => None,
            Change::RenameTable { table, .. }
            | Change::RenameColumn { table, .. }
            | Change::CreateTable { table }
            | Change::DropTable { table }
            | Change::AddColumn { table, .. }
            | Change::DropColumn { table, .. }
            | Change::SetType { table, .. }
            | Change::SetNullable { table, .. }
            | Change::SetDefault { table, .. }
            | Change::SetGenerated { table, .. }
            | Change::SetOnUpdate { table, .. }
            | Change::SetPrimaryKey { table, .. }
            | Change::AddIndex { table, .. }
            | Change::DropIndex { table, .. }
            | Change::AddCheck { table, .. }
            | Change::DropCheck { table, .. }
            | Change::AddForeignKey { table, .. }
            | Change::DropForeignKey { table, .. }
            | Change::SetComment { table, .. } => Some(table),
        }
    }
}

impl TableName {
    /// The name of a table of a state.
    pub(super) fn in_state(table: &Table) -> TableName {
        TableName {
            schema: Some(table.schema.clone()).filter(|schema| !schema.is_empty()),
            name: table.name.clone(),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::RenameTable { table, was } => write!(f, "rename table `{was}` to `{table}`"),
            Change::RenameColumn { table, column, was } => {
                write!(f, "rename column `{was}` of `{table}` to `{column}`")
            }
            Change::CreateTable { table } => write!(f, "create table `{table}`"),
            Change::DropTable { table } => write!(f, "drop table `{table}`, with its rows"),
            Change::AddColumn { table, column } => {
                let (name, ty) = (&column.name, &column.type_name);
                let not_null = if column.is_nullable { "" } else { " not null" };
                write!(f, "add column `{name}` to `{table}`: {ty}{not_null}")
            }
            Change::DropColumn { table, column } => {
                write!(
                    f,
                    "drop column `{}` of `{table}`, with its values",
                    column.name
                )
            }
            Change::SetType {
                table,
                column,
                from,
                to,
            } => write!(f, "change type of `{table}.{column}`: {from} to {to}"),
            Change::SetNullable {
                table,
                column,
                nullable,
            } => {
                let what = if *nullable { "may" } else { "may not" };
                write!(f, "let `{table}.{column}` be what {what} be null")
            }
            Change::SetDefault {
                table, column, to, ..
            } => match to {
                Some(to) => write!(f, "set default of `{table}.{column}`: {to}"),
                None => write!(f, "drop default of `{table}.{column}`"),
            },
            Change::SetGenerated {
                table,
                column,
                generated,
            } => {
                let what = if *generated { "let" } else { "no longer let" };
                write!(f, "{what} the database count `{table}.{column}`")
            }
            Change::SetOnUpdate {
                table,
                column,
                is_set,
            } => {
                let what = if *is_set { "set" } else { "no longer set" };
                write!(f, "{what} `{table}.{column}` to the time of each update")
            }
            Change::SetValues { name, from, to } => {
                let (from, to) = (from.join(", "), to.join(", "));
                write!(f, "change texts of enum `{name}`: {from} to {to}")
            }
            Change::SetPrimaryKey { table, from, to } => {
                let (from, to) = (from.join(", "), to.join(", "));
                write!(f, "change primary key of `{table}`: ({from}) to ({to})")
            }
            Change::AddIndex { table, index } => {
                write!(f, "add {} to `{table}`", described(index))
            }
            Change::DropIndex { table, index } => {
                write!(f, "drop {} of `{table}`", described(index))
            }
            Change::AddCheck { table, check } => write!(f, "add check to `{table}`: {check}"),
            Change::DropCheck { table, check } => write!(f, "drop check of `{table}`: {check}"),
            Change::AddForeignKey { table, key } => {
                write!(f, "add foreign key {}", arrow(table, key))
            }
            Change::DropForeignKey { table, key } => {
                write!(f, "drop foreign key {}", arrow(table, key))
            }
            Change::SetComment {
                table,
                column,
                comment,
            } => match column {
                Some(column) => write!(f, "set comment of `{table}.{column}`: {comment}"),
                None => write!(f, "set comment of `{table}`: {comment}"),
            },
        }
    }
}

fn described(index: &Index) -> String {
    let columns: Vec<&str> = index.columns.iter().flatten().map(String::as_str).collect();
    let what = if index.is_unique {
        "unique constraint"
    } else {
        "index"
    };
    format!("{what} over ({})", columns.join(", "))
}

fn arrow(table: &TableName, key: &ForeignKey) -> String {
    let mut text = format!(
        "`{table}` ({}) to `{}` ({})",
        key.columns.join(", "),
        key.referred_table,
        key.referred_columns.join(", ")
    );
    for (event, action) in [("delete", key.on_delete), ("update", key.on_update)] {
        if action != crate::model::ReferentialAction::NoAction {
            text.push_str(&format!(" on {event} {}", action.sql().to_lowercase()));
        }
    }
    text
}
