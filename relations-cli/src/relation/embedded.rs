//! Relations whose rows need no key of a model that is there: links that the derive makes, and rows within rows.

use super::{Planning, argument, visibility};
use crate::problem::{Problem, Result};
use crate::source::{Field, Kind, Model, type_text};

impl Planning<'_> {
    /// Links of two keys, of which the derive makes the model.
    pub(super) fn has_and_belongs_to_many(&mut self, from: &Model, to: &Model) -> Result<()> {
        let kind = self.wanted.kind;
        let takes_keys = self.wanted.foreign_key.is_empty() && self.wanted.key.is_empty();
        if !takes_keys || self.wanted.is_optional || self.wanted.cascades {
            return Err(Problem::new(
                "usage",
                "the links of a `has_and_belongs_to_many` are made for it",
            )
            .help("write `has_many` with `--through`, and a model of the links"));
        }
        for model in [from, to] {
            if model.ids().len() != 1 {
                let message = format!("the id of `{}` is not one field", model.name);
                let place = self.source.place(model.file, model.name_range.clone());
                return Err(Problem::new("composite_key", message).at(place));
            }
        }
        if from.name == to.name {
            let place = self.source.place(from.file, from.name_range.clone());
            let message = "links of a model with itself have two keys, which have to be told apart";
            return Err(Problem::new("usage", message)
                .at(place)
                .help("write a model of the links, and a `has_many` with `--through`"));
        }
        let default = kind.default_name(&to.name, None);
        let name = self.wanted.name.clone().unwrap_or_else(|| default.clone());
        let is_there = from.relations.iter().any(|relation| {
            relation.kind == kind && relation.target == to.name && relation.name == name
        });
        if is_there {
            return Ok(());
        }
        let name = self.name(from, &default)?;
        let mut arguments = vec![self.source.path_to(from.module, to)?];
        arguments.extend(argument(
            "name",
            std::slice::from_ref(&name),
            name != default,
        ));
        arguments.extend(visibility(from, to));
        self.attribute(
            from,
            &format!("#[{}({})]", kind.name(), arguments.join(", ")),
        );
        Ok(())
    }

    /// Rows of the target as JSON in a field of the source.
    pub(super) fn embeds(&mut self, from: &Model, to: &Model) -> Result<()> {
        let kind = self.wanted.kind;
        if !self.wanted.key.is_empty() || self.wanted.is_optional || self.wanted.cascades {
            return Err(Problem::new(
                "usage",
                format!("a `{}` has no key", kind.name()),
            ));
        }
        if !to.is_serialized {
            let message = format!("`{}` is kept as JSON, and is not `Serialize`", to.name);
            let place = self.source.place(to.file, to.name_range.clone());
            return Err(Problem::new("not_serialized", message)
                .at(place)
                .help("derive serde's `Serialize` and `Deserialize` for it"));
        }
        let default = kind.default_name(&to.name, None);
        let field = match self.wanted.foreign_key.as_slice() {
            [] => self.wanted.name.clone().unwrap_or(default),
            [field] => field.clone(),
            _ => {
                let message = format!("a `{}` has one field", kind.name());
                return Err(Problem::new("usage", message));
            }
        };
        let name = self.wanted.name.clone().unwrap_or_else(|| field.clone());
        let found = from
            .relations
            .iter()
            .find(|relation| relation.key_from.as_deref() == Some(std::slice::from_ref(&field)));
        if let Some(found) = found {
            let is_same =
                found.kind == kind && found.target == to.name && self.wanted.name.is_none();
            if is_same || found.kind == kind && found.target == to.name && found.name == name {
                return Ok(());
            }
            return Err(self.contradicts(from, found, &field));
        }
        if name != field {
            self.name_is_free(from, &name)?;
        }
        self.name_is_no_method(&name)?;
        let path = self.source.path_to(from.module, to)?;
        let mut arguments = vec![path.clone()];
        arguments.extend(argument("name", std::slice::from_ref(&name), name != field));
        arguments.extend(visibility(from, to));
        let attribute = format!("#[{}({})]", kind.name(), arguments.join(", "));
        let (wrapper, ty) = match kind {
            Kind::EmbedsOne => ("Option", format!("Option<{path}>")),
            _ => ("Vec", format!("Vec<{path}>")),
        };
        match from.field(&field) {
            None => {
                let attributes = ["#[model(json)]", &attribute];
                self.field(from, &attributes, &field, &ty)
            }
            Some(there) => {
                if !there.is_json || !holds(there, wrapper, &to.name) {
                    return Err(self.other_field(from, there, &ty));
                }
                self.attribute_of_field(from, there, &attribute);
                Ok(())
            }
        }
    }

    fn other_field(&self, model: &Model, field: &Field, ty: &str) -> Box<Problem> {
        let message = format!(
            "`{}` of `{}` is no field of JSON with these rows",
            field.name, model.name
        );
        let place = self.source.place(model.file, field.range.clone());
        let help =
            format!("make it `{ty}` with `#[model(json)]`, or name another with `--foreign-key`");
        Problem::new("key_type", message).at(place).help(help)
    }
}

/// Whether the field is an `Option`, or a list, of the model's rows.
fn holds(field: &Field, wrapper: &str, model: &str) -> bool {
    let syn::Type::Path(path) = &field.ty else {
        return false;
    };
    let Some(last) = path.path.segments.last() else {
        return false;
    };
    let syn::PathArguments::AngleBracketed(inner) = &last.arguments else {
        return false;
    };
    let is_model = |argument: &syn::GenericArgument| matches!(argument, syn::GenericArgument::Type(ty) if type_text(ty) == model);
    last.ident == wrapper && inner.args.iter().any(is_model)
}
