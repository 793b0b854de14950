//! `diff` and `migrate`: what models ask for against a database, and against the last snapshot.

use super::answer::{Answer, Answered};
use crate::db::Db;
use crate::migrate::{
    Migration, MigrationState, Migrations, NewMigration, SQUASHED, dialect_name, dialect_of_name,
};
use relations_core::{
    Connection, Dialect, Error, ErrorKind, ModelSet, Result, Schema, SchemaDiff, SchemaState,
};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What was asked, as `word=value` behind the command.
pub(super) struct Asked {
    words: Vec<String>,
}

impl Asked {
    pub(super) fn new(words: Vec<String>) -> Asked {
        Asked { words }
    }

    pub(super) fn value(&self, word: &str) -> Option<&str> {
        let mut words = self.words.iter();
        words.find_map(|given| given.strip_prefix(word)?.strip_prefix('='))
    }

    /// Whether a database says which migrations are looked at.
    fn has_database(&self) -> bool {
        self.value("pending").is_some()
    }

    pub(super) fn folder(&self) -> PathBuf {
        PathBuf::from(self.value("folder").unwrap_or("migrations"))
    }

    /// The databases that are named, or else those that have migrations.
    pub(super) fn databases(&self) -> Result<Vec<Dialect>> {
        let folder = self.folder();
        if let Some(named) = self.value("databases").filter(|named| !named.is_empty()) {
            let named = named.split(',').map(|name| {
                let unknown = || {
                    invalid(format!(
                        "`{name}` is none of `sqlite`, `postgres`, `mariadb`, `mysql`"
                    ))
                };
                dialect_of_name(name).ok_or_else(unknown)
            });
            return named.collect();
        }
        let all = ["sqlite", "postgres", "mariadb", "mysql"];
        let there = all.iter().filter(|name| folder.join(name).is_dir());
        let there: Vec<Dialect> = there.filter_map(|name| dialect_of_name(name)).collect();
        match there.is_empty() {
            true => Err(invalid(
                "there are no migrations yet; name the databases".to_owned(),
            )),
            false => Ok(there),
        }
    }
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidSchema, message)
}

pub(super) fn wanted<S: ModelSet>(dialect: Dialect) -> Result<SchemaState> {
    SchemaState::of_models(&Schema::of::<S>()?, dialect)
}

pub(super) async fn diff<S: ModelSet>(db: &Db, asked: &Asked) -> Answered {
    let want = wanted::<S>(db.dialect())?;
    let known = Migrations::snapshot(&asked.folder(), db.dialect())?;
    let diff = db.schema_diff(&want, &known).await?;
    let mut answer = Answer::default();
    answer.changes(&diff);
    answer.warnings(&diff);
    answer.steps(&diff);
    for table in others(db, &want, &known).await? {
        answer.line("other", &[&table]);
    }
    Ok(answer)
}

/// Tables of which neither models nor snapshots know.
async fn others(db: &Db, want: &SchemaState, known: &SchemaState) -> Result<Vec<String>> {
    let all = db.schema_state(want).await?;
    let compared = |name: &String| {
        let was = want
            .renames
            .iter()
            .any(|rename| rename.column.is_none() && rename.was == *name);
        let mut tables = want.tables.iter().chain(&known.tables);
        was || tables.any(|table| table.name == *name)
    };
    let names = all.tables.into_iter().map(|table| table.name);
    Ok(names.filter(|name| !compared(name)).collect())
}

/// The commands that need no database.
pub(super) fn offline<S: ModelSet>(command: &str, asked: &Asked) -> Option<Answered> {
    match command {
        "new" => Some(new::<S>(asked)),
        "lint" if !asked.has_database() => Some(super::lint::offline::<S>(asked)),
        "squash" => Some(squash(asked)),
        _ => None,
    }
}

fn new<S: ModelSet>(asked: &Asked) -> Answered {
    let name = asked.value("name").unwrap_or("change");
    let folder = asked.folder();
    let mut answer = Answer::default();
    let mut files = Vec::new();
    let version = next_version(&folder)?;
    // All are made before one is written.
    for dialect in asked.databases()? {
        let before = Migrations::snapshot(&folder, dialect)?;
        let after = wanted::<S>(dialect)?;
        let diff = SchemaDiff::of(&before, &after, dialect);
        if diff.is_empty() {
            continue;
        }
        answer.line("database", &[dialect_name(dialect)]);
        answer.changes(&diff);
        answer.warnings(&diff);
        let warnings = diff.warnings();
        let notes = warnings
            .iter()
            .map(|it| format!("{}: {}", it.kind.name(), it.message));
        let notes: Vec<String> = notes.collect();
        let new = NewMigration::of(&diff, &before, &after, version, name, &notes);
        files.push((dialect, new));
    }
    for (dialect, new) in files {
        for path in new.write(&folder, dialect)? {
            answer.line("file", &[&path.to_string_lossy()]);
        }
    }
    Ok(answer)
}

/// The time of now as a number, or one more than the last version.
fn next_version(folder: &Path) -> Result<i64> {
    let migrations = Migrations::read(folder)?;
    let all = ["sqlite", "postgres", "mariadb", "mysql"];
    let of_all = all.iter().filter_map(|name| dialect_of_name(name));
    let versions = of_all.filter_map(|dialect| Some(migrations.of(dialect).last()?.version));
    let last = versions.max().unwrap_or_default();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now = now.map_or(0, |now| version_at(now.as_secs()));
    Ok(now.max(last + 1))
}

/// `20260101120000` for a number of seconds since 1970, in UTC.
fn version_at(seconds: u64) -> i64 {
    let (days, rest) = ((seconds / 86_400) as i64, (seconds % 86_400) as i64);
    // https://howardhinnant.github.io/date_algorithms.html#civil_from_days
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let of_era = shifted % 146_097;
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    let date = (year * 100 + month) * 100 + day;
    ((date * 100 + rest / 3_600) * 100 + rest / 60 % 60) * 100 + rest % 60
}

/// The migrations that were written by hand: nothing but their statements says what they make of the tables.
fn by_hand<'m>(folder: &Path, dialect: Dialect, all: &'m [Migration]) -> Vec<&'m str> {
    let folder = folder.join(dialect_name(dialect));
    let is_by_hand =
        |it: &&Migration| it.hashes.is_none() && !folder.join(format!("{}.json", it.name)).exists();
    let found = all.iter().filter(is_by_hand);
    found.map(|it| it.name.as_str()).collect()
}

/// Makes one migration of all, which a database that has run them takes for them. Nothing is written where one database cannot.
fn squash(asked: &Asked) -> Answered {
    let folder = asked.folder();
    let migrations = Migrations::read(&folder)?;
    let mut planned = Vec::new();
    for dialect in asked.databases()? {
        if let Some(new) = squashed(&folder, dialect, migrations.of(dialect))? {
            planned.push((dialect, new));
        }
    }
    let mut answer = Answer::default();
    for (dialect, new) in planned {
        // The new files are there before the old ones go, and have another name.
        for path in new.write(&folder, dialect)? {
            answer.line("file", &[&path.to_string_lossy()]);
        }
        let own = folder.join(dialect_name(dialect));
        for old in migrations.of(dialect) {
            for end in [".up.sql", ".down.sql", ".json"] {
                remove(&own.join(format!("{}{end}", old.name)))?;
            }
        }
    }
    Ok(answer)
}

/// The migration that stands for all of a database; `None` where there is one at most.
fn squashed(
    folder: &Path,
    dialect: Dialect,
    all: &[Migration],
) -> Result<Option<NewMigration>, Error> {
    let Some(last) = all.last().filter(|_| all.len() > 1) else {
        return Ok(None);
    };
    if let Some(name) = by_hand(folder, dialect, all).first() {
        return Err(invalid(format!(
            "`{name}` was written by hand, and what it does would be lost: it has no snapshot of the tables after it"
        )));
    }
    let state = Migrations::snapshot(folder, dialect)?;
    let empty = SchemaState::default();
    let diff = SchemaDiff::of(&empty, &state, dialect);
    let versions = all
        .iter()
        .flat_map(|it| it.replaces.iter().copied().chain([it.version]));
    let versions: BTreeSet<i64> = versions.collect();
    let versions: Vec<String> = versions.iter().map(i64::to_string).collect();
    let notes = [format!("replaces: {}", versions.join(" "))];
    let name = match last.name.ends_with(SQUASHED) {
        true => "again_squashed",
        false => "squashed",
    };
    let new = NewMigration::of(&diff, &empty, &state, last.version, name, &notes);
    Ok(Some(new))
}

fn remove(file: &Path) -> Result<(), Error> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(invalid(format!(
            "the new migration is written, and `{}`, which it replaces, cannot be removed: {error}",
            file.display()
        ))),
        _ => Ok(()),
    }
}

/// The commands that need a database.
pub(super) async fn online(db: &Db, command: &str, asked: &Asked) -> Answered {
    let migrations = Migrations::read(asked.folder())?;
    let mut migrator = db.migrations(&migrations);
    if asked.value("progress").is_some() {
        migrator = migrator.saying(said_of_step);
    }
    let mut answer = Answer::default();
    let done = match command {
        "up" => migrator.up().await?,
        "down" => {
            let count = match asked.value("count") {
                None => 1,
                Some(count) => count
                    .parse()
                    .map_err(|_| invalid(format!("`{count}` is not a number of migrations")))?,
            };
            migrator.down(count).await?
        }
        "status" => {
            for status in migrator.status().await? {
                answer.differs |= status.state != MigrationState::Done;
                answer.line("migration", &[&status.name, &said(status.state)]);
            }
            return Ok(answer);
        }
        "verify" => {
            for status in migrator.status().await? {
                if status.state != MigrationState::Done {
                    answer.differs = true;
                    answer.line("migration", &[&status.name, &said(status.state)]);
                }
            }
            compare(db, asked, &mut answer).await?;
            return Ok(answer);
        }
        "baseline" => {
            compare(db, asked, &mut answer).await?;
            if answer.differs {
                return Ok(answer);
            }
            migrator.baseline().await?
        }
        other => return Err(invalid(format!("there is no `migrate {other}`"))),
    };
    for name in done {
        answer.line("done", &[&name]);
    }
    Ok(answer)
}

/// A step in a line, beside the answer. What a terminal would obey is left out.
fn said_of_step(step: &str) {
    let step = step.replace(char::is_control, " ");
    let _ = writeln!(std::io::stderr(), "{step}");
}

/// What differs between the database and the last snapshot.
async fn compare(db: &Db, asked: &Asked, answer: &mut Answer) -> Result<()> {
    let snapshot = Migrations::snapshot(&asked.folder(), db.dialect())?;
    let diff = db.schema_diff(&snapshot, &SchemaState::default()).await?;
    answer.changes(&diff);
    Ok(())
}

fn said(state: MigrationState) -> String {
    match state {
        MigrationState::Done => "done".to_owned(),
        MigrationState::Pending => "pending".to_owned(),
        MigrationState::Skipped => "skipped".to_owned(),
        MigrationState::Changed => "changed".to_owned(),
        MigrationState::Missing => "missing".to_owned(),
        MigrationState::Stopped { is_down, done, of } => {
            let way = if is_down { "down" } else { "up" };
            format!("stopped {way} {done}/{of}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::version_at;

    #[test]
    fn a_version_is_the_time_in_utc() {
        assert_eq!(version_at(0), 19_700_101_000_000);
        assert_eq!(version_at(951_827_696), 20_000_229_123_456);
        assert_eq!(version_at(1_767_225_599), 20_251_231_235_959);
    }
}
