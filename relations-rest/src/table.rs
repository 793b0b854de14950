//! Models and relations to operations.

use crate::operation::{Operation, OperationKind, parameter, parameters};
use crate::routes::RelationSettings;
use relations::{ModelMetadata, RelationKind, RelationMetadata};

/// `/todo-lists` for `TodoList`.
pub(crate) fn default_path(name: &str) -> String {
    let mut path = String::from("/");
    for (at, letter) in name.char_indices() {
        if letter.is_uppercase() && at > 0 {
            path.push('-');
        }
        path.extend(letter.to_lowercase());
    }
    let ends = |ends: &[&str]| ends.iter().any(|end| path.ends_with(end));
    if ends(&["ay", "ey", "oy", "uy"]) {
        return path + "s";
    }
    if path.ends_with('y') {
        path.truncate(path.len() - 1);
        return path + "ies";
    }
    match ends(&["s", "x", "z", "ch", "sh"]) {
        true => path + "es",
        false => path + "s",
    }
}

/// `todoList` for `TodoList`.
fn id_of(model: &ModelMetadata) -> String {
    let mut letters = model.name().chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(letters).collect()
}

/// An id in a path, after so many others: `{id}`, or `{order_id},{number}` for a composite id.
fn id_parameter(model: &'static ModelMetadata, at: usize) -> String {
    let parameters = parameters(model, at).into_iter();
    let names: Vec<String> = parameters.map(|(name, _)| format!("{{{name}}}")).collect();
    names.join(",")
}

/// The operations of a model at a path.
pub(crate) fn of_model(
    model: &'static ModelMetadata,
    path: &str,
    may_write: bool,
) -> Vec<Operation> {
    use OperationKind::*;
    let id = id_parameter(model, 0);
    let at_rows = [Find, Create, Patch, Delete].map(|kind| (kind, String::new(), String::new()));
    let at_row = [FindById, PatchById, ReplaceById, DeleteById];
    let at_row = at_row.map(|kind| (kind, format!("/{id}"), "/{id}".to_owned()));
    let others = [
        (Count, "/count".to_owned(), "/count".to_owned()),
        (Exists, format!("/{id}/exists"), "/{id}/exists".to_owned()),
    ];
    let all = at_rows.into_iter().chain(others).chain(at_row);
    all.filter(|(kind, ..)| may_write || !kind.is_write())
        .map(|(kind, shown, route)| Operation {
            id: format!("{}.{}", id_of(model), kind.word()),
            method: kind.method(),
            path: format!("{path}{shown}"),
            model,
            via: Vec::new(),
            relation: None,
            kind,
            route: format!("{path}{route}"),
        })
        .collect()
}

/// The row whose relations are followed: where it is in the paths, and what leads there.
#[derive(Clone)]
pub(crate) struct Base {
    id: String,
    model: &'static ModelMetadata,
    via: Vec<&'static RelationMetadata>,
    path: String,
    route: String,
    /// How many ids the path has.
    keys: usize,
}

impl Base {
    /// A row of a model at a path.
    pub(crate) fn of_model(model: &'static ModelMetadata, path: &str) -> Base {
        Base {
            id: id_of(model),
            model,
            via: Vec::new(),
            path: format!("{path}/{}", id_parameter(model, 0)),
            route: format!("{path}/{{id}}"),
            keys: 1,
        }
    }

    /// A target of a relation of that row.
    fn below(&self, relation: &'static RelationMetadata, name: &str) -> Base {
        let mut base = Base {
            id: format!("{}.{}", self.id, relation.json_name()),
            path: format!("{}/{name}", self.path),
            route: format!("{}/{name}", self.route),
            ..self.clone()
        };
        base.via.push(relation);
        if relation.targets_many() {
            base.path = format!(
                "{}/{}",
                base.path,
                id_parameter(relation.target(), self.keys)
            );
            base.route = format!("{}/{{{}}}", base.route, parameter(self.keys));
            base.keys += 1;
        }
        base
    }
}

/// The operations of a relation, and of those that are nested in it. `may_write` is whether rows of its source may be written.
pub(crate) fn of_relation(
    settings: &RelationSettings,
    base: &Base,
    may_write: bool,
) -> Vec<Operation> {
    let (relation, name) = (settings.relation, &settings.path);
    let may_write = settings.may_write.unwrap_or(true) && may_write;
    let mut operations = of_relation_alone(relation, base, name, may_write);
    for nested in &settings.nested {
        operations.extend(of_relation(nested, &base.below(relation, name), may_write));
    }
    operations
}

fn of_relation_alone(
    relation: &'static RelationMetadata,
    base: &Base,
    name: &str,
    may_write: bool,
) -> Vec<Operation> {
    use OperationKind::*;
    let target = relation.target();
    let (fk, of_route) = (id_parameter(target, base.keys), parameter(base.keys));
    let here = |kinds: &[OperationKind]| -> Vec<(OperationKind, &str)> {
        kinds.iter().map(|kind| (*kind, "")).collect()
    };
    let is_to_any =
        !relation.discriminator_values().is_empty() && relation.kind() == RelationKind::BelongsTo;
    let kinds = match relation.kind() {
        RelationKind::HasOne => here(&[FindOne, Create, Set, Patch, Delete]),
        RelationKind::BelongsTo if is_to_any => here(&[Follow]),
        RelationKind::BelongsTo => here(&[FindOne]),
        RelationKind::ReferencesMany => here(&[Follow]),
        RelationKind::HasMany => {
            let mut kinds = here(&[Find, Create, Patch, Delete]);
            kinds.push((Count, "/count"));
            kinds
                .extend([FindById, PatchById, ReplaceById, DeleteById].map(|kind| (kind, "/{fk}")));
            if relation.through().is_some() {
                kinds.extend([IsLinked, Link, Unlink].map(|kind| (kind, "/rel/{fk}")));
            }
            kinds
        }
        _ => Vec::new(),
    };
    let kinds = kinds.into_iter();
    kinds
        .filter(|(kind, _)| (may_write && !target.is_view()) || !kind.is_write())
        .map(|(kind, below)| Operation {
            id: format!("{}.{}.{}", base.id, relation.json_name(), kind.word()),
            method: kind.method(),
            path: format!("{}/{name}{}", base.path, below.replace("{fk}", &fk)),
            model: base.model,
            via: base.via.clone(),
            relation: Some(relation),
            kind,
            route: format!("{}/{name}{}", base.route, below.replace("fk", &of_route)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_plural() {
        let paths = ["TodoList", "Category", "Box", "Day", "Address"].map(default_path);
        assert_eq!(
            paths,
            [
                "/todo-lists",
                "/categories",
                "/boxes",
                "/days",
                "/addresses"
            ]
        );
    }
}
