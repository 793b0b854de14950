//! The files of migrations: `migrations/<database>/<version>_<name>.up.sql`, `.down.sql`, and the snapshot `.json`.

use super::file::{Migration, checksum, header, steps_of, text_of};
use super::{dialect_name, dialect_of_name};
use relations_core::{Dialect, Error, ErrorKind, Result, SchemaDiff, SchemaState};
use std::fs;
use std::path::{Path, PathBuf};

/// The migrations of a program, for each database that it may run on.
#[derive(Debug, Clone, Default)]
pub struct Migrations {
    of: Vec<(&'static str, Vec<Migration>)>,
}

/// The files of a new migration, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewMigration {
    /// The version and what it is called.
    pub name: String,
    /// The steps that carry it out.
    pub up: String,
    /// The steps that take it back.
    pub down: String,
    /// The tables after it.
    pub snapshot: String,
}

impl Migrations {
    /// Migrations of a folder, in which each database has one of its own: `sqlite`, `postgres`, `mariadb`, `mysql`.
    ///
    /// # Errors
    /// `InvalidSchema` where a file cannot be read, or two have one version.
    pub fn read(folder: impl AsRef<Path>) -> Result<Migrations> {
        let mut files = Vec::new();
        for entry in entries(folder.as_ref())? {
            let database = file_name(&entry);
            if entry.is_dir() && dialect_of_name(&database).is_some() {
                for file in entries(&entry)? {
                    let text =
                        fs::read_to_string(&file).map_err(|error| unreadable(&file, &error))?;
                    files.push((database.clone(), file_name(&file), text));
                }
            }
        }
        let files = files
            .iter()
            .map(|(database, name, text)| (&**database, &**name, &**text));
        Migrations::of_files(&files.collect::<Vec<_>>())
    }

    /// Migrations whose files are given: the database, the name of the file, its text.
    ///
    /// # Errors
    /// `InvalidSchema` where a file has no version, or two have one.
    pub fn of_files(files: &[(&str, &str, &str)]) -> Result<Migrations> {
        let mut migrations = Migrations::default();
        for (database, file, text) in files {
            let Some(dialect) = dialect_of_name(database) else {
                return Err(invalid(format!(
                    "`{database}` is not a database that has migrations"
                )));
            };
            let Some(name) = file.strip_suffix(".up.sql") else {
                continue;
            };
            let mut others = files.iter().filter(|(other, ..)| other == database);
            let down = others.find(|(_, other, _)| *other == format!("{name}.down.sql"));
            let down = down.map(|(.., text)| steps_of(text, dialect));
            migrations.add(dialect, migration(name, text, down, dialect)?)?;
        }
        Ok(migrations)
    }

    fn add(&mut self, dialect: Dialect, migration: Migration) -> Result<()> {
        let name = dialect_name(dialect);
        let at = self.of.iter().position(|(known, _)| *known == name);
        let at = at.unwrap_or_else(|| {
            self.of.push((name, Vec::new()));
            self.of.len() - 1
        });
        let known = &mut self.of[at].1;
        let place = known.partition_point(|other| other.version < migration.version);
        if let Some(other) = known
            .get(place)
            .filter(|other| other.version == migration.version)
        {
            let (one, other) = (&other.name, &migration.name);
            return Err(invalid(format!("`{one}` and `{other}` have one version")));
        }
        known.insert(place, migration);
        Ok(())
    }

    /// The migrations of a database, in order.
    pub fn of(&self, dialect: Dialect) -> &[Migration] {
        let name = dialect_name(dialect);
        let mut of = self.of.iter();
        let found = of.find(|(known, _)| *known == name);
        found.map_or(&[], |(_, migrations)| migrations)
    }

    /// The tables after the last migration of a folder, by its snapshot; no tables where there is none.
    ///
    /// A migration that was written by hand and has no snapshot is passed over: the tables are those of the one before it.
    ///
    /// # Errors
    /// `InvalidSchema` where the snapshot cannot be read, or does not belong to its migration.
    pub fn snapshot(folder: &Path, dialect: Dialect) -> Result<SchemaState> {
        let migrations = Migrations::read(folder)?;
        let path = |migration: &Migration| {
            let folder = folder.join(dialect_name(dialect));
            folder.join(format!("{}.json", migration.name))
        };
        let mut known = migrations.of(dialect).iter().rev();
        let last = known.find(|it| it.hashes.is_some() || path(it).exists());
        let Some(last) = last else {
            return Ok(SchemaState::default());
        };
        let path = path(last);
        let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
        let state = SchemaState::from_json(&text, dialect)?;
        match &last.hashes {
            Some((_, to)) if *to != state.hash() => Err(invalid(format!(
                "`{}` is not the snapshot of `{}`: one of both was changed by hand",
                path.display(),
                last.name
            ))),
            _ => Ok(state),
        }
    }
}

impl NewMigration {
    /// The files of a migration that carries out these changes. `before` and `after` are the tables around it.
    pub fn of(
        diff: &SchemaDiff,
        before: &SchemaState,
        after: &SchemaState,
        version: i64,
        name: &str,
        notes: &[String],
    ) -> NewMigration {
        let [from, to] = [before.hash(), after.hash()];
        let mut up = vec![format!("from: {from}"), format!("to: {to}")];
        up.extend_from_slice(notes);
        NewMigration {
            name: format!("{version}_{}", word(name)),
            up: text_of(&up, &diff.steps()),
            down: text_of(
                &[format!("from: {to}"), format!("to: {from}")],
                &diff.reversed().steps(),
            ),
            snapshot: after.to_json(),
        }
    }

    /// Writes the files into the folder of a database, and gives their paths. None is written where one of them is there.
    ///
    /// # Errors
    /// `InvalidSchema` where a file cannot be written.
    pub fn write(&self, folder: &Path, dialect: Dialect) -> Result<Vec<PathBuf>> {
        let folder = folder.join(dialect_name(dialect));
        fs::create_dir_all(&folder).map_err(|error| unreadable(&folder, &error))?;
        let files = [
            (".json", &self.snapshot),
            (".down.sql", &self.down),
            (".up.sql", &self.up),
        ];
        let mut written = Vec::new();
        for (end, text) in files {
            let path = folder.join(format!("{}{end}", self.name));
            let made = fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(&path);
            let done = made.and_then(|mut file| {
                // From here on the file is ours, to be removed where it cannot be filled.
                written.push(path.clone());
                std::io::Write::write_all(&mut file, text.as_bytes())
            });
            if let Err(error) = done {
                written.iter().for_each(|path| drop(fs::remove_file(path)));
                return Err(unreadable(&path, &error));
            }
        }
        Ok(written)
    }
}

fn migration(
    name: &str,
    text: &str,
    down: Option<Vec<super::MigrationStep>>,
    dialect: Dialect,
) -> Result<Migration> {
    let (version, _) = name.split_once('_').unwrap_or((name, ""));
    let version = version.parse().ok().filter(|version| *version > 0);
    let version = version.ok_or_else(|| {
        invalid(format!(
            "`{name}.up.sql`: the name of a migration begins with its version"
        ))
    })?;
    let hashes = (header(text, "from"), header(text, "to"));
    let replaces = header(text, "replaces").unwrap_or_default();
    let replaces: std::result::Result<Vec<i64>, _> =
        replaces.split_whitespace().map(str::parse).collect();
    let replaces = replaces.map_err(|_| {
        invalid(format!(
            "`{name}.up.sql`: `replaces:` takes the versions of migrations, with spaces between them"
        ))
    })?;
    Ok(Migration {
        version,
        name: name.to_owned(),
        up: steps_of(text, dialect),
        down,
        checksum: checksum(text),
        hashes: match hashes {
            (Some(from), Some(to)) => Some((from.to_owned(), to.to_owned())),
            _ => None,
        },
        replaces,
    })
}

/// A name in letters that every file system takes.
fn word(name: &str) -> String {
    let plain = name
        .to_lowercase()
        .replace(|letter: char| !letter.is_ascii_alphanumeric(), "_");
    let parts: Vec<&str> = plain.split('_').filter(|part| !part.is_empty()).collect();
    let mut word = parts.join("_");
    word.truncate(80);
    if word.is_empty() {
        "change".to_owned()
    } else {
        word
    }
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let read = match fs::read_dir(folder) {
        Ok(read) => read,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(folder, &error)),
    };
    let paths = read.map(|entry| entry.map(|entry| entry.path()));
    let paths: std::io::Result<Vec<PathBuf>> = paths.collect();
    let mut paths = paths.map_err(|error| unreadable(folder, &error))?;
    paths.sort();
    paths.retain(|path| path.is_dir() || path.extension().is_some_and(|it| it == "sql"));
    Ok(paths)
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    invalid(format!("`{}`: {error}", path.display()))
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidSchema, message)
}
