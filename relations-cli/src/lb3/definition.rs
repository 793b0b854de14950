//! The definitions of models, as LoopBack 3 has them when it has merged each with its bases.

use super::json::{Json, Member};
use crate::output::{Entry, Status};
use crate::problem::{Problem, Result};
use std::path::{Path, PathBuf};

/// One model's definition.
#[derive(Debug, Clone)]
pub(crate) struct Definition {
    pub(crate) name: String,
    /// Its table, where nothing else is said and names are kept.
    pub(crate) table: String,
    pub(crate) json: Json,
    pub(crate) properties: Vec<Member>,
    pub(crate) relations: Vec<Member>,
    pub(crate) hidden: Vec<String>,
    /// Whether rows of it are stored; `Model` has none.
    pub(crate) is_stored: bool,
    pub(crate) injects_id: bool,
    /// Whether rows of it are kept within others.
    pub(crate) is_embedded: bool,
}

/// Reads the definitions in folders, and those of LoopBack's own models that they use.
pub(super) fn read(
    folders: &[PathBuf],
    config: Option<&Path>,
    report: &mut Vec<Entry>,
) -> Result<Vec<Definition>> {
    let mut found = Vec::new();
    for folder in folders {
        for path in files(folder)? {
            let json = Json::read(&path)?;
            let stem = path
                .file_stem()
                .map(|stem| stem.to_string_lossy().into_owned());
            let name = json
                .text_at("name")
                .map(str::to_owned)
                .or(stem)
                .unwrap_or_default();
            let is_model = ["name", "properties", "relations", "base"]
                .iter()
                .any(|key| json.get(key).is_some());
            match is_model {
                true => found.push((name, json)),
                false => report.push(entry(
                    path.display().to_string(),
                    Status::Left,
                    "it is no definition of a model",
                )),
            }
        }
    }
    if found.is_empty() {
        let folders: Vec<String> = folders
            .iter()
            .map(|folder| format!("`{}`", folder.display()))
            .collect();
        let message = format!(
            "there is no definition of a model in {}",
            folders.join(", ")
        );
        return Err(Problem::new("no_models", message)
            .help("name the folder of the JSON files, such as `common/models`"));
    }
    add_built_in(&mut found, report);
    let config = config.map(Json::read).transpose()?;
    let definitions = found
        .iter()
        .map(|(name, json)| Definition::of(name, json, &found, report));
    let mut definitions: Vec<Definition> = definitions.collect();
    if let Some(config) = config {
        for definition in &mut definitions {
            let source = config
                .get(&definition.name)
                .and_then(|entry| entry.text_at("dataSource"));
            if source.is_none() && definition.is_stored && built_in(&definition.name).is_none() {
                definition.is_stored = false;
                report.push(entry(
                    definition.name.clone(),
                    Status::Left,
                    "the model configuration attaches it to no data source",
                ));
            }
        }
    }
    Ok(definitions)
}

pub(crate) fn entry(subject: String, status: Status, message: impl Into<String>) -> Entry {
    Entry {
        subject,
        status,
        message: message.into(),
    }
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    if folder.is_file() {
        return Ok(vec![folder.to_path_buf()]);
    }
    let entries = std::fs::read_dir(folder).map_err(|error| {
        Problem::new(
            "unreadable",
            format!("`{}` cannot be read: {error}", folder.display()),
        )
    })?;
    let mut files = Vec::new();
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            files.append(&mut self::files(&path)?);
        } else if path.extension().is_some_and(|end| end == "json") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Adds LoopBack's own models that others name and nobody defines.
fn add_built_in(found: &mut Vec<(String, Json)>, report: &mut Vec<Entry>) {
    let mut at = 0;
    while at < found.len() {
        let relations = found[at]
            .1
            .get("relations")
            .map(Json::members)
            .unwrap_or_default();
        let named = relations.iter().flat_map(|relation| {
            let value = &relation.value;
            [value.text_at("model"), value.text_at("through")]
        });
        let named: Vec<String> = named.flatten().map(str::to_owned).collect();
        for name in named {
            if !found.iter().any(|(known, _)| *known == name)
                && let Some(json) = built_in(&name)
            {
                report.push(entry(
                    name.clone(),
                    Status::Added,
                    "a model of LoopBack's own, which others refer to",
                ));
                found.push((name, json));
            }
        }
        at += 1;
    }
}

/// The properties of LoopBack's own models: <https://loopback.io/doc/en/lb3/Using-built-in-models.html>.
fn built_in(name: &str) -> Option<Json> {
    let property = |name: &str, value: &[(&str, Json)]| Member::new(name, object(value));
    let text = |text: &str| Json::Text(text.to_owned());
    let required = ("required", Json::Bool(true));
    let (properties, hidden): (Vec<Member>, &[&str]) = match name {
        "User" => (
            vec![
                property("realm", &[("type", text("string"))]),
                property("username", &[("type", text("string"))]),
                property("password", &[("type", text("string")), required.clone()]),
                property("email", &[("type", text("string")), required]),
                property("emailVerified", &[("type", text("boolean"))]),
                property("verificationToken", &[("type", text("string"))]),
            ],
            &["password", "verificationToken"],
        ),
        "AccessToken" => (
            vec![
                property("id", &[("type", text("string")), ("id", Json::Bool(true))]),
                property(
                    "ttl",
                    &[
                        ("type", text("number")),
                        ("default", Json::Number("1209600".to_owned())),
                    ],
                ),
                property("scopes", &[("type", Json::List(vec![text("string")]))]),
                property(
                    "created",
                    &[("type", text("date")), ("defaultFn", text("now"))],
                ),
                property("userId", &[("type", text("number"))]),
            ],
            &[],
        ),
        "Role" => (
            vec![
                property("name", &[("type", text("string")), required]),
                property("description", &[("type", text("string"))]),
                property("created", &[("type", text("date"))]),
                property("modified", &[("type", text("date"))]),
            ],
            &[],
        ),
        "ACL" => (
            [
                "model",
                "property",
                "accessType",
                "permission",
                "principalType",
                "principalId",
            ]
            .map(|name| property(name, &[("type", text("string"))]))
            .to_vec(),
            &[],
        ),
        // Those of `loopback-component-passport`.
        "UserIdentity" | "UserCredential" => {
            let of = |ty| move |name: &&str| property(name, &[("type", text(ty))]);
            let texts = ["provider", "authScheme", "externalId"];
            let properties = texts.iter().map(of("string"));
            let properties = properties.chain(["profile", "credentials"].iter().map(of("object")));
            let times = ["created", "modified"].iter().map(of("date"));
            (properties.chain(times).collect(), &[])
        }
        "RoleMapping" => (
            vec![
                property("principalType", &[("type", text("string"))]),
                property("principalId", &[("type", text("string"))]),
                property("roleId", &[("type", text("number"))]),
            ],
            &[],
        ),
        _ => return None,
    };
    let hidden = hidden.iter().map(|name| text(name)).collect();
    Some(object(&[
        ("name", text(name)),
        ("base", text("PersistedModel")),
        ("properties", Json::Object(properties)),
        ("hidden", Json::List(hidden)),
    ]))
}

/// Marks what `embedsOne` and `embedsMany` lead to; serde writes those rows.
pub(crate) fn mark_embedded(mut definitions: Vec<Definition>, has_serde: bool) -> Vec<Definition> {
    let relations = definitions
        .iter()
        .flat_map(|definition| &definition.relations);
    let embeds = relations.filter(|relation| {
        matches!(
            relation.value.text_at("type"),
            Some("embedsOne" | "embedsMany")
        )
    });
    let targets = embeds.filter_map(|relation| relation.value.text_at("model"));
    let targets: Vec<String> = targets.map(str::to_owned).collect();
    for definition in &mut definitions {
        definition.is_embedded =
            has_serde && targets.contains(&definition.name) && definition.can_be_embedded();
    }
    definitions
}

fn object(members: &[(&str, Json)]) -> Json {
    Json::Object(
        members
            .iter()
            .map(|(name, value)| Member::new(*name, value.clone()))
            .collect(),
    )
}

impl Definition {
    /// The model and what it has from its bases.
    fn of(name: &str, json: &Json, all: &[(String, Json)], report: &mut Vec<Entry>) -> Definition {
        let mut definition = Definition {
            name: name.to_owned(),
            table: name.to_owned(),
            json: json.clone(),
            properties: Vec::new(),
            relations: Vec::new(),
            hidden: Vec::new(),
            is_stored: true,
            is_embedded: false,
            injects_id: json
                .get("idInjection")
                .is_none_or(|injects| *injects != Json::Bool(false)),
        };
        for (at, json) in definition.bases(all, report).iter().enumerate() {
            let is_own = at == 0;
            let members = |key: &str| {
                json.get(key)
                    .map(Json::members)
                    .unwrap_or_default()
                    .to_vec()
            };
            // What a model says goes before what its base says; the base's come first.
            let mut properties = members("properties");
            properties.retain(|property| {
                !definition
                    .properties
                    .iter()
                    .any(|own| own.name == property.name)
            });
            definition.properties.splice(0..0, properties);
            let mut relations = members("relations");
            relations.retain(|relation| {
                !definition
                    .relations
                    .iter()
                    .any(|own| own.name == relation.name)
            });
            definition.relations.splice(0..0, relations);
            let hidden = json.get("hidden").or_else(|| {
                json.get("options")
                    .and_then(|options| options.get("hidden"))
            });
            definition.hidden.extend(
                hidden
                    .into_iter()
                    .flat_map(Json::items)
                    .filter_map(Json::text)
                    .map(str::to_owned),
            );
            if !is_own {
                let base = json.text_at("name").unwrap_or_default();
                report.push(entry(
                    format!("{name}.base"),
                    Status::Changed,
                    format!("what it has from `{base}` is written into it"),
                ));
            }
        }
        // A property that is null takes one of the base away.
        definition
            .properties
            .retain(|property| !matches!(property.value, Json::Null | Json::Bool(false)));
        definition
    }

    /// Whether its rows can be told apart by an id, and are written whole.
    fn can_be_embedded(&self) -> bool {
        let is_id = |property: &Member| property.name == "id" || property.value.is_true("id");
        let has_id = self.injects_id || self.properties.iter().any(is_id);
        let is_hidden = |property: &Member| property.value.is_true("hidden");
        has_id && self.hidden.is_empty() && !self.properties.iter().any(is_hidden)
    }

    /// The definition itself, and its bases.
    fn bases(&mut self, all: &[(String, Json)], report: &mut Vec<Entry>) -> Vec<Json> {
        let mut chain = vec![self.json.clone()];
        let mut names = vec![self.name.clone()];
        loop {
            let last = &chain[chain.len() - 1];
            let options = last
                .get("options")
                .and_then(|options| options.text_at("base"));
            let base = match last.text_at("base").or(options).unwrap_or("PersistedModel") {
                "PersistedModel" | "DataModel" => return chain,
                // Mails, files and keys with a value are kept elsewhere than in tables.
                base @ ("Model" | "Email" | "Container" | "KeyValueModel") => {
                    self.is_stored = false;
                    report.push(entry(
                        self.name.clone(),
                        Status::Left,
                        format!("its base is `{base}`, so no rows of it are stored"),
                    ));
                    return chain;
                }
                base => base.to_owned(),
            };
            let found = all
                .iter()
                .find(|(name, _)| *name == base)
                .map(|(_, json)| json.clone());
            let Some(json) = found
                .or_else(|| built_in(&base))
                .filter(|_| !names.contains(&base))
            else {
                let message = format!("`{base}` is not there; it is taken for `PersistedModel`");
                report.push(entry(
                    format!("{}.base", self.name),
                    Status::Changed,
                    message,
                ));
                return chain;
            };
            names.push(base);
            chain.push(json);
        }
    }
}
