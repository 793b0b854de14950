//! Models and relations to operations.

use crate::operation::{Operation, OperationKind};
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

/// `{id}`, or `{order_id},{number}` for a composite id.
fn id_parameter(model: &'static ModelMetadata, alone: &str) -> String {
    let names: Vec<&str> = model.id_fields().map(|field| field.json_name()).collect();
    match names.len() {
        1 => format!("{{{alone}}}"),
        _ => names
            .iter()
            .map(|name| format!("{{{name}}}"))
            .collect::<Vec<_>>()
            .join(","),
    }
}

/// The operations of a model at a path.
pub(crate) fn of_model(
    model: &'static ModelMetadata,
    path: &str,
    may_write: bool,
) -> Vec<Operation> {
    use OperationKind::*;
    let id = id_parameter(model, "id");
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
            relation: None,
            kind,
            route: format!("{path}{route}"),
        })
        .collect()
}

/// The operations of a relation, below the path of its source.
pub(crate) fn of_relation(
    relation: &'static RelationMetadata,
    path: &str,
    name: &str,
    may_write: bool,
) -> Vec<Operation> {
    use OperationKind::*;
    let (source, target) = (relation.source(), relation.target());
    let id = id_parameter(source, "id");
    let fk = match target.id_fields().count() {
        1 => "{fk}".to_owned(),
        _ => target
            .id_fields()
            .map(|field| format!("{{fk_{}}}", field.json_name()))
            .collect::<Vec<_>>()
            .join(","),
    };
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
            id: format!("{}.{}.{}", id_of(source), relation.json_name(), kind.word()),
            method: kind.method(),
            path: format!("{path}/{id}/{name}{}", below.replace("{fk}", &fk)),
            model: source,
            relation: Some(relation),
            kind,
            route: format!("{path}/{{id}}/{name}{below}"),
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
