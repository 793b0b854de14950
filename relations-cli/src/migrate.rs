//! `cargo relations diff` and `migrate`: asked of the package's program, and said to people or as JSON.

use crate::output::{has_colour, say};
use crate::problem::Result;
use crate::program::{self, Answer, Line};
use crate::source::Source;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The version of the JSON; a new one is given where a key changes its meaning.
const VERSION: u32 = 1;

#[derive(Debug, clap::Args)]
pub(crate) struct ProgramArgs {
    /// Features of the package that its program is built with
    #[arg(long, value_delimiter = ',')]
    features: Vec<String>,
    /// The folder of the migrations, in the folder of the package
    #[arg(long, default_value = "migrations")]
    folder: PathBuf,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct UrlArg {
    /// The database: `sqlite:shop.db`, `postgres://..`, `mysql://..`
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    url: String,
}

#[derive(Debug, clap::Args)]
pub(crate) struct DiffArgs {
    #[command(flatten)]
    url: UrlArg,
    /// Print the statements that make the database what the models ask for
    #[arg(long)]
    sql: bool,
    /// Exit code 1 if something differs
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    pub(crate) program: ProgramArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct MigrateArgs {
    #[command(subcommand)]
    command: MigrateCommand,
}

#[derive(Debug, clap::Subcommand)]
enum MigrateCommand {
    /// Write the next migration, of what the models ask for since the last one
    New {
        /// What it is called: `add_notes`
        name: String,
        /// The databases: `sqlite`, `postgres`, `mariadb`, `mysql` [default: those that have migrations]
        #[arg(long, value_delimiter = ',')]
        databases: Vec<String>,
        #[command(flatten)]
        program: ProgramArgs,
    },
    /// Run the migrations that the database has not seen
    Up {
        #[command(flatten)]
        url: UrlArg,
        #[command(flatten)]
        program: ProgramArgs,
    },
    /// Take back the last migration
    Down {
        /// The number of them
        #[arg(default_value_t = 1)]
        count: usize,
        #[command(flatten)]
        url: UrlArg,
        #[command(flatten)]
        program: ProgramArgs,
    },
    /// Say what became of each migration; exit code 1 if something is left to do
    Status {
        #[command(flatten)]
        url: UrlArg,
        #[command(flatten)]
        program: ProgramArgs,
    },
    /// Look whether all migrations were run as they are, and whether the tables are those of the last; exit code 1 if not
    Verify {
        #[command(flatten)]
        url: UrlArg,
        #[command(flatten)]
        program: ProgramArgs,
    },
    /// Say what the last migration, and the next one, may destroy, block, or fail on; exit code 1 if there is anything
    Lint {
        /// A database: all that it has not run are looked at, in place of the last one
        #[arg(long, conflicts_with_all = ["databases", "all"])]
        url: Option<String>,
        /// All migrations are looked at
        #[arg(long)]
        all: bool,
        /// The databases [default: those that have migrations]
        #[arg(long, value_delimiter = ',')]
        databases: Vec<String>,
        #[command(flatten)]
        program: ProgramArgs,
    },
    /// Write down that all migrations were run, for a database that has their tables already
    Baseline {
        #[command(flatten)]
        url: UrlArg,
        #[command(flatten)]
        program: ProgramArgs,
    },
    /// Make one migration of all
    Squash {
        /// The databases [default: those that have migrations]
        #[arg(long, value_delimiter = ',')]
        databases: Vec<String>,
        #[command(flatten)]
        program: ProgramArgs,
    },
}

/// A command as the program is asked for it.
struct Asked<'a> {
    word: &'static str,
    url: Option<&'a str>,
    program: &'a ProgramArgs,
    arguments: Vec<String>,
}

fn offline<'a>(word: &'static str, program: &'a ProgramArgs, databases: &[String]) -> Asked<'a> {
    Asked {
        word,
        url: None,
        program,
        arguments: vec![format!("databases={}", databases.join(","))],
    }
}

fn online<'a>(word: &'static str, url: &'a UrlArg, program: &'a ProgramArgs) -> Asked<'a> {
    Asked {
        word,
        url: Some(&url.url),
        program,
        arguments: Vec::new(),
    }
}

impl MigrateArgs {
    pub(crate) fn json(&self) -> bool {
        self.asked().program.json
    }

    fn asked(&self) -> Asked<'_> {
        match &self.command {
            MigrateCommand::New {
                name,
                databases,
                program,
            } => {
                let mut asked = offline("new", program, databases);
                asked.arguments.push(format!("name={name}"));
                asked
            }
            MigrateCommand::Lint {
                url,
                all,
                databases,
                program,
            } => {
                let mut asked = offline("lint", program, databases);
                asked.url = url.as_deref();
                let how = asked.url.map(|_| "pending").or(all.then_some("all"));
                asked.arguments.extend(how.map(|how| format!("{how}=yes")));
                asked
            }
            MigrateCommand::Squash { databases, program } => offline("squash", program, databases),
            MigrateCommand::Up { url, program } => online("up", url, program),
            MigrateCommand::Status { url, program } => online("status", url, program),
            MigrateCommand::Verify { url, program } => online("verify", url, program),
            MigrateCommand::Baseline { url, program } => online("baseline", url, program),
            MigrateCommand::Down {
                count,
                url,
                program,
            } => {
                let mut asked = online("down", url, program);
                asked.arguments.push(format!("count={count}"));
                asked
            }
        }
    }
}

pub(crate) fn diff(source: &Source, args: &DiffArgs) -> Result<ExitCode> {
    let arguments = ["diff".to_owned(), folder(source, &args.program)];
    let features = &args.program.features;
    let answer = program::ask(source, Some(&args.url.url), features, &arguments)?;
    if args.program.json {
        say(&format!("{:#}\n", json_of("diff", &answer)));
    } else if args.sql {
        say(&sql_of(&answer.lines));
    } else {
        say(&text_of(&answer.lines));
        if !answer.differs {
            say("nothing differs\n");
        }
    }
    Ok(code(answer.differs && args.exit_code))
}

pub(crate) fn migrate(source: &Source, args: &MigrateArgs) -> Result<ExitCode> {
    let asked = args.asked();
    let mut arguments = vec!["migrate".to_owned(), asked.word.to_owned()];
    arguments.push(folder(source, asked.program));
    arguments.extend(asked.arguments);
    if !asked.program.json {
        arguments.push("progress=yes".to_owned());
    }
    let answer = program::ask(source, asked.url, &asked.program.features, &arguments)?;
    if asked.program.json {
        let command = format!("migrate {}", asked.word);
        say(&format!("{:#}\n", json_of(&command, &answer)));
    } else {
        say(&text_of(&answer.lines));
        let is_empty = answer.lines.iter().all(|line| line.word() == "database");
        if is_empty {
            say(nothing(asked.word));
        }
    }
    // A new migration differs from the last one, which is not a failure.
    let differs = ["status", "verify", "lint", "baseline"].contains(&asked.word);
    Ok(code(answer.differs && differs))
}

/// What is said where there is nothing to say.
fn nothing(word: &str) -> &'static str {
    match word {
        "new" => "the models ask for nothing new\n",
        "verify" => "all migrations were run, and the tables are theirs\n",
        "lint" => "nothing to say of the migrations\n",
        "status" => "there are no migrations\n",
        _ => "nothing to do\n",
    }
}

fn code(differs: bool) -> ExitCode {
    if differs {
        ExitCode::from(1)
    } else {
        ExitCode::SUCCESS
    }
}

/// The folder of the package, whatever folder the program runs in.
fn folder(source: &Source, args: &ProgramArgs) -> String {
    let folder: &Path = &source.folder.join(&args.folder);
    format!("folder={}", folder.display())
}

fn text_of(lines: &[Line]) -> String {
    let (start, end) = if has_colour() {
        ("\x1b[33m", "\x1b[0m")
    } else {
        ("", "")
    };
    let mut text = String::new();
    for line in lines {
        let said = match line.word() {
            "database" => format!("{}:\n", line.part(1)),
            "change" => format!("{}\n", shown(line.part(3))),
            "warning" => {
                let mut said = format!("{start}{}{end}: {}\n", line.part(1), shown(line.part(2)));
                if !line.part(3).is_empty() {
                    said.push_str(&format!("    ask: {}\n", shown(line.part(3))));
                }
                let place = match (line.part(4), line.part(5)) {
                    ("", _) => String::new(),
                    (file, "") => format!(" {}", shown(file)),
                    (file, at) => format!(" {}:{at}", shown(file)),
                };
                if !line.part(6).is_empty() {
                    let statement = shown(line.part(6));
                    said.push_str(&format!("    by{place}: {statement}\n"));
                }
                said
            }
            "other" => format!("not compared: `{}` is of no model\n", shown(line.part(1))),
            "file" => format!("made {}\n", line.part(1)),
            "migration" => format!("{:<9} {}\n", line.part(2), shown(line.part(1))),
            "done" => format!("done {}\n", shown(line.part(1))),
            _ => continue,
        };
        text.push_str(&said);
    }
    text
}

/// What came from a database, without what a terminal would obey.
fn shown(text: &str) -> String {
    text.replace(|letter: char| letter.is_control(), " ")
}

fn sql_of(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines {
        match line.word() {
            "step" if line.part(1) == "apart" => {
                text.push_str(&format!("\n-- step, apart: {}\n", shown(line.part(2))));
            }
            "step" => text.push_str(&format!("\n-- step: {}\n", shown(line.part(2)))),
            "sql" => text.push_str(&format!("{};\n", line.part(1))),
            _ => {}
        }
    }
    text.trim_start().to_owned()
}

/// A part that may be left out.
fn given(part: &str) -> Option<&str> {
    Some(part).filter(|part| !part.is_empty())
}

fn json_of(command: &str, answer: &Answer) -> Value {
    let of = |word: &str, read: fn(&Line) -> Value| {
        let lines = answer.lines.iter().filter(|line| line.word() == word);
        Value::Array(lines.map(read).collect())
    };
    let mut steps: Vec<Value> = Vec::new();
    for line in &answer.lines {
        match line.word() {
            "step" => steps.push(json!({
                "about": line.part(2), "apart": line.part(1) == "apart", "statements": [],
            })),
            "sql" => {
                let statements = steps
                    .last_mut()
                    .and_then(|it| it["statements"].as_array_mut());
                if let Some(statements) = statements {
                    statements.push(line.part(1).into());
                }
            }
            _ => {}
        }
    }
    json!({
        "version": VERSION,
        "command": command,
        "same": !answer.differs,
        "changes": of("change", |line| json!({
            "kind": line.part(1), "table": line.part(2), "message": line.part(3),
        })),
        "warnings": of("warning", |line| json!({
            "kind": line.part(1), "message": line.part(2),
            "query": given(line.part(3)),
            "file": given(line.part(4)),
            "line": line.part(5).parse::<usize>().ok(),
            "statement": given(line.part(6)),
        })),
        "steps": steps,
        "not_compared": of("other", |line| line.part(1).into()),
        "files": of("file", |line| line.part(1).into()),
        "migrations": of("migration", |line| json!({"name": line.part(1), "state": line.part(2)})),
        "done": of("done", |line| line.part(1).into()),
    })
}
