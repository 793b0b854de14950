//! What a command says: text, or JSON of a kept schema; and the exit codes.

use crate::edit::{self, Change};
use crate::problem::{Problem, Result};
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

/// The version of the JSON; a new one is given where a key changes its meaning.
const VERSION: u32 = 1;

/// How a command writes and says what it did.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct OutputArgs {
    /// Write nothing; exit code 1 if something would change
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Show what changes, line by line
    #[arg(long)]
    pub(crate) diff: bool,
    /// Ask nothing
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What a command would do.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) changes: Vec<Change>,
    /// What became of each thing, where there is more to say than which files change.
    pub(crate) report: Vec<Entry>,
    /// The command that usually comes next.
    pub(crate) next: Option<&'static str>,
    /// A text that is the answer itself.
    pub(crate) text: Option<String>,
}

/// What became of one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Where it stands in what was read: `Supplier.relations.account`.
    pub(crate) subject: String,
    pub(crate) status: Status,
    pub(crate) message: String,
}

/// How well something was taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// As it was.
    Taken,
    /// It has no exact counterpart; the message says what it became.
    Changed,
    /// It was not there, and is needed.
    Added,
    /// Not taken over.
    Left,
    /// Two things contradict each other: the exit code is 1 until that is settled.
    Conflict,
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Status::Taken => "taken",
            Status::Changed => "changed",
            Status::Added => "added",
            Status::Left => "left",
            Status::Conflict => "conflict",
        }
    }
}

/// Checks, shows, asks, writes and reports.
pub(crate) fn finish(
    command: &str,
    folder: &Path,
    outcome: Outcome,
    args: &OutputArgs,
) -> Result<ExitCode> {
    let mut outcome = outcome;
    outcome
        .changes
        .retain(|change| change.before.as_deref() != Some(&*change.after));
    let changes = &outcome.changes;
    edit::check(changes)?;
    let asks = !args.yes
        && !args.dry_run
        && !args.json
        && std::io::stdin().is_terminal()
        && !changes.is_empty();
    if (args.diff || asks) && !args.json {
        for change in changes {
            say(&diff(folder, change, has_colour()));
        }
    }
    if asks && !confirmed()? {
        say("nothing was written\n");
        return Ok(ExitCode::SUCCESS);
    }
    if !args.dry_run {
        edit::write(changes)?;
    }
    match args.json {
        true => say(&format!("{:#}\n", json(command, folder, &outcome, args))),
        // Where the answer itself is printed, what is said of it is not a part of it.
        false if outcome.text.is_some() => {
            say(outcome.text.as_deref().unwrap_or_default());
            let _ = std::io::stderr().write_all(text(folder, &outcome, args).as_bytes());
        }
        false => say(&text(folder, &outcome, args)),
    }
    let is_conflict = |entry: &Entry| entry.status == Status::Conflict;
    let has_conflict = outcome.report.iter().any(is_conflict);
    let differs = has_conflict || (args.dry_run && !outcome.changes.is_empty());
    Ok(if differs {
        ExitCode::from(1)
    } else {
        ExitCode::SUCCESS
    })
}

/// Says why the command stopped, and gives its exit code.
pub(crate) fn failed(problem: &Problem, as_json: bool) -> ExitCode {
    if as_json {
        let json = serde_json::json!({"version": VERSION, "error": problem.to_json()});
        say(&format!("{json:#}\n"));
    } else {
        let red = if is_coloured(&std::io::stderr()) {
            ("\x1b[1;31m", "\x1b[0m")
        } else {
            ("", "")
        };
        let _ = writeln!(
            std::io::stderr(),
            "{}error[{}]{}: {problem}",
            red.0,
            problem.code,
            red.1
        );
    }
    ExitCode::from(2)
}

fn confirmed() -> Result<bool> {
    inquire::Confirm::new("Write this?")
        .with_default(true)
        .prompt()
        .map_err(stopped)
}

pub(crate) fn stopped(error: inquire::InquireError) -> Box<Problem> {
    Problem::new("stopped", error.to_string()).help("nothing was written")
}

/// A reader that has seen enough, such as `head`, is not a failure.
pub(crate) fn say(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

fn text(folder: &Path, outcome: &Outcome, args: &OutputArgs) -> String {
    let mut lines = Vec::new();
    for entry in &outcome.report {
        lines.push(format!(
            "{:<7} {}: {}",
            entry.status.name(),
            entry.subject,
            entry.message
        ));
    }
    for change in &outcome.changes {
        let verb = match (args.dry_run, &change.before) {
            (true, Some(_)) => "would change",
            (true, None) => "would make",
            (false, Some(_)) => "changed",
            (false, None) => "made",
        };
        let count = change.after.lines().count()
            - change
                .before
                .as_deref()
                .map_or(0, |before| before.lines().count())
                .min(change.after.lines().count());
        lines.push(format!("{verb} {} (+{count} lines)", shown(folder, change)));
    }
    if outcome.changes.is_empty() && outcome.text.is_none() {
        lines.push("nothing to change".to_owned());
    }
    let has_changed = !outcome.changes.is_empty() && !args.dry_run;
    lines.extend(
        outcome
            .next
            .filter(|_| has_changed)
            .map(|next| format!("next: {next}")),
    );
    lines.join("\n") + "\n"
}

fn shown(folder: &Path, change: &Change) -> String {
    let path = change.path.strip_prefix(folder).unwrap_or(&change.path);
    path.display().to_string()
}

fn json(command: &str, folder: &Path, outcome: &Outcome, args: &OutputArgs) -> serde_json::Value {
    let files = outcome.changes.iter().map(|change| {
        serde_json::json!({
            "path": shown(folder, change),
            "is_new": change.before.is_none(),
            "diff": diff(folder, change, false),
        })
    });
    let report = outcome.report.iter().map(|entry| {
        serde_json::json!({"subject": entry.subject, "status": entry.status.name(), "message": entry.message})
    });
    let mut json = serde_json::json!({
        "version": VERSION,
        "command": command,
        "changed": !outcome.changes.is_empty(),
        "written": !outcome.changes.is_empty() && !args.dry_run,
        "files": files.collect::<Vec<_>>(),
        "report": report.collect::<Vec<_>>(),
    });
    if let Some(text) = &outcome.text {
        json["text"] = text.as_str().into();
    }
    json
}

fn diff(folder: &Path, change: &Change, coloured: bool) -> String {
    let name = shown(folder, change);
    let before = change.before.as_deref().unwrap_or_default();
    let lines = similar::TextDiff::from_lines(before, &change.after);
    let diff = lines.unified_diff().header(&name, &name).to_string();
    if !coloured {
        return diff;
    }
    let coloured = diff.lines().map(|line| match line.as_bytes().first() {
        Some(b'+') => format!("\x1b[32m{line}\x1b[0m\n"),
        Some(b'-') => format!("\x1b[31m{line}\x1b[0m\n"),
        _ => format!("{line}\n"),
    });
    coloured.collect()
}

/// <https://no-color.org>
pub(crate) fn has_colour() -> bool {
    is_coloured(&std::io::stdout())
}

fn is_coloured(stream: &impl IsTerminal) -> bool {
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !no_colour && stream.is_terminal()
}
