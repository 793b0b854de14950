//! A crate's source as text: its files along `mod` and `#[path]`, its modules, and the models in them.
//!
//! Nothing is compiled, so the crate may be broken. A file that is no Rust is left out and remembered.

mod files;
mod model;
mod scope;

pub(crate) use files::SourceFile;
pub(crate) use model::{Field, Kind, Model, Relation, is_option, type_text, without_option};
use scope::visible_in;

use crate::names::closest;
use crate::problem::{Place, Problem, Result};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The source of one package.
#[derive(Default)]
pub(crate) struct Source {
    /// The folder of its `Cargo.toml`.
    pub(crate) folder: PathBuf,
    /// The text of its `Cargo.toml`.
    pub(crate) manifest: String,
    /// The file at which its library starts.
    pub(crate) library: Option<usize>,
    pub(crate) files: Vec<SourceFile>,
    pub(crate) modules: Vec<Module>,
    pub(crate) models: Vec<Model>,
    pub(crate) aliases: Vec<(String, syn::Type)>,
}

/// A module, in a file of its own or in another's.
#[derive(Debug, Clone)]
pub(crate) struct Module {
    /// Which of the package's crates it is of: its library, or one of its programs.
    pub(crate) root: usize,
    pub(crate) path: Vec<String>,
    /// The module below which it can be named; `None` where it can be named everywhere.
    pub(crate) visible_in: Option<Vec<String>>,
    pub(crate) imports: Vec<scope::Import>,
    /// The names of the items that stand in it.
    pub(crate) items: Vec<String>,
}

impl Source {
    /// Reads the package of a folder.
    pub(crate) fn read(manifest: Option<&Path>) -> Result<Source> {
        let manifest = match manifest {
            Some(manifest) => manifest.to_path_buf(),
            None => manifest_above()?,
        };
        files::read(&manifest)
    }

    /// The one model of this name, which may be a path's end: `Supplier`, `shop::Supplier`.
    pub(crate) fn model(&self, name: &str) -> Result<&Model> {
        let wanted: Vec<&str> = name
            .split("::")
            .map(|part| part.trim_start_matches("r#"))
            .collect();
        let found = self
            .models
            .iter()
            .filter(|model| self.is_named(model, &wanted));
        let found: Vec<&Model> = found.collect();
        match found.as_slice() {
            [model] => Ok(model),
            [] => Err(self.unknown(name)),
            [first, second, ..] => Err(self.ambiguous(name, first, second)),
        }
    }

    fn is_named(&self, model: &Model, wanted: &[&str]) -> bool {
        let module = &self.modules[model.module].path;
        let path = std::iter::once("crate").chain(module.iter().map(String::as_str));
        let path: Vec<&str> = path.chain([model.name.as_str()]).collect();
        path.ends_with(wanted)
    }

    fn unknown(&self, name: &str) -> Box<Problem> {
        let problem = Problem::new("unknown_model", format!("there is no model `{name}`"));
        // Perhaps it is in a file that could not be read.
        if let Some(broken) = self.files.iter().find_map(|file| file.problem.as_ref()) {
            let message = format!(
                "there is no model `{name}` in what could be read, and this is no Rust: {}",
                broken.message
            );
            return Problem::new("unknown_model", message)
                .at(broken.place.clone())
                .help("models in this file are not seen until it can be parsed");
        }
        let names = self.models.iter().map(|model| model.name.as_str());
        match closest(name, names) {
            Some(closest) => problem.help(format!("did you mean `{closest}`?")),
            None => problem.help(format!("a model is a struct with `#[derive(Model)]`; `cargo relations model {name}` writes one")),
        }
    }

    fn ambiguous(&self, name: &str, first: &Model, second: &Model) -> Box<Problem> {
        let (one, other) = (self.path_of(first), self.path_of(second));
        let message = format!("`{name}` is the name of two models");
        let help = match one == other {
            true => "two of one path are told apart by `cfg`, which is not looked at: write the relation by hand".to_owned(),
            false => format!("say which: `{one}` or `{other}`"),
        };
        let place = self.place(second.file, second.name_range.clone());
        Problem::new("ambiguous_model", message)
            .at(place)
            .help(help)
    }

    /// The path of a model in its crate.
    pub(crate) fn path_of(&self, model: &Model) -> String {
        let module = &self.modules[model.module].path;
        let parts: Vec<&str> = module
            .iter()
            .map(String::as_str)
            .chain([&*model.name])
            .collect();
        parts.join("::")
    }

    pub(crate) fn place(&self, file: usize, range: Range<usize>) -> Place {
        let file = &self.files[file];
        Place {
            path: self.shown(&file.path),
            text: file.text.clone(),
            range,
        }
    }

    /// A path as it is shown: from the folder of the package.
    pub(crate) fn shown(&self, path: &Path) -> PathBuf {
        let path = path.strip_prefix(&self.folder).unwrap_or(path);
        path.to_path_buf()
    }

    /// What a type is called where aliases of this package are replaced: `Option` and paths are left out.
    pub(crate) fn plain_type(&self, ty: &syn::Type) -> String {
        let mut ty = ty.clone();
        // An alias of an alias of itself is no Rust, but the crate may be broken.
        for _ in 0..8 {
            let name = model::last_name(&ty);
            let alias = self
                .aliases
                .iter()
                .find(|(alias, _)| Some(alias) == name.as_ref());
            match alias {
                Some((_, meant)) => ty = meant.clone(),
                None => break,
            }
        }
        model::type_text(&ty)
    }
}

fn manifest_above() -> Result<PathBuf> {
    let here = std::env::current_dir().unwrap_or_default();
    let mut folders = here.ancestors();
    let found = folders.find(|folder| folder.join("Cargo.toml").is_file());
    found
        .map(|folder| folder.join("Cargo.toml"))
        .ok_or_else(|| {
            let message = format!(
                "there is no `Cargo.toml` in `{}` or above it",
                here.display()
            );
            Problem::new("no_package", message).help("say where it is with `--manifest-path`")
        })
}
