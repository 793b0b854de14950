//! Steps of PostgreSQL: all in one transaction, but for what would keep a table locked for long.

use super::definition::{
    check_of, column, create_index, create_table, foreign_key, literal, made_name, names,
    on_update, on_update_of, quoted_table, set_on_update, table_name, type_of, unique,
};
use super::server::{MovedKeys, changes_of, created, kept};
use super::{Step, create_schemas};
use crate::schema::catalog::{Check, Column, ForeignKey, Table, TableName};
use crate::schema::change::Change;
use crate::schema::diff::{SchemaDiff, column_of, enum_name, enums};
use crate::schema::expression::mentions;
use crate::sql::{literals, quote};
use crate::value::Dialect;

const POSTGRES: Dialect = Dialect::Postgres;

pub(super) fn steps(diff: &SchemaDiff) -> Vec<Step> {
    let mut plan = Plan {
        diff,
        steps: Vec::new(),
        after: Vec::new(),
    };
    let keys = MovedKeys::of(diff);
    plan.add_values();
    plan.rename();
    plan.create_types();
    for (table, key) in &keys.dropped {
        let (on, name) = (
            table_name(table, POSTGRES),
            key.name.as_deref().unwrap_or_default(),
        );
        let about = Change::DropForeignKey {
            table: TableName::in_state(table),
            key: (*key).clone(),
        };
        plan.push(about, vec![drop_constraint(&on, name)]);
    }
    plan.drop_tables();
    for (have, want) in kept(diff) {
        plan.drop_keys(have, want);
    }
    plan.replace_enums();
    for (have, want) in kept(diff) {
        plan.change_columns(have, want);
    }
    for table in created(diff) {
        plan.create(table);
    }
    for (have, want) in kept(diff) {
        plan.add_keys(have, want);
    }
    for (table, key) in &keys.added {
        plan.add_foreign_key(table, key);
    }
    plan.drop_types();
    plan.steps.append(&mut plan.after);
    plan.steps
}

struct Plan<'d> {
    diff: &'d SchemaDiff,
    steps: Vec<Step>,
    /// What runs after the transaction, each step by itself.
    after: Vec<Step>,
}

impl Plan<'_> {
    fn push(&mut self, about: impl ToString, statements: Vec<String>) {
        self.steps.push(Step::new(about, statements));
    }

    fn rename(&mut self) {
        for change in &self.diff.changes {
            match change {
                Change::RenameTable { table, was } => {
                    let from = quoted_table(schema(table), was, POSTGRES);
                    let to = quote(&table.name, POSTGRES);
                    self.push(change, vec![format!("ALTER TABLE {from} RENAME TO {to}")]);
                }
                Change::RenameColumn { table, column, was } => {
                    let table = quoted_table(schema(table), &table.name, POSTGRES);
                    let (from, to) = (quote(was, POSTGRES), quote(column, POSTGRES));
                    let sql = format!("ALTER TABLE {table} RENAME COLUMN {from} TO {to}");
                    self.push(change, vec![sql]);
                }
                // Under the names of before, of which the changes are in order.
                Change::SetOnUpdate {
                    table,
                    column,
                    is_set: false,
                } => self.push(change, on_update_of(table, column).drop(POSTGRES)),
                _ => {}
            }
        }
    }

    /// Schemas and enums that are not there.
    fn create_types(&mut self) {
        self.steps.extend(create_schemas(self.diff, POSTGRES));
        let known = enums(&self.diff.have);
        for (name, values) in enums(&self.diff.want) {
            if !known.iter().any(|(other, _)| *other == name) {
                let (quoted, texts) = (quote(&name, POSTGRES), literals(&values));
                let sql = format!(
                    "DO $$ BEGIN CREATE TYPE {quoted} AS ENUM ({texts}); \
                     EXCEPTION WHEN duplicate_object THEN NULL; END $$"
                );
                self.push(format!("create enum `{name}`"), vec![in_dollars(sql)]);
            }
        }
    }

    /// An enum that something else still uses stays.
    fn drop_types(&mut self) {
        let wanted = enums(&self.diff.want);
        for (name, _) in enums(&self.diff.have) {
            if !wanted.iter().any(|(other, _)| *other == name) {
                let quoted = quote(&name, POSTGRES);
                let sql = format!(
                    "DO $$ BEGIN DROP TYPE IF EXISTS {quoted}; \
                     EXCEPTION WHEN dependent_objects_still_exist THEN NULL; END $$"
                );
                self.push(format!("drop enum `{name}`"), vec![in_dollars(sql)]);
            }
        }
    }

    /// Enums that only get more texts. By themselves and first, since a new text cannot be used in the transaction that adds it.
    fn add_values(&mut self) {
        for change in &self.diff.changes {
            let Change::SetValues { name, from, to } = change else {
                continue;
            };
            if !only_grows(from, to) {
                continue;
            }
            let name = quote(name, POSTGRES);
            let mut statements = Vec::new();
            let mut before: Option<&String> = None;
            for value in to {
                if !from.contains(value) {
                    let place = match before {
                        Some(before) => format!("AFTER {}", literal(before, POSTGRES)),
                        None => format!("BEFORE {}", literal(&from[0], POSTGRES)),
                    };
                    let value = literal(value, POSTGRES);
                    statements.push(format!(
                        "ALTER TYPE {name} ADD VALUE IF NOT EXISTS {value} {place}"
                    ));
                }
                before = Some(value);
            }
            self.steps.push(Step::apart(change, statements));
        }
    }

    /// Enums that lose a text, or change their order, are made anew.
    fn replace_enums(&mut self) {
        for change in &self.diff.changes {
            let Change::SetValues { name, from, to } = change else {
                continue;
            };
            if only_grows(from, to) {
                continue;
            }
            let quoted = quote(name, POSTGRES);
            let old = quote(&format!("{name} of before"), POSTGRES);
            let mut statements = vec![
                format!("ALTER TYPE {quoted} RENAME TO {old}"),
                format!("CREATE TYPE {quoted} AS ENUM ({})", literals(to)),
            ];
            for (have, want) in kept(self.diff) {
                for of in have.columns.iter().filter(|of| is_of_enum(of, name)) {
                    let Some(wanted) = column_of(want, &of.name, POSTGRES) else {
                        continue;
                    };
                    if is_of_enum(wanted, name) {
                        statements.extend(retyped(want, of, wanted));
                    }
                }
            }
            self.push(change, statements);
            let sql = format!(
                "DO $$ BEGIN DROP TYPE {old}; EXCEPTION WHEN dependent_objects_still_exist THEN NULL; END $$"
            );
            // In the transaction still, but behind what uses the type.
            let about = format!("drop the former enum `{name}`");
            self.after.push(Step::new(about, vec![in_dollars(sql)]));
        }
    }

    fn drop_tables(&mut self) {
        for change in &self.diff.changes {
            if let Change::DropTable { table } = change {
                let name = quoted_table(schema(table), &table.name, POSTGRES);
                let mut statements = vec![format!("DROP TABLE {name}")];
                let dropped = self.diff.have.table(schema(table), &table.name, POSTGRES);
                for of in dropped.into_iter().flat_map(set_on_update) {
                    statements.extend(on_update_of(table, &of.name).drop(POSTGRES));
                }
                self.push(change, statements);
            }
        }
    }

    fn drop_keys(&mut self, have: &Table, want: &Table) {
        let on = table_name(want, POSTGRES);
        for change in changes_of(self.diff, want) {
            match change {
                Change::DropCheck { check, .. } => {
                    self.push(change, vec![drop_check(&on, want, check)])
                }
                Change::DropIndex { index, .. } => {
                    let name = quoted_table(&want.schema, &index.name, POSTGRES);
                    let statements = vec![
                        drop_constraint(&on, &index.name),
                        format!("DROP INDEX IF EXISTS {name}"),
                    ];
                    self.push(change, statements);
                }
                Change::SetPrimaryKey { from, .. } if !from.is_empty() => {
                    let usual = format!("{}_pkey", have.name);
                    let name = have.primary_key_name.as_deref().unwrap_or(&usual);
                    self.push(change, vec![drop_constraint(&on, name)]);
                }
                _ => {}
            }
        }
        for check in self.checks_of_retyped(have, want) {
            let sql = drop_check(&on, want, check);
            self.push("drop a check while a type changes", vec![sql]);
        }
    }

    /// Checks that stay, and that may not fit the new type of a column before it is wholly changed.
    fn checks_of_retyped<'t>(&self, have: &'t Table, want: &Table) -> Vec<&'t Check> {
        let changes: Vec<&Change> = changes_of(self.diff, want).collect();
        let is_retyped = |check: &Check| {
            let of_column = |name: &str| mentions(&check.sql, name, POSTGRES);
            let by_type = changes.iter().any(|change| match change {
                Change::SetType { column, .. } => of_column(column),
                _ => false,
            });
            let by_enum = self.diff.changes.iter().any(|change| match change {
                Change::SetValues { name, from, to } if !only_grows(from, to) => {
                    let mut columns = have.columns.iter().filter(|of| is_of_enum(of, name));
                    columns.any(|of| of_column(&of.name))
                }
                _ => false,
            });
            by_type || by_enum
        };
        let checks = have.checks.iter();
        let kept = checks.filter(|it| {
            want.checks
                .iter()
                .any(|other| self.diff.same_check(it, other))
        });
        kept.filter(|check| is_retyped(check)).collect()
    }

    fn change_columns(&mut self, have: &Table, want: &Table) {
        let on = table_name(want, POSTGRES);
        for change in changes_of(self.diff, want) {
            match change {
                Change::AddColumn { column: new, .. } => {
                    let sql = format!("ALTER TABLE {on} ADD COLUMN {}", column(new, POSTGRES));
                    self.push(change, vec![sql]);
                }
                Change::DropColumn { column, .. } => {
                    let name = quote(&column.name, POSTGRES);
                    self.push(change, vec![format!("ALTER TABLE {on} DROP COLUMN {name}")]);
                }
                Change::SetType { column, .. } => {
                    let of = column_of(have, column, POSTGRES);
                    let wanted = column_of(want, column, POSTGRES);
                    if let (Some(of), Some(wanted)) = (of, wanted) {
                        self.push(change, retyped(want, of, wanted));
                    }
                }
                Change::SetDefault { column, to, .. } => {
                    let name = quote(column, POSTGRES);
                    let action = match to {
                        Some(to) => format!("SET DEFAULT ({to})"),
                        None => "DROP DEFAULT".to_owned(),
                    };
                    let sql = format!("ALTER TABLE {on} ALTER COLUMN {name} {action}");
                    self.push(change, vec![sql]);
                }
                Change::SetNullable {
                    column, nullable, ..
                } => {
                    let wanted = column_of(want, column, POSTGRES);
                    let default = wanted.and_then(|wanted| wanted.default.as_deref());
                    self.push(change, set_nullable(&on, column, *nullable, default));
                }
                Change::SetGenerated {
                    column, generated, ..
                } => {
                    self.push(change, set_generated(&on, column, *generated));
                }
                _ => {}
            }
        }
    }

    fn create(&mut self, table: &Table) {
        let name = table_name(table, POSTGRES);
        let mut statements = vec![create_table(table, &name, POSTGRES)];
        let indexes = table.indexes.iter().filter(|index| !index.is_unique);
        statements.extend(indexes.map(|index| create_index(table, index, "INDEX", POSTGRES)));
        for of in set_on_update(table) {
            statements.extend(on_update(table, of).create(POSTGRES));
        }
        let about = Change::CreateTable {
            table: TableName::in_state(table),
        };
        self.push(about, statements);
        let columns = table.columns.iter();
        let comments = columns.map(|column| (Some(column.name.as_str()), column.comment.as_ref()));
        for (column, comment) in std::iter::once((None, table.comment.as_ref())).chain(comments) {
            if let Some(comment) = comment {
                let sql = set_comment(&name, column, comment);
                self.push(format!("comment on `{}`", table.name), vec![sql]);
            }
        }
    }

    fn add_keys(&mut self, have: &Table, want: &Table) {
        let on = table_name(want, POSTGRES);
        for change in changes_of(self.diff, want) {
            if let Change::SetOnUpdate {
                column,
                is_set: true,
                ..
            } = change
                && let Some(column) = column_of(want, column, POSTGRES)
            {
                self.push(change, on_update(want, column).create(POSTGRES));
            }
        }
        for change in changes_of(self.diff, want) {
            match change {
                Change::SetPrimaryKey { to, .. } if !to.is_empty() => {
                    let columns = names(to, POSTGRES);
                    let sql = format!("ALTER TABLE {on} ADD PRIMARY KEY ({columns})");
                    self.push(change, vec![sql]);
                }
                Change::AddIndex { index, .. } if index.is_unique => {
                    let constraint = unique(index, POSTGRES);
                    self.push(change, vec![format!("ALTER TABLE {on} ADD {constraint}")]);
                }
                Change::AddIndex { index, .. } => {
                    // One that was stopped leaves an index behind that is not used.
                    let name = quoted_table(&want.schema, &index.name, POSTGRES);
                    let statements = vec![
                        format!("DROP INDEX CONCURRENTLY IF EXISTS {name}"),
                        create_index(want, index, "INDEX CONCURRENTLY", POSTGRES),
                    ];
                    self.after.push(Step::apart(change, statements));
                }
                Change::AddCheck { check, .. } => self.add_check(change.to_string(), want, check),
                Change::SetComment {
                    column, comment, ..
                } => {
                    let sql = set_comment(&on, column.as_deref(), comment);
                    self.push(change, vec![sql]);
                }
                _ => {}
            }
        }
        for check in self.checks_of_retyped(have, want) {
            self.add_check("add the check again".to_owned(), want, check);
        }
    }

    fn add_check(&mut self, about: String, table: &Table, check: &Check) {
        let on = table_name(table, POSTGRES);
        let name = name_of_check(table, check);
        let constraint = check_of(Some(&name), &check.sql, POSTGRES);
        self.push(
            about,
            vec![format!("ALTER TABLE {on} ADD {constraint} NOT VALID")],
        );
        self.validate(&on, &name);
    }

    fn add_foreign_key(&mut self, table: &Table, key: &ForeignKey) {
        let on = table_name(table, POSTGRES);
        let about = Change::AddForeignKey {
            table: TableName::in_state(table),
            key: key.clone(),
        };
        let mut key = key.clone();
        let name = key.name.take();
        let name = name.unwrap_or_else(|| made_name("fk", table, &key.columns.join("_")));
        key.name = Some(name.clone());
        let constraint = foreign_key(&key, POSTGRES);
        let is_new = self
            .diff
            .have
            .table(&table.schema, &table.name, POSTGRES)
            .is_none();
        let later = if is_new { "" } else { " NOT VALID" };
        self.push(
            about,
            vec![format!("ALTER TABLE {on} ADD {constraint}{later}")],
        );
        if !is_new {
            self.validate(&on, &name);
        }
    }

    /// Rows are looked at after the transaction, which would keep the table locked meanwhile.
    fn validate(&mut self, on: &str, name: &str) {
        let quoted = quote(name, POSTGRES);
        let sql = format!("ALTER TABLE {on} VALIDATE CONSTRAINT {quoted}");
        let about = format!("look whether all rows keep to `{name}`");
        self.after.push(Step::apart(about, vec![sql]));
    }
}

fn schema(table: &TableName) -> &str {
    table.schema.as_deref().unwrap_or_default()
}

/// A name may have the dollars in it that end a block.
fn in_dollars(sql: String) -> String {
    let inner = sql.trim_start_matches("DO $$ ").trim_end_matches(" $$");
    let mut tag = "$$".to_owned();
    let mut nth = 0;
    while inner.contains(&tag) {
        nth += 1;
        tag = format!("$r{nth}$");
    }
    format!("DO {tag} {inner} {tag}")
}

fn only_grows(from: &[String], to: &[String]) -> bool {
    let mut kept = to.iter().filter(|value| from.contains(value));
    !from.is_empty() && from.iter().all(|value| kept.next() == Some(value))
}

fn is_of_enum(column: &Column, name: &str) -> bool {
    !column.values.is_empty() && enum_name(column) == name
}

fn drop_constraint(on: &str, name: &str) -> String {
    let name = quote(name, POSTGRES);
    format!("ALTER TABLE {on} DROP CONSTRAINT IF EXISTS {name}")
}

fn drop_check(on: &str, table: &Table, check: &Check) -> String {
    drop_constraint(on, &name_of_check(table, check))
}

/// A check in the definition of a column has the name that PostgreSQL gives it.
fn name_of_check(table: &Table, check: &Check) -> String {
    match (&check.name, &check.column) {
        (Some(name), _) => name.clone(),
        (None, Some(column)) => {
            let name = format!("{}_{column}_check", table.name);
            match name.len() < 64 {
                true => name,
                false => made_name("ck", table, column),
            }
        }
        (None, None) => made_name("ck", table, &crate::schema::state::hash_of(&check.sql)),
    }
}

/// The statements that give a column another type; its default cannot be cast with it.
fn retyped(table: &Table, of: &Column, wanted: &Column) -> Vec<String> {
    let on = table_name(table, POSTGRES);
    let name = quote(&wanted.name, POSTGRES);
    let alter = format!("ALTER TABLE {on} ALTER COLUMN {name}");
    let ty = type_of(wanted, POSTGRES);
    let is_enum = !of.values.is_empty() || !wanted.values.is_empty();
    let using = match (of.type_name.as_str(), ty.as_str()) {
        _ if is_enum => format!("CAST(CAST({name} AS text) AS {ty})"),
        ("smallint" | "bigint", "boolean") | ("boolean", "smallint" | "bigint") => {
            format!("CAST(CAST({name} AS integer) AS {ty})")
        }
        _ => format!("CAST({name} AS {ty})"),
    };
    let mut statements = Vec::new();
    if of.default.is_some() {
        statements.push(format!("{alter} DROP DEFAULT"));
    }
    // An identity of a type that cannot be counted has to go first, and is not cast either.
    statements.push(format!("{alter} TYPE {ty} USING {using}"));
    if let Some(default) = wanted.default.as_ref().filter(|_| of.default.is_some()) {
        statements.push(format!("{alter} SET DEFAULT ({default})"));
    }
    statements
}

fn set_nullable(on: &str, column: &str, nullable: bool, default: Option<&str>) -> Vec<String> {
    let name = quote(column, POSTGRES);
    let alter = format!("ALTER TABLE {on} ALTER COLUMN {name}");
    let mut statements = Vec::new();
    if nullable {
        return vec![format!("{alter} DROP NOT NULL")];
    }
    if let Some(default) = default {
        statements.push(format!(
            "UPDATE {on} SET {name} = ({default}) WHERE {name} IS NULL"
        ));
    }
    statements.push(format!("{alter} SET NOT NULL"));
    statements
}

fn set_generated(on: &str, column: &str, generated: bool) -> Vec<String> {
    let name = quote(column, POSTGRES);
    let alter = format!("ALTER TABLE {on} ALTER COLUMN {name}");
    if !generated {
        return vec![
            format!("{alter} DROP IDENTITY IF EXISTS"),
            format!("{alter} DROP DEFAULT"),
        ];
    }
    let (table, text) = (literal(on, POSTGRES), literal(column, POSTGRES));
    vec![
        format!("{alter} ADD GENERATED BY DEFAULT AS IDENTITY"),
        format!(
            "SELECT setval(pg_get_serial_sequence({table}, {text}), \
             (SELECT COALESCE(MAX({name}), 0) + 1 FROM {on}), false)"
        ),
    ]
}

fn set_comment(on: &str, column: Option<&str>, comment: &str) -> String {
    let comment = literal(comment, POSTGRES);
    match column {
        Some(column) => format!(
            "COMMENT ON COLUMN {on}.{} IS {comment}",
            quote(column, POSTGRES)
        ),
        None => format!("COMMENT ON TABLE {on} IS {comment}"),
    }
}
