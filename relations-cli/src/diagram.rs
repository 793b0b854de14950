//! `cargo relations diagram`: models and their relations as a drawing, in Mermaid's language, in that of Graphviz, or as a picture.

mod svg;

use crate::names::snake_case;
use crate::source::{Kind, Model, Relation, Source, is_option, without_option};
use std::fmt::Write;

/// The language of the drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Mermaid,
    Dot,
    Svg,
}

/// How many rows stand at an end of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Count {
    One,
    OneOrNone,
    Any,
}

/// A line between two models.
struct Line<'s> {
    from: &'s Model,
    to: &'s Model,
    counts: (Count, Count),
    label: String,
    /// The fields at its ends, where there are such.
    keys: (Option<String>, Option<String>),
    /// Whether `to` holds the key.
    is_held_by_target: bool,
    /// Its name, and the model of its links.
    link: Option<(String, String)>,
}

/// The drawing of all models of a package, in the order of their names.
pub(crate) fn draw(source: &Source, language: Language) -> String {
    let mut models: Vec<&Model> = source.models.iter().collect();
    models.sort_by_key(|model| (&model.name, model.file));
    let lines: Vec<Line<'_>> = models
        .iter()
        .flat_map(|model| lines_of(&models, model))
        .collect();
    match language {
        Language::Mermaid => mermaid(&models, &lines),
        Language::Dot => dot(&models, &lines),
        Language::Svg => svg::svg(&models, &lines),
    }
}

/// The lines of a model's relations; one that is seen from the other side already is not drawn twice.
fn lines_of<'s>(models: &[&'s Model], from: &'s Model) -> Vec<Line<'s>> {
    let mut lines = Vec::new();
    for relation in &from.relations {
        let Some(to) = models
            .iter()
            .copied()
            .find(|model| model.name == relation.target)
        else {
            continue;
        };
        let is_drawn = relation.kind == Kind::BelongsTo
            && to
                .relations
                .iter()
                .any(|other| is_inverse(to, other, from, relation));
        if is_drawn {
            continue;
        }
        let inverse = from_other_side(from, relation, to);
        let label = match (&relation.through, inverse) {
            (Some(link), _) => format!("{} through {link}", relation.name),
            (None, Some(inverse)) => format!("{} / {}", relation.name, inverse.name),
            (None, None) => relation.name.clone(),
        };
        lines.push(Line {
            from,
            to,
            counts: counts(from, relation, to),
            label,
            keys: ends(from, relation, to),
            is_held_by_target: matches!(relation.kind, Kind::HasOne | Kind::HasMany),
            link: relation
                .through
                .clone()
                .map(|link| (relation.name.clone(), link)),
        });
    }
    lines
}

/// The fields at the ends of a relation: the key, and what it refers to.
fn ends(from: &Model, relation: &Relation, to: &Model) -> (Option<String>, Option<String>) {
    let id = |model: &Model| {
        let id = model.fields.iter().find(|field| field.is_id);
        id.map(|field| field.name.clone())
    };
    let first = |key: Option<Vec<String>>| key.and_then(|key| key.into_iter().next());
    match relation.kind {
        _ if relation.through.is_some() => (None, None),
        Kind::HasAndBelongsToMany | Kind::EmbedsOne | Kind::EmbedsMany => (None, None),
        Kind::HasOne | Kind::HasMany => {
            let own = first(relation.key_from.clone()).or_else(|| id(from));
            (own, first(Some(key_to(from, relation))))
        }
        Kind::BelongsTo | Kind::ReferencesMany => {
            let other = first(relation.key_to.clone()).or_else(|| id(to));
            (first(Some(key_from(relation))), other)
        }
    }
}

/// Whether `other`, of `to`, goes by the key that `relation`, a `belongs_to` of `from`, holds.
fn is_inverse(to: &Model, other: &Relation, from: &Model, relation: &Relation) -> bool {
    let is_has = matches!(other.kind, Kind::HasOne | Kind::HasMany);
    is_has
        && other.through.is_none()
        && !other.is_polymorphic
        && other.target == from.name
        && key_to(to, other) == key_from(relation)
}

/// The `belongs_to` over the key by which a `has_one` or a `has_many` goes.
fn from_other_side<'m>(from: &Model, relation: &Relation, to: &'m Model) -> Option<&'m Relation> {
    let mut others = to
        .relations
        .iter()
        .filter(|other| other.kind == Kind::BelongsTo);
    others.find(|other| other.target == from.name && is_inverse(from, relation, to, other))
}

fn key_to(source: &Model, relation: &Relation) -> Vec<String> {
    let default = || vec![format!("{}_id", snake_case(&source.name))];
    relation.key_to.clone().unwrap_or_else(default)
}

fn key_from(relation: &Relation) -> Vec<String> {
    let default = || vec![format!("{}_id", snake_case(&relation.target))];
    relation.key_from.clone().unwrap_or_else(default)
}

fn counts(from: &Model, relation: &Relation, to: &Model) -> (Count, Count) {
    let end_of = |holder: &Model, key: &[String]| {
        let mut fields = key.iter().filter_map(|name| holder.field(name));
        match fields.any(|field| is_option(&field.ty)) {
            true => Count::OneOrNone,
            false => Count::One,
        }
    };
    match relation.kind {
        Kind::HasMany if relation.through.is_some() => (Count::Any, Count::Any),
        Kind::ReferencesMany | Kind::HasAndBelongsToMany => (Count::Any, Count::Any),
        Kind::EmbedsOne => (Count::One, Count::OneOrNone),
        Kind::EmbedsMany => (Count::One, Count::Any),
        Kind::HasMany => (end_of(to, &key_to(from, relation)), Count::Any),
        Kind::HasOne => (end_of(to, &key_to(from, relation)), Count::OneOrNone),
        Kind::BelongsTo => (Count::Any, end_of(from, &key_from(relation))),
    }
}

/// <https://mermaid.js.org/syntax/entityRelationshipDiagram.html>
fn mermaid(models: &[&Model], lines: &[Line<'_>]) -> String {
    let mut text = String::from("erDiagram\n");
    for model in models {
        let _ = writeln!(text, "    {} {{", model.name);
        for field in &model.fields {
            let (ty, is_optional) = shown_type(&field.ty);
            let ty = mermaid_type(&ty);
            let _ = write!(text, "        {ty} {}", field.name);
            let keys = keys_of(model, &field.name);
            let _ = write!(
                text,
                "{}",
                if keys.is_empty() {
                    String::new()
                } else {
                    format!(" {}", keys.join(","))
                }
            );
            text.push_str(if is_optional { " \"optional\"\n" } else { "\n" });
        }
        text.push_str("    }\n");
    }
    for line in lines {
        let left = match line.counts.0 {
            Count::One => "||",
            Count::OneOrNone => "|o",
            Count::Any => "}o",
        };
        let right = match line.counts.1 {
            Count::One => "||",
            Count::OneOrNone => "o|",
            Count::Any => "o{",
        };
        let _ = writeln!(
            text,
            "    {} {left}--{right} {} : \"{}\"",
            line.from.name, line.to.name, line.label
        );
    }
    text
}

/// A type in the letters that Mermaid allows: `Vec<i64>` as `i64[]`.
fn mermaid_type(ty: &str) -> String {
    let list = ty
        .strip_prefix("Vec<")
        .and_then(|item| item.strip_suffix('>'));
    let word = |text: &str| {
        text.replace(
            |letter: char| !letter.is_alphanumeric() && letter != '_',
            "_",
        )
    };
    match list {
        Some(item) => format!("{}[]", word(item).trim_end_matches('_')),
        None => word(ty).trim_end_matches('_').to_owned(),
    }
}

/// <https://graphviz.org/doc/info/shapes.html#html>
fn dot(models: &[&Model], lines: &[Line<'_>]) -> String {
    let mut text =
        String::from("digraph models {\n    node [shape=plaintext]\n    edge [dir=both]\n");
    for model in models {
        let _ = write!(
            text,
            "    \"{0}\" [label=<<table border=\"0\" cellborder=\"1\" cellspacing=\"0\"><tr><td><b>{0}</b></td></tr>",
            model.name
        );
        for field in &model.fields {
            let (ty, is_optional) = shown_type(&field.ty);
            let ty = if is_optional {
                format!("Option<{ty}>")
            } else {
                ty
            };
            let ty = ty
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;");
            let keys = keys_of(model, &field.name);
            let keys = if keys.is_empty() {
                String::new()
            } else {
                format!(" ({})", keys.join(", "))
            };
            let _ = write!(
                text,
                "<tr><td align=\"left\">{}: {ty}{keys}</td></tr>",
                field.name
            );
        }
        text.push_str("</table>>]\n");
    }
    for line in lines {
        let end = |count| match count {
            Count::One => "teetee",
            Count::OneOrNone => "teeodot",
            Count::Any => "crowodot",
        };
        let (tail, head) = (end(line.counts.0), end(line.counts.1));
        let _ = writeln!(
            text,
            "    \"{}\" -> \"{}\" [label=\"{}\", arrowtail={tail}, arrowhead={head}]",
            line.from.name, line.to.name, line.label
        );
    }
    text.push_str("}\n");
    text
}

/// What a field is to keys, in Mermaid's words.
fn keys_of(model: &Model, field: &str) -> Vec<&'static str> {
    let mut keys = Vec::new();
    let own = model.field(field);
    let holds = |relation: &&Relation| {
        relation.kind == Kind::BelongsTo && key_from(relation).iter().any(|key| key == field)
    };
    if own.is_some_and(|field| field.is_id) {
        keys.push("PK");
    }
    if model.relations.iter().any(|relation| holds(&relation)) {
        keys.push("FK");
    }
    if own.is_some_and(|field| field.is_unique) {
        keys.push("UK");
    }
    keys
}

/// A type without `Option` and paths, and whether it was one.
fn shown_type(ty: &syn::Type) -> (String, bool) {
    let text = quote::ToTokens::to_token_stream(without_option(ty))
        .to_string()
        .replace(' ', "");
    // `chrono::DateTime<chrono::Utc>` as `DateTime<Utc>`.
    let parts = text.split_inclusive(['<', '>', ',']);
    let parts = parts.map(|part| part.rsplit("::").next().unwrap_or(part));
    (parts.collect(), is_option(ty))
}
