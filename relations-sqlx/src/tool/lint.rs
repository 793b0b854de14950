//! `migrate lint`: what migrations may destroy, block, or fail on, each finding with the statement that does it.

use super::answer::{Answer, Answered};
use super::migrate::{Asked, wanted};
use crate::db::Db;
use crate::migrate::{Migration, MigrationState, Migrations, dialect_name};
use relations_core::{
    Change, ChangeWarning, Connection, Dialect, ModelSet, Result, SchemaDiff, SchemaState,
};
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
        for (at, migration) in self.migrations.iter().enumerate() {
            let Some(after) = self.snapshot(migration)? else {
                continue; // Written by hand: what it makes of the tables is not known.
            };
            if is_asked(at, migration) {
                let mut named = after.clone();
                named.renames.clone_from(&self.want.renames);
                let diff = SchemaDiff::of(&before, &named, self.dialect);
                let path = self.path(migration, "up.sql");
                let steps = migration.up.iter();
                let steps = steps.map(|step| (step.about.as_str(), step.statements.as_slice()));
                self.say(&diff, &steps.collect::<Vec<_>>(), Some(&path));
            }
            before = after;
            before.renames.clear();
        }
        // That the last snapshot is the file's own is looked at there.
        let last = Migrations::snapshot(&self.folder, self.dialect)?;
        let diff = SchemaDiff::of(&last, &self.want, self.dialect);
        let steps = diff.steps();
        let steps = steps
            .iter()
            .map(|step| (step.about.as_str(), step.statements.as_slice()));
        self.say(&diff, &steps.collect::<Vec<_>>(), None);
        Ok(())
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

    fn say(&mut self, diff: &SchemaDiff, steps: &[(&str, &[String])], path: Option<&Path>) {
        let text = path.and_then(|path| fs::read_to_string(path).ok());
        for warning in diff.warnings() {
            self.answer.differs = true;
            let statement = statement_of(&warning, steps);
            let line = text.as_ref().zip(statement).and_then(line_of);
            let file = path.map(|path| path.display().to_string());
            let query = warning.query.clone().unwrap_or_default();
            self.answer.line(
                "warning",
                &[
                    warning.kind.name(),
                    &warning.message,
                    &query,
                    &file.unwrap_or_default(),
                    &line.map(|line| line.to_string()).unwrap_or_default(),
                    statement.unwrap_or_default(),
                ],
            );
        }
    }
}

/// The statement that carries the change out: of the step that says so, or else the first that names what is changed.
fn statement_of<'s>(warning: &ChangeWarning, steps: &[(&str, &'s [String])]) -> Option<&'s str> {
    let change = &warning.change;
    let table = change.table().map(|table| table.name.clone());
    let names: Vec<String> = table.into_iter().chain(column_of(change)).collect();
    let says = &change.to_string();
    let names_all =
        |statement: &&String| names.iter().all(|name| statement.contains(name.as_str()));
    let names_table = |statement: &&String| {
        let table = names.first();
        table.is_some_and(|table| statement.contains(table.as_str()))
    };
    let statements = |is_own: bool| {
        let steps = steps
            .iter()
            .filter(move |(about, _)| !is_own || *about == says);
        let statements = steps.flat_map(|(_, statements)| *statements);
        statements.collect::<Vec<_>>()
    };
    let found = [statements(true), statements(false)].into_iter();
    let mut found = found.filter_map(|statements| {
        let mut all = statements.iter().copied();
        let named = all.clone().find(names_all);
        named.or_else(|| all.find(names_table))
    });
    found.next().map(String::as_str)
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

/// The line of a file on which a statement starts.
fn line_of((text, statement): (&String, &str)) -> Option<usize> {
    let first = statement.lines().next()?.trim();
    let at = text.find(statement).or_else(|| text.find(first))?;
    Some(text[..at].matches('\n').count() + 1)
}
