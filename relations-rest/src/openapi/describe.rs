//! What each operation takes and answers.

use super::schemas::{Purpose, Schemas, is_to_any};
use super::{answers, values};
use crate::api::Api;
use crate::call::is_same;
use crate::operation::{Operation, OperationKind};
use crate::routes::Settings;
use relations::ModelMetadata;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

pub(super) struct Describer<'a> {
    api: &'a Api,
    schemas: Schemas<'a>,
    operations: Vec<Operation>,
    ids: BTreeSet<String>,
    /// Headers of requests and of answers that several operations share.
    parameters: Map<String, Value>,
    headers: Map<String, Value>,
}

impl<'a> Describer<'a> {
    pub(super) fn new(api: &'a Api) -> Self {
        Describer {
            api,
            schemas: Schemas::new(api),
            operations: api.operations(),
            ids: BTreeSet::new(),
            parameters: Map::new(),
            headers: Map::new(),
        }
    }

    /// What the operations refer to.
    pub(super) fn into_components(self) -> Value {
        json!({
            "headers": self.headers,
            "parameters": self.parameters,
            "responses": answers::errors(self.api.form),
            "schemas": self.schemas.into_map(),
        })
    }

    pub(super) fn operation(&mut self, operation: &Operation) -> Value {
        let mut described = json!({
            "operationId": self.unique(&operation.id),
            "summary": summary(operation),
            "tags": [operation.model.name()],
        });
        if let Some(security) = self.security(operation) {
            described["security"] = security;
        }
        let mut parameters = of_path(operation);
        let mut replaced = self.api.replaced.iter();
        if replaced.any(|(id, _)| *id == operation.id) {
            // What a handler of the program takes and answers is not known.
            described["parameters"] = json!(parameters);
            let answer = "What a handler of the program answers.";
            described["responses"] = json!({"default": {"description": answer}});
            return described;
        }
        parameters.extend(self.of_query(operation));
        parameters.extend(self.of_headers(operation));
        if !parameters.is_empty() {
            described["parameters"] = json!(parameters);
        }
        if operation.kind.takes_body() {
            described["requestBody"] = self.body(operation);
        }
        described["responses"] = Value::Object(self.answers(operation));
        described
    }

    /// An id that no other operation has, also where a model is exposed twice.
    fn unique(&mut self, id: &str) -> String {
        let numbered = (2..).map(|number| format!("{id}{number}"));
        let mut names = std::iter::once(id.to_owned()).chain(numbered);
        let free = names.find(|name| !self.ids.contains(name));
        let free = free.unwrap_or_default();
        self.ids.insert(free.clone());
        free
    }

    fn settings(&self, model: &ModelMetadata) -> Option<&'a Settings> {
        let mut models = self.api.models.iter();
        models.find(|settings| is_same(settings.model, model))
    }

    /// Whether a policy or a permission may refuse it.
    fn is_guarded(&self, operation: &Operation) -> bool {
        let has_policy = |model: &ModelMetadata| {
            let mut models = self.api.models.iter();
            models.any(|settings| is_same(settings.model, model) && settings.policy.is_some())
        };
        self.api.permission.is_some() || operation.models().into_iter().any(has_policy)
    }

    /// Who may ask. Nothing is said of what is guarded, unless it is known how clients say who they are.
    fn security(&self, operation: &Operation) -> Option<Value> {
        match (self.is_guarded(operation), &self.api.security_scheme) {
            (false, _) => Some(json!([])),
            (true, Some((name, _))) => Some(json!([{ name: [] }])),
            (true, None) => None,
        }
    }

    fn of_query(&mut self, operation: &Operation) -> Vec<Value> {
        let (kind, model) = (operation.kind, operation.rows());
        let relation = operation.relation;
        let is_to_any = relation.is_some_and(is_to_any);
        let mut parameters = Vec::new();
        if kind.takes_filter() && !is_to_any {
            parameters.push(self.filter(operation));
        }
        if kind == OperationKind::Find {
            parameters.push(json!({
                "name": "after",
                "in": "query",
                "description": "Goes on after a row, as the header Link says.",
                "schema": {"type": "string"},
            }));
        }
        if kind.takes_where() {
            let content = match model.id_fields().find(|field| !field.is_hidden()) {
                Some(id) => json!({
                    "schema": self.schemas.condition(model),
                    "example": {id.json_name(): values::example(id)},
                }),
                None => json!({"schema": self.schemas.condition(model)}),
            };
            let is_count = kind == OperationKind::Count;
            parameters.push(json!({
                "name": "where",
                "in": "query",
                "description": "Which rows.",
                "required": !is_count && !operation.is_of_one() && !self.writes_all(operation),
                "content": {"application/json": content},
            }));
        }
        parameters
    }

    fn filter(&mut self, operation: &Operation) -> Value {
        let model = operation.rows();
        let own = self.settings(model).and_then(|settings| settings.page);
        let (default, most) = own.unwrap_or(self.api.page);
        let is_list = matches!(operation.kind, OperationKind::Find | OperationKind::Follow);
        let (schema, example, description) = match is_list {
            true => (
                self.schemas.filter(model),
                json!({ "limit": most.min(10) }),
                format!(
                    "Which rows, with what. A list has {default} rows unless there is a limit, which is {most} at most."
                ),
            ),
            false => (
                self.schemas.filter_of_one(model),
                json!({}),
                "Which properties, and what is included.".to_owned(),
            ),
        };
        json!({
            "name": "filter",
            "in": "query",
            "description": description,
            "content": {"application/json": {"schema": schema, "example": example}},
        })
    }

    fn writes_all(&self, operation: &Operation) -> bool {
        let said = self.settings(operation.model);
        let said = said.and_then(|settings| settings.writes_all);
        said.unwrap_or(self.api.is_loopback4)
    }

    fn requires_if_match(&self, operation: &Operation) -> bool {
        let settings = self.settings(operation.rows());
        settings.is_some_and(|settings| settings.requires_if_match)
    }

    fn of_headers(&mut self, operation: &Operation) -> Vec<Value> {
        let kind = operation.kind;
        let mut headers = Vec::new();
        let preferences = preferences(kind);
        if !preferences.is_empty() {
            let meaning = format!("What is preferred: {preferences}.");
            headers.push(self.parameter(&format!("Prefer.{kind:?}"), "Prefer", &meaning, false));
        }
        if kind.takes_filter() {
            let meaning = "The versions that the client has: 304 where the answer is one of them.";
            headers.push(self.parameter("If-None-Match", "If-None-Match", meaning, false));
        }
        if !is_conditional(operation) {
            return headers;
        }
        // What may be new can be asked for by `If-None-Match: *` as well.
        let may_be_new = matches!(kind, OperationKind::ReplaceById | OperationKind::Set);
        let meaning = "The version that is written, by its ETag.";
        headers.push(match self.requires_if_match(operation) && !may_be_new {
            true => self.parameter("If-Match.required", "If-Match", meaning, true),
            false => self.parameter("If-Match", "If-Match", meaning, false),
        });
        if may_be_new {
            let meaning = "`*`: only where there is no row yet.";
            headers.push(self.parameter("If-None-Match.new", "If-None-Match", meaning, false));
        }
        headers
    }

    /// A reference to a header of requests.
    fn parameter(&mut self, key: &str, name: &str, meaning: &str, is_required: bool) -> Value {
        let parameter = json!({
            "name": name,
            "in": "header",
            "description": meaning,
            "required": is_required,
            "schema": {"type": "string"},
        });
        self.parameters.insert(key.to_owned(), parameter);
        json!({ "$ref": format!("#/components/parameters/{key}") })
    }

    fn answer(&mut self, meaning: &str, schema: Option<Value>, headers: &[&str]) -> Value {
        let mut answer = json!({ "description": meaning });
        if let Some(schema) = schema {
            answer["content"] = json!({"application/json": {"schema": schema}});
        }
        for name in headers {
            self.headers.insert((*name).to_owned(), header(name));
            answer["headers"][*name] = json!({ "$ref": format!("#/components/headers/{name}") });
        }
        answer
    }

    fn body(&mut self, operation: &Operation) -> Value {
        let (model, through) = (operation.rows(), operation.relation);
        let link = through.and_then(|relation| relation.through());
        let one = match (operation.kind, link) {
            (OperationKind::Link, Some(link)) => {
                self.schemas.written(Purpose::Alone, link.model(), through)
            }
            (OperationKind::Set, _) => self.schemas.written(Purpose::Alone, model, through),
            (OperationKind::Patch | OperationKind::PatchById, _) => {
                self.schemas.written(Purpose::Patch, model, through)
            }
            (OperationKind::ReplaceById, _) => {
                self.schemas.written(Purpose::Replace, model, through)
            }
            _ => self.schemas.written(Purpose::New, model, through),
        };
        let example = self.schemas.example(&one);
        let takes_list = operation.kind == OperationKind::Create && !operation.is_of_one();
        let schema = match takes_list {
            true => json!({"oneOf": [one, {"type": "array", "items": one}]}),
            false => one,
        };
        let mut content = json!({ "schema": schema });
        if let Some(example) = example {
            content["example"] = example;
        }
        json!({
            "required": operation.kind != OperationKind::Link,
            "content": {"application/json": content},
        })
    }

    fn answers(&mut self, operation: &Operation) -> Map<String, Value> {
        let mut answers = Map::new();
        for (status, meaning, schema, headers) in self.successes(operation) {
            let answer = self.answer(meaning, schema, headers);
            answers.insert(status.to_owned(), answer);
        }
        let created = answers.values_mut().next();
        if let (Some(created), Some(links)) = (created, self.links(operation)) {
            created["links"] = links;
        }
        answers.extend(self.errors(operation));
        answers
    }

    /// What is answered where all goes well.
    fn successes(&mut self, operation: &Operation) -> Vec<Success> {
        use OperationKind::*;
        let is_loopback4 = self.api.is_loopback4;
        let unchanged = ("304", "The client has this answer.", None, &["ETag"][..]);
        let written = ("204", "It was written.", None, &["Preference-Applied"][..]);
        match operation.kind {
            Find => {
                let rows = json!({"type": "array", "items": self.row(operation)});
                vec![("200", "The rows.", Some(rows), LISTED), unchanged]
            }
            FindById | FindOne => {
                let row = self.row(operation);
                vec![("200", "The row.", Some(row), &["ETag"]), unchanged]
            }
            Follow => {
                let relation = operation.relation;
                let related = relation.map(|relation| self.schemas.related(relation));
                let meaning = "What the relation leads to.";
                vec![("200", meaning, related, &["ETag"]), unchanged]
            }
            Count => vec![("200", "The number of rows.", Some(self.number()), &[])],
            Patch | Delete => {
                let meaning = "How many rows were written.";
                let headers = &["Preference-Applied"];
                vec![("200", meaning, Some(self.number()), headers)]
            }
            Exists => {
                let exists = self.exists();
                vec![("200", "Whether there is such a row.", Some(exists), &[])]
            }
            Create => {
                let row = self.row(operation);
                let schema = match operation.is_of_one() {
                    true => row,
                    false => json!({"oneOf": [row, {"type": "array", "items": row}]}),
                };
                let status = if is_loopback4 { "200" } else { "201" };
                vec![(status, "What was created.", Some(schema), CREATED)]
            }
            Set | PatchById | ReplaceById => {
                let row = self.row(operation);
                let meaning = "The row as it is now, where `return=representation` is preferred.";
                let headers = &["ETag", "Preference-Applied"];
                let mut all = vec![("200", meaning, Some(row.clone()), &headers[..]), written];
                let creates_by_id = operation.kind == ReplaceById && !is_loopback4;
                if operation.kind == Set || creates_by_id {
                    all.push(("201", "What was created.", Some(row), CREATED));
                }
                all
            }
            DeleteById | Link | Unlink => vec![written],
            IsLinked => vec![("204", "It is linked.", None, &[])],
        }
    }

    fn row(&mut self, operation: &Operation) -> Value {
        self.schemas.row(operation.rows())
    }

    fn number(&mut self) -> Value {
        self.schemas.shared(
            "Count",
            json!({
                "type": "object",
                "properties": {"count": {"type": "integer", "format": "int64", "minimum": 0}},
                "required": ["count"],
            }),
        )
    }

    fn exists(&mut self) -> Value {
        self.schemas.shared(
            "Exists",
            json!({
                "type": "object",
                "properties": {"exists": {"type": "boolean"}},
                "required": ["exists"],
            }),
        )
    }

    /// Where the row that was created can be read.
    fn links(&self, operation: &Operation) -> Option<Value> {
        if operation.relation.is_some() || operation.kind != OperationKind::Create {
            return None;
        }
        let mut operations = self.operations.iter();
        let find = operations.find(|other| {
            other.kind == OperationKind::FindById
                && other.relation.is_none()
                && is_same(other.model, operation.model)
        })?;
        let mut parameters = Map::new();
        for (name, field) in find.parameters().into_iter().flatten() {
            if field.is_hidden() {
                return None;
            }
            let of_row = format!("$response.body#/{}", field.json_name());
            parameters.insert(name, Value::from(of_row));
        }
        Some(json!({"findById": {"operationId": find.id, "parameters": parameters}}))
    }

    fn errors(&self, operation: &Operation) -> Vec<(String, Value)> {
        let kind = operation.kind;
        let mut statuses = vec![400, 500, 503, 504];
        if self.is_guarded(operation) {
            statuses.extend([401, 403]);
        }
        if operation.path.contains('{') && kind != OperationKind::Exists {
            statuses.push(404);
        }
        if kind.is_write() {
            statuses.push(409);
        }
        if kind.takes_body() {
            statuses.extend([413, 415, 422]);
        }
        if is_conditional(operation) {
            statuses.push(412);
            if self.requires_if_match(operation) {
                statuses.push(428);
            }
        }
        statuses.into_iter().filter_map(answers::error).collect()
    }
}

/// A status, its meaning, the schema of the body, and the headers.
type Success = (
    &'static str,
    &'static str,
    Option<Value>,
    &'static [&'static str],
);

const LISTED: &[&str] = &["ETag", "Link", "Preference-Applied", "X-Total-Count"];
const CREATED: &[&str] = &["ETag", "Location", "Preference-Applied"];

/// Whether `If-Match` is heeded: where one row is written.
fn is_conditional(operation: &Operation) -> bool {
    use OperationKind::*;
    match operation.kind {
        PatchById | ReplaceById | DeleteById | Set => true,
        Patch | Delete => operation.is_of_one(),
        _ => false,
    }
}

fn preferences(kind: OperationKind) -> String {
    use OperationKind::*;
    let mut all = match kind {
        Find => vec!["`count=exact`"],
        Create => vec!["`return=minimal`", "`max-affected=10`"],
        Patch | Delete => vec!["`max-affected=10`"],
        Set | PatchById | ReplaceById => vec!["`return=representation`"],
        _ => Vec::new(),
    };
    if kind.is_write() {
        all.push("`tx=rollback`");
    }
    all.join(", ")
}

fn header(name: &str) -> Value {
    let (meaning, kind) = match name {
        "ETag" => ("The version of what is answered.", "string"),
        "Link" => ("Where the next rows are, if there are any.", "string"),
        "Location" => ("Where the new row is.", "string"),
        "X-Total-Count" => (
            "How many rows the filter has, where `count=exact` is preferred.",
            "integer",
        ),
        _ => ("The preferences that were followed.", "string"),
    };
    json!({"description": meaning, "schema": {"type": kind}})
}

fn of_path(operation: &Operation) -> Vec<Value> {
    let parameters = operation.parameters().into_iter().flatten();
    parameters
        .map(|(name, field)| {
            let mut schema = values::not_null(field);
            if schema["type"] == "string" {
                schema["minLength"] = json!(1);
            }
            json!({
                "name": name,
                "in": "path",
                "required": true,
                "schema": schema,
                "example": values::example(field),
            })
        })
        .collect()
}

fn summary(operation: &Operation) -> String {
    use OperationKind::*;
    let model = operation.model.name();
    let rows = match operation.relation {
        Some(relation) => {
            let via = operation.via.iter().rev();
            let names = std::iter::once(relation).chain(via.copied());
            let names: Vec<String> = names.map(|of| format!("`{}`", of.json_name())).collect();
            format!("{} of a `{model}`", names.join(" of "))
        }
        None => format!("rows of `{model}`"),
    };
    let row = match operation.relation {
        Some(_) => format!("one of the {rows}"),
        None => format!("a `{model}`"),
    };
    match operation.kind {
        Find | FindOne | Follow => format!("Finds {rows}"),
        Count => format!("Counts {rows}"),
        Create => format!("Creates {rows}"),
        Patch => format!("Changes {rows}"),
        Delete => format!("Deletes {rows}"),
        FindById => format!("Finds {row} by its id"),
        Exists => format!("Tells whether there is {row}"),
        PatchById => format!("Changes {row}"),
        ReplaceById => format!("Replaces {row}"),
        DeleteById => format!("Deletes {row}"),
        Set => format!("Creates or changes {rows}"),
        IsLinked => format!("Tells whether a row is linked as one of the {rows}"),
        Link => format!("Links a row as one of the {rows}"),
        Unlink => format!("Unlinks a row from the {rows}"),
    }
}
