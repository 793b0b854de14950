//! Relations without a key of a model that is there: links that the derive makes, and rows within rows.

use super::Import;
use super::relation::Declared;
use crate::code::{FieldCode, RelationCode, field_name, literal};
use crate::names::{plural, snake_case};
use crate::output::Status;
use crate::source::Kind;

impl Import<'_> {
    pub(super) fn has_and_belongs_to_many(&mut self, relation: &Declared, all: &[Declared]) {
        let Some(target) = self.target(relation) else {
            return;
        };
        if target == relation.model {
            return self.left(
                relation,
                "LoopBack links a model to itself by one key: write a model of the links, with two",
            );
        }
        if relation.polymorphic().is_some() {
            return self.left(relation, "links to one of several models are not mapped: include the links, and what they lead to");
        }
        let names = [relation.model, target].map(|model| self.definitions[model].name.clone());
        let given = relation.value.text_at("through").map(str::to_owned);
        // In an order of the names, whatever the files are called.
        let mut sorted = names.clone();
        sorted.sort();
        let [first, second] = &sorted;
        let candidates = match &given {
            Some(given) => vec![given.clone()],
            None => vec![names.concat(), format!("{}{}", names[1], names[0])],
        };
        let found = candidates.iter().find_map(|name| self.model_named(name));
        let twins = all.iter().filter(|other| {
            self.links(other, &names) && other.value.text_at("through") == given.as_deref()
        });
        let has_twin = twins.count() > 1;
        let ids = [relation.model, target].map(|model| self.id_fields(model).len());
        // LoopBack's table of links has an id: a database that is there keeps it.
        let is_made = found.is_none() && !self.wanted.keeps_names && !has_twin && ids == [1, 1];
        if is_made {
            return self.links_of_the_derive(relation, target, &names, all);
        }
        let other = self.other_side(relation, &names, all);
        let said = |own: &str, others: &str| both_sides(relation, other, own, others);
        let table = said("throughTable", "throughTable").map(str::to_owned);
        let link = found.unwrap_or_else(|| {
            let is_guess = given.is_none() && table.is_none();
            let name = given.unwrap_or_else(|| format!("{first}{second}"));
            let link = self.new_link(name.clone(), table.as_deref());
            if is_guess && self.wanted.keeps_names {
                let message = format!(
                    "LoopBack calls it so, or `{second}{first}`, by which it read first: give `{}` the name of the table",
                    self.code.models[link].name
                );
                self.said(format!("{name}.table"), Status::Added, message);
            }
            link
        });
        let keys = names
            .clone()
            .map(|name| format!("{}Id", Self::camel(&name)));
        let [to_source, to_target] = [
            said("foreignKey", "keyThrough").unwrap_or(&keys[0]),
            said("keyThrough", "foreignKey").unwrap_or(&keys[1]),
        ]
        .map(str::to_owned);
        if self.code.models[link].fields.len() == 1 {
            let mut keys = [
                (&names[0], relation.model, &to_source),
                (&names[1], target, &to_target),
            ];
            keys.sort();
            self.link_keys(link, keys.map(|(_, model, property)| (model, &**property)));
        }
        if let Some((name, _)) = self.many_through(relation, target, link, &to_source, &to_target) {
            let link = &self.code.models[link].name;
            let message = format!(
                "`has_many` `{name}` through `{link}`, the model that LoopBack makes unseen"
            );
            self.said(relation.subject.clone(), Status::Changed, message);
        }
    }

    /// Both sides name one table and its two keys alike, wherever LoopBack has them said.
    fn links_of_the_derive(
        &mut self,
        relation: &Declared,
        target: usize,
        names: &[String; 2],
        all: &[Declared],
    ) {
        let other = self.other_side(relation, names, all);
        let said = |own: &str, others: &str| both_sides(relation, other, own, others);
        let table = said("throughTable", "throughTable").map(str::to_owned);
        let table = table.or_else(|| said("through", "through").map(snake_case));
        let structs = [relation.model, target].map(|at| snake_case(&self.code.models[at].name));
        let key = |given: Option<&str>, model: &str| {
            let key = field_name(given?);
            (key != format!("{model}_id")).then_some(key)
        };
        let key_from = key(said("foreignKey", "keyThrough"), &structs[0]);
        let key_to = key(said("keyThrough", "foreignKey"), &structs[1]);
        let (name, _) = self.relation_name(relation.model, &relation.name);
        let target_struct = self.code.models[target].name.clone();
        let mut code = RelationCode::new(Kind::HasAndBelongsToMany, &name, target_struct);
        let table = table.map(|table| format!("table = {}", literal(&table)));
        code.more.extend(table);
        code.key_from.extend(key_from);
        code.key_to.extend(key_to);
        code.more.extend(relation.closed());
        code.more.extend(self.scope(relation, target, &name));
        self.code.models[relation.model].relations.push(code);
        self.finish(relation, &name, "`has_and_belongs_to_many`");
    }

    /// The keys of links that have none yet.
    fn link_keys(&mut self, link: usize, keys: [(usize, &str); 2]) {
        for (model, property) in keys {
            if let [id] = *self.id_fields(model) {
                let ty = self.code.models[model].fields[id].ty.clone();
                self.key_field(link, property, &ty);
            }
        }
    }

    /// The relation back over the same links: the one that names the same model or table of them, or else the only one.
    fn other_side<'d>(
        &self,
        relation: &Declared,
        [source, target]: &[String; 2],
        all: &'d [Declared],
    ) -> Option<&'d Declared> {
        let back = [target.clone(), source.clone()];
        let others = all.iter().filter(|other| self.links(other, &back));
        let others: Vec<&Declared> = others.collect();
        let is_same = |other: &&&Declared| {
            let is_same = |key| other.value.text_at(key) == relation.value.text_at(key);
            is_same("through") && is_same("throughTable")
        };
        let same = others.iter().find(is_same).copied();
        same.or_else(|| others.first().copied().filter(|_| others.len() == 1))
    }

    /// Rows that are kept within a row: a field of JSON, and a relation over it where their model is one of serde's.
    pub(super) fn embeds(&mut self, relation: &Declared) {
        let is_many = relation.value.text_at("type") == Some("embedsMany");
        let model = relation
            .value
            .text_at("model")
            .unwrap_or_default()
            .to_owned();
        let target = self.definition_named(&model);
        let property = self.embedding_property(relation, target, &model, is_many);
        let target = target.filter(|target| self.definitions[*target].is_embedded);
        let Some(target) = target else {
            return self.embeds_json(relation, &property, is_many);
        };
        let kind = match is_many {
            true => Kind::EmbedsMany,
            false => Kind::EmbedsOne,
        };
        let at = self.embedding_field(relation.model, &property);
        let mut others = self.code.models[relation.model].fields[at].relations.iter();
        if let Some(other) =
            others.find(|it| [Kind::EmbedsOne, Kind::EmbedsMany].contains(&it.kind))
        {
            let message = format!(
                "the rows in `{property}` are those of `{}` already: give it a property of its own",
                other.name
            );
            return self.left(relation, message);
        }
        let target = self.code.models[target].name.clone();
        let field = self.code.models[relation.model].fields[at].name.clone();
        let wanted = field_name(&relation.name);
        let name = match wanted == field && !crate::names::RESERVED.contains(&&*wanted) {
            true => wanted,
            false => self.relation_name(relation.model, &relation.name).0,
        };
        let field = &mut self.code.models[relation.model].fields[at];
        field
            .relations
            .push(RelationCode::new(kind, &name, &target));
        field.is_optional = !is_many;
        field.arguments.push("json".to_owned());
        field.ty = target;
        if is_many {
            field.ty = format!("Vec<{}>", field.ty);
            field.arguments.push("default = \"'[]'\"".to_owned());
        }
        let what = format!("`{}` over the field `{}`, as", kind.name(), field.name);
        self.finish(relation, &name, &what);
    }

    fn embedding_property(
        &self,
        relation: &Declared,
        target: Option<usize>,
        model: &str,
        is_many: bool,
    ) -> String {
        let default = match target {
            Some(target) if is_many => self.plural_of(target),
            None if is_many => plural(&Self::camel(model)),
            _ => Self::camel(model),
        };
        let given = relation.value.text_at("property");
        let property = given.unwrap_or(&default).to_owned();
        // As LoopBack 3 tells the rows from the relation; LoopBack 4 has one name for both.
        match property == relation.name && !relation.value.is_true("isField") {
            true => format!("_{property}"),
            false => property,
        }
    }

    /// The field of a property that holds rows: as it is there, or a new one.
    fn embedding_field(&mut self, model: usize, property: &str) -> usize {
        if let Some(at) = self.names[model].iter().position(|name| name == property) {
            let field = &mut self.code.models[model].fields[at];
            let is_of_type = |argument: &String| {
                ["default", "length", "precision", "index", "unique"]
                    .iter()
                    .any(|start| argument.starts_with(start))
            };
            field.arguments.retain(|argument| !is_of_type(argument));
            return at;
        }
        let name = self.code.models[model].free_field_name(&field_name(property));
        let field = FieldCode {
            name,
            ..FieldCode::default()
        };
        self.add_field(model, property, field);
        self.code.models[model].fields.len() - 1
    }

    /// What no relation can be over, since no model of serde's can be made of the rows.
    fn embeds_json(&mut self, relation: &Declared, property: &str, is_many: bool) {
        if self.names[relation.model]
            .iter()
            .any(|name| name == property)
        {
            let message = format!("the property `{property}`, without a relation");
            return self.said(relation.subject.clone(), Status::Changed, message);
        }
        let name = self.code.models[relation.model].free_field_name(&field_name(property));
        let what = if is_many { "a list" } else { "an object" };
        let message = format!(
            "`{name}`, a column of JSON with {what} in it: its model has no id, hides some of it, or is not written by serde"
        );
        self.said(relation.subject.clone(), Status::Changed, message);
        let field = FieldCode {
            name,
            ty: "serde_json::Value".to_owned(),
            is_optional: true,
            ..FieldCode::default()
        };
        self.add_field(relation.model, property, field);
    }

    /// Whether the relation is a `hasAndBelongsToMany` from the first model to the second.
    fn links(&self, relation: &Declared, [from, to]: &[String; 2]) -> bool {
        let value = &relation.value;
        value.text_at("type") == Some("hasAndBelongsToMany")
            && value.text_at("model") == Some(to)
            && self.definitions[relation.model].name == *from
    }
}

/// What a relation says of its links, or else the one back, under the name that it has there.
fn both_sides<'d>(
    relation: &'d Declared,
    other: Option<&'d Declared>,
    own: &str,
    others: &str,
) -> Option<&'d str> {
    let own = relation.value.text_at(own);
    own.or_else(|| other.and_then(|other| other.value.text_at(others)))
}
