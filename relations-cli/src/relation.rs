//! `cargo relations relation`: a relation, with the foreign key that it needs, as insertions into the source.

mod embedded;
mod key;
mod through;

use crate::edit::Insertion;
use crate::layout;
use crate::names::{RESERVED, ident, plural, snake_case};
use crate::problem::{Problem, Result};
use crate::source::{Field, Kind, Model, Relation, Source, without_option};

/// What is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) source: String,
    pub(crate) kind: Kind,
    pub(crate) target: String,
    pub(crate) name: Option<String>,
    pub(crate) foreign_key: Vec<String>,
    pub(crate) key: Vec<String>,
    pub(crate) is_optional: bool,
    pub(crate) cascades: bool,
    pub(crate) through: Option<String>,
    /// Whether the model that holds the key gets a `belongs_to`.
    pub(crate) has_inverse: bool,
}

/// The insertions, each with its file.
pub(crate) fn plan(source: &Source, wanted: &Wanted) -> Result<Vec<(usize, Insertion)>> {
    let mut planning = Planning {
        source,
        wanted,
        insertions: Vec::new(),
    };
    let (from, to) = (source.model(&wanted.source)?, source.model(&wanted.target)?);
    if wanted.through.is_some() && wanted.kind != Kind::HasMany {
        let message = format!("a `{}` does not go through links", wanted.kind.name());
        return Err(Problem::new("usage", message).help("only a `has_many` takes `--through`"));
    }
    match wanted.kind {
        Kind::HasMany if wanted.through.is_some() => planning.through(from, to)?,
        Kind::HasOne | Kind::HasMany => planning.has(from, to)?,
        Kind::BelongsTo => planning.belongs_to(from, to)?,
        Kind::ReferencesMany => planning.references_many(from, to)?,
        Kind::HasAndBelongsToMany => planning.has_and_belongs_to_many(from, to)?,
        Kind::EmbedsOne | Kind::EmbedsMany => planning.embeds(from, to)?,
    }
    Ok(planning.insertions)
}

struct Planning<'s> {
    source: &'s Source,
    wanted: &'s Wanted,
    insertions: Vec<(usize, Insertion)>,
}

impl Planning<'_> {
    /// `has_one` and `has_many`: the target holds the key.
    fn has(&mut self, from: &Model, to: &Model) -> Result<()> {
        let kind = self.wanted.kind;
        let keys = self.referred(from)?;
        let foreign = self.foreign_key(from, &keys, &snake_case(&from.name))?;
        let default = kind.default_name(&to.name, None);
        let same_key = |relation: &&Relation| {
            matches!(relation.kind, Kind::HasOne | Kind::HasMany)
                && relation.through.is_none()
                && !relation.is_polymorphic
                && relation.target == to.name
                && relation.key_to.clone().unwrap_or_else(|| default_key(from)) == foreign
        };
        let found = from.relations.iter().find(same_key);
        if let Some(other) = found.filter(|other| other.kind != kind) {
            let message = format!(
                "`{}` of `{}` is a `{}` over the same key",
                other.name,
                from.name,
                other.kind.name()
            );
            let place = self.source.place(from.file, other.range.clone());
            return Err(Problem::new("key_contradicts", message)
                .at(place)
                .help("give this one another key with `--foreign-key`"));
        }
        let is_there = found.is_some_and(|found| {
            self.wanted
                .name
                .as_ref()
                .is_none_or(|name| *name == found.name)
        });
        if !is_there {
            let name = self.name(from, &default)?;
            let mut arguments = vec![self.source.path_to(from.module, to)?];
            arguments.extend(argument(
                "name",
                std::slice::from_ref(&name),
                name != default,
            ));
            let is_id = keys.iter().all(|key| key.is_id);
            arguments.extend(argument("key_from", &names_of(&keys), !is_id));
            arguments.extend(argument("key_to", &foreign, foreign != default_key(from)));
            arguments.extend(visibility(from, to));
            self.attribute(
                from,
                &format!("#[{}({})]", kind.name(), arguments.join(", ")),
            );
        }
        self.hold(to, from, &keys, &foreign, None)
    }

    /// The source holds the key.
    fn belongs_to(&mut self, from: &Model, to: &Model) -> Result<()> {
        let keys = self.referred(to)?;
        let stem = match &self.wanted.name {
            Some(name) => name.clone(),
            None => snake_case(&to.name),
        };
        let foreign = self.foreign_key(to, &keys, &stem)?;
        self.hold(from, to, &keys, &foreign, self.wanted.name.as_deref())
    }

    /// The source holds a list of keys.
    fn references_many(&mut self, from: &Model, to: &Model) -> Result<()> {
        let keys = self.referred(to)?;
        let [key] = keys.as_slice() else {
            let message = format!(
                "the id of `{}` is several fields, and a list holds one",
                to.name
            );
            return Err(Problem::new("composite_key", message)
                .at(self.source.place(to.file, to.name_range.clone())));
        };
        let field = match self.wanted.foreign_key.as_slice() {
            [] => format!("{}_ids", snake_case(&to.name)),
            [field] => field.clone(),
            _ => return Err(Problem::new("usage", "a `references_many` has one field")),
        };
        let default = plural(field.strip_suffix("_ids").unwrap_or(&field));
        let found = from
            .relations
            .iter()
            .find(|relation| relation.key_from.as_deref() == Some(std::slice::from_ref(&field)));
        if let Some(found) = found {
            let name = self.wanted.name.as_ref();
            let is_same = found.kind == Kind::ReferencesMany && found.target == to.name;
            if is_same && name.is_none_or(|name| *name == found.name) {
                return Ok(());
            }
            return Err(self.contradicts(from, found, &field));
        }
        let name = self.name(from, &default)?;
        let mut arguments = vec![self.source.path_to(from.module, to)?];
        arguments.extend(argument(
            "name",
            std::slice::from_ref(&name),
            default != name,
        ));
        arguments.extend(argument("key_to", &names_of(&keys), !key.is_id));
        arguments.extend(visibility(from, to));
        let attribute = format!("#[references_many({})]", arguments.join(", "));
        let list = format!("Vec<{}>", self.key_type(key, to, from));
        match from.field(&field) {
            None => self.field(from, &[&attribute], &field, &list)?,
            Some(there) => {
                let is_list = self.source.plain_type(&there.ty).replace(' ', "");
                if is_list != format!("Vec<{}>", self.source.plain_type(&key.ty)) {
                    return Err(self.other_type(from, there, &list));
                }
                self.attribute_of_field(from, there, &attribute);
            }
        }
        Ok(())
    }

    /// The relation's name, which nothing else has.
    fn name(&self, model: &Model, default: &str) -> Result<String> {
        let name = self.wanted.name.as_deref().unwrap_or(default);
        self.name_is_free(model, name)?;
        Ok(name.to_owned())
    }

    fn name_is_free(&self, model: &Model, name: &str) -> Result<()> {
        let help = "give the relation another name with `--name`";
        if ident(name).is_none() {
            return Err(Problem::new(
                "invalid_name",
                format!("`{name}` cannot be the name of a relation"),
            )
            .help(help));
        }
        self.name_is_no_method(name)?;
        if let Some(other) = model.relations.iter().find(|other| other.name == name) {
            let message = format!(
                "`{}` has a relation `{name}` already, and it is another",
                model.name
            );
            let place = self.source.place(model.file, other.range.clone());
            return Err(Problem::new("name_taken", message).at(place).help(help));
        }
        let same = |field: &&Field| field.name.to_uppercase() == name.to_uppercase();
        if let Some(field) = model.fields.iter().find(same) {
            let message = format!("`{name}` is a field of `{}`", model.name);
            let place = self.source.place(model.file, field.range.clone());
            return Err(Problem::new("name_taken", message).at(place).help(help));
        }
        Ok(())
    }

    fn name_is_no_method(&self, name: &str) -> Result<()> {
        if !RESERVED.contains(&name) {
            return Ok(());
        }
        let message = format!("relation name `{name}` would shadow a generated method");
        Err(Problem::new("invalid_name", message)
            .help("give the relation another name with `--name`"))
    }

    fn contradicts(&self, model: &Model, relation: &Relation, field: &str) -> Box<Problem> {
        let (kind, target) = (relation.kind.name(), &relation.target);
        let message = format!(
            "`{field}` of `{}` is the key of `{}`, a `{kind}` that leads to `{target}`",
            model.name, relation.name
        );
        let place = self.source.place(model.file, relation.range.clone());
        Problem::new("key_contradicts", message)
            .at(place)
            .help("give this relation another key with `--foreign-key`")
    }

    fn other_type(&self, model: &Model, field: &Field, wanted: &str) -> Box<Problem> {
        let message = format!(
            "`{}` of `{}` is of another type than the key it would hold",
            field.name, model.name
        );
        let place = self.source.place(model.file, field.range.clone());
        let help = format!("make it `{wanted}`, or name another field with `--foreign-key`");
        Problem::new("key_type", message).at(place).help(help)
    }

    /// The type of a key of `home`, as `model` writes it.
    fn key_type(&self, key: &Field, home: &Model, model: &Model) -> String {
        let ty = without_option(&key.ty);
        // Of an `Option` the inner type's own text is a part of the field's.
        let text = quote::ToTokens::to_token_stream(ty).to_string();
        let text = text
            .replace(" :: ", "::")
            .replace(" < ", "<")
            .replace(" >", ">");
        self.source.type_in(ty, &text, home.module, model.module)
    }

    /// An attribute of the struct, on a line of its own where the layout has lines.
    fn attribute(&mut self, model: &Model, attribute: &str) {
        let text = &self.source.files[model.file].text;
        let at = layout::line_after(text, model.attribute_end, model.attribute_next);
        let insertion = match at {
            Some(at) => {
                let newline = layout::newline(text, at);
                let indent = layout::indent(text, model.attribute_next.max(at));
                Insertion {
                    at,
                    text: format!("{indent}{attribute}{newline}"),
                }
            }
            None => Insertion {
                at: model.attribute_end,
                text: format!(" {attribute}"),
            },
        };
        self.insertions.push((model.file, insertion));
    }

    /// An attribute of a field that is there.
    fn attribute_of_field(&mut self, model: &Model, field: &Field, attribute: &str) {
        let text = &self.source.files[model.file].text;
        let own = *field.starts.last().unwrap_or(&field.range.start);
        let line_of = |at: usize| text[..at].matches('\n').count();
        // The line of the name may start with other attributes.
        let first = field
            .starts
            .iter()
            .find(|start| line_of(**start) == line_of(own));
        let first = *first.unwrap_or(&own);
        let insertion = match layout::line_start(text, first) {
            Some(at) => {
                let newline = layout::newline(text, at);
                let indent = &text[at..first];
                Insertion {
                    at,
                    text: format!("{indent}{attribute}{newline}"),
                }
            }
            None => Insertion {
                at: own,
                text: format!("{attribute} "),
            },
        };
        self.insertions.push((model.file, insertion));
    }

    /// A new field, the last one.
    fn field(&mut self, model: &Model, attributes: &[&str], name: &str, ty: &str) -> Result<()> {
        let Some(written) = ident(name) else {
            let message = format!("`{name}` cannot be the name of a field");
            return Err(
                Problem::new("invalid_name", message).help("name the key with `--foreign-key`")
            );
        };
        let text = &self.source.files[model.file].text;
        let like = model.ids().first().copied().or(model.fields.first());
        let vis = like.map(|field| field.vis.clone()).unwrap_or_default();
        let vis = if vis.is_empty() {
            vis
        } else {
            format!("{vis} ")
        };
        let field = format!("{vis}{written}: {ty}");
        let in_line = [attributes, &[&field]].concat().join(" ");
        let line = |at: usize| {
            let newline = layout::newline(text, at);
            let indent = field_indent(text, model);
            let lines = attributes
                .iter()
                .map(|attribute| format!("{indent}{attribute}{newline}"));
            let attributes: String = lines.collect();
            Insertion {
                at,
                text: format!("{attributes}{indent}{field},{newline}"),
            }
        };
        let last = model.fields.last();
        // Behind the last comma; a last field without one stays the last, so that its line stays as it is.
        let (from, to) = match last.map(|last| (last.comma_end, last.range.start)) {
            Some((Some(comma_end), _)) => (comma_end, model.close),
            Some((None, start)) => {
                let before = model
                    .fields
                    .iter()
                    .rev()
                    .nth(1)
                    .and_then(|before| before.comma_end);
                (before.unwrap_or(model.open), start)
            }
            None => (model.open, model.close),
        };
        let insertion = match (layout::line_after(text, from, to), last) {
            (Some(at), _) => line(at),
            (None, Some(last)) => match last.comma_end {
                Some(at) => Insertion {
                    at,
                    text: format!(" {in_line},"),
                },
                None => Insertion {
                    at: last.range.end,
                    text: format!(", {in_line}"),
                },
            },
            (None, None) => Insertion {
                at: model.open,
                text: format!(" {in_line}, "),
            },
        };
        self.insertions.push((model.file, insertion));
        Ok(())
    }
}

fn field_indent(text: &str, model: &Model) -> String {
    let mut starts = model.fields.iter().map(|field| field.range.start);
    let starts_line = starts.find(|start| layout::line_start(text, *start).is_some());
    match starts_line {
        Some(start) => layout::indent(text, start).to_owned(),
        None => format!(
            "{}{}",
            layout::indent(text, model.close),
            layout::step(text)
        ),
    }
}

/// The key that the derive takes where none is named.
fn default_key(referred: &Model) -> Vec<String> {
    vec![format!("{}_id", snake_case(&referred.name))]
}

fn names_of(fields: &[&Field]) -> Vec<String> {
    fields.iter().map(|field| field.name.clone()).collect()
}

/// `name = "value"`, or a list where there are several; none where it is not needed.
fn argument(name: &str, values: &[String], needed: bool) -> Option<String> {
    if !needed {
        return None;
    }
    let quoted: Vec<String> = values.iter().map(|value| format!("\"{value}\"")).collect();
    Some(match quoted.as_slice() {
        [one] => format!("{name} = {one}"),
        several => format!("{name} = [{}]", several.join(", ")),
    })
}

/// `vis = ".."` where the relation would be more visible than what it leads to.
fn visibility(from: &Model, to: &Model) -> Option<String> {
    let rank = |vis: &str| match vis {
        "pub" => 2,
        "pub(crate)" => 1,
        _ => 0,
    };
    (rank(&from.vis) > rank(&to.vis)).then(|| format!("vis = \"{}\"", to.vis))
}
