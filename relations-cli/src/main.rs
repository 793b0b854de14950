//! `cargo relations`: writes models and relations of [`relations`](https://docs.rs/relations-orm) into source code.
//!
//! It works on text and reads no metadata, so the crate may be broken. What was there stays as it was, byte for byte: lines are
//! only added, in all files or in none. Exit codes: 0 if all is well, 1 if `--dry-run` would change something or
//! a merge has a conflict, 2 for an error.

mod args;
mod ask;
mod check;
mod code;
mod diagram;
mod discover;
mod edit;
mod init;
mod layout;
mod lb3;
#[cfg(feature = "import-lb4")]
mod lb4;
mod migrate;
mod model;
mod names;
mod needs;
// The derive's own file, which only tests can see: what is published holds one crate.
#[cfg(test)]
#[allow(dead_code)] // The test calls what both have.
#[path = "../../relations-derive/src/names.rs"]
mod names_of_derive;
mod output;
mod problem;
mod program;
mod relation;
mod server;
mod source;

use args::{Args, Command, DiscoverArgs, NewFileArgs};
use clap::Parser;
use discover::merge;
use edit::{Change, Insertion};
use output::{Entry, Outcome, OutputArgs};
use problem::{Problem, Result};
use source::Source;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    // Cargo calls `cargo-relations relations ..`.
    let mut arguments: Vec<_> = std::env::args_os().collect();
    if arguments.get(1).is_some_and(|first| first == "relations") {
        arguments.remove(1);
    }
    let args = Args::parse_from(arguments);
    let output = args.command.output();
    match run(args) {
        Ok(code) => code,
        Err(problem) => output::failed(&problem, output.json),
    }
}

fn run(args: Args) -> Result<ExitCode> {
    let output = args.command.output();
    let manifest = args.manifest_path.as_deref();
    match args.command {
        Command::Relation(relation) => {
            let source = Source::read(manifest)?;
            let wanted = relation.wanted(&source)?;
            let insertions = relation::plan(&source, &wanted)?;
            done("relation", &source, changes(&source, &insertions), &output)
        }
        Command::Model(model) => {
            let source = Source::read(manifest)?;
            let wanted = model.wanted();
            let changes = model::plan(&source, &wanted)?;
            let code = wanted
                .fields
                .join(", ")
                .replace(':', ": ")
                .replace(": : ", "::");
            let outcome = Outcome {
                report: needs::missing(&source.manifest, &code, None),
                changes,
                ..Outcome::default()
            };
            output::finish("model", &source.folder, outcome, &output)
        }
        Command::ImportLb3(import) => {
            let (text, mut report) = lb3::import(&import.wanted())?;
            let folder = std::env::current_dir().unwrap_or_default();
            report.extend(lacking(&folder, &text, None));
            let mut outcome = new_file(&folder, &import.file, text)?;
            outcome.report = report;
            output::finish("import-lb3", &folder, outcome, &output)
        }
        #[cfg(feature = "import-lb4")]
        Command::ImportLb4(import) => {
            let (text, mut report) = lb4::import(&import.wanted())?;
            let folder = std::env::current_dir().unwrap_or_default();
            report.extend(lacking(&folder, &text, None));
            let mut outcome = new_file(&folder, &import.file, text)?;
            outcome.report = report;
            output::finish("import-lb4", &folder, outcome, &output)
        }
        Command::Discover(args) => {
            let (text, mut report) = discover::discover(&args.wanted())?;
            let folder = std::env::current_dir().unwrap_or_default();
            report.extend(lacking(&folder, &text, args.wanted().database()));
            let mut outcome = discovered(&folder, &args, text, report)?;
            outcome.next = args
                .wanted()
                .has_serde
                .then_some("`cargo relations server`, which adds to `Cargo.toml` what it lacks");
            output::finish("discover", &folder, outcome, &output)
        }
        Command::Init(_) => {
            let source = Source::read(manifest)?;
            let outcome = init::plan(&source)?;
            output::finish("init", &source.folder, outcome, &output)
        }
        Command::Check(args) => {
            let source = Source::read(manifest)?;
            check::run(&source, &args.url, &args.features, args.json)
        }
        Command::Diff(args) => migrate::diff(&Source::read(manifest)?, &args),
        Command::Migrate(args) => migrate::migrate(&Source::read(manifest)?, &args),
        Command::Diagram(args) => {
            let source = Source::read(manifest)?;
            let text = diagram::draw(&source, args.language());
            // A drawing is made anew each time, so one that is there is written over.
            let file = NewFileArgs {
                out: args.out,
                force: true,
            };
            let outcome = new_file(&source.folder, &file, text)?;
            output::finish("diagram", &source.folder, outcome, &output)
        }
        Command::Server(_) => {
            let source = Source::read(manifest)?;
            let outcome = server::plan(&source)?;
            output::finish("server", &source.folder, outcome, &output)
        }
        Command::Openapi(args) => {
            let source = Source::read(manifest)?;
            let question = ["openapi".to_owned()];
            let asked = program::ask_for_text(&source, Some(&args.url), &args.features, &question);
            let (text, _) = asked.map_err(|problem| match problem.code {
                    "program_failed" => problem.help(
                        "what Cargo or the program says of it stands above; `src/bin/relations.rs` answers this by `relations_rest::tool::run::<Models>(api)`",
                    ),
                    _ => problem,
                })?;
            let file = NewFileArgs {
                out: args.out,
                force: true,
            };
            let outcome = new_file(&source.folder, &file, text.trim_end().to_owned() + "\n")?;
            output::finish("openapi", &source.folder, outcome, &output)
        }
        Command::Completions { shell } => {
            args::completions(shell);
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// What the package in a folder lacks for models; nothing of a folder without a package.
fn lacking(folder: &Path, code: &str, database: Option<&str>) -> Vec<Entry> {
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml"));
    let manifest = manifest.ok();
    let missing = manifest.map(|manifest| needs::missing(&manifest, code, database));
    missing.unwrap_or_default()
}

fn done(
    command: &str,
    source: &Source,
    changes: Vec<Change>,
    output: &OutputArgs,
) -> Result<ExitCode> {
    let outcome = Outcome {
        changes,
        ..Outcome::default()
    };
    output::finish(command, &source.folder, outcome, output)
}

/// The models of a database, in a file that has others or those of before; the result is kept beside it for the next merge.
fn discovered(
    folder: &Path,
    args: &DiscoverArgs,
    text: String,
    mut report: Vec<Entry>,
) -> Result<Outcome> {
    if args.file.out == Path::new("-") {
        let outcome = new_file(folder, &args.file, text)?;
        return Ok(Outcome { report, ..outcome });
    }
    let path = folder.join(&args.file.out);
    let kept = merge::kept(&path, &text);
    let edited = std::fs::read_to_string(&path).ok().filter(|_| args.merge);
    let mut outcome = match edited {
        Some(edited) => {
            let (after, conflicts) =
                merge::merged(&args.file.out, &path, &edited, &text, args.file.force)?;
            report.extend(conflicts);
            let change = Change {
                path,
                before: Some(edited),
                after,
            };
            Outcome {
                changes: vec![change],
                ..Outcome::default()
            }
        }
        None => new_file(folder, &args.file, text).map_err(|problem| match problem.code {
            "file_exists" => problem.help(
                "keep what you edited with `--merge`, name another file with `--out`, or write over it with `--force`",
            ),
            _ => problem,
        })?,
    };
    outcome.changes.push(kept);
    outcome.changes.extend(module(folder, &args.file.out));
    outcome.report = report;
    Ok(outcome)
}

/// The root of the package's crate with the module of a new file beside it, where it has none.
fn module(folder: &Path, out: &Path) -> Option<Change> {
    let name = out.file_stem()?.to_str()?;
    let is_beside = out.parent() == Some(Path::new("src"));
    if !is_beside || ["lib", "main"].contains(&name) || names::ident(name).as_deref() != Some(name)
    {
        return None;
    }
    let roots = ["src/lib.rs", "src/main.rs"].map(|root| folder.join(root));
    let root = roots.into_iter().find(|root| root.exists())?;
    let text = std::fs::read_to_string(&root).ok()?;
    server::with_module(&root, &text, name)
}

/// A file that is written as a whole, or standard output.
fn new_file(folder: &Path, args: &NewFileArgs, text: String) -> Result<Outcome> {
    if args.out == Path::new("-") {
        return Ok(Outcome {
            text: Some(text),
            ..Outcome::default()
        });
    }
    let path = folder.join(&args.out);
    let before = std::fs::read_to_string(&path).ok();
    let is_other = before.as_ref().is_some_and(|before| *before != text);
    if is_other && !args.force {
        let message = format!(
            "`{}` is there, and something else is in it",
            args.out.display()
        );
        return Err(Problem::new("file_exists", message)
            .help("name another file with `--out`, or write over it with `--force`"));
    }
    let change = Change {
        path,
        before,
        after: text,
    };
    Ok(Outcome {
        changes: vec![change],
        ..Outcome::default()
    })
}

/// The files that insertions change.
fn changes(source: &Source, insertions: &[(usize, Insertion)]) -> Vec<Change> {
    let files = source.files.iter().enumerate();
    let changes = files.filter_map(|(at, file)| {
        let of_file = insertions.iter().filter(|(file, _)| *file == at);
        let of_file: Vec<Insertion> = of_file.map(|(_, insertion)| insertion.clone()).collect();
        (!of_file.is_empty()).then(|| Change {
            path: file.path.clone(),
            before: Some(file.text.clone()),
            after: edit::inserted(&file.text, &of_file),
        })
    });
    changes.collect()
}
