//! Running migrations on one connection, from the first to the last, while others wait.
//!
//! This is our own, and not that of sqlx, which runs a file as one text: a step of MySQL that was done cannot be told from one that
//! was not, SQLite's foreign keys cannot be turned off around the transaction, and PostgreSQL's steps apart need a file each.

use super::course::Course;
use super::history::{CREATE, Row, Rows, SELECT, deletion, insertion};
use super::{Migration, MigrationStep, SQUASHED};
use crate::driver::RowSink;
use crate::event::{Context, StatementEvent};
use crate::lease::Lease;
use crate::session::Counting;
use relations_core::{Dialect, Error, ErrorKind, Result};
use sea_query::Values;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What is to be done.
pub(crate) struct Job {
    pub(super) migrations: Vec<Migration>,
    pub(super) what: What,
    pub(super) patience: Duration,
    pub(super) say: Option<fn(&str)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Up,
    Down(usize),
    Baseline,
}

/// How long a statement waits for a lock on a table, so that others do not queue behind it for longer.
const TABLE_LOCK: Duration = Duration::from_secs(10);

/// How long a runner sleeps before it looks again whether the other one is done.
const PAUSE: Duration = Duration::from_millis(100);

/// "relation" in ASCII; the key of the advisory lock of PostgreSQL.
const LOCK: i64 = 0x7265_6c61_7469_6f6e;

/// Runs the job. The connection has settings of its own afterwards, and is not fit for others.
pub(crate) async fn run<L: Lease>(
    lease: &mut L,
    job: &Job,
    context: &Context,
) -> Result<Vec<String>> {
    let mut runner = Runner {
        lease,
        context,
        dialect: context.dialect,
        patience: job.patience,
        say: job.say,
    };
    runner.lock().await?;
    let result = runner.run(job).await;
    runner.unlock().await;
    result
}

pub(super) struct Runner<'r, L> {
    lease: &'r mut L,
    context: &'r Context,
    dialect: Dialect,
    patience: Duration,
    say: Option<fn(&str)>,
}

impl<L: Lease> Runner<'_, L> {
    pub(super) async fn raw(&mut self, sql: &str) -> Result<()> {
        let started = Instant::now();
        let result = self.lease.run_raw(sql).await;
        self.context.report(&StatementEvent {
            sql,
            parameters: 0,
            rows: 0,
            elapsed: started.elapsed(),
            error: result.as_ref().err(),
        });
        result
    }

    pub(super) async fn fetch(&mut self, sql: &str, sink: &mut dyn RowSink) -> Result<u64> {
        let mut counting = Counting::new(sink);
        let sql: Arc<str> = Arc::from(sql);
        self.lease
            .fetch(&sql, Values(Vec::new()), &mut counting)
            .await?;
        Ok(counting.rows)
    }

    async fn number(&mut self, sql: &str) -> Result<i64> {
        let mut found = Number(0);
        self.fetch(sql, &mut found).await?;
        Ok(found.0)
    }

    async fn rows(&mut self) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        self.fetch(SELECT, &mut Rows(&mut rows)).await?;
        Ok(rows)
    }

    /// Takes the lock of all runners. SQLite has one writer in any case, so its lock is a transaction's.
    async fn lock(&mut self) -> Result<()> {
        let take = match self.dialect {
            Dialect::Sqlite => {
                self.raw("PRAGMA foreign_keys = OFF").await?;
                return Ok(());
            }
            Dialect::Postgres => format!("SELECT pg_try_advisory_lock({LOCK})::int"),
            _ => "SELECT GET_LOCK(CONCAT('relations_', SHA1(DATABASE())), 0)".to_owned(),
        };
        let started = Instant::now();
        while self.number(&take).await? != 1 {
            if started.elapsed() > self.patience {
                return Err(still_running());
            }
            tokio::time::sleep(PAUSE).await;
        }
        match self.dialect {
            Dialect::Postgres => Ok(()),
            _ => {
                let seconds = TABLE_LOCK.as_secs();
                self.raw(&format!("SET SESSION lock_wait_timeout = {seconds}"))
                    .await
            }
        }
    }

    /// The connection is closed afterwards, which gives the lock back in any case; but not at once.
    async fn unlock(&mut self) {
        let give = match self.dialect {
            Dialect::Sqlite => "PRAGMA foreign_keys = ON".to_owned(),
            Dialect::Postgres => format!("SELECT pg_advisory_unlock({LOCK})"),
            _ => "DO RELEASE_LOCK(CONCAT('relations_', SHA1(DATABASE())))".to_owned(),
        };
        // Where the connection is lost there is nothing to give back.
        let _ = self.raw(&give).await;
    }

    async fn run(&mut self, job: &Job) -> Result<Vec<String>> {
        self.begin().await?;
        let made = self.raw(CREATE).await;
        self.end(made).await?;
        match job.what {
            What::Up => self.up(job).await,
            What::Down(count) => self.down(job, count).await,
            What::Baseline => self.baseline(job).await,
        }
    }

    async fn up(&mut self, job: &Job) -> Result<Vec<String>> {
        let mut done = Vec::new();
        for migration in &job.migrations {
            let rows = self.rows().await?;
            check(&job.migrations, &rows)?;
            if let Some(row) = rows.iter().find(|row| row.is_down) {
                return Err(invalid(format!(
                    "`{}` was on its way back and stopped after {} of {} steps; `down` goes on with it",
                    row.name, row.steps_done, row.steps
                )));
            }
            if self.replaces(migration, &rows).await? {
                continue;
            }
            let row = rows.iter().find(|row| row.version == migration.version);
            if row.is_some_and(Row::is_done) {
                continue;
            }
            if self.steps(migration, false, row).await? {
                done.push(migration.name.clone());
            }
        }
        Ok(done)
    }

    async fn down(&mut self, job: &Job, count: usize) -> Result<Vec<String>> {
        let mut done = Vec::new();
        for _ in 0..count {
            let rows = self.rows().await?;
            check(&job.migrations, &rows)?;
            let Some(row) = rows.last() else {
                break;
            };
            let mut migrations = job.migrations.iter();
            let migration = migrations.find(|it| it.version == row.version);
            let migration = migration.filter(|it| it.down.is_some()).ok_or_else(|| {
                invalid(format!(
                    "`{}` has no way back: there is no `.down.sql`",
                    row.name
                ))
            })?;
            if !row.is_down && !row.is_done() {
                return Err(invalid(format!(
                    "`{}` stopped after {} of {} steps; `up` goes on with it, and then there is a way back",
                    row.name, row.steps_done, row.steps
                )));
            }
            self.steps(migration, true, Some(row)).await?;
            done.push(migration.name.clone());
        }
        Ok(done)
    }

    async fn baseline(&mut self, job: &Job) -> Result<Vec<String>> {
        if let Some(row) = self.rows().await?.first() {
            return Err(invalid(format!(
                "`{}` was run on this database before",
                row.name
            )));
        }
        self.begin().await?;
        let written = self.write_all(&job.migrations).await;
        self.end(written).await?;
        Ok(job.migrations.iter().map(|it| it.name.clone()).collect())
    }

    async fn write_all(&mut self, migrations: &[Migration]) -> Result<()> {
        for migration in migrations {
            let sql = insertion(migration, "up", migration.up.len(), migration.up.len());
            self.raw(&sql).await?;
        }
        Ok(())
    }

    /// Whether the migration stands for others, all of which were run; their rows become its own.
    async fn replaces(&mut self, migration: &Migration, rows: &[Row]) -> Result<bool> {
        // One that was squashed stands for those before it, of which the database may have no rows any more.
        let was_run = |version: &i64| {
            let stood_for = |row: &Row| {
                let is_later = row.version > *version && migration.replaces.contains(&row.version);
                is_later && row.name.ends_with(SQUASHED)
            };
            let mut done = rows.iter().filter(|row| row.is_done());
            done.any(|row| row.version == *version || stood_for(row))
        };
        let run = migration
            .replaces
            .iter()
            .filter(|version| was_run(version))
            .count();
        let is_own = rows.iter().any(|row| row.name == migration.name);
        if run == 0 || is_own {
            return Ok(false);
        }
        if run < migration.replaces.len() {
            return Err(invalid(format!(
                "`{}` stands for {} migrations, of which this database has seen {run}; run the others first, from before they were squashed",
                migration.name,
                migration.replaces.len()
            )));
        }
        self.begin().await?;
        let written = match self.raw(&deletion(&migration.replaces)).await {
            Ok(()) => self.write_all(std::slice::from_ref(migration)).await,
            Err(error) => Err(error),
        };
        self.end(written).await?;
        Ok(true)
    }

    /// Runs what is left of a migration; false where another program did so meanwhile.
    async fn steps(
        &mut self,
        migration: &Migration,
        is_down: bool,
        row: Option<&Row>,
    ) -> Result<bool> {
        let steps = match is_down {
            true => migration.down.as_deref().unwrap_or_default(),
            false => &migration.up,
        };
        let (at, is_resumed) = match row {
            Some(row) if row.is_down == is_down => (row.steps_done.min(steps.len()), true),
            _ => (0, false),
        };
        let mut course = Course {
            migration,
            steps,
            is_down,
            at,
            is_resumed,
            is_known: row.is_some(),
        };
        loop {
            if !self.segment(&mut course).await? {
                return Ok(false);
            }
            if course.at >= steps.len() {
                return Ok(true);
            }
        }
    }

    /// Runs the steps of one transaction, or one that is apart, and writes down that they were run; false where another program
    /// ran the migration meanwhile.
    async fn segment(&mut self, course: &mut Course<'_>) -> Result<bool> {
        let end = self.end_of_segment(course.steps, course.at);
        let is_transaction = self.is_transaction(course.steps, course.at);
        if is_transaction {
            self.begin().await?;
            let may_be_done = !course.is_down && self.dialect == Dialect::Sqlite;
            if may_be_done && self.is_done_by_other(course.migration).await? {
                self.raw("ROLLBACK").await?;
                return Ok(false);
            }
        } else if !course.is_known {
            // So that a step that stops it is not taken for none.
            self.raw(&course.first_row(course.at)).await?;
            course.is_known = true;
        } else if course.at == 0 {
            self.raw(&course.next_row(0)).await?;
        }
        let mut result = self.run_steps(course, end, is_transaction).await;
        if result.is_ok() {
            result = self.raw(&course.row_at(end)).await;
        }
        match is_transaction {
            true => self.end(result).await?,
            false => result?,
        }
        (course.at, course.is_known) = (end, true);
        Ok(true)
    }

    async fn run_steps(
        &mut self,
        course: &Course<'_>,
        end: usize,
        is_transaction: bool,
    ) -> Result<()> {
        let (migration, steps) = (course.migration, course.steps);
        for (nth, step) in steps.iter().enumerate().take(end).skip(course.at) {
            let may_be_done = course.is_resumed && nth == course.at && !is_transaction;
            if let Some(say) = self.say {
                let (name, about) = (&migration.name, &step.about);
                let back = if course.is_down { "down, " } else { "" };
                say(&format!(
                    "{name}: {back}step {} of {}: {about}",
                    nth + 1,
                    steps.len()
                ));
            }
            self.step(migration, step, nth, steps.len(), may_be_done)
                .await?;
        }
        match is_transaction && self.dialect == Dialect::Sqlite {
            true => self.check_foreign_keys(migration).await,
            false => Ok(()),
        }
    }

    async fn is_done_by_other(&mut self, migration: &Migration) -> Result<bool> {
        let rows = self.rows().await?;
        let mut rows = rows.iter();
        Ok(rows.any(|row| row.version == migration.version && row.is_done()))
    }

    /// Whether what begins with this step is a transaction. On MySQL each statement of a table ends one by itself.
    fn is_transaction(&self, steps: &[MigrationStep], at: usize) -> bool {
        let is_mysql = matches!(self.dialect, Dialect::MySql { .. });
        !is_mysql && steps.get(at).is_none_or(|step| !step.is_apart)
    }

    fn end_of_segment(&self, steps: &[MigrationStep], at: usize) -> usize {
        if !self.is_transaction(steps, at) {
            return (at + 1).min(steps.len());
        }
        let rest = steps[at..].iter();
        at + rest.take_while(|step| !step.is_apart).count()
    }

    async fn step(
        &mut self,
        migration: &Migration,
        step: &MigrationStep,
        nth: usize,
        count: usize,
        may_be_done: bool,
    ) -> Result<()> {
        let is_anew = |statement: &String| statement.contains("relations_anew");
        let is_anew = self.dialect == Dialect::Sqlite && step.statements.iter().any(is_anew);
        let before = match is_anew {
            true => self.attached().await?,
            false => Vec::new(),
        };
        for statement in &step.statements {
            let Err(error) = self.raw(statement).await else {
                continue;
            };
            // It may have been done, and not written down.
            if may_be_done && L::was_done_before(&error) {
                continue;
            }
            let message = format!(
                "`{}`, step {} of {count}, {}: {error}",
                migration.name,
                nth + 1,
                step.about
            );
            return Err(Error::new(error.kind(), message).with_source(error));
        }
        match is_anew {
            true => self.attach(migration, before).await,
            false => Ok(()),
        }
    }

    async fn check_foreign_keys(&mut self, migration: &Migration) -> Result<()> {
        let mut first = Names(Vec::new());
        let count = self
            .fetch(
                "SELECT DISTINCT \"table\", parent FROM pragma_foreign_key_check",
                &mut first,
            )
            .await?;
        if count == 0 {
            return Ok(());
        }
        let message = format!(
            "`{}`: rows would refer to missing rows: {}",
            migration.name,
            first.0.join(", ")
        );
        Err(Error::new(ErrorKind::ForeignKeyViolation, message))
    }

    async fn begin(&mut self) -> Result<()> {
        match self.dialect {
            Dialect::Sqlite => self.begin_on_sqlite().await,
            // What runs apart waits for others, and is in nobody's way.
            Dialect::Postgres => {
                let seconds = TABLE_LOCK.as_secs();
                self.raw("BEGIN").await?;
                self.raw(&format!("SET LOCAL lock_timeout = '{seconds}s'"))
                    .await
            }
            Dialect::MySql { .. } => Ok(()),
            _ => Ok(()),
        }
    }

    /// Another program may write for longer than SQLite waits.
    async fn begin_on_sqlite(&mut self) -> Result<()> {
        let started = Instant::now();
        loop {
            match self.raw("BEGIN IMMEDIATE").await {
                Err(error) if error.is_retryable() && started.elapsed() < self.patience => {
                    tokio::time::sleep(PAUSE).await;
                }
                Err(error) if error.is_retryable() => return Err(still_running()),
                result => return result,
            }
        }
    }

    async fn end(&mut self, result: Result<()>) -> Result<()> {
        if matches!(self.dialect, Dialect::MySql { .. }) {
            return result;
        }
        let Err(error) = result else {
            return self.raw("COMMIT").await;
        };
        // A connection that is lost has undone it.
        let _ = self.raw("ROLLBACK").await;
        Err(error)
    }
}

/// Refuses migrations that are not those of the database.
fn check(migrations: &[Migration], rows: &[Row]) -> Result<()> {
    for status in super::history::status(migrations, rows) {
        let name = &status.name;
        match status.state {
            super::MigrationState::Changed => {
                return Err(invalid(format!(
                    "`{name}` was run on this database, and its file is another one now"
                )));
            }
            super::MigrationState::Missing => {
                return Err(invalid(format!(
                    "`{name}` was run on this database, and has no file"
                )));
            }
            super::MigrationState::Skipped => {
                return Err(invalid(format!(
                    "`{name}` was not run on this database, and a later one was; give it a later version"
                )));
            }
            _ => {}
        }
    }
    Ok(())
}

fn still_running() -> Error {
    Error::new(
        ErrorKind::Timeout,
        "another program runs migrations and is not done",
    )
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidSchema, message)
}

struct Number(i64);

impl RowSink for Number {
    fn row(&mut self, row: &mut dyn crate::driver::RowReader) -> Result<()> {
        self.0 = row.int(0).map_err(Error::from)?;
        Ok(())
    }
}

struct Names(Vec<String>);

impl RowSink for Names {
    fn row(&mut self, row: &mut dyn crate::driver::RowReader) -> Result<()> {
        let [from, to] = [row.text(0), row.text(1)].map(Result::unwrap_or_default);
        self.0.push(format!("`{from}` to `{to}`"));
        Ok(())
    }
}
