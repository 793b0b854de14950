//! The command line.

use crate::Result;
use crate::contestant::{CONTESTANTS, Contestant, RELATIONS_OLD, YARDSTICK};
use harness::{Database, Workload};
use std::path::PathBuf;

pub(crate) const HELP: &str = "\
usage: bench/run [--quick | --smoke] [--only NAME]...

  --quick      few rounds, sizes up to 10k; about three minutes
  --smoke      tiny sizes, no clock: only whether all contestants load and write the same
  --only NAME  only this workload (w1), contestant (sqlx-best) or database (sqlite); several add up

The results go to bench/results, but those of --quick or --only to target/bench.
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Full,
    Quick,
    Smoke,
}

#[derive(Debug)]
pub(crate) struct Options {
    mode: Mode,
    workloads: Vec<Workload>,
    contestants: Vec<&'static Contestant>,
    databases: Vec<Database>,
    /// Where the contestants' programs are.
    pub(crate) programs: PathBuf,
    /// Where SQLite's files go.
    pub(crate) data: PathBuf,
    /// Where the report goes.
    pub(crate) results: PathBuf,
    /// The log of PostgreSQL, in which statements are counted.
    pub(crate) postgres_log: Option<PathBuf>,
}

impl Options {
    /// `None` if help is asked for.
    pub(crate) fn from_arguments() -> Result<Option<Options>> {
        use lexopt::prelude::*;

        let mut options = Options {
            mode: Mode::Full,
            workloads: Vec::new(),
            contestants: Vec::new(),
            databases: Vec::new(),
            programs: PathBuf::new(),
            data: PathBuf::new(),
            results: PathBuf::new(),
            postgres_log: None,
        };
        let (mut results, mut parser) = (PathBuf::new(), lexopt::Parser::from_env());
        while let Some(argument) = parser.next()? {
            match argument {
                Long("quick") => options.mode = Mode::Quick,
                Long("smoke") => options.mode = Mode::Smoke,
                Long("only") => options.only(&parser.value()?.string()?)?,
                // These are for the script.
                Long("programs") => options.programs = parser.value()?.into(),
                Long("data") => options.data = parser.value()?.into(),
                Long("results") => results = parser.value()?.into(),
                Long("postgres-log") => options.postgres_log = Some(parser.value()?.into()),
                Short('h') | Long("help") => return Ok(None),
                unexpected => return Err(unexpected.unexpected().into()),
            }
        }
        // What is committed is always a whole run.
        let is_whole = options.mode == Mode::Full
            && options.workloads.is_empty()
            && options.contestants.is_empty()
            && options.databases.is_empty();
        options.results = if is_whole {
            results
        } else {
            options.data.clone()
        };
        Ok(Some(options))
    }

    fn only(&mut self, name: &str) -> Result<()> {
        if let Ok(workload) = name.parse() {
            self.workloads.push(workload);
        } else if let Ok(database) = name.parse() {
            self.databases.push(database);
        } else if let Some(contestant) = CONTESTANTS.iter().find(|one| one.name == name) {
            self.contestants.push(contestant);
        } else {
            let message = "is neither a workload, nor a contestant, nor a database";
            return Err(format!("`--only {name}`: `{name}` {message}").into());
        }
        Ok(())
    }

    pub(crate) fn is_smoke(&self) -> bool {
        self.mode == Mode::Smoke
    }

    pub(crate) fn mode(&self) -> &'static str {
        match self.mode {
            Mode::Full => "full",
            Mode::Quick => "quick",
            Mode::Smoke => "smoke",
        }
    }

    pub(crate) fn databases(&self) -> Vec<Database> {
        chosen(&self.databases, Database::ALL)
    }

    pub(crate) fn workloads(&self) -> Vec<Workload> {
        chosen(&self.workloads, Workload::ALL)
    }

    /// The contestants on this database. The yardstick always runs: without it there are no ratios.
    pub(crate) fn contestants(&self, database: Database) -> Vec<&'static Contestant> {
        let is_wanted = |contestant: &Contestant| {
            self.contestants.is_empty()
                || contestant.name == YARDSTICK
                || self
                    .contestants
                    .iter()
                    .any(|one| one.name == contestant.name)
        };
        let is_built = |one: &Contestant| {
            one.name != RELATIONS_OLD || self.programs.join(RELATIONS_OLD).exists()
        };
        let on_database = CONTESTANTS
            .iter()
            .filter(|one| one.databases.contains(&database) && is_built(one));
        on_database.filter(|one| is_wanted(one)).collect()
    }

    /// The sizes of workloads that load whole tables.
    pub(crate) fn bulk_sizes(&self) -> &'static [i64] {
        match self.mode {
            Mode::Full => &[1_000, 10_000, 100_000],
            Mode::Quick => &[1_000, 10_000],
            Mode::Smoke => &[200],
        }
    }

    /// The size of the table in which single rows are found, and that of the pages.
    pub(crate) fn table_sizes(&self) -> (i64, i64) {
        match self.mode {
            Mode::Full => (10_000, 100_000),
            Mode::Quick => (10_000, 10_000),
            Mode::Smoke => (200, 200),
        }
    }

    pub(crate) fn rounds(&self) -> usize {
        match self.mode {
            Mode::Full => 5,
            Mode::Quick => 3,
            Mode::Smoke => 0,
        }
    }

    /// How long a contestant's turn takes, unless a single operation takes longer.
    pub(crate) fn milliseconds(&self) -> u64 {
        match self.mode {
            Mode::Full => 300,
            Mode::Quick | Mode::Smoke => 150,
        }
    }
}

fn chosen<T: Copy + PartialEq, const N: usize>(wanted: &[T], all: [T; N]) -> Vec<T> {
    let is_wanted = |one: &T| wanted.is_empty() || wanted.contains(one);
    all.into_iter().filter(is_wanted).collect()
}
