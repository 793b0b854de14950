//! Two states compared, and the changes that make one of the other. Without I/O.

use crate::model::ReferentialAction;
use crate::schema::catalog::{Check, Column, ForeignKey, Index, Table, TableName};
use crate::schema::change::Change;
use crate::schema::expression::{canonical, is_same, same_name, with_column_renamed};
use crate::schema::state::{Rename, SchemaState, is_rowid};
use crate::value::Dialect;

/// What makes one state of another: changes, and the steps in SQL that carry them out.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// use relations::schema::{Schema, SchemaDiff, SchemaState};
///
/// let dialect = db.dialect();
/// let before = SchemaState::default(); // no tables
/// let after = SchemaState::of_models(&Schema::of::<(Customer, Order)>()?, dialect)?;
/// let diff = SchemaDiff::of(&before, &after, dialect);
/// assert!(diff.changes().iter().any(|change| change.kind() == "create_table"));
/// assert!(diff.steps().iter().any(|step| step.statements[0].starts_with("CREATE TABLE")));
/// # Ok(()) });
/// ```
#[derive(Debug, Clone)]
pub struct SchemaDiff {
    pub(super) dialect: Dialect,
    /// As it was at first.
    before: SchemaState,
    /// The same with the new names.
    pub(super) have: SchemaState,
    pub(super) want: SchemaState,
    pub(super) changes: Vec<Change>,
}

impl SchemaDiff {
    /// Compares what there is with what is wanted. A column or a table has a new name only where `want` says its former one; otherwise
    /// one is dropped and another added.
    pub fn of(have: &SchemaState, want: &SchemaState, dialect: Dialect) -> SchemaDiff {
        let mut diff = SchemaDiff {
            dialect,
            before: have.clone(),
            have: have.clone(),
            want: want.clone(),
            changes: Vec::new(),
        };
        diff.rename();
        diff.compare();
        diff
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The changes, in the order in which they are carried out, more or less.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// The way back.
    #[must_use]
    pub fn reversed(&self) -> SchemaDiff {
        let mut back = self.before.clone();
        back.renames = Vec::new();
        for change in &self.changes {
            let schema = |table: &TableName| table.schema.clone().unwrap_or_default();
            match change {
                Change::RenameTable { table, was } => {
                    back.renames
                        .push(Rename::new(&schema(table), was, None, &table.name));
                }
                Change::RenameColumn { table, column, was } => {
                    let before = self.former_table(table);
                    let rename = Rename::new(&schema(table), &before, Some(was), column);
                    back.renames.push(rename);
                }
                _ => {}
            }
        }
        SchemaDiff::of(&self.want, &back, self.dialect)
    }

    pub(super) fn former_table(&self, table: &TableName) -> String {
        let mut renames = self.changes.iter().filter_map(|change| match change {
            Change::RenameTable { table: now, was } if now == table => Some(was.clone()),
            _ => None,
        });
        renames.next().unwrap_or_else(|| table.name.clone())
    }

    fn rename(&mut self) {
        let renames = self.want.renames.clone();
        for rename in renames.iter().filter(|rename| rename.column.is_none()) {
            self.rename_table(rename);
        }
        for rename in &renames {
            if let Some(column) = &rename.column {
                self.rename_column(rename, column);
            }
        }
    }

    fn rename_table(&mut self, rename: &Rename) {
        let dialect = self.dialect;
        let has =
            |state: &SchemaState, name: &str| state.table(&rename.schema, name, dialect).is_some();
        let is_due = has(&self.have, &rename.was)
            && !has(&self.have, &rename.table)
            && has(&self.want, &rename.table)
            && !has(&self.want, &rename.was);
        if !is_due {
            return;
        }
        let is_it = |schema: &str, name: &str| schema == rename.schema && name == rename.was;
        self.forget_times_of_updates(|table| is_it(&table.schema, &table.name), |_| true);
        for table in &mut self.have.tables {
            if is_it(&table.schema, &table.name) {
                table.name.clone_from(&rename.table);
                self.changes.push(Change::RenameTable {
                    table: TableName::in_state(table),
                    was: rename.was.clone(),
                });
            }
            for key in &mut table.foreign_keys {
                if is_it(&key.referred_schema, &key.referred_table) {
                    key.referred_table.clone_from(&rename.table);
                }
            }
        }
    }

    fn rename_column(&mut self, rename: &Rename, column: &str) {
        let dialect = self.dialect;
        let has = |state: &SchemaState, name: &str| {
            let table = state.table(&rename.schema, &rename.table, dialect);
            table.is_some_and(|table| column_of(table, name, dialect).is_some())
        };
        let is_due = has(&self.have, &rename.was)
            && !has(&self.have, column)
            && has(&self.want, column)
            && !has(&self.want, &rename.was);
        if !is_due {
            return;
        }
        let is_old = |name: &String| same_name(name, &rename.was, dialect);
        self.forget_times_of_updates(
            |table| table.schema == rename.schema && table.name == rename.table,
            |column| is_old(&column.name),
        );
        let renamed = |name: &mut String| {
            if is_old(name) {
                column.clone_into(name);
            }
        };
        for table in &mut self.have.tables {
            let is_it = table.schema == rename.schema && table.name == rename.table;
            if is_it {
                self.changes.push(Change::RenameColumn {
                    table: TableName::in_state(table),
                    column: column.to_owned(),
                    was: rename.was.clone(),
                });
                table
                    .columns
                    .iter_mut()
                    .for_each(|it| renamed(&mut it.name));
                table.primary_key.iter_mut().for_each(renamed);
                let indexes = table.indexes.iter_mut();
                indexes
                    .flat_map(|index| index.columns.iter_mut().flatten())
                    .for_each(renamed);
                for check in &mut table.checks {
                    check.column.iter_mut().for_each(renamed);
                    check.sql = with_column_renamed(&check.sql, &rename.was, column, dialect);
                }
            }
            for key in &mut table.foreign_keys {
                if is_it {
                    key.columns.iter_mut().for_each(renamed);
                }
                if key.referred_schema == rename.schema && key.referred_table == rename.table {
                    key.referred_columns.iter_mut().for_each(renamed);
                }
            }
        }
    }

    /// The triggers of PostgreSQL and SQLite that set the time of an update know their table and column by name: they are dropped
    /// before these have other names, and made anew.
    fn forget_times_of_updates(
        &mut self,
        is_table: impl Fn(&Table) -> bool,
        is_column: impl Fn(&Column) -> bool,
    ) {
        if self.dialect.is_mysql() {
            return;
        }
        for table in self.have.tables.iter_mut().filter(|table| is_table(table)) {
            let name = TableName::in_state(table);
            let columns = table.columns.iter_mut();
            for column in columns.filter(|column| column.is_set_on_update && is_column(column)) {
                column.is_set_on_update = false;
                self.changes.push(Change::SetOnUpdate {
                    table: name.clone(),
                    column: column.name.clone(),
                    is_set: false,
                });
            }
        }
    }

    fn compare(&mut self) {
        let (have, want) = (self.have.clone(), self.want.clone());
        for table in &have.tables {
            if want
                .table(&table.schema, &table.name, self.dialect)
                .is_none()
            {
                let table = TableName::in_state(table);
                self.changes.push(Change::DropTable { table });
            }
        }
        self.compare_enums(&have, &want);
        for table in &want.tables {
            match have.table(&table.schema, &table.name, self.dialect) {
                Some(other) => self.compare_tables(other, table),
                None => self.changes.push(Change::CreateTable {
                    table: TableName::in_state(table),
                }),
            }
        }
    }

    fn compare_enums(&mut self, have: &SchemaState, want: &SchemaState) {
        let known = enums(have);
        for (name, to) in enums(want) {
            let from = known.iter().find(|(other, _)| *other == name);
            if let Some((_, from)) = from.filter(|(_, from)| *from != to) {
                self.changes.push(Change::SetValues {
                    name,
                    from: from.clone(),
                    to,
                });
            }
        }
    }

    fn compare_tables(&mut self, have: &Table, want: &Table) {
        let table = TableName::in_state(want);
        self.compare_times_of_updates(have, want, &table);
        self.drop_keys(have, want, &table);
        for column in &want.columns {
            match column_of(have, &column.name, self.dialect) {
                Some(other) => self.compare_columns(&table, (have, other), (want, column)),
                None => self.changes.push(Change::AddColumn {
                    table: table.clone(),
                    column: column.clone(),
                }),
            }
        }
        if !self.same_names(&have.primary_key, &want.primary_key) {
            self.changes.push(Change::SetPrimaryKey {
                table: table.clone(),
                from: have.primary_key.clone(),
                to: want.primary_key.clone(),
            });
        }
        for column in &have.columns {
            if column_of(want, &column.name, self.dialect).is_none() {
                self.changes.push(Change::DropColumn {
                    table: table.clone(),
                    column: column.clone(),
                });
            }
        }
        self.add_keys(have, want, &table);
        self.compare_comment(&table, None, have.comment.as_ref(), want.comment.as_ref());
    }

    /// A column that is dropped is no longer set either, which a trigger does not know.
    fn compare_times_of_updates(&mut self, have: &Table, want: &Table, table: &TableName) {
        let is_set = |of: &Table, name: &str| {
            column_of(of, name, self.dialect).is_some_and(|column| column.is_set_on_update)
        };
        let is_mysql = self.dialect.is_mysql();
        let mut changes = Vec::new();
        for (of, other, now) in [(have, want, false), (want, have, true)] {
            let columns = of.columns.iter().filter(|column| column.is_set_on_update);
            for column in columns.filter(|column| !is_set(other, &column.name)) {
                // On MySQL it comes and goes with its column.
                if is_mysql && column_of(other, &column.name, self.dialect).is_none() {
                    continue;
                }
                changes.push(Change::SetOnUpdate {
                    table: table.clone(),
                    column: column.name.clone(),
                    is_set: now,
                });
            }
        }
        // What the function of PostgreSQL does depends on the type.
        let is_postgres = self.dialect == Dialect::Postgres;
        let columns = want
            .columns
            .iter()
            .filter(|column| is_postgres && column.is_set_on_update);
        for column in columns {
            let had = column_of(have, &column.name, self.dialect);
            let is_retyped =
                |had: &Column| had.is_set_on_update && had.type_name != column.type_name;
            if had.is_some_and(is_retyped) {
                let change = |is_set| Change::SetOnUpdate {
                    table: table.clone(),
                    column: column.name.clone(),
                    is_set,
                };
                changes.extend([change(false), change(true)]);
            }
        }
        self.changes.append(&mut changes);
    }

    fn compare_columns(
        &mut self,
        table: &TableName,
        (have_table, have): (&Table, &Column),
        (want_table, want): (&Table, &Column),
    ) {
        let dialect = self.dialect;
        let (table, column) = (table.clone(), want.name.clone());
        if !same_type(have, want) {
            self.changes.push(Change::SetType {
                table: table.clone(),
                column: column.clone(),
                from: have.type_name.clone(),
                to: want.type_name.clone(),
            });
        }
        if have.is_nullable != want.is_nullable {
            self.changes.push(Change::SetNullable {
                table: table.clone(),
                column: column.clone(),
                nullable: want.is_nullable,
            });
        }
        let defaults = [have, want].map(|column| default_of(column, dialect));
        let same_default = match defaults {
            [Some(one), Some(other)] => is_same(one, other, dialect),
            [None, None] => true,
            _ => false,
        };
        if !same_default {
            self.changes.push(Change::SetDefault {
                table: table.clone(),
                column: column.clone(),
                from: have.default.clone(),
                to: want.default.clone(),
            });
        }
        // SQLite numbers such a key in any case.
        let is_numbered =
            dialect == Dialect::Sqlite && is_rowid(have_table, have) && is_rowid(want_table, want);
        if have.generation != want.generation && !is_numbered {
            self.changes.push(Change::SetGenerated {
                table: table.clone(),
                column: column.clone(),
                generated: want.generation.is_some(),
            });
        }
        self.compare_comment(
            &table,
            Some(column),
            have.comment.as_ref(),
            want.comment.as_ref(),
        );
    }

    /// A comment that the models do not say is left as it is. SQLite has none. Docs break lines where a comment does not.
    fn compare_comment(
        &mut self,
        table: &TableName,
        column: Option<String>,
        have: Option<&String>,
        want: Option<&String>,
    ) {
        let is_same = |want: &&String| {
            have.is_some_and(|have| have.split_whitespace().eq(want.split_whitespace()))
        };
        let Some(want) = want.filter(|want| !is_same(want)) else {
            return;
        };
        if self.dialect != Dialect::Sqlite {
            self.changes.push(Change::SetComment {
                table: table.clone(),
                column,
                comment: want.clone(),
            });
        }
    }

    fn drop_keys(&mut self, have: &Table, want: &Table, table: &TableName) {
        for key in &have.foreign_keys {
            if !want.foreign_keys.iter().any(|it| self.same_key(it, key)) {
                let (table, key) = (table.clone(), key.clone());
                self.changes.push(Change::DropForeignKey { table, key });
            }
        }
        for check in &have.checks {
            // It goes with its column.
            let column = check.column.as_ref();
            let is_gone = column.is_some_and(|it| column_of(want, it, self.dialect).is_none());
            if !is_gone && !want.checks.iter().any(|it| self.same_check(it, check)) {
                let (table, check) = (table.clone(), check.clone());
                self.changes.push(Change::DropCheck { table, check });
            }
        }
        for index in &have.indexes {
            if !self.is_wanted(index, have, want) {
                let (table, index) = (table.clone(), index.clone());
                self.changes.push(Change::DropIndex { table, index });
            }
        }
    }

    /// MySQL makes an index for a foreign key that has none, and names it after it.
    fn is_wanted(&self, index: &Index, have: &Table, want: &Table) -> bool {
        let is_of_key = self.dialect.is_mysql()
            && have.foreign_keys.iter().any(|key| {
                key.name.as_ref() == Some(&index.name)
                    && want.foreign_keys.iter().any(|it| self.same_key(it, key))
            });
        is_of_key || want.indexes.iter().any(|it| self.same_index(it, index))
    }

    fn add_keys(&mut self, have: &Table, want: &Table, table: &TableName) {
        for index in &want.indexes {
            if !have.indexes.iter().any(|it| self.same_index(it, index)) {
                let (table, index) = (table.clone(), index.clone());
                self.changes.push(Change::AddIndex { table, index });
            }
        }
        for check in &want.checks {
            if !have.checks.iter().any(|it| self.same_check(it, check)) {
                let (table, check) = (table.clone(), check.clone());
                self.changes.push(Change::AddCheck { table, check });
            }
        }
        for key in &want.foreign_keys {
            if !have.foreign_keys.iter().any(|it| self.same_key(it, key)) {
                let (table, key) = (table.clone(), key.clone());
                self.changes.push(Change::AddForeignKey { table, key });
            }
        }
    }

    pub(super) fn same_names(&self, one: &[String], other: &[String]) -> bool {
        one.len() == other.len()
            && one
                .iter()
                .zip(other)
                .all(|(one, other)| same_name(one, other, self.dialect))
    }

    pub(super) fn same_index(&self, one: &Index, other: &Index) -> bool {
        let columns = |index: &Index| index.columns.iter().flatten().cloned().collect::<Vec<_>>();
        one.is_unique == other.is_unique && self.same_names(&columns(one), &columns(other))
    }

    pub(super) fn same_check(&self, one: &Check, other: &Check) -> bool {
        is_same(&one.sql, &other.sql, self.dialect)
    }

    pub(super) fn same_key(&self, one: &ForeignKey, other: &ForeignKey) -> bool {
        // To MySQL both are one.
        let action = |action| match action {
            ReferentialAction::Restrict if self.dialect.is_mysql() => ReferentialAction::NoAction,
            action => action,
        };
        one.referred_schema == other.referred_schema
            && super::state::same_table(&one.referred_table, &other.referred_table, self.dialect)
            && self.same_pairs(one, other)
            && action(one.on_delete) == action(other.on_delete)
            && action(one.on_update) == action(other.on_update)
    }

    /// Whether both keys pair the same columns. In which order the pairs were written means nothing.
    fn same_pairs(&self, one: &ForeignKey, other: &ForeignKey) -> bool {
        let pairs = |key: &ForeignKey| {
            let referred = key.referred_columns.iter().cloned();
            key.columns
                .iter()
                .cloned()
                .zip(referred)
                .collect::<Vec<_>>()
        };
        let (ones, others) = (pairs(one), pairs(other));
        let is_among = |(column, referred): &(String, String), pairs: &[(String, String)]| {
            pairs.iter().any(|(other, others)| {
                same_name(column, other, self.dialect) && same_name(referred, others, self.dialect)
            })
        };
        ones.len() == others.len()
            && ones.iter().all(|pair| is_among(pair, &others))
            && others.iter().all(|pair| is_among(pair, &ones))
    }
}

/// The column of this name.
pub(super) fn column_of<'t>(table: &'t Table, name: &str, dialect: Dialect) -> Option<&'t Column> {
    let mut columns = table.columns.iter();
    columns.find(|column| same_name(&column.name, name, dialect))
}

/// The default of a column. An enum of MySQL that may not be NULL has its first text where it has none, so that to say so says
/// nothing.
fn default_of(column: &Column, dialect: Dialect) -> Option<&String> {
    let default = column.default.as_ref()?;
    let rest = column.type_name.strip_prefix("enum(");
    let first = rest.and_then(|rest| rest.strip_prefix(&canonical(default, dialect)));
    let is_first = first.is_some_and(|after| after.starts_with([',', ')']));
    (!dialect.is_mysql() || column.is_nullable || !is_first).then_some(default)
}

/// Two enums of one name have one type, whatever their texts.
fn same_type(one: &Column, other: &Column) -> bool {
    let is_enum = !one.values.is_empty() && !other.values.is_empty();
    match is_enum {
        true => enum_name(one) == enum_name(other),
        false => one.type_name == other.type_name,
    }
}

/// The name of the enum that a column has as its type, without quotes and schema.
pub(super) fn enum_name(column: &Column) -> String {
    let written = column.type_name.as_str();
    let last = match written.strip_suffix('"') {
        // The last name in quotes, whatever dots are in it.
        Some(inner) => {
            let opening = inner.replace("\"\"", "\u{1}\u{1}").rfind('"');
            &inner[opening.map_or(0, |at| at + 1)..]
        }
        None => written.rsplit('.').next().unwrap_or(written),
    };
    last.replace("\"\"", "\"")
}

/// The enums of PostgreSQL that columns have as types, with their texts, each once.
pub(super) fn enums(state: &SchemaState) -> Vec<(String, Vec<String>)> {
    let mut enums: Vec<(String, Vec<String>)> = Vec::new();
    for column in state.tables.iter().flat_map(|table| &table.columns) {
        let name = enum_name(column);
        if !column.values.is_empty() && !enums.iter().any(|(known, _)| *known == name) {
            enums.push((name, column.values.clone()));
        }
    }
    enums
}
