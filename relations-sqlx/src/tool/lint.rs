//! `migrate lint`: what migrations may destroy, block, or fail on, each finding with the statement that does it.

mod by_text;
mod statement;

use super::answer::{Answer, Answered};
use super::migrate::{Asked, wanted};
use crate::db::Db;
use crate::migrate::{Migration, MigrationState, Migrations, dialect_name};
use relations_core::{
    Change, ChangeWarning, Connection, Dialect, ModelSet, Result, SchemaDiff, SchemaState,
};
use statement::Act;
use std::fs;
use std::path::{Path, PathBuf};

/// The last migrations, or all, and what the models ask for beyond them.
pub(super) fn offline<S: ModelSet>(asked: &Asked) -> Answered {
    let migrations = Migrations::read(asked.folder())?;
    let mut answer = Answer::default();
    let is_all = asked.value("all").is_some();
    for dialect in asked.databases()? {
        let last = migrations.of(dialect).len().saturating_sub(1);
        let from = if is_all { 0 } else { last };
        Linting::new::<S>(asked, &migrations, dialect, &mut answer)?.run(|at, _| at >= from)?;
    }
    Ok(answer)
}

/// The migrations that a database has not run, and what the models ask for beyond them.
pub(super) async fn online<S: ModelSet>(db: &Db, asked: &Asked) -> Answered {
    let migrations = Migrations::read(asked.folder())?;
    let states = db.migrations(&migrations).status().await?;
    let is_done = |migration: &Migration| {
        let mut done = states
            .iter()
            .filter(|it| matches!(it.state, MigrationState::Done | MigrationState::Changed));
        done.any(|status| status.name == migration.name)
    };
    let mut answer = Answer::default();
    Linting::new::<S>(asked, &migrations, db.dialect(), &mut answer)?
        .run(|_, migration| !is_done(migration))?;
    Ok(answer)
}

struct Linting<'l> {
    folder: PathBuf,
    dialect: Dialect,
    want: SchemaState,
    migrations: &'l [Migration],
    answer: &'l mut Answer,
}

impl<'l> Linting<'l> {
    fn new<S: ModelSet>(
        asked: &Asked,
        migrations: &'l Migrations,
        dialect: Dialect,
        answer: &'l mut Answer,
    ) -> Result<Linting<'l>> {
        answer.line("database", &[dialect_name(dialect)]);
        Ok(Linting {
            folder: asked.folder(),
            dialect,
            want: wanted::<S>(dialect)?,
            migrations: migrations.of(dialect),
            answer,
        })
    }

    fn run(mut self, is_asked: impl Fn(usize, &Migration) -> bool) -> Result<()> {
        let mut before = SchemaState::default();
        let mut is_known = true;
        for (at, migration) in self.migrations.iter().enumerate() {
            let after = self.snapshot(migration)?;
            if is_asked(at, migration) {
                match &after {
                    Some(after) if follows(migration, &before, is_known) => {
                        self.by_snapshots(migration, &before, after);
                    }
                    _ => self.by_text(migration, &[]),
                }
            }
            match after {
                Some(after) => (before, is_known) = (after, true),
                None => is_known = false,
            }
            before.renames.clear();
        }
        // That the last snapshot is the file's own is looked at there.
        let last = Migrations::snapshot(&self.folder, self.dialect)?;
        let diff = SchemaDiff::of(&last, &self.want, self.dialect);
        let steps = diff.steps();
        let steps = steps.iter().map(|step| StepText {
            about: &step.about,
            statements: &step.statements,
            lines: &[],
        });
        let steps: Vec<StepText<'_>> = steps.collect();
        for warning in diff.warnings() {
            let statement = statement_of(&warning, &steps, self.dialect);
            self.warn(&warning, None, statement);
        }
        Ok(())
    }

    /// What a migration does by the tables before and after it, and by what was written into it besides.
    fn by_snapshots(&mut self, migration: &Migration, before: &SchemaState, after: &SchemaState) {
        let mut named = after.clone();
        named.renames.clone_from(&self.want.renames);
        let diff = SchemaDiff::of(before, &named, self.dialect);
        let path = self.path(migration, "up.sql");
        let steps = migration.up.iter().map(|step| StepText {
            about: &step.about,
            statements: &step.statements,
            lines: &step.lines,
        });
        let steps: Vec<StepText<'_>> = steps.collect();
        let mut known: Vec<String> = Vec::new();
        for warning in diff.warnings() {
            let statement = statement_of(&warning, &steps, self.dialect);
            known.extend(statement.map(|(statement, _)| statement.to_owned()));
            self.warn(&warning, Some(&path), statement);
        }
        let own = diff.steps().into_iter().flat_map(|step| step.statements);
        known.extend(own);
        self.by_text(migration, &known);
    }

    /// What the statements of a migration say, but for those of which it is known already.
    fn by_text(&mut self, migration: &Migration, known: &[String]) {
        let all = migration.up.iter();
        let all = all.flat_map(|step| step.statements.iter().zip(&step.lines));
        let all: Vec<(&String, &usize)> = all.collect();
        let texts: Vec<&str> = all.iter().map(|(text, _)| text.as_str()).collect();
        let path = self.path(migration, "up.sql").display().to_string();
        for found in by_text::findings(&texts, self.dialect) {
            let (text, line) = all[found.statement];
            if known.contains(text) {
                continue;
            }
            self.answer.differs = true;
            self.answer.line(
                "warning",
                &[
                    found.kind.name(),
                    &found.message,
                    found.query.as_deref().unwrap_or_default(),
                    &path,
                    &line.to_string(),
                    text,
                ],
            );
        }
    }

    fn path(&self, migration: &Migration, end: &str) -> PathBuf {
        let name = format!("{}.{end}", migration.name);
        self.folder.join(dialect_name(self.dialect)).join(name)
    }

    /// The tables after a migration, where it says them.
    fn snapshot(&self, migration: &Migration) -> Result<Option<SchemaState>> {
        match fs::read_to_string(self.path(migration, "json")) {
            Ok(text) => SchemaState::from_json(&text, self.dialect).map(Some),
            Err(_) => Ok(None),
        }
    }

    fn warn(
        &mut self,
        warning: &ChangeWarning,
        path: Option<&Path>,
        statement: Option<(&str, Option<usize>)>,
    ) {
        self.answer.differs = true;
        let line = statement.and_then(|(_, line)| line);
        let file = path.map(|path| path.display().to_string());
        self.answer.line(
            "warning",
            &[
                warning.kind.name(),
                &warning.message,
                warning.query.as_deref().unwrap_or_default(),
                &file.unwrap_or_default(),
                &line.map(|line| line.to_string()).unwrap_or_default(),
                statement.map_or("", |(statement, _)| statement),
            ],
        );
    }
}

/// Whether a migration starts at these tables, so that what differs after it is its own doing.
fn follows(migration: &Migration, before: &SchemaState, is_known: bool) -> bool {
    match &migration.hashes {
        Some((from, _)) => *from == before.hash(),
        None => is_known,
    }
}

/// A step, and where its statements stand.
struct StepText<'s> {
    about: &'s str,
    statements: &'s [String],
    lines: &'s [usize],
}

/// The statement that carries the change out, and its line: the one that does what the change says, of the step that says so if there
/// is one. A table of SQLite is made anew by several, of which the one that copies the rows is meant.
fn statement_of<'s>(
    warning: &ChangeWarning,
    steps: &[StepText<'s>],
    dialect: Dialect,
) -> Option<(&'s str, Option<usize>)> {
    let says = warning.change.to_string();
    let is_own = |step: &StepText<'_>| step.about.split("; ").any(|about| about == says);
    let all = |is_wanted: &dyn Fn(&StepText<'_>) -> bool| {
        let steps = steps.iter().filter(|step| is_wanted(step));
        let located = steps.flat_map(|step| {
            let statements = step.statements.iter().enumerate();
            statements.map(|(nth, text)| (text.as_str(), step.lines.get(nth).copied()))
        });
        located.collect::<Vec<_>>()
    };
    let own = all(&is_own);
    let mut found = own.iter().copied();
    let does = found.find(|(text, _)| does(text, &warning.change, dialect));
    let mut copies = own.iter().copied();
    let copies = || copies.find(|(text, _)| is_copy(text, &warning.change, dialect));
    let does = does.or_else(copies).or(own.first().copied());
    does.or_else(|| {
        let mut others = all(&|step| !is_own(step)).into_iter();
        others.find(|(text, _)| self::does(text, &warning.change, dialect))
    })
}

/// Whether a statement does what a change says.
fn does(statement: &str, change: &Change, dialect: Dialect) -> bool {
    let table = change.table().map(|table| table.name.as_str());
    let column = column_of(change);
    statement::acts(statement, dialect).iter().any(|it| {
        let is_table = table.is_none_or(|table| it.table.eq_ignore_ascii_case(table));
        let is_column = |of: &str| {
            column
                .as_ref()
                .is_some_and(|it| it.eq_ignore_ascii_case(of))
        };
        is_table
            && match (change, &it.act) {
                (Change::DropTable { .. }, Act::DropTable)
                | (Change::AddCheck { .. }, Act::AddCheck { .. })
                | (Change::AddForeignKey { .. }, Act::AddForeignKey { .. })
                | (Change::SetPrimaryKey { .. }, Act::AddUnique { .. }) => true,
                (Change::AddIndex { index, .. }, Act::AddUnique { columns, .. }) => {
                    let named = index.columns.iter().flatten();
                    let mut named = named.map(|name| statement::names(statement, name, dialect));
                    columns.len() == index.columns.len() && named.all(|is_named| is_named)
                }
                (Change::DropColumn { .. }, Act::DropColumn { column })
                | (Change::AddColumn { .. }, Act::AddColumn { column, .. })
                | (Change::SetType { .. }, Act::SetType { column })
                | (
                    Change::SetNullable { .. },
                    Act::SetNotNull { column } | Act::SetType { column },
                ) => is_column(column),
                _ => false,
            }
    })
}

/// Whether a statement copies the rows of a table into the one that is made in its place.
fn is_copy(statement: &str, change: &Change, dialect: Dialect) -> bool {
    let table = change.table().map(|table| table.name.as_str());
    let is_insert = statement::acts(statement, dialect)
        .iter()
        .any(|it| it.act == Act::Insert);
    is_insert && table.is_some_and(|table| statement::names(statement, table, dialect))
}

fn column_of(change: &Change) -> Option<String> {
    match change {
        Change::AddColumn { column, .. } | Change::DropColumn { column, .. } => {
            Some(column.name.clone())
        }
        Change::SetType { column, .. }
        | Change::SetNullable { column, .. }
        | Change::SetDefault { column, .. }
        | Change::SetGenerated { column, .. } => Some(column.clone()),
        _ => None,
    }
}
