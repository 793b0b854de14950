//! One cell of the table: a workload of a size on a database, measured for all contestants in turns.

use crate::Result;
use crate::contestant::{Contestant, YARDSTICK};
use crate::data::Server;
use crate::options::Options;
use crate::statements::Statements;
use crate::worker::Worker;
use harness::{Answer, Command, Database, Job, Workload};
use serde::Serialize;
use std::time::Duration;

/// An operation that takes longer has failed. The other commands take several operations.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) database: Database,
    pub(crate) workload: Workload,
    pub(crate) size: i64,
}

/// What a contestant took. Fields are empty where the contestant has failed, or where nobody can tell.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Measured {
    pub(crate) contestant: &'static str,
    /// Why there are no numbers, in few words.
    pub(crate) failed: Option<String>,
    /// The median of all operations, in nanoseconds.
    pub(crate) median: Option<u64>,
    /// The medians of the rounds, to see how far they are apart.
    pub(crate) rounds: Vec<u64>,
    pub(crate) operations: usize,
    /// For each operation. Pings are no statements, but round trips too.
    pub(crate) statements: Option<Statements>,
    pub(crate) allocations_per_row: Option<f64>,
    pub(crate) bytes_per_row: Option<f64>,
    /// In KiB: of the process before the first operation, and at most.
    pub(crate) memory_before: Option<u64>,
    pub(crate) memory_peak: Option<u64>,
}

/// The cells of a database, in the order of the report.
pub(crate) fn cells(database: Database, options: &Options) -> Vec<Cell> {
    let (table, pages) = options.table_sizes();
    let mut cells = Vec::new();
    for workload in options.workloads() {
        // The engine of SQLite has no pool to wait for.
        if workload == Workload::W7 && database == Database::Sqlite {
            continue;
        }
        let sizes = match workload {
            Workload::W6 => vec![pages],
            _ if workload.is_bulk() => options.bulk_sizes().to_vec(),
            _ => vec![table],
        };
        cells.extend(sizes.into_iter().map(|size| Cell {
            database,
            workload,
            size,
        }));
    }
    cells
}

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Cell {
            database,
            workload,
            size,
        } = self;
        write!(f, "{database} {workload} {size}")
    }
}

/// A contestant that is still in the race, or why it is not.
struct Runner {
    contestant: &'static Contestant,
    worker: Result<Worker, String>,
    measured: Measured,
    times: Vec<u64>,
}

/// Measures all contestants, all of which are there at once, so that a machine that gets slower does so for all.
///
/// # Errors
/// A contestant loads or writes something else than the yardstick, or the yardstick fails.
pub(crate) async fn measure(
    cell: &Cell,
    server: &mut Server,
    options: &Options,
) -> Result<Vec<Measured>> {
    eprint!("{:<20}", cell.to_string());
    let job = Job {
        database: cell.database,
        address: server.address(cell.workload, cell.size),
        workload: cell.workload,
        size: cell.size,
    };
    let mut runners = Vec::new();
    let mut expected = None;
    for contestant in options.contestants(cell.database) {
        let worker = Worker::start(&options.programs.join(contestant.name), &job, PATIENCE);
        let mut runner = Runner {
            contestant,
            worker,
            measured: Measured {
                contestant: contestant.name,
                ..Measured::default()
            },
            times: Vec::new(),
        };
        check(&mut runner, cell, server, &mut expected).await?;
        runners.push(runner);
    }

    let turns = runners.len();
    // The first round is to warm up, and does not count.
    for round in 0..options.rounds() + usize::from(!options.is_smoke()) {
        for turn in 0..turns {
            // Rotated, so that nobody always comes after the same.
            let runner = &mut runners[(turn + round) % turns];
            run(runner, cell, server, options.milliseconds(), round > 0).await?;
        }
    }

    for runner in &mut runners {
        if let Some(Answer::Memory { before, peak }) = ask(runner, Command::Memory) {
            runner.measured.memory_before = Some(before);
            runner.measured.memory_peak = Some(peak);
        }
    }
    // Last, because it may slow them down.
    count(&mut runners, cell, server).await?;

    let mut results = Vec::new();
    for mut runner in runners {
        runner.measured.median = median(&mut runner.times);
        runner.measured.operations = runner.times.len() * cell.workload.operations();
        if let Err(why) = runner.worker {
            eprint!(" [{}: {why}]", runner.contestant.name);
            if runner.contestant.name == YARDSTICK {
                return Err(format!("{cell}: the yardstick {YARDSTICK} fails: {why}").into());
            }
            runner.measured.median = None;
            runner.measured.failed = Some(why);
        }
        results.push(runner.measured);
    }
    let yardstick = results.iter().find_map(|one| one.median);
    for one in &results {
        if let (Some(median), Some(yardstick)) = (one.median, yardstick) {
            eprint!(
                " {} {:.2}",
                one.contestant,
                median as f64 / yardstick as f64
            );
        }
    }
    eprintln!();
    Ok(results)
}

/// One operation, which must give what the yardstick's gave.
async fn check(
    runner: &mut Runner,
    cell: &Cell,
    server: &mut Server,
    expected: &mut Option<String>,
) -> Result<()> {
    server.reset(cell).await?;
    let Some(Answer::Checked { digest }) = ask(runner, Command::Check) else {
        return Ok(());
    };
    let name = runner.contestant.name;
    if cell.workload.is_write() {
        let (created, wanted) = (server.accounts(cell).await?, cell.workload.operations());
        if created != wanted as i64 {
            return Err(format!("{cell}: {name} created {created} accounts, not {wanted}").into());
        }
    }
    match expected {
        None => *expected = Some(digest),
        Some(expected) if *expected == digest => {}
        Some(_) => {
            let message = "gives other rows or links than";
            return Err(format!("{cell}: {name} {message} {YARDSTICK}").into());
        }
    }
    Ok(())
}

/// Allocations and statements, of operations that are not timed.
async fn count(runners: &mut [Runner], cell: &Cell, server: &mut Server) -> Result<()> {
    let operations = match cell.workload {
        Workload::W3 | Workload::W4 | Workload::W6 => 20,
        _ => 1,
    };
    let operations_done = (operations * cell.workload.operations()) as f64;
    server.start_counting().await?;
    for runner in runners {
        server.reset(cell).await?;
        // The second operation of a connection may still prepare statements; the third does what all later ones do.
        ask(runner, Command::Count { operations: 1 });
        server.reset(cell).await?;
        let before = server.statements().await?;
        let counted = ask(runner, Command::Count { operations });
        let after = server.statements().await?;
        if let Some(Answer::Counted {
            allocations, bytes, ..
        }) = counted
        {
            let rows = operations_done * cell.workload.rows(cell.size) as f64;
            runner.measured.allocations_per_row = Some(allocations as f64 / rows);
            runner.measured.bytes_per_row = Some(bytes as f64 / rows);
        }
        let counted = match before.zip(after) {
            Some((before, after)) => Some(after.since(&before)),
            None if cell.database == Database::Sqlite => {
                listen(runner, cell, server, operations).await?
            }
            None => None,
        };
        runner.measured.statements = counted.map(|counted| counted.each(operations_done));
    }
    server.stop_counting().await
}

/// Statements as the driver tells of them, where there is no server to do so.
async fn listen(
    runner: &mut Runner,
    cell: &Cell,
    server: &mut Server,
    operations: usize,
) -> Result<Option<Statements>> {
    ask(runner, Command::Listen);
    server.reset(cell).await?;
    let Some(Answer::Counted { statements, .. }) = ask(runner, Command::Count { operations })
    else {
        return Ok(None);
    };
    Ok(statements.map(|statements| Statements {
        statements: statements as f64,
        pings: 0.0,
    }))
}

/// One turn of a contestant.
async fn run(
    runner: &mut Runner,
    cell: &Cell,
    server: &mut Server,
    milliseconds: u64,
    is_counted: bool,
) -> Result<()> {
    if runner.worker.is_err() {
        return Ok(());
    }
    server.reset(cell).await?;
    let answer = ask(runner, Command::Run { milliseconds });
    if let Some(Answer::Ran { mut times }) = answer
        && is_counted
    {
        runner.measured.rounds.extend(median(&mut times));
        runner.times.append(&mut times);
    }
    Ok(())
}

/// The answer, if the contestant is still in the race. Whoever fails once is out.
fn ask(runner: &mut Runner, command: Command) -> Option<Answer> {
    let worker = runner.worker.as_mut().ok()?;
    match worker.ask(command, PATIENCE) {
        Ok(answer) => Some(answer),
        Err(why) => {
            runner.worker = Err(why);
            None
        }
    }
}

fn median(times: &mut [u64]) -> Option<u64> {
    times.sort_unstable();
    times.get(times.len() / 2).copied()
}
