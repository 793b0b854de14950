//! The files of a package: from its roots along `mod` and `#[path]`.

use super::model::{self, Model};
use super::scope::{imports, visible_in};
use super::{Module, Source};
use crate::problem::{Place, Problem, Result};
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use syn::ext::IdentExt;

/// A file and its text.
#[derive(Debug)]
pub(crate) struct SourceFile {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    /// Why it is no Rust.
    pub(crate) problem: Option<Broken>,
}

/// A mistake in the syntax of a file.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) message: String,
    pub(crate) place: Place,
}

pub(super) fn read(manifest: &Path) -> Result<Source> {
    let text = fs::read_to_string(manifest).map_err(|error| {
        let message = format!("`{}` cannot be read: {error}", manifest.display());
        Problem::new("no_package", message)
    })?;
    let folder = manifest.parent().unwrap_or(Path::new(""));
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    let mut reading = Reading {
        source: Source {
            folder: folder.clone(),
            manifest: text.clone(),
            ..Source::default()
        },
        seen: HashSet::new(),
    };
    let roots = roots(&folder, &text);
    if roots.is_empty() {
        let message = format!(
            "`{}` has neither a library nor a program",
            manifest.display()
        );
        return Err(Problem::new("no_package", message)
            .help("name a package of the workspace with `--manifest-path`"));
    }
    for (root, path) in roots.iter().enumerate() {
        let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        reading.file(path, &folder, Vec::new(), root, None);
    }
    if reading
        .source
        .files
        .iter()
        .any(|file| file.problem.is_some())
    {
        reading.unreached(&folder.join("src"), &folder.join("src"));
    }
    let library = fs::canonicalize(library_of(&folder, &text)).ok();
    let mut files = reading.source.files.iter();
    reading.source.library =
        library.and_then(|library| files.position(|file| file.path == library));
    Ok(reading.source)
}

/// The file of the library, if there is one.
fn library_of(folder: &Path, manifest: &str) -> PathBuf {
    let manifest = manifest
        .parse::<toml_edit::DocumentMut>()
        .unwrap_or_default();
    let path = manifest.get("lib").and_then(|library| library.get("path"));
    folder.join(path.and_then(|path| path.as_str()).unwrap_or("src/lib.rs"))
}

/// The files at which crates start.
fn roots(folder: &Path, manifest: &str) -> Vec<PathBuf> {
    let mut roots = vec![library_of(folder, manifest), folder.join("src/main.rs")];
    let manifest = manifest
        .parse::<toml_edit::DocumentMut>()
        .unwrap_or_default();
    let programs = manifest
        .get("bin")
        .and_then(|programs| programs.as_array_of_tables());
    for program in programs.into_iter().flatten() {
        let path = program.get("path").and_then(|path| path.as_str());
        roots.extend(path.map(|path| folder.join(path)));
    }
    let mut binaries = rust_files(&folder.join("src/bin"));
    roots.append(&mut binaries);
    let mut seen = HashSet::new();
    roots.retain(|root| root.is_file() && seen.insert(root.clone()));
    roots
}

/// The files of a folder that may be Rust, and the `main.rs` of the folders in it.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| match entry.path() {
            path if path.is_dir() => path.join("main.rs"),
            path => path,
        })
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .collect();
    files.sort();
    files
}

struct Reading {
    source: Source,
    /// Files that were read: one that two crates share is read once.
    seen: HashSet<PathBuf>,
}

impl Reading {
    /// Reads a file as the module `path`; its modules are in `folder`.
    fn file(
        &mut self,
        file: &Path,
        folder: &Path,
        path: Vec<String>,
        root: usize,
        visible: Option<Vec<String>>,
    ) {
        let whole = fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf());
        if !self.seen.insert(whole.clone()) {
            return;
        }
        let Ok(text) = fs::read_to_string(&whole) else {
            return;
        };
        let skipped = prefix(&text);
        let parsed = syn::parse_file(&text);
        let problem = parsed.as_ref().err().map(|error| {
            let range = error.span().byte_range();
            let range =
                (range.start + skipped).min(text.len())..(range.end + skipped).min(text.len());
            Broken {
                message: error.to_string(),
                place: Place {
                    path: self.source.shown(&whole),
                    text: text.clone(),
                    range,
                },
            }
        });
        self.source.files.push(SourceFile {
            path: whole.clone(),
            text,
            problem,
        });
        let Ok(parsed) = parsed else {
            return;
        };
        let reached = Reached {
            file: self.source.files.len() - 1,
            skipped,
            beside: whole.parent().unwrap_or(Path::new("")).to_path_buf(),
            root,
        };
        self.module(&parsed.items, &reached, folder, path, visible, true);
    }

    fn module(
        &mut self,
        items: &[syn::Item],
        reached: &Reached,
        folder: &Path,
        path: Vec<String>,
        visible_in: Option<Vec<String>>,
        is_file: bool,
    ) {
        self.source.modules.push(Module {
            root: reached.root,
            path: path.clone(),
            visible_in,
            imports: imports(items, &path),
            items: items.iter().filter_map(item_name).collect(),
        });
        let module = self.source.modules.len() - 1;
        for item in items {
            match item {
                syn::Item::Struct(item) => {
                    let model = Model::of(item, reached.file, module, reached.skipped, &path);
                    self.source.models.extend(model);
                }
                syn::Item::Type(item) if item.generics.params.is_empty() => {
                    let alias = (item.ident.to_string(), (*item.ty).clone());
                    self.source.aliases.push(alias);
                }
                syn::Item::Mod(item) => self.below(item, reached, folder, &path, is_file),
                _ => {}
            }
        }
    }

    /// A module in another, in place or in its file.
    fn below(
        &mut self,
        item: &syn::ItemMod,
        reached: &Reached,
        folder: &Path,
        above: &[String],
        is_file: bool,
    ) {
        let name = item.ident.unraw().to_string();
        let mut path = above.to_vec();
        path.push(name.clone());
        let visible = visible_in(&item.vis, above);
        if let Some((_, items)) = &item.content {
            let given = model::path_attributes(&item.attrs);
            let folder = match given.first() {
                Some(given) => folder.join(given),
                None => folder.join(&name),
            };
            self.module(items, reached, &folder, path, visible, false);
            return;
        }
        let beside = if is_file { &reached.beside } else { folder };
        for given in model::path_attributes(&item.attrs) {
            let file = beside.join(given);
            if file.is_file() {
                let folder = file.parent().unwrap_or(Path::new("")).to_path_buf();
                self.file(&file, &folder, path.clone(), reached.root, visible.clone());
            }
        }
        let inner = folder.join(&name);
        for file in [folder.join(format!("{name}.rs")), inner.join("mod.rs")] {
            if file.is_file() {
                self.file(&file, &inner, path.clone(), reached.root, visible.clone());
            }
        }
    }

    /// The files that nothing led to, since what would have led there is broken; as the modules that their names say.
    fn unreached(&mut self, folder: &Path, top: &Path) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let file = entry.path();
            if file.is_dir() {
                self.unreached(&file, top);
                continue;
            }
            if file.extension().is_none_or(|end| end != "rs") {
                continue;
            }
            let inner = match file.file_stem() {
                Some(stem) if stem != "mod" => file.with_file_name(stem),
                _ => folder.to_path_buf(),
            };
            let below = inner.strip_prefix(top).unwrap_or(&inner).components();
            let path = below.map(|part| part.as_os_str().to_string_lossy().into_owned());
            self.file(&file, &inner, path.collect(), 0, None);
        }
    }
}

/// Where the items that are being read stand.
struct Reached {
    file: usize,
    /// How many bytes of the file the parser did not see.
    skipped: usize,
    /// The folder of the file.
    beside: PathBuf,
    root: usize,
}

/// The bytes that `syn::parse_file` takes away before it counts: a byte order mark and a `#!` line.
fn prefix(text: &str) -> usize {
    let mark = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let rest = &text[mark..];
    let is_script = rest.starts_with("#!") && !rest[2..].trim_start().starts_with('[');
    match is_script {
        true => mark + rest.find('\n').unwrap_or(rest.len()),
        false => mark,
    }
}

fn item_name(item: &syn::Item) -> Option<String> {
    let ident = match item {
        syn::Item::Struct(item) => &item.ident,
        syn::Item::Enum(item) => &item.ident,
        syn::Item::Type(item) => &item.ident,
        syn::Item::Mod(item) => &item.ident,
        _ => return None,
    };
    Some(ident.unraw().to_string())
}
