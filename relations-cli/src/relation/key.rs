//! The foreign key of a relation: on the model that holds it, as a field with a `belongs_to`.

use super::{Planning, argument, names_of, visibility};
use crate::names::snake_case;
use crate::problem::{Problem, Result};
use crate::source::{Field, Kind, Model, Relation, is_option};

impl Planning<'_> {
    /// The fields that the key refers to: the id, or what `--key` names, which must be unique.
    pub(super) fn referred<'m>(&self, model: &'m Model) -> Result<Vec<&'m Field>> {
        let place = || self.source.place(model.file, model.name_range.clone());
        if self.wanted.key.is_empty() || self.wanted.through.is_some() {
            let ids = model.ids();
            if ids.is_empty() {
                let message = format!("`{}` has no id", model.name);
                return Err(Problem::new("no_id", message)
                    .at(place())
                    .help("mark a field with `#[model(id)]`"));
            }
            return Ok(ids);
        }
        let mut fields = Vec::new();
        for name in &self.wanted.key {
            let Some(field) = model.field(name) else {
                let names = model.fields.iter().map(|field| field.name.as_str());
                let problem = Problem::new(
                    "unknown_field",
                    format!("`{name}` is not a field of `{}`", model.name),
                )
                .at(place());
                return Err(match crate::names::closest(name, names) {
                    Some(closest) => problem.help(format!("did you mean `{closest}`?")),
                    None => problem,
                });
            };
            fields.push(field);
        }
        let names = names_of(&fields);
        let ids = names_of(&model.ids());
        let is_unique = names == ids
            || matches!(fields.as_slice(), [field] if field.is_unique)
            || model.unique.iter().any(|group| {
                group.len() == names.len() && names.iter().all(|name| group.contains(name))
            });
        if !is_unique {
            let message = format!(
                "several rows of `{}` can have the same `{}`",
                model.name,
                names.join(", ")
            );
            let place = self.source.place(model.file, fields[0].range.clone());
            return Err(Problem::new("key_not_unique", message)
                .at(place)
                .help("a key refers to an id, or to a field with `#[model(unique)]`"));
        }
        Ok(fields)
    }

    /// The names of the foreign key's fields.
    pub(super) fn foreign_key(
        &self,
        referred: &Model,
        keys: &[&Field],
        stem: &str,
    ) -> Result<Vec<String>> {
        let given = &self.wanted.foreign_key;
        if given.is_empty() {
            let is_id = |key: &&Field| key.is_id && referred.ids().len() == 1;
            return Ok(match keys {
                [key] if is_id(key) => vec![format!("{stem}_id")],
                keys => keys
                    .iter()
                    .map(|key| format!("{stem}_{}", key.name))
                    .collect(),
            });
        }
        if given.len() != keys.len() {
            let keys = names_of(keys).join(", ");
            let message = format!(
                "the key of `{}` is `{keys}`, and `--foreign-key` names {} fields",
                referred.name,
                given.len()
            );
            return Err(Problem::new("usage", message).help("name as many, separated by commas"));
        }
        Ok(given.clone())
    }

    /// Lets `holder` have the key to `referred`, and a `belongs_to` over it.
    pub(super) fn hold(
        &mut self,
        holder: &Model,
        referred: &Model,
        keys: &[&Field],
        foreign: &[String],
        name: Option<&str>,
    ) -> Result<()> {
        let found = holder
            .relations
            .iter()
            .find(|relation| relation.kind == Kind::BelongsTo && key_of(relation) == foreign);
        let there: Vec<Option<&Field>> = foreign.iter().map(|name| holder.field(name)).collect();
        self.fits(holder, referred, keys, &there)?;
        if let Some(found) = found {
            let refers = found
                .key_to
                .clone()
                .unwrap_or_else(|| names_of(&referred.ids()));
            let is_same =
                found.target == referred.name && !found.is_polymorphic && refers == names_of(keys);
            if !is_same || name.is_some_and(|name| name != found.name) {
                return Err(self.contradicts(holder, found, &foreign.join(", ")));
            }
        }
        let is_needed =
            found.is_none() && (self.wanted.has_inverse || self.wanted.kind == Kind::BelongsTo);
        if is_needed {
            self.links_stay_clear(holder, referred)?;
        }
        let attribute = match is_needed {
            true => Some(self.belongs_to_attribute(holder, referred, keys, foreign, name)?),
            false => None,
        };
        if !self.wanted.has_inverse && self.wanted.cascades && self.wanted.kind != Kind::BelongsTo {
            return Err(Problem::new(
                "usage",
                "`--cascade` is an argument of the `belongs_to` that `--inverse none` leaves out",
            ));
        }
        let is_required = match there.iter().flatten().next() {
            Some(field) => !is_option(&field.ty),
            None => !self.wanted.is_optional,
        };
        if is_needed && is_required {
            self.no_cycle(holder, referred)?;
        }
        if let (Some(attribute), true) = (&attribute, foreign.len() > 1) {
            self.attribute(holder, attribute);
        }
        let on_field = attribute.filter(|_| foreign.len() == 1);
        for ((key, name), there) in keys.iter().zip(foreign).zip(there) {
            match (there, &on_field) {
                (Some(field), Some(attribute)) => self.attribute_of_field(holder, field, attribute),
                (Some(_), None) => {}
                (None, attribute) => {
                    let ty = self.key_type(key, referred, holder);
                    let ty = if self.wanted.is_optional {
                        format!("Option<{ty}>")
                    } else {
                        ty
                    };
                    self.field(holder, attribute.as_deref().as_slice(), name, &ty)?;
                }
            }
        }
        Ok(())
    }

    /// The fields that are there already can hold the key.
    fn fits(
        &self,
        holder: &Model,
        referred: &Model,
        keys: &[&Field],
        there: &[Option<&Field>],
    ) -> Result<()> {
        for (key, field) in keys.iter().zip(there) {
            let Some(field) = field else {
                continue;
            };
            let wanted = self.key_type(key, referred, holder);
            if self.source.plain_type(&field.ty) != self.source.plain_type(&key.ty) {
                return Err(self.other_type(holder, field, &wanted));
            }
            if self.wanted.is_optional && !is_option(&field.ty) {
                let message = format!(
                    "`{}` of `{}` is there, and it is not optional",
                    field.name, holder.name
                );
                let place = self.source.place(holder.file, field.range.clone());
                let help = format!("make it `Option<{wanted}>`, or leave `--optional` out");
                return Err(Problem::new("key_contradicts", message)
                    .at(place)
                    .help(help));
            }
        }
        Ok(())
    }

    fn belongs_to_attribute(
        &self,
        holder: &Model,
        referred: &Model,
        keys: &[&Field],
        foreign: &[String],
        name: Option<&str>,
    ) -> Result<String> {
        let default = match foreign {
            [one] => one.strip_suffix("_id").unwrap_or(one).to_owned(),
            _ => snake_case(&referred.name),
        };
        // A key that does not end in `_id` would have the relation's name.
        let free = match holder.field(&default).is_some() || foreign.contains(&default) {
            true => snake_case(&referred.name),
            false => default.clone(),
        };
        let name = name.unwrap_or(&free);
        self.name_is_free(holder, name).map_err(|problem| match self.wanted.kind {
            Kind::BelongsTo => problem,
            _ => problem.help("leave the `belongs_to` out with `--inverse none`, or name another key with `--foreign-key`"),
        })?;
        if foreign.iter().any(|field| field == name) {
            let message = format!("relation and key would both be `{name}`");
            return Err(Problem::new("name_taken", message).help(
                "let the key end in `_id`, or give the relation another name with `--name`",
            ));
        }
        let mut arguments = vec![self.source.path_to(holder.module, referred)?];
        arguments.extend(argument("name", &[name.to_owned()], name != default));
        arguments.extend(argument("key_from", foreign, foreign.len() > 1));
        let is_id = keys.iter().all(|key| key.is_id);
        arguments.extend(argument("key_to", &names_of(keys), !is_id));
        arguments.extend(
            self.wanted
                .cascades
                .then(|| "on_delete = \"cascade\"".to_owned()),
        );
        arguments.extend(visibility(holder, referred));
        Ok(format!("#[belongs_to({})]", arguments.join(", ")))
    }

    /// A relation through links that names no key needs the only one that leads to a side.
    fn links_stay_clear(&self, holder: &Model, referred: &Model) -> Result<()> {
        let leads = |relation: &&Relation| {
            relation.kind == Kind::BelongsTo && relation.target == referred.name
        };
        if !holder.relations.iter().any(|relation| leads(&relation)) {
            return Ok(());
        }
        for model in &self.source.models {
            for relation in model
                .relations
                .iter()
                .filter(|relation| relation.through.as_ref() == Some(&holder.name))
            {
                let ends = [(&model.name, "key_from"), (&relation.target, "key_to")];
                let mut ends = ends.into_iter().zip(relation.link_keys);
                let unclear = ends.find(|((end, _), is_named)| **end == referred.name && !is_named);
                if let Some(((_, argument), _)) = unclear {
                    let message = format!(
                        "with a second key to `{}` it would not be clear by which one `{}` goes",
                        referred.name, relation.name
                    );
                    let place = self.source.place(model.file, relation.range.clone());
                    let help = format!("name it: `through({}, {argument} = \"..\")`", holder.name);
                    return Err(Problem::new("ambiguous_key", message).at(place).help(help));
                }
            }
        }
        Ok(())
    }

    /// Where each of some models needs a row of the next, the first row can never be added.
    fn no_cycle(&self, holder: &Model, referred: &Model) -> Result<()> {
        let mut reached = vec![referred.name.as_str()];
        let mut at = 0;
        while let Some(&name) = reached.get(at) {
            if name == holder.name {
                let message = match at {
                    0 => format!("a row of `{name}` would need another one before it"),
                    _ => format!(
                        "`{name}` would need a `{}`, which needs a `{name}` itself",
                        referred.name
                    ),
                };
                let place = self.source.place(holder.file, holder.name_range.clone());
                return Err(Problem::new("required_cycle", message)
                    .at(place)
                    .help("make the key optional with `--optional`"));
            }
            let named = self.source.models.iter().filter(|model| model.name == name);
            for model in named {
                let needed = model
                    .relations
                    .iter()
                    .filter(|relation| is_required(model, relation));
                for relation in needed {
                    if !reached.contains(&relation.target.as_str()) {
                        reached.push(&relation.target);
                    }
                }
            }
            at += 1;
        }
        Ok(())
    }
}

fn is_required(model: &Model, relation: &Relation) -> bool {
    let keys = key_of(relation);
    let mut fields = keys.iter().filter_map(|key| model.field(key));
    relation.kind == Kind::BelongsTo
        && !relation.is_polymorphic
        && fields.all(|field| !is_option(&field.ty))
}

/// The fields that hold the key of a `belongs_to`.
pub(super) fn key_of(relation: &Relation) -> Vec<String> {
    let default = || vec![format!("{}_id", snake_case(&relation.target))];
    relation.key_from.clone().unwrap_or_else(default)
}
