//! What PostgreSQL and MySQL have in common: which foreign keys have to be gone while other things change.

use crate::schema::catalog::{ForeignKey, Index, Table, TableName};
use crate::schema::change::Change;
use crate::schema::diff::SchemaDiff;
use crate::schema::expression::same_name;

/// The foreign keys to drop first, and those to add at the end, each with the table that holds it.
#[derive(Default)]
pub(super) struct MovedKeys<'d> {
    pub(super) dropped: Vec<(&'d Table, &'d ForeignKey)>,
    pub(super) added: Vec<(&'d Table, &'d ForeignKey)>,
}

impl<'d> MovedKeys<'d> {
    pub(super) fn of(diff: &'d SchemaDiff) -> MovedKeys<'d> {
        let mut keys = MovedKeys::default();
        for have in &diff.have.tables {
            let want = diff.want.table(&have.schema, &have.name, diff.dialect);
            for key in &have.foreign_keys {
                let kept = want.and_then(|want| {
                    let mut others = want.foreign_keys.iter();
                    others.find(|other| diff.same_key(other, key))
                });
                match (kept, want) {
                    (Some(_), Some(want)) if is_in_the_way(diff, have, key) => {
                        keys.dropped.push((have, key));
                        // Under its name of now, whatever models call it.
                        keys.added.push((want, key));
                    }
                    (Some(_), _) => {}
                    (None, _) => keys.dropped.push((have, key)),
                }
            }
        }
        for want in &diff.want.tables {
            let have = diff.have.table(&want.schema, &want.name, diff.dialect);
            for key in &want.foreign_keys {
                let is_there = have.is_some_and(|have| {
                    have.foreign_keys
                        .iter()
                        .any(|other| diff.same_key(other, key))
                });
                if !is_there {
                    keys.added.push((want, key));
                }
            }
        }
        keys
    }
}

/// Whether a key that stays keeps something from changing.
fn is_in_the_way(diff: &SchemaDiff, holder: &Table, key: &ForeignKey) -> bool {
    let is_holder = |table: &TableName| *table == TableName::in_state(holder);
    let is_referred = |table: &TableName| {
        table.schema.as_deref().unwrap_or_default() == key.referred_schema
            && table.name == key.referred_table
    };
    let is_mysql = diff.dialect.is_mysql();
    let has = |names: &[String], name: &str| {
        names
            .iter()
            .any(|other| same_name(other, name, diff.dialect))
    };
    let touches = |table: &TableName, column: &str| {
        (is_holder(table) && has(&key.columns, column))
            || (is_referred(table) && has(&key.referred_columns, column))
    };
    let stands_on = |table: &TableName, columns: &[String]| {
        (is_referred(table) && begins_with(diff, columns, &key.referred_columns))
            || (is_mysql && is_holder(table) && begins_with(diff, columns, &key.columns))
    };
    diff.changes.iter().any(|change| match change {
        Change::SetType { table, column, .. } => touches(table, column),
        Change::SetNullable { table, column, .. } | Change::SetGenerated { table, column, .. } => {
            is_mysql && touches(table, column)
        }
        Change::SetPrimaryKey { table, from, .. } => stands_on(table, from),
        Change::DropIndex { table, index } => stands_on(table, &columns(index)),
        _ => false,
    })
}

fn begins_with(diff: &SchemaDiff, columns: &[String], key: &[String]) -> bool {
    columns.len() >= key.len() && diff.same_names(&columns[..key.len()], key)
}

fn columns(index: &Index) -> Vec<String> {
    index.columns.iter().flatten().cloned().collect()
}

/// The tables that both sides have.
pub(super) fn kept(diff: &SchemaDiff) -> impl Iterator<Item = (&Table, &Table)> {
    diff.want.tables.iter().filter_map(|want| {
        let have = diff.have.table(&want.schema, &want.name, diff.dialect)?;
        Some((have, want))
    })
}

/// The tables that only the second has.
pub(super) fn created(diff: &SchemaDiff) -> impl Iterator<Item = &Table> {
    let tables = diff.want.tables.iter();
    tables.filter(|want| {
        diff.have
            .table(&want.schema, &want.name, diff.dialect)
            .is_none()
    })
}

/// The changes of a table.
pub(super) fn changes_of<'d>(
    diff: &'d SchemaDiff,
    table: &Table,
) -> impl Iterator<Item = &'d Change> + use<'d> {
    let name = TableName::in_state(table);
    let changes = diff.changes.iter();
    changes.filter(move |change| change.table() == Some(&name))
}
