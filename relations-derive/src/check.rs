//! Rules that need more than one attribute to decide. Each mends the model as well, so that one mistake gives one error.

use crate::attr::{EmbedsAttr, Name, RelationAttr, RelationKind, ThroughAttr};
use crate::errors::Errors;
use crate::model::{Embeds, Field, KeyTo, Model, Relation, target_name};
use crate::names::{closest, plain};
use proc_macro2::Span;

/// Names that a relation would shadow: methods of repositories and of rows with slots.
const RESERVED: &[&str] = &[
    "all",
    "belongs_to",
    "build",
    "clone",
    "connection",
    "count",
    "create",
    "create_all",
    "delete",
    "delete_by_id",
    "deref",
    "draft",
    "exists",
    "find",
    "find_by_id",
    "find_with",
    "first",
    "get",
    "has_many",
    "has_one",
    "id",
    "inclusion_resolvers",
    "into_model",
    "metadata",
    "new",
    "patch",
    "patch_by_id",
    "read",
    "replace",
    "set",
    "stream",
    "to_sql",
    "update",
    "upsert",
];

const ACTIONS: &[&str] = &[
    "cascade",
    "no_action",
    "restrict",
    "set_default",
    "set_null",
];

/// The model has an id, whose fields can be one.
pub(crate) fn id(model: &mut Model, errors: &mut Errors) {
    let ids = model.id();
    if ids.is_empty() {
        let name = plain(&model.ident);
        errors.add(
            model.ident.span(),
            format!(
                "`{name}` has no id\nhelp: add `#[model(id)]` to the field that identifies a row"
            ),
        );
        model.fields[0].id = true;
        model.has_broken_id = true;
    }
    if let Some(fifth) = ids.get(4) {
        let at = model.fields[*fifth].ident.span();
        errors.add(at, "an id has at most four fields\nhelp: give the model an id of its own, and the table a unique index over these");
        model.has_broken_id = true;
    }
    for at in &ids {
        let field = &mut model.fields[*at];
        if field.is_written_as_option() {
            let message = format!(
                "the id `{}` cannot be an `Option`\nhelp: a new row takes no id from a draft where the field has `#[model(id, generated)]`",
                field.name
            );
            errors.add(field.ident.span(), message);
            model.has_broken_id = true;
        }
        if field.generated && ids.len() > 1 && field.default.is_none() {
            let message = format!(
                "`{}` is one part of a composite id, which the database cannot generate\nhelp: remove `generated`, or add `default = \"sql\"`",
                field.name
            );
            errors.add(field.ident.span(), message);
        }
    }
}

/// The positions of the fields that each group names; without those that name no field, or one twice.
pub(crate) fn groups(
    model: &syn::Ident,
    fields: &[Field],
    groups: Vec<Vec<Name>>,
    errors: &mut Errors,
) -> Vec<Vec<usize>> {
    let mut found = Vec::new();
    for group in groups {
        let mut positions = Vec::new();
        for name in &group {
            match fields.iter().position(|field| field.name == name.text) {
                Some(at) if !positions.contains(&at) => positions.push(at),
                Some(_) => errors.add(name.span, format!("`{}` is named twice", name.text)),
                None => {
                    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
                    let help = match closest(&name.text, &names) {
                        Some(closest) => format!("did you mean `{closest}`?"),
                        None => format!("its fields are `{}`", names.join("`, `")),
                    };
                    let (field, model) = (&name.text, plain(model));
                    let message = format!("`{field}` is not a field of `{model}`\nhelp: {help}");
                    errors.add(name.span, message);
                }
            }
        }
        if positions.len() == group.len() {
            found.push(positions);
        }
    }
    found
}

/// No two fields share a column, or a name in JSON.
pub(crate) fn columns(model: &Model, errors: &mut Errors) {
    for (at, field) in model.fields.iter().enumerate() {
        let same = |other: &&crate::model::Field| other.json_name == field.json_name;
        if let Some(first) = model.fields[..at].iter().find(same) {
            let message = format!(
                "`{}` would be `{}` in JSON, as `{}` is\nhelp: give one of them another with `#[serde(rename = \"…\")]`",
                field.name, field.json_name, first.name
            );
            errors.add(field.ident.span(), message);
        }
        let same = |other: &&crate::model::Field| other.column == field.column;
        if let Some(first) = model.fields[..at].iter().find(same) {
            let message = format!(
                "column `{}` is that of `{}` already\nhelp: give one of them another with `#[model(column = \"…\")]`",
                field.column, first.name
            );
            errors.add(field.ident.span(), message);
        }
    }
}

/// The value of a new row comes from one place.
pub(crate) fn made(model: &Model, errors: &mut Errors) {
    for field in &model.fields {
        let default_with = field.default_with.as_ref();
        let default_with = default_with.and_then(|path| path.segments.last());
        let sources = [
            (
                "default_with",
                default_with.map(|segment| segment.ident.span()),
            ),
            ("created_at", field.created_at),
            ("updated_at", field.updated_at),
            ("on_update_now", field.on_update_now),
        ];
        let mut given = sources
            .iter()
            .filter_map(|(name, span)| Some((*name, (*span)?)));
        let Some((first, at)) = given.next() else {
            continue;
        };
        if field.generated {
            let message = format!(
                "the database makes `{}`, so `{first}` is never used\nhelp: remove `generated` or `{first}`",
                field.name
            );
            errors.add(at, message);
        } else if let Some((second, at)) = given.next() {
            let message = format!(
                "`{}` has `{first}` already\nhelp: remove `{first}` or `{second}`",
                field.name
            );
            errors.add(at, message);
        }
    }
}

/// A row has one version, which nothing else changes.
pub(crate) fn version(model: &mut Model, errors: &mut Errors) {
    let mut first: Option<String> = None;
    for field in &mut model.fields {
        let Some(at) = field.version else { continue };
        let told = [
            ("id", field.id),
            ("generated", field.generated),
            ("created_at", field.created_at.is_some()),
            ("updated_at", field.updated_at.is_some()),
            ("on_update_now", field.on_update_now.is_some()),
            ("json", field.json.is_some()),
            ("unique", field.unique),
            ("belongs_to", field.is_foreign_key),
        ];
        if let Some((word, _)) = told.iter().find(|(_, is_told)| *is_told) {
            let message = format!(
                "`{}` is the version of a row, with which `{word}` does not go\nhelp: remove `{word}` or `version`",
                field.name
            );
            errors.add(at, message);
            field.version = None;
        } else if let Some(first) = &first {
            let message = format!(
                "`{first}` is the version already\nhelp: remove `version` from one of them"
            );
            errors.add(at, message);
            field.version = None;
        } else {
            first = Some(field.name.clone());
        }
    }
}

/// A field that is kept as JSON is compared by its paths only.
pub(crate) fn json(model: &mut Model, errors: &mut Errors) {
    for field in &mut model.fields {
        let Some(at) = field.json else { continue };
        if !cfg!(feature = "serde_json") {
            errors.add(
                at,
                "`json` needs the feature `serde_json` of `relations-orm`\nhelp: turn it on in `Cargo.toml`",
            );
        }
        let told = [
            ("id", field.id),
            ("generated", field.generated),
            ("unique", field.unique),
            ("index", field.index),
            ("length", field.length.is_some()),
            ("precision", field.precision.is_some()),
            ("belongs_to", field.is_foreign_key),
        ];
        if let Some((word, _)) = told.iter().find(|(_, is_told)| *is_told) {
            let message = format!(
                "`{}` is kept as JSON, with which `{word}` does not go\nhelp: remove `{word}` or `json`",
                field.name
            );
            errors.add(at, message);
            field.json = None;
        }
    }
}

/// Whether rows can be kept in the field, and reached by the name.
pub(crate) fn embeds(model: &Model, embeds: &Embeds, at: Span, errors: &mut Errors) -> bool {
    let word = match embeds.is_many {
        true => EmbedsAttr::MANY,
        false => EmbedsAttr::ONE,
    };
    let field = &model.fields[embeds.at];
    if field.json.is_none() {
        let message = format!(
            "`{word}` keeps rows as JSON, and `{}` is not kept as JSON\nhelp: add `#[model(json)]` to the field",
            field.name
        );
        errors.add(at, message);
        return false;
    }
    let name = embeds.name.as_str();
    let others = model.relations.iter().map(|other| other.name.as_str());
    let mut others = others.chain(model.embeds.iter().map(|other| other.name.as_str()));
    let message = if syn::parse_str::<syn::Ident>(name).is_err() && !is_keyword(name) {
        format!("`{name}` cannot be the name of a method")
    } else if RESERVED.contains(&name) {
        format!("`{name}` would hide a method of the repository")
    } else if others.any(|other| other == name) {
        format!("`{name}` is the name of another relation")
    } else {
        return true;
    };
    errors.add(
        embeds.span,
        format!("{message}\nhelp: give it another name with `name = \"…\"`"),
    );
    false
}

/// A former name is that of nothing that is there now.
pub(crate) fn former_names(model: &Model, errors: &mut Errors) {
    if let Some(was) = model.was.as_ref().filter(|was| was.text == model.table) {
        let message = format!(
            "the table is still called `{}`\nhelp: `was` says the name that it had before; remove it",
            was.text
        );
        errors.add(was.span, message);
    }
    for (at, field) in model.fields.iter().enumerate() {
        let Some(was) = &field.was else {
            continue;
        };
        let mut others = model.fields.iter();
        let still = others.find(|other| other.column == was.text);
        let mut before = model.fields[..at].iter();
        let twice = before.find(|other| other.was.as_ref().is_some_and(|it| it.text == was.text));
        let message = match (still, twice) {
            (Some(still), _) => format!(
                "the column of `{}` is still called `{}`\nhelp: `was` says the name that the column of `{}` had before, which no other has now",
                still.name, was.text, field.name
            ),
            (None, Some(twice)) => format!(
                "`{}` and `{}` cannot both have been the column `{}`\nhelp: one column becomes one; remove one `was`",
                twice.name, field.name, was.text
            ),
            (None, None) => continue,
        };
        errors.add(was.span, message);
    }
}

/// Nothing is said of a view that only a table has.
pub(crate) fn view(model: &Model, errors: &mut Errors) {
    if !model.is_view {
        return;
    }
    for field in &model.fields {
        if field.generated || field.has_default() {
            let message = format!(
                "`{}` is a view, to which no row is added, so nothing makes the value of `{}`\nhelp: remove what says how it is made",
                plain(&model.ident),
                field.name
            );
            errors.add(field.ident.span(), message);
        }
    }
    if !model.checks.is_empty() || !model.indexes.is_empty() {
        let message = format!(
            "`{}` is a view, which has neither indexes nor checks\nhelp: `index(..)` and `check` go to the models of its tables",
            plain(&model.ident)
        );
        errors.add(model.ident.span(), message);
    }
}

/// Only what is hidden is left out of JSON, and by one word: rows are read with all their fields.
pub(crate) fn skipped(model: &Model, errors: &mut Errors) {
    for field in &model.fields {
        let Some(skip) = &field.skip else {
            continue;
        };
        let message = match (skip.text.as_str(), field.hidden) {
            ("skip_serializing", Some(_)) => continue,
            ("skip_serializing", None) => format!(
                "`#[serde(skip_serializing)]` leaves out `{}`, which is not hidden\nhelp: add `#[model(hidden)]`, which keeps run-time filters from it as well",
                field.name
            ),
            _ => "`#[serde(skip)]` does not fit a model: every field is a column of its own\nhelp: to leave a field out of JSON results, write `#[model(hidden)]` and `#[serde(skip_serializing)]`".to_owned(),
        };
        errors.add(skip.span, message);
    }
}

/// The relations' names and keys fit this model. Those whose name cannot be kept are dropped.
pub(crate) fn relations(model: &mut Model, errors: &mut Errors) {
    let mut kept: Vec<Relation> = Vec::new();
    for mut relation in std::mem::take(&mut model.relations) {
        if !name_fits(model, &relation, &kept, errors) {
            continue;
        }
        keys_fit(model, &mut relation, errors);
        actions_fit(model, &mut relation, errors);
        if !discriminator_fits(model, &mut relation, errors) {
            continue;
        }
        kept.push(relation);
    }
    model.relations = kept;
}

fn name_fits(model: &Model, relation: &Relation, kept: &[Relation], errors: &mut Errors) -> bool {
    let name = &relation.name;
    let model_name = plain(&model.ident);
    if syn::parse_str::<syn::Ident>(name).is_err() && !is_keyword(name) {
        errors.add(relation.span, format!("`{name}` cannot be the name of a relation\nhelp: use a name that could be a field's"));
        return false;
    }
    if let Some(first) = kept.iter().find(|other| other.name == *name) {
        let first = format!(
            "`{}({})`",
            first.kind.attribute(),
            target_name(&first.target)
        );
        errors.add(relation.span, format!("relation name `{name}` is used twice: first by {first}\nhelp: give this one another with `name = \"…\"`"));
        return false;
    }
    if model.position(name).is_some() {
        let help = match relation.kind {
            RelationKind::BelongsTo if name.ends_with("_ids") => {
                "a list of ids is a `references_many`, and other keys end in `_id`"
            }
            RelationKind::BelongsTo => {
                "rename the field to end in `_id`, or give the relation another name with `name = \"…\"`"
            }
            _ => "give it another with `name = \"…\"`",
        };
        errors.add(
            relation.span,
            format!("relation name `{name}` is also a field of `{model_name}`\nhelp: {help}"),
        );
        return false;
    }
    if RESERVED.contains(&name.as_str()) {
        errors.add(relation.span, format!("relation name `{name}` would shadow a generated method\nhelp: give it another with `name = \"…\"`"));
        return false;
    }
    let json_name = &relation.json_name;
    let in_fields = model
        .fields
        .iter()
        .map(|field| (&field.json_name, &field.name));
    let in_relations = kept.iter().map(|other| (&other.json_name, &other.name));
    let mut others = in_fields.chain(in_relations);
    if let Some((_, other)) = others.find(|(other, _)| *other == json_name) {
        errors.add(relation.span, format!("relation `{name}` would be `{json_name}` in JSON, as `{other}` is\nhelp: give it another name with `name = \"…\"`"));
        return false;
    }
    let constant = name.to_uppercase();
    if let Some(field) = model
        .fields
        .iter()
        .find(|field| field.name.to_uppercase() == constant)
    {
        errors.add(relation.span, format!("relation `{name}` and field `{}` would both be `{model_name}::{constant}`\nhelp: give the relation another name with `name = \"…\"`", field.name));
        return false;
    }
    true
}

fn is_keyword(name: &str) -> bool {
    // `r#type` is a name, `r#self` is not.
    syn::parse_str::<syn::Ident>(&format!("r#{name}")).is_ok()
}

/// The discriminator is there, and stands by one key.
fn discriminator_fits(model: &Model, relation: &mut Relation, errors: &mut Errors) -> bool {
    let Some(discriminator) = relation.discriminator.clone() else {
        return true;
    };
    if relation.through.is_some() {
        errors.add(discriminator.span, "a relation through links has no `discriminator`\nhelp: make the link belong to one of several models, and include that");
        relation.discriminator = None;
        return true;
    }
    if relation.key_from.len() > 1 && !relation.is_to_any() {
        errors.add(
            discriminator.span,
            "a polymorphic key is one field\nhelp: give the model an id of one field",
        );
        return false;
    }
    if !relation.is_to_any() {
        return true;
    }
    for action in [&relation.on_delete, &relation.on_update]
        .into_iter()
        .flatten()
    {
        errors.add(action.span, "a polymorphic key has no foreign key in the database, which could act on it\nhelp: remove this argument");
    }
    (relation.on_delete, relation.on_update) = (None, None);
    if let KeyTo::Given(names) = &relation.key_to {
        errors.add(
            names[0].span,
            "a polymorphic key refers to the ids of the models\nhelp: remove `key_to`",
        );
    }
    if relation.key_from.len() > 1 {
        errors.add(
            relation.key_from[1].span,
            "a polymorphic key is one field\nhelp: keep the one that holds the id",
        );
        return false;
    }
    if model.position(&discriminator.text).is_some() {
        return true;
    }
    let names: Vec<&str> = model
        .fields
        .iter()
        .map(|field| field.name.as_str())
        .filter(|name| *name != relation.key_from[0].text)
        .collect();
    let help = match closest(&discriminator.text, &names) {
        Some(closest) => format!("did you mean `{closest}`?"),
        None => "add the field, of type `String`".to_owned(),
    };
    let (field, model) = (&discriminator.text, plain(&model.ident));
    errors.add(
        discriminator.span,
        format!("`{field}` is not a field of `{model}`\nhelp: {help}"),
    );
    false
}

/// The foreign key of a `belongs_to` on the struct: as given, or `<target>_id` if there is such a field.
pub(crate) fn own_key(
    model: &Model,
    attr: &RelationAttr,
    inferred: &str,
    errors: &mut Errors,
) -> Option<Vec<Name>> {
    if let Some(key_from) = &attr.key_from {
        return Some(key_from.clone());
    }
    if model.position(inferred).is_some() {
        return Some(vec![Name {
            text: inferred.to_owned(),
            span: attr.span,
        }]);
    }
    let name = plain(&model.ident);
    errors.add(attr.span, format!("`{inferred}` is not a field of `{name}`\nhelp: `belongs_to` needs the foreign key here; add the field `{inferred}`, or set `key_from`"));
    None
}

/// The key's fields are there, as many on both sides, and those a foreign key refers to are unique.
fn keys_fit(model: &Model, relation: &mut Relation, errors: &mut Errors) {
    let model_name = plain(&model.ident);
    let names: Vec<&str> = model
        .fields
        .iter()
        .map(|field| field.name.as_str())
        .collect();
    let mut wrong = false;
    for key in &relation.key_from {
        if !names.contains(&key.text.as_str()) {
            let help = match closest(&key.text, &names) {
                Some(closest) => format!("did you mean `{closest}`?"),
                None if relation.through.is_some() => format!(
                    "its fields are `{}`; a field of the link goes into `through(..)`",
                    names.join("`, `")
                ),
                None => format!("its fields are `{}`", names.join("`, `")),
            };
            errors.add(
                key.span,
                format!(
                    "`{}` is not a field of `{model_name}`\nhelp: {help}",
                    key.text
                ),
            );
            wrong = true;
        }
    }
    let refers_to_source = matches!(relation.kind, RelationKind::HasOne | RelationKind::HasMany);
    if !wrong && refers_to_source {
        wrong = !refers_to_unique(model, relation, errors);
    }
    if !wrong {
        wrong = !lengths_fit(&model_name, relation, errors);
    }
    if wrong {
        let id = &model.fields[model.id()[0]];
        relation.key_from = vec![Name {
            text: id.name.clone(),
            span: relation.span,
        }];
        relation.is_broken = true;
    }
}

fn refers_to_unique(model: &Model, relation: &Relation, errors: &mut Errors) -> bool {
    let positions: Vec<usize> = relation
        .key_from
        .iter()
        .filter_map(|key| model.position(&key.text))
        .collect();
    let is_id =
        positions.len() == model.id().len() && positions.iter().all(|at| model.fields[*at].id);
    let is_unique = positions.len() == 1 && model.fields[positions[0]].unique;
    if is_id || is_unique || model.unique.contains(&positions) {
        return true;
    }
    let key = &relation.key_from[0];
    let help = match positions.len() {
        1 => "add `#[model(unique)]` to the field",
        _ => "name the fields in `#[model(unique(..))]` of the struct, in this order",
    };
    errors.add(
        key.span,
        format!(
            "`{}` is neither the id nor unique, so a relation cannot refer to it\nhelp: {help}",
            key.text
        ),
    );
    false
}

fn lengths_fit(model_name: &str, relation: &Relation, errors: &mut Errors) -> bool {
    let from = relation.key_from.len();
    if let Some(through) = &relation.through {
        return link_lengths_fit(relation, through, errors);
    }
    match &relation.key_to {
        KeyTo::Given(names) if names.len() != from => {
            let at = names[0].span;
            let own: Vec<&str> = relation
                .key_from
                .iter()
                .map(|name| name.text.as_str())
                .collect();
            errors.add(at, format!("`key_to` names {} and `key_from` {}\nhelp: name a field of `{}` for each of `{}` in `{model_name}`", fields(names.len()), fields(from), target_name(&relation.target), own.join("`, `")));
            false
        }
        KeyTo::Inferred(_) if from > 1 => {
            let message = "a composite key needs `key_to`\nhelp: write `key_to = [\"first\", \"second\"]`, in the order of `key_from`";
            errors.add(relation.span, message);
            false
        }
        _ if from > 4 => {
            errors.add(relation.span, "a key has at most four fields");
            false
        }
        _ => true,
    }
}

/// The link has a field for each field of the keys on both sides.
fn link_lengths_fit(relation: &Relation, through: &ThroughAttr, errors: &mut Errors) -> bool {
    let sides = [
        ("key_from", &through.key_from, relation.key_from.len()),
        ("key_to", &through.key_to, relation.target_parts()),
    ];
    for (argument, names, expected) in sides {
        let Some(names) = names else { continue };
        if names.len() != expected {
            let link = target_name(&through.link);
            let (given, expected) = (fields(names.len()), fields(expected));
            errors.add(names[0].span, format!("`{argument}` names {given} of `{link}`, and the key it refers to has {expected}\nhelp: name a field of `{link}` for each"));
            return false;
        }
    }
    true
}

/// "1 field", "2 fields"
fn fields(count: usize) -> String {
    format!("{count} field{}", if count == 1 { "" } else { "s" })
}

fn actions_fit(model: &Model, relation: &mut Relation, errors: &mut Errors) {
    let mut key = relation
        .key_from
        .iter()
        .filter_map(|key| model.position(&key.text));
    // All fields of the key become null, so that one which cannot keeps the target from being deleted.
    let required = key.find(|at| !model.fields[*at].is_written_as_option());
    let required = required.map(|at| model.fields[at].name.clone());
    let is_one = relation.key_from.len() == 1;
    for (argument, action) in [
        ("on_delete", &mut relation.on_delete),
        ("on_update", &mut relation.on_update),
    ] {
        let Some(Name { text: name, span }) = action.clone() else {
            continue;
        };
        let name = name.as_str();
        if !ACTIONS.contains(&name) {
            let help = match closest(name, ACTIONS) {
                Some(closest) => format!("did you mean `{closest}`?"),
                None => format!("expected one of `{}`", ACTIONS.join("`, `")),
            };
            errors.add(
                span,
                format!("`{name}` is not what `{argument}` can do\nhelp: {help}"),
            );
            *action = None;
        } else if let (Some(required), "set_null") = (&required, name) {
            let help = match is_one {
                true => "make the foreign key an `Option`".to_owned(),
                false => {
                    format!("all fields of the key become null: make `{required}` an `Option`")
                }
            };
            errors.add(
                span,
                format!("`{argument} = \"set_null\"` needs a key that can be null\nhelp: {help}"),
            );
            *action = None;
        }
    }
}
