//! Steps of MySQL and MariaDB, which keep each statement of a table for itself: one statement a step.

use super::definition::{
    check_of, column, column_with_checks, create_index, create_table, foreign_key, literal,
    made_name, names, quoted_table, table_name, unique,
};
use super::server::{MovedKeys, changes_of, created, kept};
use super::{Step, create_schemas};
use crate::schema::catalog::{Column, Generation, Table, TableName};
use crate::schema::change::Change;
use crate::schema::diff::{SchemaDiff, column_of};
use crate::schema::expression::{mentions, same_name};
use crate::sql::quote;
use crate::value::Dialect;

pub(super) fn steps(diff: &SchemaDiff) -> Vec<Step> {
    let mut plan = Plan {
        diff,
        dialect: diff.dialect,
        steps: Vec::new(),
    };
    let keys = MovedKeys::of(diff);
    plan.steps.extend(create_schemas(diff, plan.dialect));
    plan.rename();
    for (table, key) in &keys.dropped {
        let on = table_name(table, plan.dialect);
        let name = quote(key.name.as_deref().unwrap_or_default(), plan.dialect);
        let about = Change::DropForeignKey {
            table: TableName::in_state(table),
            key: (*key).clone(),
        };
        plan.push(about, format!("ALTER TABLE {on} DROP FOREIGN KEY {name}"));
    }
    plan.drop_tables();
    for (have, want) in kept(diff) {
        plan.drop_keys(have, want);
        plan.change_columns(have, want);
    }
    for table in created(diff) {
        plan.create(table);
    }
    for (_, want) in kept(diff) {
        plan.add_keys(want);
    }
    for (table, key) in &keys.added {
        let on = table_name(table, plan.dialect);
        let about = Change::AddForeignKey {
            table: TableName::in_state(table),
            key: (*key).clone(),
        };
        let key = foreign_key(key, plan.dialect);
        plan.push(about, format!("ALTER TABLE {on} ADD {key}"));
    }
    plan.steps
}

struct Plan<'d> {
    diff: &'d SchemaDiff,
    dialect: Dialect,
    steps: Vec<Step>,
}

impl Plan<'_> {
    fn push(&mut self, about: impl ToString, sql: String) {
        self.steps.push(Step::new(about, vec![sql]));
    }

    fn rename(&mut self) {
        for change in &self.diff.changes {
            match change {
                Change::RenameTable { table, was } => {
                    let from = quoted_table(schema(table), was, self.dialect);
                    let to = quoted_table(schema(table), &table.name, self.dialect);
                    self.push(change, format!("ALTER TABLE {from} RENAME TO {to}"));
                }
                Change::RenameColumn { table, column, was } => {
                    self.rename_column(change, table, column, was);
                }
                _ => {}
            }
        }
    }

    /// A check that names the column stands in the way, and is written anew.
    fn rename_column(&mut self, change: &Change, table: &TableName, column: &str, was: &str) {
        let dialect = self.dialect;
        let on = quoted_table(schema(table), &table.name, dialect);
        let (from, to) = (quote(was, dialect), quote(column, dialect));
        let rename = format!("ALTER TABLE {on} RENAME COLUMN {from} TO {to}");
        let have = self.diff.have.table(schema(table), &table.name, dialect);
        let Some(have) = have else {
            return self.push(change, rename);
        };
        let checks = have
            .checks
            .iter()
            .filter(|check| mentions(&check.sql, column, dialect));
        let mut alter = Vec::new();
        let mut again = Vec::new();
        for check in checks {
            match (&check.name, &check.column) {
                // It is a part of the column's definition, which is written anew as a whole.
                (_, Some(owner)) if same_name(owner, column, dialect) => {
                    let of = column_of(have, column, dialect);
                    let of = of.map(|of| column_with_checks(have, of, dialect));
                    let sql = of.unwrap_or_default();
                    return self.push(
                        change,
                        format!("ALTER TABLE {on} CHANGE COLUMN {from} {sql}"),
                    );
                }
                (Some(name), _) => {
                    alter.push(format!("DROP CONSTRAINT {}", quote(name, dialect)));
                    again.push(check_of(Some(name), &check.sql, dialect));
                }
                _ => {}
            }
        }
        for drop in alter {
            self.push(
                "drop a check while its column gets another name",
                format!("ALTER TABLE {on} {drop}"),
            );
        }
        self.push(change, rename);
        for check in again {
            self.push(
                "add the check again",
                format!("ALTER TABLE {on} ADD {check}"),
            );
        }
    }

    fn drop_tables(&mut self) {
        for change in &self.diff.changes {
            if let Change::DropTable { table } = change {
                let name = quoted_table(schema(table), &table.name, self.dialect);
                self.push(change, format!("DROP TABLE {name}"));
            }
        }
    }

    fn drop_keys(&mut self, have: &Table, want: &Table) {
        let on = table_name(want, self.dialect);
        for change in changes_of(self.diff, want) {
            match change {
                Change::DropCheck { check, .. } if check.column.is_none() => {
                    let made = made_name("ck", have, &crate::schema::state::hash_of(&check.sql));
                    let name = quote(check.name.as_ref().unwrap_or(&made), self.dialect);
                    self.push(change, format!("ALTER TABLE {on} DROP CONSTRAINT {name}"));
                }
                Change::DropIndex { index, .. } => {
                    let name = quote(&index.name, self.dialect);
                    self.push(change, format!("ALTER TABLE {on} DROP INDEX {name}"));
                }
                _ => {}
            }
        }
    }

    fn change_columns(&mut self, have: &Table, want: &Table) {
        let dialect = self.dialect;
        let on = table_name(want, dialect);
        for change in changes_of(self.diff, want) {
            if let Change::AddColumn { column: new, .. } = change {
                self.add_column(change, want, new);
            }
        }
        let is_counted = |column: &Column| column.generation == Some(Generation::IfNotGiven);
        // A column that is counted needs its key.
        let changed = self.changed_columns(have, want);
        for (column, about) in changed.iter().filter(|(column, _)| !is_counted(column)) {
            self.modify(have, want, column, about);
        }
        self.change_primary_key(want);
        for (column, about) in changed.iter().filter(|(column, _)| is_counted(column)) {
            self.modify(have, want, column, about);
        }
        for change in changes_of(self.diff, want) {
            if let Change::DropColumn { column, .. } = change {
                let name = quote(&column.name, dialect);
                self.push(change, format!("ALTER TABLE {on} DROP COLUMN {name}"));
            }
        }
    }

    /// Without a default the rows would get an empty value that nobody asked for; so such a column is first one that may be NULL,
    /// and the server refuses the second step where there are rows.
    fn add_column(&mut self, change: &Change, want: &Table, new: &Column) {
        let dialect = self.dialect;
        let on = table_name(want, dialect);
        let whole = column_with_checks(want, new, dialect);
        if new.generation.is_some() {
            // Together with its key.
            return;
        }
        if new.is_nullable || new.default.is_some() {
            return self.push(change, format!("ALTER TABLE {on} ADD COLUMN {whole}"));
        }
        let mut open = new.clone();
        open.is_nullable = true;
        let open = column(&open, dialect);
        self.push(change, format!("ALTER TABLE {on} ADD COLUMN {open}"));
        let about = format!("let `{}.{}` no longer be null", want.name, new.name);
        self.push(about, format!("ALTER TABLE {on} MODIFY COLUMN {whole}"));
    }

    /// The columns whose definition is written anew, each with what changes.
    fn changed_columns<'t>(&self, have: &Table, want: &'t Table) -> Vec<(&'t Column, String)> {
        let mut changed: Vec<(&Column, String)> = Vec::new();
        for change in changes_of(self.diff, want) {
            let name = match change {
                Change::SetType { column, .. }
                | Change::SetNullable { column, .. }
                | Change::SetDefault { column, .. }
                | Change::SetGenerated { column, .. }
                | Change::SetOnUpdate { column, .. }
                | Change::SetComment {
                    column: Some(column),
                    ..
                } => column,
                Change::AddCheck { check, .. } | Change::DropCheck { check, .. } => {
                    match &check.column {
                        Some(column) => column,
                        None => continue,
                    }
                }
                _ => continue,
            };
            let is_there = column_of(have, name, self.dialect).is_some();
            let Some(column) = column_of(want, name, self.dialect).filter(|_| is_there) else {
                continue;
            };
            match changed
                .iter_mut()
                .find(|(known, _)| known.name == column.name)
            {
                Some((_, about)) => about.push_str(&format!("; {change}")),
                None => changed.push((column, change.to_string())),
            }
        }
        changed
    }

    fn modify(&mut self, have: &Table, want: &Table, column: &Column, about: &str) {
        let dialect = self.dialect;
        let on = table_name(want, dialect);
        let name = quote(&column.name, dialect);
        let before = column_of(have, &column.name, dialect);
        let was_null = before.is_some_and(|before| before.is_nullable);
        if let Some(default) = column
            .default
            .as_ref()
            .filter(|_| was_null && !column.is_nullable)
        {
            let sql = format!("UPDATE {on} SET {name} = ({default}) WHERE {name} IS NULL");
            self.push(
                format!("give rows without `{}` its default", column.name),
                sql,
            );
        }
        let mut column = column.clone();
        // What models do not say stays as it is.
        if let Some(before) = before.filter(|_| is_text(&column)) {
            column.collation.clone_from(&before.collation);
        }
        if column.comment.is_none() {
            column.comment = before.and_then(|before| before.comment.clone());
        }
        let sql = column_with_checks(want, &column, dialect);
        self.push(about, format!("ALTER TABLE {on} MODIFY COLUMN {sql}"));
    }

    fn change_primary_key(&mut self, want: &Table) {
        let dialect = self.dialect;
        let on = table_name(want, dialect);
        let counted = changes_of(self.diff, want).find_map(|change| match change {
            Change::AddColumn { column, .. } if column.generation.is_some() => Some(column),
            _ => None,
        });
        let key = changes_of(self.diff, want).find_map(|change| match change {
            Change::SetPrimaryKey { from, to, .. } => Some((change, from, to)),
            _ => None,
        });
        let mut parts = Vec::new();
        let mut about = Vec::new();
        if let Some((change, from, _)) = key {
            about.push(change.to_string());
            parts.extend((!from.is_empty()).then(|| "DROP PRIMARY KEY".to_owned()));
        }
        if let Some(column) = counted {
            about.push(format!("add column `{}`", column.name));
            parts.push(format!(
                "ADD COLUMN {}",
                column_with_checks(want, column, dialect)
            ));
        }
        if let Some((_, _, to)) = key.filter(|(_, _, to)| !to.is_empty()) {
            parts.push(format!("ADD PRIMARY KEY ({})", names(to, dialect)));
        }
        if !parts.is_empty() {
            let sql = format!("ALTER TABLE {on} {}", parts.join(", "));
            self.push(about.join("; "), sql);
        }
    }

    fn create(&mut self, table: &Table) {
        let dialect = self.dialect;
        let name = table_name(table, dialect);
        let about = Change::CreateTable {
            table: TableName::in_state(table),
        };
        self.push(about, create_table(table, &name, dialect));
        for index in table.indexes.iter().filter(|index| !index.is_unique) {
            let about = format!("add index `{}`", index.name);
            self.push(about, create_index(table, index, "INDEX", dialect));
        }
    }

    fn add_keys(&mut self, want: &Table) {
        let dialect = self.dialect;
        let on = table_name(want, dialect);
        for change in changes_of(self.diff, want) {
            let sql = match change {
                Change::AddIndex { index, .. } if index.is_unique => {
                    format!("ALTER TABLE {on} ADD {}", unique(index, dialect))
                }
                Change::AddIndex { index, .. } => create_index(want, index, "INDEX", dialect),
                Change::AddCheck { check, .. } if check.column.is_none() => {
                    let made = made_name("ck", want, &crate::schema::state::hash_of(&check.sql));
                    let name = check.name.as_ref().unwrap_or(&made);
                    let check = check_of(Some(name), &check.sql, dialect);
                    format!("ALTER TABLE {on} ADD {check}")
                }
                Change::SetComment {
                    column: None,
                    comment,
                    ..
                } => format!("ALTER TABLE {on} COMMENT = {}", literal(comment, dialect)),
                _ => continue,
            };
            self.push(change, sql);
        }
    }
}

fn is_text(column: &Column) -> bool {
    let name = column.type_name.as_str();
    ["char", "varchar", "text", "enum", "set"]
        .iter()
        .any(|word| name.starts_with(word) || name.ends_with("text"))
}

fn schema(table: &TableName) -> &str {
    table.schema.as_deref().unwrap_or_default()
}
