//! The definitions of models, in the form in which an import takes them: LoopBack 3's.

use super::file::{Class, Decorator, Field};
use super::relation;
use crate::lb3::{Definition, Json, Member, entry};
use crate::output::{Entry, Status};

/// Settings of connectors, which an import reads.
const CONNECTORS: &[&str] = &[
    "mysql",
    "postgresql",
    "sqlite3",
    "mssql",
    "oracle",
    "db2",
    "mariadb",
    "mongodb",
];

/// Settings of models that the definition has, that an import speaks of itself, or that change nothing here.
const SETTINGS: &[&str] = &[
    "acls",
    "methods",
    "mixins",
    "validations",
    "scope",
    "scopes",
    "protected",
    "remoting",
    "http",
    "indexes",
    "hidden",
    "hiddenProperties",
    "foreignKeys",
    "strict",
    "idInjection",
    "forceId",
    "validateUpsert",
    "description",
    "base",
];

/// The same of properties.
const PROPERTY: &[&str] = &[
    "type",
    "itemType",
    "id",
    "generated",
    "required",
    "default",
    "defaultFn",
    "description",
    "doc",
    "title",
    "hidden",
    "index",
    "unique",
    "length",
    "max",
    "precision",
    "scale",
    "minimum",
    "maximum",
    "enum",
    "pattern",
    "min",
    "protected",
    "useDefaultIdType",
    "dataType",
    "limit",
    "name",
];

/// The models of classes.
pub(super) fn of(classes: &[Class], report: &mut Vec<Entry>) -> Vec<Definition> {
    let mut found: Vec<Definition> = Vec::new();
    for class in classes {
        let Some(model) = decorator(class, "model") else {
            continue;
        };
        if found.iter().any(|other| other.name == class.name) {
            report.push(entry(
                class.name.clone(),
                Status::Left,
                "another class of this name was read before",
            ));
            continue;
        }
        if class.is_abstract {
            let why = "it is abstract: what it has is written into those that extend it";
            report.push(entry(class.name.clone(), Status::Left, why));
            continue;
        }
        let mut reading = Reading {
            classes,
            name: &class.name,
            report,
        };
        let definition = reading.definition(class, model);
        found.push(definition);
    }
    found
}

fn decorator<'c>(class: &'c Class, name: &str) -> Option<&'c Decorator> {
    class.decorators.iter().find(|one| one.name == name)
}

/// What reads one model.
pub(super) struct Reading<'c, 'r> {
    classes: &'c [Class],
    pub(super) name: &'c str,
    report: &'r mut Vec<Entry>,
}

impl<'c> Reading<'c, '_> {
    pub(super) fn said(&mut self, subject: &str, status: Status, message: impl Into<String>) {
        let subject = match subject {
            "" => self.name.to_owned(),
            subject => format!("{}.{subject}", self.name),
        };
        self.report.push(entry(subject, status, message));
    }

    pub(super) fn left(&mut self, subject: &str, why: impl Into<String>) {
        self.said(subject, Status::Left, why);
    }

    fn definition(&mut self, class: &'c Class, model: &Decorator) -> Definition {
        let own = model.object(0);
        let mut definition = Definition {
            name: class.name.clone(),
            table: own.text_at("name").unwrap_or(&class.name).to_owned(),
            json: Json::Object(Vec::new()),
            properties: Vec::new(),
            relations: Vec::new(),
            hidden: Vec::new(),
            is_stored: true,
            is_embedded: false,
            injects_id: false,
        };
        let mut settings: Vec<Member> = Vec::new();
        for (at, class) in self
            .with_bases(class, &mut definition.is_stored)
            .into_iter()
            .enumerate()
        {
            if at > 0 {
                let message = format!("what it has from `{}` is written into it", class.name);
                self.said("base", Status::Changed, message);
            }
            self.add_fields(&mut definition, class);
            let Some(model) = decorator(class, "model") else {
                continue;
            };
            self.code("model", model);
            for setting in model
                .object(0)
                .get("settings")
                .map(Json::members)
                .unwrap_or_default()
            {
                if !settings.iter().any(|own| own.name == setting.name) {
                    settings.push(setting.clone());
                }
            }
        }
        let members = model.object(0);
        let description = members.get("description").cloned();
        let description = description.unwrap_or_else(|| texts(&class.comments));
        let settings = Json::Object(settings);
        self.settings(&mut definition, &settings);
        for member in members.members() {
            if !["name", "description", "settings", "title"].contains(&member.name.as_str()) {
                self.left(
                    &member.name,
                    "an argument of `@model` without a counterpart",
                );
            }
        }
        definition.json = Json::Object(vec![
            Member::new("description", description),
            Member::new("options", settings),
        ]);
        definition
    }

    /// The class, and what it extends.
    fn with_bases(&mut self, class: &'c Class, is_stored: &mut bool) -> Vec<&'c Class> {
        let mut chain = vec![class];
        loop {
            let Some(base) = &chain[chain.len() - 1].base else {
                *is_stored = false;
                self.left(
                    "",
                    "it does not extend `Entity`, so no rows of it are stored",
                );
                return chain;
            };
            for mixin in &base.mixins {
                self.left(
                    "base",
                    format!("what `{mixin}` adds: write it into the model"),
                );
            }
            match base.name.as_str() {
                "Entity" => return chain,
                "Model" | "ValueObject" => {
                    *is_stored = false;
                    let why = format!("its base is `{}`, so no rows of it are stored", base.name);
                    self.left("", why);
                    return chain;
                }
                _ => {}
            }
            let found = self.classes.iter().find(|class| class.name == base.name);
            match found.filter(|found| !chain.iter().any(|class| class.name == found.name)) {
                Some(found) => chain.push(found),
                None => {
                    let message = format!("`{}` is not there; it is taken for `Entity`", base.name);
                    self.said("base", Status::Changed, message);
                    return chain;
                }
            }
        }
    }

    fn add_fields(&mut self, definition: &mut Definition, class: &Class) {
        let (mut properties, mut relations) = (Vec::new(), Vec::new());
        for field in &class.fields {
            // What a model says goes before what its base says; the base's come first.
            let is_known = |known: &[Member]| known.iter().any(|own| own.name == field.name);
            if is_known(&definition.properties) || is_known(&definition.relations) {
                continue;
            }
            let mut property = None;
            if field.decorators.is_empty() {
                self.left(
                    &field.name,
                    "it has no `@property`, so nothing of it is stored",
                );
            }
            for decorator in &field.decorators {
                self.code(&field.name, decorator);
                match decorator.name.as_str() {
                    "property" => property = Some(decorator.object(0)),
                    "property.array" => property = Some(array(decorator)),
                    name if relation::KINDS.contains(&name) => {
                        let key = self.relation(&mut relations, field, decorator);
                        property = property.or(key);
                    }
                    name => self.left(&field.name, format!("`@{name}` has no counterpart")),
                }
            }
            properties.extend(property.map(|property| self.property(field, property)));
        }
        definition.properties.splice(0..0, properties);
        definition.relations.splice(0..0, relations);
    }

    /// A property as LoopBack 3 writes it.
    fn property(&mut self, field: &Field, property: Json) -> Member {
        let mut members = property.members().to_vec();
        let item = property.get("itemType").cloned();
        let given = property
            .get("type")
            .cloned()
            .or_else(|| field.ty.as_deref().map(written_type));
        let ty = match (given, item) {
            (Some(Json::Text(name)), Some(item)) if name.eq_ignore_ascii_case("array") => {
                Some(Json::List(vec![item]))
            }
            (given, _) => given,
        };
        members.retain(|member| member.name != "type" && member.name != "itemType");
        members.extend(ty.map(|ty| Member::new("type", ty)));
        let is_required = CONNECTORS
            .iter()
            .filter_map(|name| property.get(name)?.get("nullable"));
        if is_required.into_iter().any(is_no) && property.get("required").is_none() {
            members.push(Member::new("required", Json::Bool(true)));
        }
        for member in property.members() {
            let path = format!("{}.{}", field.name, member.name);
            match member.name.as_str() {
                "jsonSchema" => {
                    // Those are settings of the property, too; a format may say which number it is.
                    let known = ["enum", "minimum", "maximum"];
                    let is_number = |one: &Member| {
                        one.name == "format" && matches!(one.value.text(), Some("double" | "float"))
                    };
                    let (own, others): (Vec<&Member>, Vec<&Member>) = member
                        .value
                        .members()
                        .iter()
                        .partition(|one| known.contains(&&*one.name) || is_number(one));
                    for one in own.iter().filter(|one| one.name != "format") {
                        if property.get(&one.name).is_none() {
                            members.push((*one).clone());
                        }
                    }
                    if !others.is_empty() || own.is_empty() {
                        self.left(
                            &path,
                            "write it as `check = \"..\"` of the model, or as a column type",
                        );
                    }
                }
                name if PROPERTY.contains(&name) || CONNECTORS.contains(&name) => {}
                _ => self.left(&path, "a setting without a counterpart"),
            }
        }
        Member {
            name: field.name.clone(),
            value: Json::Object(members),
            comments: field.comments.clone(),
        }
    }

    /// What no literal says cannot be known without running it.
    fn code(&mut self, subject: &str, decorator: &Decorator) {
        for (path, text) in &decorator.code {
            let subject = if path.is_empty() {
                subject.to_owned()
            } else {
                format!("{subject}.{path}")
            };
            let first = text.lines().next().unwrap_or_default();
            let more = if text.lines().nth(1).is_some() {
                " .."
            } else {
                ""
            };
            self.left(&subject, format!("`{first}{more}` is not a literal"));
        }
    }

    fn settings(&mut self, definition: &mut Definition, settings: &Json) {
        for name in ["hidden", "hiddenProperties"] {
            let names = settings.get(name).map(Json::items).unwrap_or_default();
            definition
                .hidden
                .extend(names.iter().filter_map(Json::text).map(str::to_owned));
        }
        if settings.get("strict") == Some(&Json::Bool(false)) {
            self.left(
                "strict",
                "a model has the properties that it declares, and no others",
            );
        }
        for setting in settings.members() {
            if !SETTINGS.contains(&setting.name.as_str())
                && !CONNECTORS.contains(&setting.name.as_str())
            {
                self.left(&setting.name, "a setting without a counterpart");
            }
        }
        let keys = settings
            .get("foreignKeys")
            .map(Json::members)
            .unwrap_or_default();
        for key in keys {
            self.foreign_key(definition, key);
        }
    }
}

/// `@property.array(String, {..})`
fn array(decorator: &Decorator) -> Json {
    let mut members = decorator.object(1).members().to_vec();
    members.retain(|member| member.name != "type" && member.name != "itemType");
    let item = decorator.arguments.first().cloned().unwrap_or(Json::Null);
    members.push(Member::new("type", Json::List(vec![item])));
    Json::Object(members)
}

/// The type of a field without another: `string`, `Date`, `string[]`, `Array<string>`, and each of them `| null`.
fn written_type(ty: &str) -> Json {
    let parts = ty.split('|').map(str::trim);
    let mut parts = parts.filter(|part| !["null", "undefined"].contains(part));
    let (Some(one), None) = (parts.next(), parts.next()) else {
        return Json::Text("any".to_owned());
    };
    let item = one.strip_suffix("[]").or_else(|| {
        one.strip_prefix("Array<")
            .and_then(|rest| rest.strip_suffix('>'))
    });
    match item {
        Some(item) => Json::List(vec![Json::Text(item.to_owned())]),
        None => Json::Text(one.to_owned()),
    }
}

fn texts(lines: &[String]) -> Json {
    Json::List(lines.iter().cloned().map(Json::Text).collect())
}

/// How connectors write that a column is never null.
fn is_no(nullable: &Json) -> bool {
    match nullable {
        Json::Bool(bool) => !bool,
        Json::Text(text) => ["n", "no", "false"].contains(&text.to_lowercase().as_str()),
        _ => false,
    }
}
