//! Steps of SQLite, which changes little of a table: one that changes otherwise is made anew, and its rows are copied. As
//! <https://www.sqlite.org/lang_altertable.html#otheralter> has it.

use super::Step;
use super::definition::{
    column, create_index, create_table, names, on_update, on_update_of, quoted_table,
    set_on_update, table_name,
};
use crate::schema::catalog::{Generation, Table, TableName};
use crate::schema::change::Change;
use crate::schema::diff::{SchemaDiff, column_of};
use crate::sql::quote;
use crate::value::Dialect;

const SQLITE: Dialect = Dialect::Sqlite;

/// The name of a table that is being made anew.
const ANEW: &str = "relations_anew";

pub(super) fn steps(diff: &SchemaDiff) -> Vec<Step> {
    let mut steps = Vec::new();
    for change in &diff.changes {
        match change {
            Change::RenameTable { table, was } => {
                let from = quoted_table(schema(table), was, SQLITE);
                let to = quote(&table.name, SQLITE);
                let sql = format!("ALTER TABLE {from} RENAME TO {to}");
                steps.push(Step::new(change, vec![sql]));
            }
            Change::RenameColumn { table, column, was } => {
                let table = quoted_table(schema(table), &table.name, SQLITE);
                let (from, to) = (quote(was, SQLITE), quote(column, SQLITE));
                let sql = format!("ALTER TABLE {table} RENAME COLUMN {from} TO {to}");
                steps.push(Step::new(change, vec![sql]));
            }
            // Under the names of before, of which the changes are in order.
            Change::SetOnUpdate {
                table,
                column,
                is_set: false,
            } => steps.push(Step::new(change, on_update_of(table, column).drop(SQLITE))),
            Change::DropTable { table } => {
                let name = quoted_table(schema(table), &table.name, SQLITE);
                steps.push(Step::new(change, vec![format!("DROP TABLE {name}")]));
            }
            _ => {}
        }
    }
    for want in &diff.want.tables {
        let name = TableName::in_state(want);
        let changes = diff.changes.iter();
        let changes: Vec<&Change> = changes.filter(|it| it.table() == Some(&name)).collect();
        match diff.have.table(&want.schema, &want.name, SQLITE) {
            None => {
                steps.push(create(want));
                steps.extend(triggers(want));
            }
            Some(have) => steps.extend(alter(have, want, &changes)),
        }
    }
    steps
}

fn schema(table: &TableName) -> &str {
    table.schema.as_deref().unwrap_or_default()
}

fn create(table: &Table) -> Step {
    let name = TableName::in_state(table);
    let mut statements = vec![create_table(table, &table_name(table, SQLITE), SQLITE)];
    statements.extend(create_indexes(table));
    Step::new(Change::CreateTable { table: name }, statements)
}

fn create_indexes(table: &Table) -> Vec<String> {
    let indexes = table.indexes.iter().filter(|index| !index.is_unique);
    indexes
        .map(|index| create_index(table, index, "INDEX", SQLITE))
        .collect()
}

/// The steps of a table that is there: as it is where SQLite can, else all of them at once.
fn alter(have: &Table, want: &Table, changes: &[&Change]) -> Vec<Step> {
    let is_done = |change: &Change| {
        matches!(
            change,
            Change::RenameTable { .. }
                | Change::RenameColumn { .. }
                | Change::SetOnUpdate { is_set: false, .. }
        )
    };
    let changes = changes.iter().filter(|change| !is_done(change));
    let changes: Vec<&Change> = changes.copied().collect();
    let native: Option<Vec<Step>> = changes.iter().map(|it| in_place(want, it)).collect();
    if let Some(mut native) = native {
        // A trigger looks at all columns.
        if has(&changes, |it| matches!(it, Change::AddColumn { .. })) {
            native.extend(triggers(want));
        }
        return native;
    }
    let about: Vec<String> = changes.iter().map(ToString::to_string).collect();
    let mut steps = vec![Step::new(about.join("; "), anew(have, want))];
    // They went with the old table.
    steps.extend(triggers(want));
    steps
}

fn has(changes: &[&Change], is_it: impl Fn(&Change) -> bool) -> bool {
    changes.iter().any(|change| is_it(change))
}

/// The triggers that set the times of updates, each a step, since there are semicolons in it.
fn triggers(table: &Table) -> Vec<Step> {
    let mut steps = Vec::new();
    for column in set_on_update(table) {
        let time = on_update(table, column);
        let about = format!("set `{}.{}` on update", table.name, column.name);
        let statements = [time.drop(SQLITE), time.create(SQLITE)].concat();
        steps.extend(
            statements
                .into_iter()
                .map(|sql| Step::new(&about, vec![sql])),
        );
    }
    steps
}

/// The step of a change that SQLite carries out itself.
fn in_place(want: &Table, change: &Change) -> Option<Step> {
    let sql = match change {
        Change::AddColumn { column: new, .. } => {
            let is_plain = new.is_nullable
                && new.default.is_none()
                && new.generation.is_none()
                && !want
                    .checks
                    .iter()
                    .any(|it| it.column.as_ref() == Some(&new.name));
            if !is_plain {
                return None;
            }
            let (table, column) = (table_name(want, SQLITE), column(new, SQLITE));
            format!("ALTER TABLE {table} ADD COLUMN {column}")
        }
        Change::AddIndex { index, .. } if !index.is_unique => {
            create_index(want, index, "INDEX", SQLITE)
        }
        Change::SetOnUpdate { column, .. } => {
            let time = on_update(want, column_of(want, column, SQLITE)?);
            return Some(Step::new(change, time.create(SQLITE)));
        }
        Change::DropIndex { index, .. } if !index.is_unique => {
            let name = quoted_table(&want.schema, &index.name, SQLITE);
            format!("DROP INDEX {name}")
        }
        _ => return None,
    };
    Some(Step::new(change, vec![sql]))
}

/// The table made anew under another name, filled, and put into the place of the old one.
fn anew(have: &Table, want: &Table) -> Vec<String> {
    let old = table_name(want, SQLITE);
    let new = quoted_table(&want.schema, ANEW, SQLITE);
    let kept = want.columns.iter();
    let kept = kept.filter(|column| column_of(have, &column.name, SQLITE).is_some());
    let kept: Vec<_> = kept.collect();
    let into: Vec<String> = kept.iter().map(|column| column.name.clone()).collect();
    let values: Vec<String> = kept
        .iter()
        .map(|column| {
            let name = quote(&column.name, SQLITE);
            let before = column_of(have, &column.name, SQLITE);
            let was_null = before.is_some_and(|before| before.is_nullable);
            match &column.default {
                Some(default) if was_null && !column.is_nullable => {
                    format!("coalesce({name}, ({default}))")
                }
                _ => name,
            }
        })
        .collect();
    let mut statements = vec![create_table(want, &new, SQLITE)];
    if !kept.is_empty() {
        let (into, values) = (names(&into, SQLITE), values.join(", "));
        statements.push(format!(
            "INSERT INTO {new} ({into}) SELECT {values} FROM {old}"
        ));
    }
    let is_counted = |table: &Table| {
        let mut columns = table.columns.iter();
        columns.any(|column| column.generation == Some(Generation::IfNotGiven))
    };
    if is_counted(have) && is_counted(want) {
        statements.extend(keep_count(want));
    }
    statements.push(format!("DROP TABLE {old}"));
    // Otherwise a view of the table stands in the way, which has none at this moment.
    statements.push("PRAGMA legacy_alter_table = ON".to_owned());
    let name = quote(&want.name, SQLITE);
    statements.push(format!("ALTER TABLE {new} RENAME TO {name}"));
    statements.push("PRAGMA legacy_alter_table = OFF".to_owned());
    statements.extend(create_indexes(want));
    statements
}

/// The ids of deleted rows are not given again.
fn keep_count(table: &Table) -> [String; 2] {
    let sequence = quoted_table(&table.schema, "sqlite_sequence", SQLITE);
    let name = super::definition::literal(&table.name, SQLITE);
    [
        format!("DELETE FROM {sequence} WHERE name = '{ANEW}'"),
        format!(
            "INSERT INTO {sequence} (name, seq) SELECT '{ANEW}', seq FROM {sequence} WHERE name = {name}"
        ),
    ]
}
