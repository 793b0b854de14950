//! A `has_many` through the rows of a third model, which gets the keys that it lacks.

use super::key::key_of;
use super::{Planning, argument};
use crate::names::snake_case;
use crate::problem::{Problem, Result};
use crate::source::{Kind, Model};

impl Planning<'_> {
    pub(super) fn through(&mut self, from: &Model, to: &Model) -> Result<()> {
        let link = self
            .source
            .model(self.wanted.through.as_deref().unwrap_or_default())?;
        let to_source = self.link_key(link, from, &self.wanted.foreign_key, "--foreign-key")?;
        let to_target = self.link_key(link, to, &self.wanted.key, "--key")?;
        if to_source == to_target {
            let message = format!("one key of `{}` cannot lead to both sides", link.name);
            let place = self.source.place(link.file, link.name_range.clone());
            return Err(Problem::new("key_contradicts", message)
                .at(place)
                .help("name two with `--foreign-key` and `--key`"));
        }
        let kind = Kind::HasMany;
        let default = kind.default_name(&to.name, None);
        let found = from.relations.iter().find(|relation| {
            let is_named = self
                .wanted
                .name
                .as_ref()
                .map_or(relation.name == default, |name| relation.name == *name);
            is_named
                && relation.kind == kind
                && relation.target == to.name
                && relation.through.as_ref() == Some(&link.name)
        });
        if found.is_none() {
            let name = self.name(from, &default)?;
            let mut arguments = vec![self.source.path_to(from.module, to)?];
            arguments.extend(argument(
                "name",
                std::slice::from_ref(&name),
                name != default,
            ));
            let path = self.source.path_to(from.module, link)?;
            let mut keys = Vec::new();
            let several = |model: &Model| {
                let others = link.relations.iter().filter(|relation| {
                    relation.kind == Kind::BelongsTo && relation.target == model.name
                });
                from.name == to.name || others.count() > 1
            };
            keys.extend(argument("key_from", &to_source, several(from)));
            keys.extend(argument("key_to", &to_target, several(to)));
            arguments.push(match keys.is_empty() {
                true => format!("through = {path}"),
                false => format!("through({path}, {})", keys.join(", ")),
            });
            self.attribute(from, &format!("#[has_many({})]", arguments.join(", ")));
        }
        self.hold(link, from, &from.ids(), &to_source, None)?;
        self.hold(link, to, &to.ids(), &to_target, None)
    }

    /// The fields of the link that refer to a model: those named, those of its only `belongs_to` to it, or new ones.
    fn link_key(
        &self,
        link: &Model,
        model: &Model,
        named: &[String],
        option: &str,
    ) -> Result<Vec<String>> {
        let ids = self.referred(model)?;
        if !named.is_empty() {
            if named.len() != ids.len() {
                let message = format!(
                    "the id of `{}` is {} fields, and `{option}` names {}",
                    model.name,
                    ids.len(),
                    named.len()
                );
                return Err(Problem::new("usage", message));
            }
            return Ok(named.to_vec());
        }
        let leads = link
            .relations
            .iter()
            .filter(|relation| relation.kind == Kind::BelongsTo && relation.target == model.name);
        let leads: Vec<Vec<String>> = leads.map(key_of).collect();
        match leads.as_slice() {
            [one] => Ok(one.clone()),
            [] => {
                let stem = snake_case(&model.name);
                Ok(match ids.as_slice() {
                    [_] => vec![format!("{stem}_id")],
                    ids => ids.iter().map(|id| format!("{stem}_{}", id.name)).collect(),
                })
            }
            several => {
                let keys: Vec<String> = several
                    .iter()
                    .map(|key| format!("`{}`", key.join(", ")))
                    .collect();
                let message = format!(
                    "several keys of `{}` lead to `{}`: {}",
                    link.name,
                    model.name,
                    keys.join(", ")
                );
                let place = self.source.place(link.file, link.name_range.clone());
                Err(Problem::new("ambiguous_key", message)
                    .at(place)
                    .help(format!("name one with `{option}`")))
            }
        }
    }
}
