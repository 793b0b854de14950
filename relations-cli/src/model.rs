//! `cargo relations model`: a new model in its file.

use crate::edit::{Change, Insertion, inserted};
use crate::layout;
use crate::names::ident;
use crate::problem::{Problem, Result};
use crate::source::{Model, Source};
use std::path::{Path, PathBuf};

/// What is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) name: String,
    /// `name:Type`
    pub(crate) fields: Vec<String>,
    pub(crate) file: Option<PathBuf>,
}

struct NewField {
    name: String,
    ty: String,
}

pub(crate) fn plan(source: &Source, wanted: &Wanted) -> Result<Vec<Change>> {
    let name = &wanted.name;
    if !is_type_name(name) {
        let message = format!("`{name}` cannot be the name of a model");
        return Err(
            Problem::new("invalid_name", message).help("a model is a struct: `SupplierAccount`")
        );
    }
    let fields = fields(&wanted.fields)?;
    let mut there = source.models.iter().filter(|model| model.name == *name);
    if let Some(model) = there.next() {
        return same(source, model, &fields).map(|()| Vec::new());
    }
    let file = match &wanted.file {
        Some(file) => source.folder.join(file),
        None => usual_file(source),
    };
    let found = source.files.iter().find(|known| known.path == file);
    if let Some(broken) = found.and_then(|file| file.problem.as_ref()) {
        let message = format!(
            "the model cannot be added to what is no Rust: {}",
            broken.message
        );
        return Err(Problem::new("broken_file", message).at(broken.place.clone()));
    }
    match found {
        Some(found) => Ok(vec![appended(&found.path, &found.text, name, &fields)]),
        None if file.exists() => {
            let message = format!(
                "no module of the crate is in `{}`",
                source.shown(&file).display()
            );
            Err(Problem::new("not_a_module", message)
                .help("add `mod` for it, or name another file with `--file`"))
        }
        None => new_file(source, &file, name, &fields),
    }
}

fn is_type_name(name: &str) -> bool {
    syn::parse_str::<syn::Ident>(name).is_ok() && name.starts_with(char::is_uppercase)
}

/// The type that is meant by a name of SQL, of LoopBack or of another language. A struct could have no such name.
fn misnamed(ty: &str) -> Option<&'static str> {
    let inner = ty
        .strip_prefix("Option<")
        .and_then(|rest| rest.strip_suffix('>'))
        .unwrap_or(ty);
    Some(match inner.trim() {
        "int" | "integer" => "i32",
        "long" | "bigint" | "number" => "i64",
        "float" => "f32",
        "double" => "f64",
        "boolean" => "bool",
        "string" | "text" | "varchar" => "String",
        "bytes" | "blob" => "Vec<u8>",
        "date" => "chrono::NaiveDate",
        "datetime" | "timestamp" => "chrono::DateTime<chrono::Utc>",
        "uuid" => "uuid::Uuid",
        _ => return None,
    })
}

fn fields(given: &[String]) -> Result<Vec<NewField>> {
    let mut fields: Vec<NewField> = Vec::new();
    for field in given {
        let help = "write `name:Type`, such as `balance:Option<i64>`";
        let Some((name, ty)) = field.split_once(':') else {
            return Err(Problem::new("usage", format!("`{field}` has no type")).help(help));
        };
        let (name, ty) = (name.trim(), ty.trim());
        let Some(name) = ident(name) else {
            return Err(Problem::new(
                "invalid_name",
                format!("`{name}` cannot be the name of a field"),
            )
            .help(help));
        };
        if syn::parse_str::<syn::Type>(ty).is_err() {
            return Err(
                Problem::new("invalid_type", format!("`{ty}` is not a type of Rust")).help(help),
            );
        }
        if let Some(meant) = misnamed(ty) {
            let message = format!("`{ty}` is not a type of Rust");
            let help = format!("did you mean `{meant}`?");
            return Err(Problem::new("invalid_type", message).help(help));
        }
        if fields.iter().any(|other| other.name == name) {
            return Err(Problem::new(
                "usage",
                format!("field `{name}` is given twice"),
            ));
        }
        fields.push(NewField {
            name,
            ty: ty.to_owned(),
        });
    }
    if !fields.iter().any(|field| field.name == "id") {
        let (name, ty) = ("id".to_owned(), "i64".to_owned());
        fields.insert(0, NewField { name, ty });
    }
    Ok(fields)
}

/// A model of this name is there: it has all of these fields, or it is another.
fn same(source: &Source, model: &Model, fields: &[NewField]) -> Result<()> {
    let differs = fields.iter().find(|wanted| {
        let there = model.field(wanted.name.trim_start_matches("r#"));
        let ty = syn::parse_str::<syn::Type>(&wanted.ty);
        there
            .zip(ty.ok())
            .is_none_or(|(there, ty)| tokens(&there.ty) != tokens(&ty))
    });
    let Some(differs) = differs else {
        return Ok(());
    };
    let message = format!(
        "there is a model `{}`, and it has no field `{}: {}`",
        model.name, differs.name, differs.ty
    );
    let place = source.place(model.file, model.name_range.clone());
    Err(Problem::new("model_exists", message)
        .at(place)
        .help("give the new model another name, or add the field by hand"))
}

/// The file of the models that are there, if they are in one; else `src/models.rs`.
fn usual_file(source: &Source) -> PathBuf {
    let mut files: Vec<usize> = source.models.iter().map(|model| model.file).collect();
    files.dedup();
    match files.as_slice() {
        [one] => source.files[*one].path.clone(),
        _ => source.folder.join("src/models.rs"),
    }
}

fn text(name: &str, fields: &[NewField], derive: &str, newline: &str) -> String {
    let mut lines = vec![
        format!("#[derive(Debug, Clone, {derive})]"),
        format!("pub struct {name} {{"),
    ];
    for field in fields {
        if field.name == "id" {
            let is_integer = matches!(&*field.ty, "i16" | "i32" | "i64" | "u8" | "u16" | "u32");
            lines.push(format!(
                "    #[model(id{})]",
                if is_integer { ", generated" } else { "" }
            ));
        }
        lines.push(format!("    pub {}: {},", field.name, field.ty));
    }
    lines.push("}".to_owned());
    lines.iter().flat_map(|line| [line, newline]).collect()
}

/// The model at the end of a file.
fn appended(path: &Path, before: &str, name: &str, fields: &[NewField]) -> Change {
    let end = before.len();
    let newline = layout::newline(before, if before.ends_with('\n') { end } else { 0 });
    let gap = if before.is_empty() || before.ends_with('\n') {
        newline.to_owned()
    } else {
        format!("{newline}{newline}")
    };
    let derive = if imports_model(before) {
        "Model"
    } else {
        "relations::Model"
    };
    let text = text(name, fields, derive, newline);
    let text = if before.is_empty() { text } else { gap + &text };
    Change {
        path: path.to_path_buf(),
        after: inserted(before, &[Insertion { at: end, text }]),
        before: Some(before.to_owned()),
    }
}

/// Whether `Model` means the derive in a file.
fn imports_model(text: &str) -> bool {
    let file = syn::parse_file(text)
        .map(|file| file.items)
        .unwrap_or_default();
    let uses = file.iter().filter_map(|item| match item {
        syn::Item::Use(item) => Some(
            quote::ToTokens::to_token_stream(&item.tree)
                .to_string()
                .replace(' ', ""),
        ),
        _ => None,
    });
    let mut uses = uses.filter(|tree| tree.starts_with("relations::"));
    uses.any(|tree| {
        tree.contains("prelude::*")
            || tree == "relations::*"
            || tree.split(['{', '}', ',', ':']).any(|name| name == "Model")
    })
}

/// The model in a file of its own, which the crate's root declares.
fn new_file(source: &Source, file: &Path, name: &str, fields: &[NewField]) -> Result<Vec<Change>> {
    let stem = file
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    let shown = source.shown(file);
    let root = &source.files[0];
    let is_module =
        file.parent() == root.path.parent() && file.extension().is_some_and(|end| end == "rs");
    let Some(module) = ident(&stem).filter(|_| is_module) else {
        let message = format!("`{}` is not there", shown.display());
        return Err(Problem::new("not_a_module", message)
            .help("make the module first; without one, name a file beside the crate's root"));
    };
    if let Some(broken) = &root.problem {
        let message = format!(
            "`mod {module};` cannot be added to what is no Rust: {}",
            broken.message
        );
        return Err(Problem::new("broken_file", message).at(broken.place.clone()));
    }
    let mut changes = vec![Change {
        path: file.to_path_buf(),
        before: None,
        after: format!(
            "use relations::prelude::*;\n\n{}",
            text(name, fields, "Model", "\n")
        ),
    }];
    // A root may declare it already, and lack the file.
    let parsed = syn::parse_file(&root.text)
        .map(|file| file.items)
        .unwrap_or_default();
    let declares = |item: &syn::Item| matches!(item, syn::Item::Mod(item) if item.ident == stem);
    if !parsed.iter().any(declares) {
        let newline = layout::newline(&root.text, 0);
        let gap = if root.text.is_empty() || root.text.ends_with('\n') {
            ""
        } else {
            newline
        };
        changes.push(Change {
            path: root.path.clone(),
            before: Some(root.text.clone()),
            after: format!("{}{gap}pub mod {module};{newline}", root.text),
        });
    }
    Ok(changes)
}

fn tokens(ty: &syn::Type) -> String {
    quote::ToTokens::to_token_stream(ty).to_string()
}
