//! The model of the links of a `has_and_belongs_to_many`, which the derive makes.

use crate::attr::{LinksAttr, Name, RelationAttr, ThroughAttr};
use crate::errors::Errors;
use crate::model::{Model, target_name, target_span};
use crate::names::{plain, renamed, snake_case};
use syn::Ident;

/// What the links are called, by rules that give the same whichever side says it.
pub(crate) struct Links {
    /// `AssemblyPart`
    pub(crate) model: String,
    pub(crate) table: String,
    pub(crate) schema: Option<String>,
    /// Of both keys, in the order of the fields' names.
    pub(crate) fields: [String; 2],
    /// Their columns, where these are named by a rule.
    pub(crate) columns: Option<[String; 2]>,
    /// Whether the first key is that of the source.
    pub(crate) starts_at_source: bool,
}

impl Links {
    /// The positions of the key that refers to the source, and of that which refers to the target.
    pub(crate) fn positions(&self) -> [usize; 2] {
        match self.starts_at_source {
            true => [0, 1],
            false => [1, 0],
        }
    }
}

/// The links of a `has_and_belongs_to_many`, whose attribute becomes that of a `has_many` through them.
pub(crate) fn of_relation(
    model: &Model,
    attr: &mut RelationAttr,
    errors: &mut Errors,
) -> Option<Links> {
    let links = attr.links.take()?;
    let (own, target) = (plain(&model.ident), target_name(&attr.target));
    let keys = keys(&links, [&own, &target], attr, errors)?;
    check_id(model, attr, errors)?;
    let mut names = [own, target];
    names.sort_unstable();
    let name = names.concat();
    let mut fields = keys.clone().map(|key| key.text);
    let starts_at_source = fields[0] < fields[1];
    fields.sort_unstable();
    let [from, to] = keys;
    attr.through = Some(ThroughAttr {
        link: Ident::new(&name, target_span(&attr.target)).into(),
        key_from: Some(vec![from]),
        key_to: Some(vec![to]),
        is_unique: true,
        has_unknown: attr.has_unknown,
    });
    let column = |field: &String| renamed(field, model.columns.as_deref());
    let has_rule = model.columns.is_some();
    let columns = column(&fields[0])
        .zip(column(&fields[1]))
        .filter(|_| has_rule);
    Some(Links {
        table: match links.table {
            Some(table) => table.text,
            None => snake_case(&name),
        },
        schema: model.schema.clone(),
        columns: columns.map(|(first, second)| [first, second]),
        fields,
        model: name,
        starts_at_source,
    })
}

/// The fields of a link that refer to the source and to the target.
fn keys(
    links: &LinksAttr,
    [own, target]: [&str; 2],
    attr: &RelationAttr,
    errors: &mut Errors,
) -> Option<[Name; 2]> {
    let name = |given: &Option<Name>, model: &str| match given {
        Some(name) => name.clone(),
        None => Name {
            text: format!("{}_id", snake_case(model)),
            span: target_span(&attr.target),
        },
    };
    let keys = [name(&links.key_from, own), name(&links.key_to, target)];
    for key in &keys {
        if syn::parse_str::<Ident>(&key.text).is_err() {
            let message = format!(
                "`{}` cannot be the name of a field\nhelp: the column is made by this name, as by that of any field",
                key.text
            );
            errors.add(key.span, message);
            return None;
        }
    }
    if keys[0].text == keys[1].text {
        let message = format!(
            "both keys of the links would be `{}`\nhelp: name them: `key_from = \"…\"` refers to this `{own}`, `key_to = \"…\"` to the other",
            keys[0].text
        );
        errors.add(keys[1].span, message);
        return None;
    }
    Some(keys)
}

/// The id has to be one field. That there is none was said.
fn check_id(model: &Model, attr: &RelationAttr, errors: &mut Errors) -> Option<()> {
    if model.id().len() > 1 {
        let message = format!(
            "the id of `{}` has several fields, so links cannot hold it in one column\nhelp: write a model of the links, and a `has_many` with `through`",
            model.ident
        );
        errors.add(attr.span, message);
        return None;
    }
    Some(())
}
