//! How one module names what stands in another.

use super::{Model, Module, Source};
use crate::problem::{Problem, Result};
use syn::ext::IdentExt;

/// A name that a `use` brings into a module.
#[derive(Debug, Clone)]
pub(crate) struct Import {
    /// What it leads to, from the root of the crate; of another crate, as it was written.
    path: Vec<String>,
    /// The name; `None` for all names of a module.
    name: Option<String>,
    /// The module below which it can be named in turn.
    visible_in: Option<Vec<String>>,
}

/// What the `use`s among the items bring into the module at `module`.
pub(super) fn imports(items: &[syn::Item], module: &[String]) -> Vec<Import> {
    let mut imports = Vec::new();
    for item in items {
        if let syn::Item::Use(item) = item {
            let visible_in = visible_in(&item.vis, module);
            leaves(&item.tree, Vec::new(), &mut |path, name| {
                imports.push(Import {
                    path: absolute(path, module, items),
                    name,
                    visible_in: visible_in.clone(),
                });
            });
        }
    }
    imports
}

fn leaves(
    tree: &syn::UseTree,
    mut path: Vec<String>,
    found: &mut dyn FnMut(Vec<String>, Option<String>),
) {
    match tree {
        syn::UseTree::Path(inner) => {
            path.push(inner.ident.unraw().to_string());
            leaves(&inner.tree, path, found);
        }
        syn::UseTree::Name(name) => {
            let name = name.ident.unraw().to_string();
            path.push(name.clone());
            found(path, Some(name));
        }
        syn::UseTree::Rename(name) => {
            path.push(name.ident.unraw().to_string());
            found(path, Some(name.rename.unraw().to_string()));
        }
        syn::UseTree::Glob(_) => found(path, None),
        syn::UseTree::Group(group) => {
            for tree in &group.items {
                leaves(tree, path.clone(), found);
            }
        }
    }
}

/// A path from the root of the crate.
fn absolute(path: Vec<String>, module: &[String], items: &[syn::Item]) -> Vec<String> {
    let mut base = module.to_vec();
    let mut rest = path.as_slice();
    match rest.first().map(String::as_str) {
        Some("crate") => (base, rest) = (Vec::new(), &rest[1..]),
        Some("self") => rest = &rest[1..],
        Some("super") => {
            while rest.first().is_some_and(|first| first == "super") {
                base.pop();
                rest = &rest[1..];
            }
        }
        Some(first) => {
            let is_here = |item: &syn::Item| matches!(item, syn::Item::Mod(item) if item.ident.unraw() == first);
            if !items.iter().any(is_here) {
                return path;
            }
        }
        None => {}
    }
    base.extend_from_slice(rest);
    base
}

/// The module below which something can be named; `None` where everywhere in the crate.
pub(super) fn visible_in(vis: &syn::Visibility, module: &[String]) -> Option<Vec<String>> {
    match vis {
        syn::Visibility::Public(_) => None,
        syn::Visibility::Inherited => Some(module.to_vec()),
        syn::Visibility::Restricted(within) => {
            let path = within
                .path
                .segments
                .iter()
                .map(|part| part.ident.unraw().to_string());
            let path = absolute(path.collect(), module, &[]);
            (!path.is_empty()).then_some(path)
        }
    }
}

impl Source {
    /// How the module `from` names a model: by its name alone where it is in scope, else by its path.
    pub(crate) fn path_to(&self, from: usize, model: &Model) -> Result<String> {
        self.path_to_item(from, model.module, &model.name, model.visible_in.as_deref())
            .ok_or_else(|| self.hidden(from, model))
    }

    /// How the module `from` names what stands in the module `home`.
    pub(crate) fn path_to_item(
        &self,
        from: usize,
        home: usize,
        name: &str,
        visible: Option<&[String]>,
    ) -> Option<String> {
        let (from, home) = (&self.modules[from], &self.modules[home]);
        let written = crate::names::ident(name)?;
        if self.in_scope(from, home, name, 0) {
            return Some(written);
        }
        if from.root != home.root
            || !reaches(from, visible)
            || from.items.iter().any(|item| item == name) && from.path == home.path
        {
            return None;
        }
        let path = self.way(from, home, name)?;
        let parts = std::iter::once("crate".to_owned())
            .chain(path.iter().filter_map(|part| crate::names::ident(part)));
        Some(format!(
            "{}::{written}",
            parts.collect::<Vec<_>>().join("::")
        ))
    }

    /// Whether the name alone means it in this module: it stands there, or is imported by its name or with all others.
    fn in_scope(&self, module: &Module, home: &Module, name: &str, depth: usize) -> bool {
        if module.root == home.root && module.path == home.path {
            return true;
        }
        // A name of the module's own goes before what all others bring.
        let named = module
            .imports
            .iter()
            .find(|import| import.name.as_deref() == Some(name));
        if let Some(import) = named {
            return import.path.last().is_some_and(|last| last == name)
                && self.leads_to(
                    module,
                    &import.path[..import.path.len() - 1],
                    home,
                    name,
                    depth,
                );
        }
        if module.items.iter().any(|item| item == name) {
            return false;
        }
        let mut all = module.imports.iter().filter(|import| import.name.is_none());
        all.any(|import| self.leads_to(module, &import.path, home, name, depth))
    }

    fn leads_to(
        &self,
        from: &Module,
        path: &[String],
        home: &Module,
        name: &str,
        depth: usize,
    ) -> bool {
        if depth > 8 {
            return false;
        }
        let mut modules = self.modules.iter();
        let module = modules.find(|module| module.root == from.root && module.path == path);
        module.is_some_and(|module| {
            let is_home = module.root == home.root && module.path == home.path;
            is_home || self.in_scope(module, home, name, depth + 1)
        })
    }

    /// The modules from the crate's root to one in which the name is, all of which `from` can name.
    fn way<'s>(&'s self, from: &Module, home: &'s Module, name: &str) -> Option<&'s [String]> {
        let can_name = |module: &Module| {
            (0..=module.path.len()).all(|end| {
                let above = self.modules.iter();
                let mut above =
                    above.filter(|one| one.root == module.root && one.path == module.path[..end]);
                above.all(|one| reaches(from, one.visible_in.as_deref()))
            })
        };
        if can_name(home) {
            return Some(&home.path);
        }
        let exports = |module: &&Module| {
            module.root == from.root
                && can_name(module)
                && module.imports.iter().any(|import| {
                    let (is_named, is_all) =
                        (import.name.as_deref() == Some(name), import.name.is_none());
                    let end = import.path.len() - usize::from(is_named && !import.path.is_empty());
                    (is_named || is_all)
                        && reaches(from, import.visible_in.as_deref())
                        && self.leads_to(module, &import.path[..end], home, name, 0)
                })
        };
        self.modules
            .iter()
            .find(exports)
            .map(|module| module.path.as_slice())
    }

    /// A type that is written in the module `from`, as the module `to` writes it.
    pub(crate) fn type_in(&self, ty: &syn::Type, text: &str, from: usize, to: usize) -> String {
        let name = match ty {
            syn::Type::Path(path) if path.qself.is_none() => {
                path.path.get_ident().map(|ident| ident.unraw().to_string())
            }
            _ => None,
        };
        let Some(name) = name.filter(|_| from != to) else {
            return text.to_owned();
        };
        let (home, module) = (&self.modules[from], &self.modules[to]);
        if home.items.contains(&name) {
            let path = self.path_to_item(to, from, &name, None);
            return path.unwrap_or_else(|| text.to_owned());
        }
        let named = |module: &Module| {
            module
                .imports
                .iter()
                .find(|import| import.name.as_ref() == Some(&name))
                .cloned()
        };
        match (named(home), named(module)) {
            (Some(import), None) => {
                let is_own = self
                    .modules
                    .iter()
                    .any(|module| !module.path.is_empty() && import.path.starts_with(&module.path));
                let start = if is_own { "crate::" } else { "" };
                format!("{start}{}", import.path.join("::"))
            }
            _ => text.to_owned(),
        }
    }

    fn hidden(&self, from: usize, model: &Model) -> Box<Problem> {
        let (module, home) = (&self.modules[from], &self.modules[model.module]);
        let name = &model.name;
        let from = match module.path.join("::") {
            path if path.is_empty() => "the root of the crate".to_owned(),
            path => format!("module `{path}`"),
        };
        let (message, help) = match module.root == home.root {
            true => (
                format!("`{name}` cannot be named in {from}"),
                "make it and its modules `pub(crate)`, or import it",
            ),
            false => (
                format!("`{name}` is of another crate than {from}"),
                "models that are related are of one crate",
            ),
        };
        let place = self.place(model.file, model.name_range.clone());
        Problem::new("not_visible", message).at(place).help(help)
    }
}

fn reaches(from: &Module, visible_in: Option<&[String]>) -> bool {
    visible_in.is_none_or(|module| from.path.starts_with(module))
}
