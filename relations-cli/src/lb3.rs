//! `cargo relations import-lb3`: the models of LoopBack 3, from their JSON files.

mod definition;
mod embedded;
mod json;
mod property;
mod relation;
mod scope;

use crate::code::{Code, ModelCode, literal, type_name};
use crate::names::{plural, snake_case};
use crate::output::{Entry, Status};
use crate::problem::Result;
pub(crate) use definition::{Definition, entry, mark_embedded};
pub(crate) use json::Json;
#[cfg(feature = "import-lb4")]
pub(crate) use json::Member;
use std::path::PathBuf;

/// What is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) folders: Vec<PathBuf>,
    pub(crate) config: Option<PathBuf>,
    /// Whether tables and columns keep LoopBack's names, for a database that is there.
    pub(crate) keeps_names: bool,
    pub(crate) has_serde: bool,
}

/// The models as code, and what became of each thing.
pub(crate) fn import(wanted: &Wanted) -> Result<(String, Vec<Entry>)> {
    let mut report = Vec::new();
    let definitions = definition::read(&wanted.folders, wanted.config.as_deref(), &mut report)?;
    Ok(written(wanted, definitions, report))
}

/// The models of definitions as code; what became of each thing is added to the report.
pub(crate) fn written(
    wanted: &Wanted,
    definitions: Vec<Definition>,
    mut report: Vec<Entry>,
) -> (String, Vec<Entry>) {
    let definitions = mark_embedded(definitions, wanted.has_serde);
    // What is kept within others needs no table.
    report.retain(|entry| {
        let is_left = entry.status == Status::Left;
        let is_of = |one: &Definition| one.is_embedded && one.name == entry.subject;
        !is_left || !definitions.iter().any(is_of)
    });
    let mut import = Import {
        wanted,
        definitions: definitions
            .into_iter()
            .filter(|definition| definition.is_stored || definition.is_embedded)
            .collect(),
        code: Code {
            has_serde: wanted.has_serde,
            ..Code::default()
        },
        names: Vec::new(),
        report,
    };
    import.models();
    import.relations();
    // They may name properties that relations imply.
    import.indexes();
    import.named_scopes();
    let text = import.code.text();
    (text, import.report)
}

struct Import<'w> {
    wanted: &'w Wanted,
    definitions: Vec<Definition>,
    /// A model for each definition at its place, and then those that LoopBack makes unseen.
    code: Code,
    /// LoopBack's name of each field, model by model.
    names: Vec<Vec<String>>,
    report: Vec<Entry>,
}

/// Settings that have no counterpart, and why.
const LEFT: &[(&str, &str)] = &[
    (
        "acls",
        "access is not a matter of models here: check it where requests are served",
    ),
    ("methods", "write it as a function over the repository"),
    (
        "mixins",
        "write what it does into the model: `created_at` and `updated_at` are flags of fields",
    ),
    (
        "validations",
        "use a column type that refuses, or `check = \"..\"`",
    ),
    (
        "scope",
        "there is no filter that each query gets: write it into the queries, or as `scope` of a `has_many`",
    ),
    (
        "protected",
        "it is hidden in related rows only, in LoopBack; here a field is `hidden` everywhere or nowhere",
    ),
    (
        "trackChanges",
        "changes are not written down: `updated_at` and `version` are flags of fields",
    ),
    ("remoting", "models have no routes of their own"),
    ("http", "models have no routes of their own"),
];

impl Import<'_> {
    fn said(&mut self, subject: impl Into<String>, status: Status, message: impl Into<String>) {
        self.report.push(entry(subject.into(), status, message));
    }

    fn models(&mut self) {
        for at in 0..self.definitions.len() {
            let definition = self.definitions[at].clone();
            let name = self.new_type_name(&definition.name);
            let mut model = ModelCode {
                docs: comments(definition.json.get("description")),
                name: name.clone(),
                rename_all: Some("camelCase"),
                ..ModelCode::default()
            };
            model.arguments = self.table(&definition, &name);
            if name != definition.name {
                model
                    .arguments
                    .push(format!("discriminator = {}", literal(&definition.name)));
            }
            self.code.models.push(model);
            self.names.push(Vec::new());
            self.said(
                definition.name.clone(),
                Status::Taken,
                format!("struct `{name}`"),
            );
            self.properties(at, &definition);
            let strict = definition.json.get("strict");
            if matches!(strict, Some(Json::Bool(false))) {
                let why = "what is no property is not stored: give the model a field of JSON";
                self.said(format!("{}.strict", definition.name), Status::Left, why);
            }
            for (setting, why) in LEFT {
                let options = definition
                    .json
                    .get("options")
                    .and_then(|options| options.get(setting));
                let value = definition.json.get(setting).or(options);
                if value.is_some_and(|value| !value.is_empty()) {
                    self.said(format!("{}.{setting}", definition.name), Status::Left, *why);
                }
            }
        }
    }

    /// A name for a struct or an enum that no other has.
    fn new_type_name(&self, name: &str) -> String {
        let taken = |name: &str| {
            let is_model = self
                .code
                .models
                .iter()
                .any(|model| crate::code::clashes(&model.name, name));
            is_model || self.code.enums.iter().any(|one| matches!(one, crate::code::EnumCode::Models { name: other, .. } if other == name))
        };
        crate::code::free_type(&type_name(name), taken)
    }

    fn table(&self, definition: &Definition, name: &str) -> Vec<String> {
        let connector = connector(
            &definition.json,
            &["table", "tableName", "collection", "schema"],
        );
        let connector = connector.or_else(|| {
            definition
                .json
                .get("options")
                .and_then(|options| connector_of(options))
        });
        let text = |key: &str| connector.and_then(|connector| connector.text_at(key));
        let table = text("table")
            .or_else(|| text("tableName"))
            .or_else(|| text("collection"));
        let table = table.or(self.wanted.keeps_names.then_some(&*definition.table));
        let mut arguments = Vec::new();
        arguments.extend(
            table
                .filter(|table| *table != snake_case(name))
                .map(|table| format!("table = {}", literal(table))),
        );
        arguments.extend(text("schema").map(|schema| format!("schema = {}", literal(schema))));
        arguments
    }

    fn indexes(&mut self) {
        for at in 0..self.definitions.len() {
            let definition = self.definitions[at].clone();
            self.indexes_of(at, &definition);
        }
    }

    fn indexes_of(&mut self, at: usize, definition: &Definition) {
        let indexes = definition.json.get("indexes").or_else(|| {
            definition
                .json
                .get("options")
                .and_then(|options| options.get("indexes"))
        });
        for index in indexes.map(Json::members).unwrap_or_default().to_vec() {
            let value = &index.value;
            let keys: Vec<String> = match (value.get("keys"), value.text_at("columns")) {
                (Some(Json::Text(key)), _) => vec![key.clone()],
                (Some(keys), _) => keys.members().iter().map(|key| key.name.clone()).collect(),
                (None, Some(columns)) => columns
                    .split(',')
                    .map(|column| column.trim().to_owned())
                    .collect(),
                (None, None) => value
                    .members()
                    .iter()
                    .filter(|key| key.name != "options")
                    .map(|key| key.name.clone())
                    .collect(),
            };
            let subject = format!("{}.indexes.{}", definition.name, index.name);
            let fields: Option<Vec<String>> =
                keys.iter().map(|key| self.field_of(at, key)).collect();
            let is_unique = value
                .get("options")
                .is_some_and(|options| options.is_true("unique"))
                || value
                    .text_at("kind")
                    .is_some_and(|kind| kind.eq_ignore_ascii_case("unique"));
            match fields.filter(|fields| !fields.is_empty()) {
                Some(fields) => {
                    let fields: Vec<String> = fields.iter().map(|field| literal(field)).collect();
                    let kind = if is_unique { "unique" } else { "index" };
                    self.code.models[at]
                        .arguments
                        .push(format!("{kind}({})", fields.join(", ")));
                    self.said(
                        subject,
                        Status::Taken,
                        format!("`{kind}({})`", fields.join(", ")),
                    );
                }
                None => self.said(subject, Status::Left, "it names what is not a property"),
            }
        }
    }

    /// The field of a property.
    fn field_of(&self, model: usize, property: &str) -> Option<String> {
        let at = self.names[model].iter().position(|name| name == property)?;
        Some(self.code.models[model].fields[at].name.clone())
    }

    /// The model of this name whose rows are in a table.
    fn model_named(&self, name: &str) -> Option<usize> {
        let found = self.definition_named(name)?;
        self.definitions[found].is_stored.then_some(found)
    }

    /// The model of this name, which may be one whose rows are kept within others.
    fn definition_named(&self, name: &str) -> Option<usize> {
        self.definitions
            .iter()
            .position(|definition| definition.name == name)
    }

    /// The name of a model with the case of a property: `CoffeeShop` as `coffeeShop`.
    fn camel(name: &str) -> String {
        let mut letters = name.chars();
        letters
            .next()
            .map(|first| first.to_lowercase().chain(letters).collect())
            .unwrap_or_default()
    }

    /// What LoopBack calls several of a model.
    fn plural_of(&self, model: usize) -> String {
        let definition = &self.definitions[model];
        match definition.json.text_at("plural") {
            Some(plural) => plural.to_owned(),
            None => plural(&Self::camel(&definition.name)),
        }
    }
}

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

/// The settings of a connector, of the first that has one of the keys.
fn connector<'j>(json: &'j Json, keys: &[&str]) -> Option<&'j Json> {
    let mut settings = CONNECTORS
        .iter()
        .filter_map(|connector| json.get(connector));
    settings.find(|settings| keys.iter().any(|key| settings.get(key).is_some()))
}

fn connector_of(options: &Json) -> Option<&Json> {
    connector(options, &["table", "tableName", "collection", "schema"])
}

fn comments(description: Option<&Json>) -> Vec<String> {
    match description {
        Some(Json::Text(text)) => vec![text.clone()],
        Some(Json::List(lines)) => lines
            .iter()
            .filter_map(Json::text)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}
