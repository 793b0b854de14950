//! `cargo relations server`: an API of all models by `relations-rest`, and a program that serves it.

use crate::edit::Change;
use crate::init;
use crate::names::ident;
use crate::output::{Entry, Outcome, Status};
use crate::problem::{Problem, Result};
use crate::source::{Kind, Model, Source};
use std::path::Path;
use toml_edit::{DocumentMut, InlineTable, Item, Table, Value};

const API: &str = "src/api.rs";
const PROGRAM: &str = "src/main.rs";

/// Crates that types of fields are of, with the features they need to be served.
pub(crate) const TYPES: &[(&str, &str, &[&str])] = &[
    ("chrono", "0.4.40", &["serde"]),
    ("time", "0.3.41", &["serde-human-readable"]),
    ("jiff", "0.2.4", &["serde"]),
    ("uuid", "1.17", &["serde"]),
    ("rust_decimal", "1.37", &["serde"]),
    ("serde_json", "1", &[]),
];

/// The files of the server, and what the package needs for them.
pub(crate) fn plan(source: &Source) -> Result<Outcome> {
    let Some(library) = source.library else {
        return Err(Problem::new(
            "no_library",
            "the package has no library, which the API would be of",
        )
        .help("move the models and their modules to `src/lib.rs`"));
    };
    let mut report = Vec::new();
    let api = api(source, &mut report)?;
    let mut changes = vec![
        new(source, API, api, "pub fn api(")?,
        new(source, PROGRAM, program(source), "::api::api(")?,
        manifest(source)?,
    ];
    let file = &source.files[library];
    changes.extend(with_module(&file.path, &file.text, "api"));
    Ok(Outcome {
        changes,
        report,
        next: Some(
            "`cargo run -- sqlite:shop.db`, with the URL of your database; what of it is to be served stands in `src/api.rs`",
        ),
        ..Outcome::default()
    })
}

/// Whether the package has an API as this command writes it.
pub(crate) fn has_api(folder: &Path) -> bool {
    std::fs::read_to_string(folder.join(API)).is_ok_and(|text| text.contains("pub fn api("))
}

/// A file that is new; one that has the part stays as it was edited.
fn new(source: &Source, path: &str, text: String, part: &str) -> Result<Change> {
    let at = source.folder.join(path);
    let before = std::fs::read_to_string(&at).ok();
    let after = match &before {
        None => text,
        Some(before) if before.contains(part) => before.clone(),
        Some(_) => {
            let message = format!("`{path}` is there, and something else is in it");
            return Err(Problem::new("file_exists", message).help("give it another name"));
        }
    };
    Ok(Change {
        path: at,
        before,
        after,
    })
}

/// The crate's root with `pub mod name;` before its first item; `None` where it has that module.
pub(crate) fn with_module(path: &Path, text: &str, name: &str) -> Option<Change> {
    let file = syn::parse_file(text).ok()?;
    let is_it = |item: &syn::Item| matches!(item, syn::Item::Mod(module) if module.ident == name);
    if file.items.iter().any(is_it) {
        return None;
    }
    let shebang = file.shebang.as_ref().map_or(0, String::len);
    let first = file.items.first().map(syn::spanned::Spanned::span);
    let at = first.map_or(text.len(), |span| span.byte_range().start + shebang);
    let (before, rest) = text.split_at(at);
    let newline = crate::layout::newline(text, 0);
    let is_module = matches!(file.items.first(), Some(syn::Item::Mod(_)));
    let start = if before.is_empty() || before.ends_with('\n') {
        ""
    } else {
        newline
    };
    let end = if rest.is_empty() || is_module {
        ""
    } else {
        newline
    };
    Some(Change {
        path: path.to_path_buf(),
        before: Some(text.to_owned()),
        after: format!("{before}{start}pub mod {name};{newline}{end}{rest}"),
    })
}

fn library_name(source: &Source) -> String {
    let manifest = source.manifest.parse::<DocumentMut>().unwrap_or_default();
    let name_in = |table: &str| {
        manifest
            .get(table)?
            .get("name")?
            .as_str()
            .map(str::to_owned)
    };
    let name = name_in("lib").or_else(|| name_in("package"));
    name.unwrap_or_default().replace('-', "_")
}

/// A function that names all models and their relations.
fn api(source: &Source, report: &mut Vec<Entry>) -> Result<String> {
    let root = source
        .modules
        .iter()
        .position(|module| module.root == 0 && module.path.is_empty())
        .unwrap_or(0);
    let mut models = String::new();
    for model in source
        .models
        .iter()
        .filter(|model| init::is_of_library(source, model))
    {
        let subject = source.path_of(model);
        let left = |why: &str| Entry {
            subject: subject.clone(),
            status: Status::Left,
            message: why.to_owned(),
        };
        match source.path_to(root, model) {
            _ if !model.is_serialized => report.push(left(
                "it does not derive `Serialize`, so it cannot be answered",
            )),
            Ok(path) => {
                let path = match path.starts_with("crate::") {
                    true => path,
                    false => format!("crate::{path}"),
                };
                models += &of_model(source, model, &path, report);
            }
            Err(_) => report.push(left("the API cannot name it")),
        }
    }
    if models.is_empty() {
        return Err(Problem::new("unknown_model", "there is no model that can be served")
            .help("a model is a struct with `#[derive(Model, Serialize)]`; `cargo relations discover --serde` writes them of a database"));
    }
    let name = library_name(source);
    Ok(format!(
        "//! What is served.\n\nuse relations::Db;\nuse relations_rest::Api;\n\n\
        /// Routes for each model, and for each of its relations. What is not named here is not served.\n\
        pub fn api(db: Db) -> Api {{\n    Api::new(db)\n{models}        .info(\"{name}\", env!(\"CARGO_PKG_VERSION\"))\n        \
        .openapi_at(\"/openapi.json\")\n}}\n"
    ))
}

/// `.model::<Supplier>(|rows| rows.relation(Supplier::ACCOUNT))`
fn of_model(source: &Source, model: &Model, path: &str, report: &mut Vec<Entry>) -> String {
    let mut relations = Vec::new();
    for relation in &model.relations {
        if relation.kind.is_embedded() {
            continue; // Its rows are a field.
        }
        let target = source
            .models
            .iter()
            .find(|other| other.name == relation.target);
        if target.is_some_and(|target| target.is_serialized) {
            relations.push(format!(
                ".relation({path}::{})",
                relation.name.to_uppercase()
            ));
            continue;
        }
        let why = match relation.kind == Kind::BelongsTo && relation.is_polymorphic {
            true => "it leads to one of several models: `.relation_named` takes its name",
            false => "its target does not derive `Serialize`",
        };
        report.push(Entry {
            subject: format!("{}.{}", source.path_of(model), relation.name),
            status: Status::Left,
            message: why.to_owned(),
        });
    }
    match relations.as_slice() {
        [] => format!("        .model::<{path}>(|rows| rows)\n"),
        [one] if path.len() + one.len() <= 72 => {
            format!("        .model::<{path}>(|rows| rows{one})\n")
        }
        [first, rest @ ..] => {
            let rest: String = rest
                .iter()
                .map(|one| format!("\n                {one}"))
                .collect();
            format!(
                "        .model::<{path}>(|rows| {{\n            rows{first}{rest}\n        }})\n"
            )
        }
    }
}

fn program(source: &Source) -> String {
    let library = library_name(source);
    let library = ident(&library).unwrap_or(library);
    format!(
        r#"//! Serves the API: the first argument, or `DATABASE_URL`, is the URL of the database; the second is the address.

use relations::Db;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {{
    let mut arguments = std::env::args().skip(1);
    let url = match arguments.next() {{
        Some(url) => url,
        None => {{
            std::env::var("DATABASE_URL").map_err(|_| "the first argument is a database's URL")?
        }}
    }};
    let address = arguments.next();
    let address = address.as_deref().unwrap_or("127.0.0.1:3000");
    let db = Db::connect(&url).await?;
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{{}}/openapi.json", listener.local_addr()?);
    axum::serve(listener, {library}::api::api(db).router()).await?;
    Ok(())
}}
"#
    )
}

/// The crates that the server needs. Those that are there stay as they are, but for features that are missing.
fn manifest(source: &Source) -> Result<Change> {
    let before = source.manifest.clone();
    let parsed = before.parse::<DocumentMut>();
    let mut manifest = parsed.map_err(|error| {
        Problem::new(
            "broken_manifest",
            format!("`Cargo.toml` is no TOML: {error}"),
        )
    })?;
    let types: Vec<_> = TYPES
        .iter()
        .filter(|(name, ..)| uses(source, name))
        .collect();
    let own = manifest
        .get("dependencies")
        .and_then(|all| all.get("relations-orm"))
        .cloned();
    let Some(own) = own else {
        return Err(Problem::new("no_dependency", "the package does not depend on `relations-orm`")
            .help("`cargo add relations-orm`, with the feature of the database: `sqlite` is the default, else `postgres` or `mysql`"));
    };
    let databases: Vec<&str> = ["sqlite", "postgres", "mysql"]
        .into_iter()
        .filter(|database| has_feature(&own, database))
        .collect();
    let names: Vec<&str> = types.iter().map(|(name, ..)| *name).collect();
    let all = manifest["dependencies"].or_insert(Item::Table(Table::new()));
    add_features(&mut all["relations-orm"], &names);
    let mut add = |name: &str, mut dependency: InlineTable, features: &[&str]| {
        let is_there = all.get(name).is_some();
        if !is_there {
            if !features.is_empty() {
                dependency.insert("features", features.iter().copied().collect::<Value>());
            }
            all[name] = Item::Value(dependency.into());
        } else {
            add_features(&mut all[name], features);
        }
    };
    add("relations-rest", beside(&own), &databases);
    add(
        "axum",
        version("0.8", &[("default-features", false)]),
        &["http1", "tokio"],
    );
    add("serde", version("1", &[]), &["derive"]);
    add(
        "tokio",
        version("1", &[]),
        &["macros", "net", "rt-multi-thread"],
    );
    for (name, number, features) in types {
        add(name, version(number, &[]), features);
    }
    let package = &mut manifest["package"];
    let name = package
        .get("name")
        .and_then(Item::as_str)
        .map(str::to_owned);
    if let Some(name) = name
        && package.get("default-run").is_none()
    {
        // There is another program for `cargo relations`.
        package["default-run"] = toml_edit::value(name);
    }
    Ok(Change {
        path: source.folder.join("Cargo.toml"),
        before: Some(before),
        after: manifest.to_string(),
    })
}

/// Whether a field is of a type of the crate.
fn uses(source: &Source, name: &str) -> bool {
    let fields = source.models.iter().flat_map(|model| &model.fields);
    let mut types = fields.map(|field| quote::ToTokens::to_token_stream(&field.ty).to_string());
    types.any(|ty| ty.contains(&format!("{name} ::")))
}

fn version(number: &str, more: &[(&str, bool)]) -> InlineTable {
    let mut dependency = InlineTable::new();
    dependency.insert("version", number.into());
    for (key, value) in more {
        dependency.insert(*key, (*value).into());
    }
    dependency
}

/// `relations-rest` as `relations-orm` is: beside it in a checkout, or of the same version.
fn beside(own: &Item) -> InlineTable {
    let text = |key: &str| own.get(key).and_then(Item::as_str).map(str::to_owned);
    let mut dependency = InlineTable::new();
    if let Some(path) = text("path") {
        dependency.insert(
            "path",
            format!("{}/relations-rest", path.trim_end_matches('/')).into(),
        );
    }
    for key in ["git", "branch", "tag", "rev"] {
        if let Some(value) = text(key) {
            dependency.insert(key, value.into());
        }
    }
    if let Some(number) = own.as_str().map(str::to_owned).or_else(|| text("version")) {
        dependency.insert("version", number.into());
    }
    if own.get("workspace").is_some() {
        dependency.insert("version", "*".into());
    }
    dependency
}

fn has_feature(dependency: &Item, name: &str) -> bool {
    let is_default = dependency.get("default-features").and_then(Item::as_bool) != Some(false);
    let features = dependency.get("features").and_then(Item::as_array);
    let mut features = features.into_iter().flatten();
    (name == "sqlite" && is_default) || features.any(|feature| feature.as_str() == Some(name))
}

/// A dependency that is a version only becomes a table.
fn add_features(dependency: &mut Item, features: &[&str]) {
    if features.is_empty() {
        return;
    }
    if let Some(number) = dependency.as_str().map(str::to_owned) {
        *dependency = Item::Value(version(&number, &[]).into());
    }
    // What was last has the blank before the brace, which does not belong before a comma.
    let has_features = dependency.get("features").is_some();
    if let Some(table) = dependency.as_inline_table_mut().filter(|_| !has_features)
        && let Some((_, last)) = table.iter_mut().last()
    {
        last.decor_mut().set_suffix("");
    }
    let Some(table) = dependency.as_table_like_mut() else {
        return;
    };
    let given = table
        .entry("features")
        .or_insert(toml_edit::value(toml_edit::Array::new()));
    let Some(given) = given.as_array_mut() else {
        return;
    };
    for feature in features {
        if !given.iter().any(|one| one.as_str() == Some(feature)) {
            given.push(*feature);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::with_module;
    use std::path::Path;

    #[test]
    fn a_module_goes_before_the_first_item() {
        for (text, expected) in [
            ("", "pub mod api;\n"),
            ("//! Docs.\n", "//! Docs.\npub mod api;\n"),
            (
                "//! Docs.\n\n/// Of it.\nfn a() {}\n",
                "//! Docs.\n\npub mod api;\n\n/// Of it.\nfn a() {}\n",
            ),
            ("pub mod models;\n", "pub mod api;\npub mod models;\n"),
            (
                "#![no_std]\r\nuse a;\r\n",
                "#![no_std]\r\npub mod api;\r\n\r\nuse a;\r\n",
            ),
        ] {
            let change = with_module(Path::new("src/lib.rs"), text, "api").unwrap();
            assert_eq!(change.after, expected);
            assert!(with_module(Path::new("src/lib.rs"), expected, "api").is_none());
        }
    }
}
