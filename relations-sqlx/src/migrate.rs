//! Migrations: files of steps, and running them against a database.

mod attached;
mod course;
mod file;
mod folder;
mod history;
mod run;

pub use file::{Migration, MigrationStep};
pub(crate) use file::{is_comment, piece};
pub use folder::{Migrations, NewMigration};
pub use history::{MigrationState, MigrationStatus};

use crate::db::Db;
use relations_core::{Connection, Dialect, Pending, Result};
use run::What;
pub(crate) use run::{Job, run};
use std::time::Duration;

/// What the name of a migration ends in that stands for others.
pub(crate) const SQUASHED: &str = "_squashed";

/// How long a runner waits for another one, unless it is told otherwise.
const PATIENCE: Duration = Duration::from_secs(60);

/// The name of a database among migrations, after which their folder is named.
pub fn dialect_name(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "sqlite",
        Dialect::Postgres => "postgres",
        Dialect::MySql { returning: false } => "mysql",
        _ => "mariadb",
    }
}

/// The database of a name; `None` for another word.
pub fn dialect_of_name(name: &str) -> Option<Dialect> {
    Some(match name {
        "sqlite" => Dialect::Sqlite,
        "postgres" => Dialect::Postgres,
        "mysql" => Dialect::MySql { returning: false },
        "mariadb" => Dialect::MySql { returning: true },
        _ => return None,
    })
}

/// Migrations against one database, from [`Db::migrations`].
///
/// What was done stands in the table `relations_migrations`. Several programs may do the same at once: one of them does it, and the
/// others wait for it and find nothing left to do.
#[derive(Debug, Clone, Copy)]
pub struct Migrator<'m> {
    db: &'m Db,
    migrations: &'m Migrations,
    patience: Duration,
    /// Told of each step before it is run.
    say: Option<fn(&str)>,
}

impl Db {
    /// Runs the migrations that this database has not seen yet, and gives their names: what a program does at its start.
    ///
    /// # Errors
    /// Those of [`Migrator::up`].
    ///
    /// # Examples
    /// ```
    /// # docs_models::run(async |_| {
    /// # use relations::Db;
    /// use relations::migrate::Migrations;
    ///
    /// let migrations = Migrations::of_files(&[(
    ///     "sqlite",
    ///     "20260101000000_start.up.sql",
    ///     "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL);",
    /// )])?;
    /// let db = Db::connect("sqlite::memory:").await?;
    /// assert_eq!(db.migrate(&migrations).await?, ["20260101000000_start"]);
    /// assert_eq!(db.migrate(&migrations).await?.len(), 0); // nothing is left to do
    /// # Ok(()) });
    /// ```
    pub async fn migrate(&self, migrations: &Migrations) -> Result<Vec<String>> {
        self.migrations(migrations).up().await
    }

    /// These migrations against this database.
    pub fn migrations<'m>(&'m self, migrations: &'m Migrations) -> Migrator<'m> {
        Migrator {
            db: self,
            migrations,
            patience: PATIENCE,
            say: None,
        }
    }
}

impl Migrator<'_> {
    /// Waits so long for another runner, instead of a minute.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Says each step in a line before it is run, for people who wait.
    pub(crate) fn saying(mut self, say: fn(&str)) -> Self {
        self.say = Some(say);
        self
    }

    /// Runs all migrations that were not run, in order, and gives their names.
    ///
    /// On SQLite and PostgreSQL a migration that fails leaves nothing behind, but for steps that run apart. On MySQL and MariaDB each
    /// step stays, and the next `up` goes on at the one where it stopped.
    ///
    /// # Errors
    /// `InvalidSchema` where a migration that was run has changed since, or is gone; the database's own with the migration and the step
    /// that failed; `Timeout` where another runner is not done.
    pub async fn up(&self) -> Result<Vec<String>> {
        self.run(What::Up).await
    }

    /// Takes back this many of the last migrations, and gives their names.
    ///
    /// # Errors
    /// Those of [`up`](Migrator::up), and `InvalidSchema` where a migration has no way back.
    pub async fn down(&self, count: usize) -> Result<Vec<String>> {
        self.run(What::Down(count)).await
    }

    /// Writes down that all migrations were run, without running them: for a database that has their tables already.
    ///
    /// # Errors
    /// Those of [`up`](Migrator::up), and `InvalidSchema` where some were run before.
    pub async fn baseline(&self) -> Result<Vec<String>> {
        self.run(What::Baseline).await
    }

    /// What became of each migration, in order. Only reads.
    ///
    /// # Errors
    /// Those of reading the table of what was done.
    pub async fn status(&self) -> Result<Vec<MigrationStatus>> {
        let rows = history::read(self.db).await?;
        Ok(history::status(self.of_database(), &rows))
    }

    fn of_database(&self) -> &[Migration] {
        self.migrations.of(self.db.dialect())
    }

    // Boxed, so that it is compiled here and not where it is awaited.
    fn run(&self, what: What) -> Pending<'_, Vec<String>> {
        Box::pin(async move {
            let job = Job {
                migrations: self.of_database().to_vec(),
                what,
                patience: self.patience,
                say: self.say,
            };
            self.db.backend.migrate(job, &self.db.context).await
        })
    }
}
