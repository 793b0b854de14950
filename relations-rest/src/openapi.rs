//! The OpenAPI document of an API.

mod answers;
mod describe;
mod schemas;
mod values;

use crate::api::Api;
use describe::Describer;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

/// The OpenAPI 3.1 document of an API, from [`Api::openapi`].
///
/// It has each operation of [`Api::operations`], and the schemas of the models as clients see them: hidden fields and relations that
/// were not named are not in it. The document of the same models is the same, byte for byte.
///
/// # Examples
/// ```
/// # use relations::prelude::*;
/// # use relations_rest::Api;
/// # #[derive(Debug, serde::Serialize, Model)]
/// # struct Todo { #[model(id, generated)] id: i64, title: String }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let db = Db::connect("sqlite::memory:").await?;
/// let api = Api::new(db).model::<Todo>(|todos| todos).info("Todos", "1.0.0");
/// let document = api.openapi().server("https://example.com/api").to_json()?;
/// assert!(document.contains("\"operationId\":\"todo.findById\""));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct OpenApi {
    document: Value,
}

impl Serialize for OpenApi {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.document.serialize(serializer)
    }
}

impl OpenApi {
    pub(crate) fn of(api: &Api) -> OpenApi {
        let mut describer = Describer::new(api);
        let mut paths: Map<String, Value> = Map::new();
        for operation in api.operations() {
            let mut described = describer.operation(&operation);
            let parameters = describer.of_path(&operation);
            let of_path = paths.entry(operation.path).or_insert_with(|| json!({}));
            of_path[operation.method.as_str().to_lowercase()] = match parameters {
                Some(parameters) => with_parameters(of_path, parameters, described.take()),
                None => described,
            };
        }
        let tags = tags(api);
        let server = server(api.server.as_deref().unwrap_or("/"));
        let mut components = describer.into_components();
        if let Some((name, scheme)) = &api.security_scheme {
            components["securitySchemes"] = json!({ name: scheme });
        }
        let mut document = json!({
            "openapi": "3.1.0",
            "info": api.info,
            "servers": [server],
            "tags": tags,
        });
        // What is large is moved; the macro would copy it.
        document["paths"] = Value::Object(paths);
        document["components"] = components;
        sort(&mut document);
        OpenApi { document }
    }

    /// Where the router is mounted: `/api`, or `https://example.com/api`. Else it is `/`.
    pub fn server(mut self, url: &str) -> Self {
        self.document["servers"] = json!([server(url)]);
        self
    }

    /// The document as JSON in one line, its keys sorted.
    ///
    /// # Errors
    /// None that is known: all of it can be written.
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string(&self.document)
    }

    /// The same in many lines, for a file whose changes are read.
    ///
    /// # Errors
    /// As of [`to_json`](Self::to_json).
    pub fn to_json_pretty(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(&self.document)
    }
}

/// Where the router is mounted. What a URL leaves open, as `{tenant}`, is a variable.
fn server(url: &str) -> Value {
    let mut server = json!({ "url": url });
    let names = url.split('{').skip(1);
    for (name, _) in names.filter_map(|rest| rest.split_once('}')) {
        let meaning = "A part of the path, which the program reads.";
        server["variables"][name] = json!({"default": name, "description": meaning});
    }
    server
}

/// An operation on a path with these parameters, which all operations of the path share. Those of another model there have their own.
fn with_parameters(of_path: &mut Value, parameters: Value, mut operation: Value) -> Value {
    match of_path.get("parameters") {
        None => of_path["parameters"] = parameters,
        Some(shared) if *shared == parameters => {}
        Some(_) => {
            let mut all = parameters.as_array().cloned().unwrap_or_default();
            let own = operation["parameters"].as_array();
            all.extend(own.cloned().unwrap_or_default());
            operation["parameters"] = Value::Array(all);
        }
    }
    operation
}

/// A tag for each model, by its name.
fn tags(api: &Api) -> Vec<Value> {
    let mut names: Vec<&str> = Vec::new();
    for settings in &api.models {
        if !names.contains(&settings.model.name()) {
            names.push(settings.model.name());
        }
    }
    let tag = |name: &&str| json!({"name": name, "description": format!("Rows of `{name}`.")});
    names.iter().map(tag).collect()
}

/// Puts the keys of all objects in order. Maps of `serde_json` keep the order of insertion where some crate of the program asks for it;
/// else there is nothing to do.
fn sort(value: &mut Value) {
    match value {
        Value::Object(entries) => {
            if !entries.keys().is_sorted() {
                let mut all: Vec<(String, Value)> = std::mem::take(entries).into_iter().collect();
                all.sort_by(|(one, _), (other, _)| one.cmp(other));
                entries.extend(all);
            }
            entries.values_mut().for_each(sort);
        }
        Value::Array(items) => items.iter_mut().for_each(sort),
        _ => {}
    }
}
