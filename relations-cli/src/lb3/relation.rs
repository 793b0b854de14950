//! Relations: those that hold a key first, then those that go by it.

use super::Import;
use super::json::{Json, Member};
use crate::code::{EnumCode, FieldCode, ModelCode, RelationCode, Through, field_name, literal};
use crate::names::snake_case;
use crate::output::Status;
use crate::source::Kind;

/// A relation as it stands in a definition.
#[derive(Clone)]
pub(super) struct Declared {
    pub(super) model: usize,
    pub(super) name: String,
    pub(super) value: Json,
    /// `Supplier.relations.account`
    pub(super) subject: String,
}

/// A model and properties of it.
type TargetKey = (String, Vec<String>);

/// The pair of fields of a polymorphic key, as LoopBack names them.
#[derive(Clone, PartialEq)]
pub(super) struct Pair {
    key: String,
    discriminator: String,
}

impl Import<'_> {
    pub(super) fn relations(&mut self) {
        let mut declared = self.declared();
        declared.extend(self.implied(&declared));
        let of = |kinds: &'static [&'static str]| {
            let is_of = move |one: &&Declared| {
                kinds.contains(&one.value.text_at("type").unwrap_or_default())
            };
            declared.iter().filter(is_of)
        };
        for relation in of(&["belongsTo"]).filter(|one| one.polymorphic().is_none()) {
            self.belongs_to(relation);
        }
        for relation in of(&["belongsTo"]).filter(|one| one.polymorphic().is_some()) {
            self.belongs_to_any(relation, &declared);
        }
        let to_many = of(&["hasMany"]).filter_map(|one| self.target_key(one));
        let to_many: Vec<TargetKey> = to_many.collect();
        for relation in of(&["hasOne", "hasMany"]) {
            let is_one = relation.value.text_at("type") == Some("hasOne");
            let key = self.target_key(relation).filter(|_| is_one);
            // A `has_one` makes its key unique, and then none could lead to many rows by it.
            let is_shared = key.is_some_and(|key| to_many.contains(&key));
            self.has(relation, is_one && !is_shared, is_shared);
        }
        for relation in of(&["hasAndBelongsToMany"]) {
            self.has_and_belongs_to_many(relation, &declared);
        }
        for relation in of(&["referencesMany"]) {
            self.references_many(relation);
        }
        for relation in of(&["embedsOne", "embedsMany"]) {
            self.embeds(relation);
        }
        for relation in &declared {
            let known = [
                "belongsTo",
                "hasOne",
                "hasMany",
                "hasAndBelongsToMany",
                "referencesMany",
                "embedsOne",
                "embedsMany",
            ];
            let kind = relation.value.text_at("type").unwrap_or_default();
            let scope = relation.value.get("scope");
            let has_scope = scope.is_some_and(|scope| !scope.is_empty());
            let subject = format!("{}.scope", relation.subject);
            // A `hasOne` may have become a `has_many`, of which it was said.
            let is_said = self.report.iter().any(|entry| entry.subject == subject);
            if has_scope && !is_said && !["hasMany", "hasAndBelongsToMany"].contains(&kind) {
                let why = "only a `has_many` has a scope: write it into the queries";
                self.said(subject, Status::Left, why);
            }
            if !known.contains(&kind) {
                self.left(relation, format!("`{kind}` is not a kind of relation"));
            }
            for (option, why) in [
                ("properties", "no columns are copied into related rows"),
                ("embed", "rows are not kept within others"),
            ] {
                if relation
                    .value
                    .get(option)
                    .is_some_and(|value| !value.is_empty())
                {
                    self.said(format!("{}.{option}", relation.subject), Status::Left, why);
                }
            }
        }
    }

    /// The polymorphic `belongsTo` of each pair of keys that relations go by and no model declares: LoopBack needs none for them.
    fn implied(&self, declared: &[Declared]) -> Vec<Declared> {
        let mut implied: Vec<Declared> = Vec::new();
        for relation in declared {
            let kind = relation.value.text_at("type");
            let pair = relation.polymorphic().filter(|_| {
                matches!(kind, Some("hasOne" | "hasMany"))
                    && relation.value.get("through").is_none()
            });
            let target = relation.value.text_at("model");
            let target = target.and_then(|target| self.model_named(target));
            let Some((pair, target)) = pair.zip(target) else {
                continue;
            };
            let mut known = declared.iter().chain(&implied);
            let is_known = known.any(|other| {
                other.model == target
                    && other.value.text_at("type") == Some("belongsTo")
                    && other.polymorphic().as_ref() == Some(&pair)
            });
            if !is_known {
                let stem = pair.discriminator.strip_suffix("Type");
                let name = stem.unwrap_or(&pair.discriminator).to_owned();
                let text = |name: &str, text: &str| Member::new(name, Json::Text(text.to_owned()));
                let keys = vec![
                    text("foreignKey", &pair.key),
                    text("discriminator", &pair.discriminator),
                ];
                let subject = format!("{}.relations.{name}", self.definitions[target].name);
                let value = Json::Object(vec![
                    text("type", "belongsTo"),
                    Member::new("polymorphic", Json::Object(keys)),
                ]);
                implied.push(Declared {
                    model: target,
                    name,
                    value,
                    subject,
                });
            }
        }
        implied
    }

    /// The properties of the target by which a `hasOne` or a `hasMany` goes.
    fn target_key(&self, relation: &Declared) -> Option<TargetKey> {
        if relation.value.text_at("through").is_some() {
            return None;
        }
        let target = relation.value.text_at("model")?.to_owned();
        let keys = match relation.polymorphic() {
            Some(pair) => vec![pair.discriminator, pair.key],
            None => vec![self.foreign_key(relation)],
        };
        Some((target, keys))
    }

    /// The property of the target that holds the key of a `hasOne` or a `hasMany`.
    pub(super) fn foreign_key(&self, relation: &Declared) -> String {
        let default = || format!("{}Id", Self::camel(&self.definitions[relation.model].name));
        let given = relation.value.text_at("foreignKey");
        given.map_or_else(default, str::to_owned)
    }

    pub(super) fn declared(&self) -> Vec<Declared> {
        let models = self.definitions.iter().enumerate();
        let relations = models.flat_map(|(model, definition)| {
            definition
                .relations
                .iter()
                .map(move |relation: &Member| Declared {
                    model,
                    name: relation
                        .value
                        .text_at("as")
                        .unwrap_or(&relation.name)
                        .to_owned(),
                    value: relation.value.clone(),
                    subject: format!("{}.relations.{}", definition.name, relation.name),
                })
        });
        relations.collect()
    }

    pub(super) fn left(&mut self, relation: &Declared, why: impl Into<String>) {
        self.said(relation.subject.clone(), Status::Left, why);
    }

    /// The model a relation leads to; without one the relation is left.
    pub(super) fn target(&mut self, relation: &Declared) -> Option<usize> {
        let name = relation
            .value
            .text_at("model")
            .unwrap_or_default()
            .to_owned();
        let found = self.model_named(&name);
        if found.is_none() {
            self.left(
                relation,
                format!("there is no model `{name}` whose rows are stored"),
            );
        }
        found
    }

    /// The property that a key refers to, and its field and type.
    fn referred(&mut self, relation: &Declared, model: usize) -> Option<(String, String, bool)> {
        let ids: Vec<usize> = self.id_fields(model);
        let found = match relation.value.text_at("primaryKey") {
            Some(property) => self.names[model].iter().position(|name| name == property),
            None => ids.first().copied().filter(|_| ids.len() == 1),
        };
        let Some(at) = found else {
            let name = self.code.models[model].name.clone();
            self.left(relation, format!("the key of `{name}` is not one field"));
            return None;
        };
        let field = &mut self.code.models[model].fields[at];
        let is_id = ids == [at];
        if !is_id {
            field.is_optional = false;
            if !field.arguments.iter().any(|argument| argument == "unique") {
                field.arguments.retain(|argument| argument != "index");
                field.arguments.push("unique".to_owned());
            }
        }
        Some((field.name.clone(), field.ty.clone(), is_id))
    }

    pub(super) fn id_fields(&self, model: usize) -> Vec<usize> {
        let fields = self.code.models[model].fields.iter().enumerate();
        let ids =
            fields.filter(|(_, field)| field.arguments.iter().any(|argument| argument == "id"));
        ids.map(|(at, _)| at).collect()
    }

    /// The field that holds a key: as it is there, with the type of what it refers to, or a new one.
    pub(super) fn key_field(&mut self, model: usize, property: &str, ty: &str) -> usize {
        if let Some(at) = self.names[model].iter().position(|name| name == property) {
            let ids = self.id_fields(model);
            let field = &mut self.code.models[model].fields[at];
            field.ty = ty.to_owned();
            field.arguments.retain(|argument| {
                let is_of_type = ["default", "length", "precision"]
                    .iter()
                    .any(|start| argument.starts_with(start));
                let is_made = ids.contains(&at) && argument == "generated";
                !is_of_type && !is_made
            });
            return at;
        }
        let name = self.code.models[model].free_field_name(&field_name(property));
        let subject = format!("{}.{property}", self.code.models[model].name);
        self.said(
            subject,
            Status::Added,
            format!("`{name}: Option<{ty}>`, the key of a relation"),
        );
        self.add_field(
            model,
            property,
            FieldCode {
                name,
                ty: ty.to_owned(),
                is_optional: true,
                ..FieldCode::default()
            },
        );
        self.code.models[model].fields.len() - 1
    }

    /// A relation's name on a model, and whether it is the one that was asked for.
    pub(super) fn relation_name(&self, model: usize, wanted: &str) -> (String, bool) {
        let snake = field_name(wanted);
        let name =
            self.code.models[model].free_relation_name(&[snake.clone(), format!("{snake}_rel")]);
        let is_same = name == snake;
        (name, is_same)
    }

    pub(super) fn finish(&mut self, relation: &Declared, name: &str, what: &str) {
        let closed = relation.is_closed();
        let status = if name == field_name(&relation.name) {
            Status::Taken
        } else {
            Status::Changed
        };
        let closed = if closed { ", closed to filters" } else { "" };
        self.said(
            relation.subject.clone(),
            status,
            format!("{what} `{name}`{closed}"),
        );
    }

    fn belongs_to(&mut self, relation: &Declared) {
        let Some(target) = self.target(relation) else {
            return;
        };
        let Some((key, ty, is_id)) = self.referred(relation, target) else {
            return;
        };
        let default = format!("{}Id", relation.name);
        let property = relation
            .value
            .text_at("foreignKey")
            .unwrap_or(&default)
            .to_owned();
        let at = self.key_field(relation.model, &property, &ty);
        if let Some(other) = self.other_target(relation.model, at, target) {
            return self.left(relation, shared(&other));
        }
        let (name, _) = self.relation_name(relation.model, &relation.name);
        let mut code = RelationCode::new(Kind::BelongsTo, &name, &self.code.models[target].name);
        code.key_to.extend((!is_id).then_some(key));
        code.more.extend(relation.actions());
        code.more.extend(relation.closed());
        self.code.models[relation.model].fields[at]
            .relations
            .push(code);
        self.finish(relation, &name, "`belongs_to`");
    }

    /// `hasOne` and `hasMany`; of one that had to become the other it is said why.
    fn has(&mut self, relation: &Declared, is_one: bool, is_shared: bool) {
        let Some(target) = self.target(relation) else {
            return;
        };
        if relation.value.text_at("through").is_some() {
            return self.through(relation, target);
        }
        if let Some(pair) = relation.polymorphic() {
            return self.has_polymorphic(relation, target, &pair, is_one, is_shared);
        }
        let Some((key, ty, is_id)) = self.referred(relation, relation.model) else {
            return;
        };
        let property = self.foreign_key(relation);
        let at = self.key_field(target, &property, &ty);
        let kind = if is_one { Kind::HasOne } else { Kind::HasMany };
        if let Some(other) = self.other_target(target, at, relation.model) {
            return self.left(relation, shared(&other));
        }
        self.inverse(target, at, relation.model, &key, is_id);
        let (name, _) = self.relation_name(relation.model, &relation.name);
        let mut code = RelationCode::new(kind, &name, &self.code.models[target].name);
        code.key_from.extend((!is_id).then_some(key));
        let field = self.code.models[target].fields[at].name.clone();
        let default = format!("{}_id", snake_case(&self.code.models[relation.model].name));
        code.key_to.extend((field != default).then_some(field));
        code.more.extend(relation.closed());
        if !is_one {
            code.more.extend(self.scope(relation, target, &name));
        }
        self.code.models[relation.model].relations.push(code);
        match is_shared {
            true => self.has_become_many(relation, &name),
            false if is_one => self.finish(relation, &name, "`has_one`"),
            false => self.finish(relation, &name, "`has_many`"),
        }
    }

    /// The model that a key refers to already, where it is not this one: a constraint is to one table.
    fn other_target(&self, holder: usize, at: usize, model: usize) -> Option<String> {
        let field = &self.code.models[holder].fields[at];
        let mut targets = field
            .relations
            .iter()
            .filter(|relation| relation.kind == Kind::BelongsTo)
            .map(|relation| &relation.target);
        targets
            .find(|target| **target != self.code.models[model].name)
            .cloned()
    }

    /// A `belongs_to` over a key that has none, so that the database has a foreign key.
    fn inverse(&mut self, holder: usize, at: usize, model: usize, key: &str, is_id: bool) {
        let target = self.code.models[model].name.clone();
        let field = &self.code.models[holder].fields[at];
        let stem = field
            .name
            .strip_suffix("_id")
            .unwrap_or(&field.name)
            .to_owned();
        if field
            .relations
            .iter()
            .any(|relation| relation.kind == Kind::BelongsTo)
        {
            return;
        }
        let snake = snake_case(&target);
        let name = self.code.models[holder].free_relation_name(&[
            stem,
            snake.clone(),
            format!("{snake}_rel"),
        ]);
        let mut code = RelationCode::new(Kind::BelongsTo, &name, &target);
        code.key_to.extend((!is_id).then(|| key.to_owned()));
        self.code.models[holder].fields[at].relations.push(code);
        let subject = format!("{}.{name}", self.code.models[holder].name);
        self.said(
            subject,
            Status::Added,
            format!("`belongs_to`, which gives the key to `{target}` a constraint"),
        );
    }

    fn through(&mut self, relation: &Declared, target: usize) {
        let link = relation
            .value
            .text_at("through")
            .unwrap_or_default()
            .to_owned();
        let Some(link) = self.model_named(&link) else {
            return self.left(
                relation,
                format!("there is no model `{link}` whose rows are stored"),
            );
        };
        if relation.polymorphic().is_some() {
            return self.left(relation, "links to one of several models are not mapped: include the links, and what they lead to");
        }
        let camel = |model: usize| format!("{}Id", Self::camel(&self.definitions[model].name));
        let (to_source, to_target) = (camel(relation.model), camel(target));
        let to_source = relation
            .value
            .text_at("foreignKey")
            .unwrap_or(&to_source)
            .to_owned();
        let to_target = relation
            .value
            .text_at("keyThrough")
            .unwrap_or(&to_target)
            .to_owned();
        if to_source == to_target {
            return self.left(
                relation,
                "one key of the links would lead to both sides: name the other with `keyThrough`",
            );
        }
        let Some((name, _)) = self.many_through(relation, target, link, &to_source, &to_target)
        else {
            return;
        };
        self.finish(relation, &name, "`has_many` through links");
    }

    pub(super) fn many_through(
        &mut self,
        relation: &Declared,
        target: usize,
        link: usize,
        to_source: &str,
        to_target: &str,
    ) -> Option<(String, bool)> {
        let mut keys = Vec::new();
        for (model, property) in [(relation.model, to_source), (target, to_target)] {
            let ids = self.id_fields(model);
            let [id] = ids.as_slice() else {
                self.left(
                    relation,
                    format!(
                        "the key of `{}` is not one field",
                        self.code.models[model].name
                    ),
                );
                return None;
            };
            let field = self.code.models[model].fields[*id].clone();
            let at = self.key_field(link, property, &field.ty);
            if let Some(other) = self.other_target(link, at, model) {
                self.left(relation, shared(&other));
                return None;
            }
            self.inverse(link, at, model, &field.name, true);
            keys.push(self.code.models[link].fields[at].name.clone());
        }
        let (name, is_same) = self.relation_name(relation.model, &relation.name);
        let mut code = RelationCode::new(Kind::HasMany, &name, &self.code.models[target].name);
        code.through = Some(Through {
            link: self.code.models[link].name.clone(),
            key_from: vec![keys[0].clone()],
            key_to: vec![keys[1].clone()],
        });
        code.more.extend(relation.closed());
        code.more.extend(self.scope(relation, target, &name));
        self.code.models[relation.model].relations.push(code);
        Some((name, is_same))
    }

    /// The model of links that LoopBack makes unseen: an id, and the keys that relations add.
    pub(super) fn new_link(&mut self, name: String, table: Option<&str>) -> usize {
        let struct_name = self.new_type_name(&name);
        let table = table
            .or(self.wanted.keeps_names.then_some(&*name))
            .map(|table| format!("table = {}", literal(table)));
        self.code.models.push(ModelCode {
            docs: vec!["Links, which LoopBack kept in a model of its own making.".to_owned()],
            name: struct_name,
            arguments: table.into_iter().collect(),
            rename_all: Some("camelCase"),
            ..ModelCode::default()
        });
        self.names.push(Vec::new());
        let at = self.code.models.len() - 1;
        self.add_field(
            at,
            "id",
            FieldCode {
                name: "id".to_owned(),
                ty: "i64".to_owned(),
                arguments: vec!["id".to_owned(), "generated".to_owned()],
                ..FieldCode::default()
            },
        );
        self.said(
            name.clone(),
            Status::Added,
            "the model of links that LoopBack makes unseen",
        );
        self.definitions.push(super::Definition {
            table: name.clone(),
            name,
            json: Json::Object(Vec::new()),
            properties: Vec::new(),
            relations: Vec::new(),
            hidden: Vec::new(),
            is_stored: true,
            is_embedded: false,
            injects_id: true,
        });
        at
    }

    fn references_many(&mut self, relation: &Declared) {
        let Some(target) = self.target(relation) else {
            return;
        };
        let Some((key, ty, is_id)) = self.referred(relation, target) else {
            return;
        };
        if !["i64", "String"].contains(&ty.as_str()) {
            return self.left(relation, format!("no list holds keys of type `{ty}`"));
        }
        let default = format!("{}Ids", Self::camel(&self.definitions[target].name));
        let property = relation
            .value
            .text_at("foreignKey")
            .unwrap_or(&default)
            .to_owned();
        let at = self.key_field(relation.model, &property, &format!("Vec<{ty}>"));
        self.code.models[relation.model].fields[at].is_optional = false;
        let (name, _) = self.relation_name(relation.model, &relation.name);
        let mut code =
            RelationCode::new(Kind::ReferencesMany, &name, &self.code.models[target].name);
        code.key_to.extend((!is_id).then_some(key));
        code.more.extend(relation.closed());
        self.code.models[relation.model].fields[at]
            .relations
            .push(code);
        self.finish(relation, &name, "`references_many`");
    }

    /// A key to one of several models: those that have a relation to it over the same pair.
    fn belongs_to_any(&mut self, relation: &Declared, declared: &[Declared]) {
        let Some(pair) = relation.polymorphic() else {
            return;
        };
        let name = &self.definitions[relation.model].name;
        let leads_here = declared.iter().filter(|other| {
            let is_has = matches!(other.value.text_at("type"), Some("hasOne" | "hasMany"));
            is_has
                && other.value.text_at("model") == Some(name)
                && other.polymorphic().as_ref() == Some(&pair)
        });
        let mut owners: Vec<usize> = leads_here.map(|other| other.model).collect();
        owners.dedup();
        let ids: Vec<Vec<String>> = owners
            .iter()
            .map(|owner| {
                self.id_fields(*owner)
                    .iter()
                    .map(|at| self.code.models[*owner].fields[*at].ty.clone())
                    .collect()
            })
            .collect();
        let why = match ids.as_slice() {
            [] => Some(
                "no model has a relation to it over the same key, so it is not known what it can refer to",
            ),
            [first, rest @ ..] if first.len() == 1 && rest.iter().all(|other| other == first) => {
                None
            }
            _ => Some("the ids of the models that it can refer to are of several types"),
        };
        self.pair_fields(
            relation.model,
            &pair,
            ids.first()
                .and_then(|ids| ids.first())
                .map_or("i64", |ty| ty),
        );
        if let Some(why) = why {
            return self.left(relation, why);
        }
        let models: Vec<String> = owners
            .iter()
            .map(|owner| self.code.models[*owner].name.clone())
            .collect();
        let any = self.new_type_name(&relation.name);
        let has_serde = self.wanted.has_serde;
        self.code.enums.push(EnumCode::Models {
            name: any.clone(),
            models,
            has_serde,
        });
        let (name, _) = self.relation_name(relation.model, &relation.name);
        let mut code = RelationCode::new(Kind::BelongsTo, &name, &any);
        let fields = &self.names[relation.model];
        let position = |property: &String| fields.iter().position(|name| name == property);
        let (Some(key), Some(discriminator)) = (position(&pair.key), position(&pair.discriminator))
        else {
            return;
        };
        let discriminator = self.code.models[relation.model].fields[discriminator]
            .name
            .clone();
        code.more
            .push(format!("discriminator = {}", literal(&discriminator)));
        code.more.extend(relation.closed());
        self.code.models[relation.model].fields[key]
            .relations
            .push(code);
        self.finish(
            relation,
            &name,
            &format!("`belongs_to` to the enum `{any}`, as"),
        );
    }

    /// Whether a key to one of several models has its `belongs_to`.
    fn leads_back(&self, model: usize, pair: &Pair) -> bool {
        let mut names = self.names[model].iter();
        let at = names.position(|name| *name == pair.key);
        let field = at.map(|at| &self.code.models[model].fields[at]);
        let mut relations = field.into_iter().flat_map(|field| &field.relations);
        relations.any(|one| {
            one.more
                .iter()
                .any(|more| more.starts_with("discriminator = "))
        })
    }

    /// The two fields of a polymorphic key.
    fn pair_fields(&mut self, model: usize, pair: &Pair, ty: &str) -> (String, String) {
        let discriminator = self.key_field(model, &pair.discriminator, "String");
        let key = self.key_field(model, &pair.key, ty);
        let fields = &self.code.models[model].fields;
        (fields[key].name.clone(), fields[discriminator].name.clone())
    }

    fn has_polymorphic(
        &mut self,
        relation: &Declared,
        target: usize,
        pair: &Pair,
        is_one: bool,
        is_shared: bool,
    ) {
        let Some((_, ty, true)) = self.referred(relation, relation.model) else {
            return;
        };
        // What it leads to was left, and of that it was said why.
        if !self.leads_back(target, pair) {
            return self.left(
                relation,
                "the key that it goes by has no `belongs_to`, as is said there",
            );
        }
        let (key, discriminator) = self.pair_fields(target, pair, &ty);
        let kind = if is_one { Kind::HasOne } else { Kind::HasMany };
        let (name, _) = self.relation_name(relation.model, &relation.name);
        let mut code = RelationCode::new(kind, &name, &self.code.models[target].name);
        let default = discriminator
            .strip_suffix("_type")
            .map(|stem| format!("{stem}_id"));
        code.key_to
            .extend((default.as_ref() != Some(&key)).then_some(key));
        code.more
            .push(format!("discriminator = {}", literal(&discriminator)));
        code.more.extend(relation.closed());
        if !is_one {
            code.more.extend(self.scope(relation, target, &name));
        }
        self.code.models[relation.model].relations.push(code);
        match is_shared {
            true => self.has_become_many(relation, &name),
            false if is_one => self.finish(relation, &name, "polymorphic `has_one`"),
            false => self.finish(relation, &name, "polymorphic `has_many`"),
        }
    }

    fn has_become_many(&mut self, relation: &Declared, name: &str) {
        let message = format!(
            "it is a `has_many` `{name}`, since another one leads to many rows by the same key"
        );
        self.said(relation.subject.clone(), Status::Changed, message);
    }
}

fn shared(other: &str) -> String {
    format!(
        "its key refers to `{other}` already: give it one of its own, or make the relation polymorphic"
    )
}

impl Declared {
    /// The names of a polymorphic key: <https://loopback.io/doc/en/lb3/Polymorphic-relations.html>.
    pub(super) fn polymorphic(&self) -> Option<Pair> {
        let value = self
            .value
            .get("polymorphic")
            .filter(|value| **value != Json::Bool(false))?;
        let is_belongs_to = self.value.text_at("type") == Some("belongsTo");
        let selector = value
            .text()
            .or_else(|| value.text_at("selector"))
            .or_else(|| value.text_at("as"));
        let selector = selector.unwrap_or(if is_belongs_to {
            &self.name
        } else {
            "reference"
        });
        let key = value
            .text_at("foreignKey")
            .or_else(|| self.value.text_at("foreignKey"));
        let discriminator = value.text_at("discriminator");
        Some(Pair {
            key: key.map_or_else(|| format!("{selector}Id"), str::to_owned),
            discriminator: discriminator.map_or_else(|| format!("{selector}Type"), str::to_owned),
        })
    }

    fn is_closed(&self) -> bool {
        let options = self.value.get("options");
        let is_true = |name: &str| options.is_some_and(|options| options.is_true(name));
        is_true("disableInclude") || self.value.is_true("disableInclude")
    }

    /// What a delete of the target does, and a new key of it; only LoopBack 4 can say it.
    fn actions(&self) -> Vec<String> {
        let names = [("onDelete", "on_delete"), ("onUpdate", "on_update")];
        let given = names.iter().filter_map(|(theirs, ours)| {
            Some(format!("{ours} = {}", literal(self.value.text_at(theirs)?)))
        });
        given.collect()
    }

    pub(super) fn closed(&self) -> Option<String> {
        self.is_closed().then(|| "include = false".to_owned())
    }
}
