//! The results as JSON, and as tables to read.

use crate::Result;
use crate::cell::{Cell, Measured};
use crate::contestant::YARDSTICK;
use crate::options::Options;
use crate::picture;
use harness::{Database, Workload};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

#[derive(Debug, Serialize)]
pub(crate) struct Report {
    mode: &'static str,
    machine: Machine,
    pub(crate) servers: BTreeMap<Database, String>,
    #[serde(skip)]
    columns: BTreeMap<Database, Vec<&'static str>>,
    cells: Vec<CellReport>,
}

#[derive(Debug, Serialize)]
struct Machine {
    processor: String,
    cores: usize,
    gigabytes: u64,
    system: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct CellReport {
    pub(crate) database: Database,
    pub(crate) workload: Workload,
    pub(crate) size: i64,
    pub(crate) results: Vec<Measured>,
}

impl CellReport {
    /// The time in yardsticks.
    pub(crate) fn ratio(&self, contestant: &str) -> Option<f64> {
        let yardstick = self.of(YARDSTICK)?.median?;
        let median = self.of(contestant)?.median?;
        Some(median as f64 / yardstick as f64)
    }

    pub(crate) fn of(&self, contestant: &str) -> Option<&Measured> {
        self.results.iter().find(|one| one.contestant == contestant)
    }
}

impl Report {
    pub(crate) fn new(options: &Options) -> Report {
        let databases = options.databases().into_iter();
        let columns = databases.map(|database| {
            let contestants = options.contestants(database);
            (database, contestants.iter().map(|one| one.name).collect())
        });
        Report {
            mode: options.mode(),
            machine: Machine::this(),
            servers: BTreeMap::new(),
            columns: columns.collect(),
            cells: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, cell: &Cell, results: Vec<Measured>) {
        self.cells.push(CellReport {
            database: cell.database,
            workload: cell.workload,
            size: cell.size,
            results,
        });
    }

    /// Writes all of it, and shows the tables.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        fs::create_dir_all(folder)?;
        let tables = self.tables();
        print!("{tables}");
        let json = serde_json::to_string_pretty(self)?;
        fs::write(folder.join("results.json"), format!("{json}\n"))?;
        fs::write(folder.join("results.md"), tables)?;
        fs::write(
            folder.join("results.svg"),
            picture::of(&self.cells, &self.columns, &self.servers),
        )?;
        Ok(())
    }

    fn tables(&self) -> String {
        let Machine {
            processor,
            cores,
            gigabytes,
            system,
        } = &self.machine;
        let mut text = format!(
            "# Results of a {} run\n\n{cores} cores of {processor}, {gigabytes} GiB, {system}. \
             The README beside this folder says what is measured, and how to read it.\n",
            self.mode
        );
        for (database, contestants) in &self.columns {
            let server = self
                .servers
                .get(database)
                .map_or(database.name(), |name| name);
            let _ = write!(text, "\n## {server}\n");
            let cells: Vec<&CellReport> = self
                .cells
                .iter()
                .filter(|cell| cell.database == *database)
                .collect();

            text.push_str("\nTime, with the yardstick's as 1.00:\n\n");
            table(&mut text, contestants, &cells, |cell, contestant| {
                let measured = cell.of(contestant)?;
                match (&measured.failed, cell.ratio(contestant)) {
                    (Some(why), _) => Some(in_a_word(why)),
                    (None, Some(_)) if contestant == YARDSTICK => Some(time(measured.median?)),
                    (None, ratio) => Some(format!("{:.2}", ratio?)),
                }
            });
            text.push_str("\nStatements of one operation, and pings where there are some:\n\n");
            table(&mut text, contestants, &cells, |cell, contestant| {
                let counted = cell.of(contestant)?.statements?;
                let statements = short(counted.statements);
                match counted.pings > 0.0 {
                    true => Some(format!("{statements} + {}", short(counted.pings))),
                    false => Some(statements),
                }
            });
            text.push_str("\nAllocations for each row that is given back, and their bytes:\n\n");
            table(&mut text, contestants, &cells, |cell, contestant| {
                let measured = cell.of(contestant)?;
                let allocations = measured.allocations_per_row?;
                Some(format!(
                    "{allocations:.1} ({:.0} B)",
                    measured.bytes_per_row?
                ))
            });
            let bulk: Vec<&CellReport> = cells
                .iter()
                .copied()
                .filter(|cell| cell.workload.is_bulk())
                .collect();
            if !bulk.is_empty() {
                text.push_str("\nMemory in MiB: most of the process, and what of it came by the operations:\n\n");
                table(&mut text, contestants, &bulk, |cell, contestant| {
                    let measured = cell.of(contestant)?;
                    let (before, peak) = (measured.memory_before?, measured.memory_peak?);
                    let added = peak.saturating_sub(before) as f64 / 1024.0;
                    Some(format!("{:.0} (+{added:.1})", peak as f64 / 1024.0))
                });
            }
            let failures = cells.iter().flat_map(|cell| {
                let failed = cell
                    .results
                    .iter()
                    .filter_map(|one| Some((one.contestant, one.failed.as_ref()?)));
                failed.map(|(contestant, why)| (*cell, contestant, why))
            });
            let mut heading = "\nWhat fails:\n\n";
            for (cell, contestant, why) in failures {
                let _ = writeln!(text, "{heading}- {contestant}, {}: {}", title(cell), why);
                heading = "";
            }
        }
        text
    }
}

/// A row for each cell, a column for each contestant.
fn table(
    text: &mut String,
    contestants: &[&str],
    cells: &[&CellReport],
    show: impl Fn(&CellReport, &str) -> Option<String>,
) {
    let _ = writeln!(text, "| | {} |", contestants.join(" | "));
    let _ = writeln!(text, "|---|{}", "---|".repeat(contestants.len()));
    for cell in cells {
        let _ = write!(text, "| {} |", title(cell));
        for contestant in contestants {
            let shown = show(cell, contestant).unwrap_or_else(|| "–".to_owned());
            let _ = write!(text, " {shown} |");
        }
        text.push('\n');
    }
}

fn title(cell: &CellReport) -> String {
    match cell.workload.is_bulk() || cell.workload == Workload::W6 {
        true => format!("{}, {}", cell.workload.title(), thousands(cell.size)),
        false => cell.workload.title().to_owned(),
    }
}

pub(crate) fn thousands(size: i64) -> String {
    match size % 1000 {
        0 => format!("{}k", size / 1000),
        _ => size.to_string(),
    }
}

fn time(nanoseconds: u64) -> String {
    let nanoseconds = nanoseconds as f64;
    match nanoseconds {
        ..1e6 => format!("{:.1} µs", nanoseconds / 1e3),
        _ => format!("{:.2} ms", nanoseconds / 1e6),
    }
}

/// Whole numbers without a fraction.
fn short(count: f64) -> String {
    match count.fract().abs() < 0.005 {
        true => format!("{count:.0}"),
        false => format!("{count:.2}"),
    }
}

/// Failures that are expected of somebody; the rest is told below the table.
fn in_a_word(why: &str) -> String {
    let lower = why.to_lowercase();
    let word = if lower.starts_with("> ") {
        why
    } else if ["variable", "parameter", "too large to transmit"]
        .iter()
        .any(|word| lower.contains(word))
    {
        "too many variables"
    } else if lower.contains("panic") {
        "panics"
    } else {
        "fails"
    };
    word.to_owned()
}

impl Machine {
    fn this() -> Machine {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let field = |text: &str, name: &str| {
            let line = text.lines().find(|line| line.starts_with(name))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        };
        let memory = field(&read("/proc/meminfo"), "MemTotal").unwrap_or_default();
        let kilobytes: u64 = memory.trim_end_matches(" kB").parse().unwrap_or(0);
        Machine {
            processor: field(&read("/proc/cpuinfo"), "model name").unwrap_or_default(),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            gigabytes: (kilobytes + (1 << 19)) >> 20,
            system: format!("Linux {}", read("/proc/sys/kernel/osrelease").trim()),
        }
    }
}
