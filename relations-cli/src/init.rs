//! `cargo relations init`: lets `cargo relations` ask a package's own program what only that knows.

use crate::edit::{Change, Insertion, inserted};
use crate::layout;
use crate::output::{Entry, Outcome, Status};
use crate::problem::{Problem, Result};
use crate::server;
use crate::source::{Model, Source};
use std::collections::BTreeSet;

/// The feature that the program needs, so that it is not built where it is not asked for.
pub(crate) const FEATURE: &str = "relations-tool";
/// The name of the program.
pub(crate) const PROGRAM: &str = "relations";

const PATH: &str = "src/bin/relations.rs";

/// A list of the models in the library, a program that knows them, and a feature for it.
pub(crate) fn plan(source: &Source) -> Result<Outcome> {
    let Some(library) = source.library else {
        let problem = Problem::new(
            "no_library",
            "the package has no library, whose models a second program could use",
        );
        return Err(problem.help("move the models and their modules to `src/lib.rs`"));
    };
    let mut outcome = Outcome::default();
    let file = &source.files[library];
    if let Some(broken) = &file.problem {
        let message = format!(
            "the models cannot be listed in what is no Rust: {}",
            broken.message
        );
        return Err(Problem::new("broken_file", message).at(broken.place.clone()));
    }
    match listed(&file.text) {
        Some(listed) => outcome.report = missing(source, &listed),
        None => {
            let (models, left) = public(source);
            outcome.report = left;
            if models.is_empty() {
                return Err(
                    Problem::new("unknown_model", "there is no model that is `pub`")
                        .help("`cargo relations model Name field:Type` writes one"),
                );
            }
            outcome.changes.push(Change {
                path: file.path.clone(),
                before: Some(file.text.clone()),
                after: with_list(&file.text, &models),
            });
        }
    }
    outcome.changes.extend(program(source)?);
    outcome.changes.push(manifest(source)?);
    Ok(outcome)
}

/// The names in `relations::models!`, if the text has one.
pub(crate) fn listed(text: &str) -> Option<BTreeSet<String>> {
    let file = syn::parse_file(text).ok()?;
    let list = file.items.iter().find_map(|item| match item {
        syn::Item::Macro(item)
            if item
                .mac
                .path
                .segments
                .last()
                .is_some_and(|last| last.ident == "models") =>
        {
            Some(&item.mac.tokens)
        }
        _ => None,
    })?;
    let mut names = BTreeSet::new();
    for tree in list.clone() {
        if let proc_macro2::TokenTree::Group(group) = tree {
            let idents = group.stream().into_iter().filter_map(|tree| match tree {
                proc_macro2::TokenTree::Ident(ident) => {
                    Some(ident.to_string().trim_start_matches("r#").to_owned())
                }
                _ => None,
            });
            names.extend(idents);
        }
    }
    Some(names)
}

/// What is said of models that are not in the list.
pub(crate) fn missing(source: &Source, listed: &BTreeSet<String>) -> Vec<Entry> {
    let models = source
        .models
        .iter()
        .filter(|model| is_of_library(source, model));
    let missing = models.filter(|model| !listed.contains(&model.name));
    let entries = missing.map(|model| Entry {
        subject: source.path_of(model),
        status: Status::Left,
        message: "it is not in `relations::models!`".to_owned(),
    });
    entries.collect()
}

pub(crate) fn is_of_library(source: &Source, model: &Model) -> bool {
    source.library == Some(0) && source.modules[model.module].root == 0
}

/// The paths of the models that a program can name, and those that it cannot.
fn public(source: &Source) -> (Vec<String>, Vec<Entry>) {
    let root = source
        .modules
        .iter()
        .position(|module| module.root == 0 && module.path.is_empty())
        .unwrap_or(0);
    let (mut paths, mut left) = (Vec::new(), Vec::new());
    for model in source
        .models
        .iter()
        .filter(|model| is_of_library(source, model))
    {
        match source.path_to(root, model) {
            Ok(path) if model.vis == "pub" => {
                paths.push(path.trim_start_matches("crate::").to_owned())
            }
            _ => left.push(Entry {
                subject: source.path_of(model),
                status: Status::Left,
                message: "it is not `pub`, so no program beside the library knows it".to_owned(),
            }),
        }
    }
    (paths, left)
}

fn with_list(text: &str, models: &[String]) -> String {
    let newline = layout::newline(text, 0);
    let gap = if text.ends_with('\n') || text.is_empty() {
        ""
    } else {
        newline
    };
    let models = models.iter().map(|model| format!("        {model},"));
    let lines = [
        "",
        "relations::models! {",
        "    /// All models, for `cargo relations`.",
        "    pub Models = (",
    ]
    .map(str::to_owned);
    let lines = lines
        .into_iter()
        .chain(models)
        .chain(["    )".to_owned(), "}".to_owned()]);
    let list: String = lines.flat_map(|line| [line, newline.to_owned()]).collect();
    inserted(
        text,
        &[Insertion {
            at: text.len(),
            text: format!("{gap}{list}"),
        }],
    )
}

fn program(source: &Source) -> Result<Option<Change>> {
    let path = source.folder.join(PATH);
    let before = std::fs::read_to_string(&path).ok();
    if let Some(before) = &before {
        return match before.contains("tool::run") {
            true => Ok(None),
            false => Err(Problem::new(
                "file_exists",
                format!("`{PATH}` is there, and it is another program"),
            )
            .help("give it another name")),
        };
    }
    let manifest = source
        .manifest
        .parse::<toml_edit::DocumentMut>()
        .unwrap_or_default();
    let name_in = |table: &str| {
        manifest
            .get(table)
            .and_then(|table| table.get("name"))
            .and_then(|name| name.as_str())
    };
    let library = name_in("lib")
        .or_else(|| name_in("package"))
        .unwrap_or_default()
        .replace('-', "_");
    let call = match server::has_api(&source.folder) {
        true => format!("relations_rest::tool::run::<{library}::Models>({library}::api::api)"),
        false => format!("relations::tool::run::<{library}::Models>()"),
    };
    let after = format!(
        "//! Answers `cargo relations`, which only this program can tell of its models.\n\n\
        fn main() -> std::process::ExitCode {{\n    {call}\n}}\n"
    );
    Ok(Some(Change {
        path,
        before,
        after,
    }))
}

/// The feature, and the program that needs it. Nothing else of the text changes.
fn manifest(source: &Source) -> Result<Change> {
    let before = source.manifest.clone();
    let parsed = before.parse::<toml_edit::DocumentMut>();
    let mut manifest = parsed.map_err(|error| {
        Problem::new(
            "broken_manifest",
            format!("`Cargo.toml` is no TOML: {error}"),
        )
    })?;
    let features = manifest.entry("features").or_insert(toml_edit::table());
    if let Some(features) = features.as_table_like_mut()
        && features.get(FEATURE).is_none()
    {
        features.insert(FEATURE, toml_edit::value(toml_edit::Array::new()));
    }
    let is_there = has_program(&manifest);
    if !is_there {
        let programs = manifest
            .entry("bin")
            .or_insert(toml_edit::Item::ArrayOfTables(
                toml_edit::ArrayOfTables::new(),
            ));
        let Some(programs) = programs.as_array_of_tables_mut() else {
            return Err(Problem::new(
                "broken_manifest",
                "`bin` in `Cargo.toml` is not written as `[[bin]]`",
            ));
        };
        let mut program = toml_edit::Table::new();
        program.insert("name", toml_edit::value(PROGRAM));
        program.insert("path", toml_edit::value(PATH));
        let mut needed = toml_edit::Array::new();
        needed.push(FEATURE);
        program.insert("required-features", toml_edit::value(needed));
        programs.push(program);
    }
    Ok(Change {
        path: source.folder.join("Cargo.toml"),
        before: Some(before),
        after: manifest.to_string(),
    })
}

pub(crate) fn has_program(manifest: &toml_edit::DocumentMut) -> bool {
    let programs = manifest
        .get("bin")
        .and_then(|programs| programs.as_array_of_tables());
    let mut programs = programs.into_iter().flatten();
    programs.any(|program| program.get("name").and_then(|name| name.as_str()) == Some(PROGRAM))
}
