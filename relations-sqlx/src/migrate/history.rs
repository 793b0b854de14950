//! What was done to a database, in its table `relations_migrations`.

use super::Migration;
use crate::db::Db;
use crate::driver::{Operation, RowReader, RowSink, Session, Statement};
use crate::operation;
use relations_core::catalog::TableName;
use relations_core::{Error, Pending, Result};
use sea_query::Values;
use std::time::SystemTime;

pub(super) const TABLE: &str = "relations_migrations";

/// The same for every database. Texts have a length, so that MySQL keeps them in the row.
pub(super) const CREATE: &str = "CREATE TABLE IF NOT EXISTS relations_migrations (\
    version BIGINT NOT NULL PRIMARY KEY, name VARCHAR(200) NOT NULL, checksum VARCHAR(32) NOT NULL, \
    direction VARCHAR(8) NOT NULL, steps_done INTEGER NOT NULL, steps INTEGER NOT NULL, at_seconds BIGINT NOT NULL)";

pub(super) const SELECT: &str = "SELECT version, name, checksum, direction, steps_done, steps \
    FROM relations_migrations ORDER BY version";

/// A migration that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) version: i64,
    pub(super) name: String,
    pub(super) checksum: String,
    pub(super) is_down: bool,
    pub(super) steps_done: usize,
    pub(super) steps: usize,
}

impl Row {
    pub(super) fn is_done(&self) -> bool {
        !self.is_down && self.steps_done >= self.steps
    }
}

/// A migration, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MigrationStatus {
    /// The version.
    pub version: i64,
    /// The version and what it is called.
    pub name: String,
    /// What became of it.
    pub state: MigrationState,
}

/// What became of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MigrationState {
    /// It was run.
    Done,
    /// It was not run.
    Pending,
    /// It was not run, and a later one was.
    Skipped,
    /// It stopped on its way; this many of its steps are done.
    Stopped {
        /// Whether it was on its way back.
        is_down: bool,
        /// The number of steps that are done.
        done: usize,
        /// The number of all steps.
        of: usize,
    },
    /// It was run, and its file is another one now.
    Changed,
    /// It was run, and has no file.
    Missing,
}

pub(super) fn status(migrations: &[Migration], rows: &[Row]) -> Vec<MigrationStatus> {
    let row_of = |version| rows.iter().find(|row| row.version == version);
    let last = rows.iter().map(|row| row.version).max().unwrap_or_default();
    let mut all: Vec<MigrationStatus> = migrations
        .iter()
        .map(|migration| MigrationStatus {
            version: migration.version,
            name: migration.name.clone(),
            state: match row_of(migration.version) {
                None if migration.version < last => MigrationState::Skipped,
                None => MigrationState::Pending,
                Some(row) => state(migration, row),
            },
        })
        .collect();
    let replaced = |version| migrations.iter().any(|it| it.replaces.contains(&version));
    for row in rows {
        let has_file = migrations.iter().any(|it| it.version == row.version);
        if !has_file && !replaced(row.version) {
            all.push(MigrationStatus {
                version: row.version,
                name: row.name.clone(),
                state: MigrationState::Missing,
            });
        }
    }
    all.sort_by_key(|status| status.version);
    all
}

fn state(migration: &Migration, row: &Row) -> MigrationState {
    if !row.is_done() {
        return MigrationState::Stopped {
            is_down: row.is_down,
            done: row.steps_done,
            of: row.steps,
        };
    }
    // A squashed one keeps the version of the last that it stands for.
    let is_replaced = migration.replaces.contains(&row.version) && row.name != migration.name;
    match row.checksum == migration.checksum || is_replaced {
        true => MigrationState::Done,
        false => MigrationState::Changed,
    }
}

/// The rows, none where the table is not there.
pub(super) async fn read(db: &Db) -> Result<Vec<Row>> {
    let name = TableName {
        schema: None,
        name: TABLE.to_owned(),
    };
    let found = crate::catalog::read(db, db.backend.catalog(), vec![name]).await?;
    if found[0].is_none() {
        return Ok(Vec::new());
    }
    let reading = operation::run(db, Reading(Vec::new())).await?;
    Ok(reading.0)
}

struct Reading(Vec<Row>);

impl Operation for Reading {
    fn is_read_only(&self) -> bool {
        true
    }

    fn run<'s>(&'s mut self, session: &'s mut dyn Session) -> Pending<'s, ()> {
        Box::pin(async move {
            let statement = Statement::new(SELECT.to_owned(), Values(Vec::new()));
            session.fetch(statement, &mut Rows(&mut self.0)).await
        })
    }
}

/// Takes the rows of [`SELECT`].
pub(super) struct Rows<'r>(pub(super) &'r mut Vec<Row>);

impl RowSink for Rows<'_> {
    fn row(&mut self, row: &mut dyn RowReader) -> Result<()> {
        let count = |number: i64| usize::try_from(number).unwrap_or_default();
        let read = |row: &mut dyn RowReader| -> Result<Row, crate::driver::DecodeError> {
            Ok(Row {
                version: row.int(0)?,
                name: row.text(1)?,
                checksum: row.text(2)?,
                is_down: row.text(3)? == "down",
                steps_done: count(row.int(4)?),
                steps: count(row.int(5)?),
            })
        };
        self.0.push(read(row).map_err(Error::from)?);
        Ok(())
    }
}

/// The statement that writes down a migration.
pub(super) fn insertion(
    migration: &Migration,
    direction: &str,
    done: usize,
    steps: usize,
) -> String {
    let (version, name, checksum) = (
        migration.version,
        text(&migration.name),
        &migration.checksum,
    );
    let now = now();
    format!(
        "INSERT INTO relations_migrations (version, name, checksum, direction, steps_done, steps, at_seconds) \
         VALUES ({version}, {name}, '{checksum}', '{direction}', {done}, {steps}, {now})"
    )
}

/// The statement that writes down how far it has come. One that stopped may go on with another file.
pub(super) fn updating(
    migration: &Migration,
    direction: &str,
    done: usize,
    steps: usize,
) -> String {
    let (version, name, checksum) = (
        migration.version,
        text(&migration.name),
        &migration.checksum,
    );
    let now = now();
    format!(
        "UPDATE relations_migrations SET name = {name}, checksum = '{checksum}', direction = '{direction}', \
         steps_done = {done}, steps = {steps}, at_seconds = {now} WHERE version = {version}"
    )
}

/// The name of a file as a literal; what may mean something in a text is left out.
fn text(name: &str) -> String {
    let name: String = name
        .chars()
        .filter(|letter| !"'\\".contains(*letter))
        .take(200)
        .collect();
    format!("'{name}'")
}

fn now() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs())
}

/// The statement that forgets migrations.
pub(super) fn deletion(versions: &[i64]) -> String {
    let versions: Vec<String> = versions.iter().map(i64::to_string).collect();
    format!(
        "DELETE FROM relations_migrations WHERE version IN ({})",
        versions.join(", ")
    )
}
