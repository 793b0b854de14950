//! What each operation takes and answers.

use super::schemas::{Purpose, Schemas, is_to_any};
use super::{answers, values};
use crate::api::Api;
use crate::call::is_same;
use crate::operation::{Operation, OperationKind};
use crate::routes::Settings;
use relations::{FieldMetadata, ModelMetadata};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

pub(super) struct Describer<'a> {
    api: &'a Api,
    schemas: Schemas<'a>,
    ids: BTreeSet<String>,
    /// What operations refer to, by its kind and its name: parameters, bodies, answers and headers.
    shared: BTreeMap<&'static str, BTreeMap<String, Value>>,
    /// The operation that finds a row of a model by its id.
    found_by: Vec<Operation>,
    /// The paths where rows are answered.
    with_rows: BTreeSet<String>,
}

impl<'a> Describer<'a> {
    pub(super) fn new(api: &'a Api) -> Self {
        let operations = api.operations().into_iter();
        let found_by = operations.filter(|operation| {
            operation.kind == OperationKind::FindById && operation.relation.is_none()
        });
        let found_by = found_by.collect();
        let is_replaced = |id: &str| api.replaced.iter().any(|(replaced, _)| replaced == id);
        let operations = api.operations().into_iter();
        let with_rows = operations.filter(|one| answers_rows(one) && !is_replaced(&one.id));
        let with_rows = with_rows.map(|operation| operation.path).collect();
        Describer {
            api,
            schemas: Schemas::new(api),
            ids: BTreeSet::new(),
            shared: BTreeMap::new(),
            found_by,
            with_rows,
        }
    }

    /// What the operations refer to.
    pub(super) fn into_components(self) -> Value {
        let mut components: Map<String, Value> = Map::new();
        for (kind, shared) in self.shared {
            let shared: Map<String, Value> = shared.into_iter().collect();
            components.insert(kind.to_owned(), Value::Object(shared));
        }
        components.insert("schemas".to_owned(), Value::Object(self.schemas.into_map()));
        Value::Object(components)
    }

    /// A reference to what several operations share, which is made unless it is there.
    fn share(
        &mut self,
        kind: &'static str,
        name: &str,
        make: impl FnOnce(&mut Self) -> Value,
    ) -> Value {
        let is_made = |shared: &BTreeMap<String, Value>| shared.contains_key(name);
        if !self.shared.get(kind).is_some_and(is_made) {
            let made = make(self);
            self.shared
                .entry(kind)
                .or_default()
                .insert(name.to_owned(), made);
        }
        json!({ "$ref": format!("#/components/{kind}/{name}") })
    }

    pub(super) fn operation(&mut self, operation: &Operation) -> Value {
        let mut described = json!({
            "operationId": self.unique(&operation.id),
            "summary": summary(operation),
            "description": description(operation),
            "tags": [operation.model.name()],
        });
        if let Some(security) = self.security(operation) {
            described["security"] = security;
        }
        let mut replaced = self.api.replaced.iter();
        if replaced.any(|(id, _)| *id == operation.id) {
            // What a handler of the program takes and answers is not known.
            let answer = "What a handler of the program answers.";
            described["responses"] = json!({"default": {"description": answer}});
            return described;
        }
        let mut parameters = self.of_query(operation);
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
            parameters.push(self.share("parameters", "after", |_| {
                json!({
                    "name": "after",
                    "in": "query",
                    "description": "Goes on after a row, as the header Link says.",
                    "schema": {"type": "string"},
                })
            }));
        }
        if kind.takes_where() {
            let is_count = kind == OperationKind::Count;
            let is_required = !is_count && !operation.is_of_one() && !self.writes_all(operation);
            parameters.push(self.condition(model, is_required));
        }
        parameters
    }

    fn condition(&mut self, model: &'static ModelMetadata, is_required: bool) -> Value {
        let name = self.schemas.name(model);
        let name = match is_required {
            true => format!("{name}.where.required"),
            false => format!("{name}.where"),
        };
        self.share("parameters", &name, |describer| {
            let schema = match (describer.schemas.condition(model), is_required) {
                (schema, true) => json!({"allOf": [schema], "minProperties": 1}),
                (schema, false) => schema,
            };
            let content = match model.id_fields().find(|field| !field.is_hidden()) {
                Some(id) => json!({
                    "schema": schema,
                    "example": {id.json_name(): values::example(id)},
                }),
                None => json!({"schema": schema}),
            };
            json!({
                "name": "where",
                "in": "query",
                "description": "Which rows.",
                "required": is_required,
                "content": {"application/json": content},
            })
        })
    }

    /// How large integers are written.
    fn bigint(&mut self) -> Value {
        self.share("parameters", "bigint", |_| {
            let meaning =
                "`string`: integers beyond 2^53, which JavaScript cannot hold, are texts.";
            json!({
                "name": "bigint",
                "in": "query",
                "description": meaning,
                "schema": {"type": "string", "enum": ["string"]},
            })
        })
    }

    fn filter(&mut self, operation: &Operation) -> Value {
        let model = operation.rows();
        let name = self.schemas.name(model);
        match matches!(operation.kind, OperationKind::Find | OperationKind::Follow) {
            true => self.share("parameters", &format!("{name}.filter"), |describer| {
                let (default, most) = describer.schemas.page(model);
                let meaning = format!(
                    "Which rows, with what. A list has {default} rows unless there is a limit, which is {most} at most."
                );
                let example = json!({ "limit": most.min(10) });
                filter(describer.schemas.filter(model), example, &meaning)
            }),
            false => self.share("parameters", &format!("{name}.filter.one"), |describer| {
                let meaning = "Which properties, and what is included.";
                filter(describer.schemas.filter_of_one(model), json!({}), meaning)
            }),
        }
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

    /// A header of requests.
    fn parameter(&mut self, key: &str, name: &str, meaning: &str, is_required: bool) -> Value {
        self.share("parameters", key, |_| {
            json!({
                "name": name,
                "in": "header",
                "description": meaning,
                "required": is_required,
                "schema": {"type": "string"},
            })
        })
    }

    fn answer(&mut self, meaning: &str, schema: Option<Value>, headers: &[&str]) -> Value {
        let mut answer = json!({ "description": meaning });
        if let Some(schema) = schema {
            answer["content"] = json!({"application/json": {"schema": schema}});
        }
        for name in headers {
            answer["headers"][*name] = self.share("headers", name, |_| header(name));
        }
        answer
    }

    /// The parameters that all operations of a path have, those in the path first and in their order; none where there are none.
    pub(super) fn of_path(&mut self, operation: &Operation) -> Option<Value> {
        let mut all = self.of_mount(operation);
        for (model, of_key) in operation
            .models_of_keys()
            .into_iter()
            .zip(operation.parameters())
        {
            let model = self.schemas.name(model);
            for (name, field) in of_key {
                let key = format!("{name}.{model}");
                all.push(self.share("parameters", &key, |_| of_path(&name, field)));
            }
        }
        if self.with_rows.contains(&operation.path) {
            // All operations of the path take it, though only answers with rows show it.
            all.push(self.bigint());
        }
        (!all.is_empty()).then_some(Value::Array(all))
    }

    /// The parameters that the path of a model has itself: `tenant` of `/tenants/{tenant}/todos`.
    fn of_mount(&mut self, operation: &Operation) -> Vec<Value> {
        let ids: Vec<(String, _)> = operation.parameters().into_iter().flatten().collect();
        let of_mount =
            left_open(&operation.path).filter(|name| !ids.iter().any(|(id, _)| id == name));
        let of_mount = of_mount.map(|name| {
            let mut key = name.to_owned();
            key.retain(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter));
            self.share("parameters", &format!("path.{key}"), |_| {
                json!({
                    "name": name,
                    "in": "path",
                    "required": true,
                    "description": "A part of the path, which the program reads.",
                    "schema": {"type": "string", "minLength": 1},
                    "example": name,
                })
            })
        });
        of_mount.collect()
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
        let is_required = operation.kind != OperationKind::Link;
        if operation.kind == OperationKind::Create && !operation.is_of_one() {
            return self.body_of(one, is_required, true);
        }
        let name = name_of(&one).to_owned();
        let name = match is_required {
            true => name,
            false => format!("{name}.optional"),
        };
        self.share("requestBodies", &name, |describer| {
            describer.body_of(one, is_required, false)
        })
    }

    /// A body that is one row, or one or a list of them.
    fn body_of(&self, one: Value, is_required: bool, takes_list: bool) -> Value {
        let example = self.schemas.example(&one);
        let schema = match takes_list {
            true => json!({"oneOf": [one, {"type": "array", "items": one}]}),
            false => one,
        };
        let mut content = json!({ "schema": schema });
        if let Some(example) = example {
            content["example"] = example;
        }
        json!({"required": is_required, "content": {"application/json": content}})
    }

    fn answers(&mut self, operation: &Operation) -> Map<String, Value> {
        let mut answers = self.successes(operation);
        for status in self.errors(operation) {
            let (name, form) = (format!("E{status}"), self.api.form);
            let error = self.share("responses", &name, |_| answers::error(status, form));
            answers.insert(status.to_owned(), error);
        }
        answers
    }

    /// What is answered where all goes well.
    fn successes(&mut self, operation: &Operation) -> Map<String, Value> {
        use OperationKind::*;
        let unchanged = ("304", "Unchanged");
        let written = ("204", "Written");
        let created = if self.api.is_loopback4 { "200" } else { "201" };
        let of_one = operation.is_of_one();
        let (of_row, named) = match operation.kind {
            Find => (Some(("200", "rows")), vec![unchanged]),
            FindById | FindOne => (Some(("200", "row")), vec![unchanged]),
            Create if of_one => (Some((created, "new")), Vec::new()),
            Create => (Some((created, "created")), Vec::new()),
            Set | PatchById | ReplaceById => (Some(("200", "written")), vec![written]),
            Follow => (None, vec![unchanged]),
            Count => (None, vec![("200", "Number")]),
            Patch | Delete => (None, vec![("200", "Affected")]),
            Exists => (None, vec![("200", "Whether")]),
            DeleteById | Link | Unlink => (None, vec![written]),
            IsLinked => (None, vec![("204", "Linked")]),
        };
        let mut answers = Map::new();
        let is_new =
            operation.kind == Set || (operation.kind == ReplaceById && !self.api.is_loopback4);
        let new = is_new.then_some(("201", "new"));
        for (status, what) in of_row.into_iter().chain(new) {
            answers.insert(status.to_owned(), self.with_row(operation.rows(), what));
        }
        for (status, name) in named {
            let answer = self.share("responses", name, |describer| describer.named(name));
            answers.insert(status.to_owned(), answer);
        }
        if let (Follow, Some(relation)) = (operation.kind, operation.relation) {
            let related = self.schemas.related(relation);
            let answer = self.answer("What the relation leads to.", Some(related), &["ETag"]);
            answers.insert("200".to_owned(), answer);
        }
        answers
    }

    /// An answer that has rows of a model.
    fn with_row(&mut self, model: &'static ModelMetadata, what: &str) -> Value {
        let name = format!("{}.{what}", self.schemas.name(model));
        self.share("responses", &name, |describer| {
            let row = describer.schemas.row(model);
            let (schema, meaning, headers) = match what {
                "rows" => (json!({"type": "array", "items": row}), "The rows.", LISTED),
                "row" => (row, "The row.", &["ETag"][..]),
                "written" => {
                    let meaning =
                        "The row as it is now, where `return=representation` is preferred.";
                    (row, meaning, &["ETag", "Preference-Applied"][..])
                }
                "new" => (row, "What was created.", CREATED),
                _ => {
                    let schema = json!({"oneOf": [row, {"type": "array", "items": row}]});
                    (schema, "What was created.", CREATED)
                }
            };
            let mut answer = describer.answer(meaning, Some(schema), headers);
            if matches!(what, "new" | "created")
                && let Some(links) = describer.links(model)
            {
                answer["links"] = links;
            }
            answer
        })
    }

    /// An answer that has no rows.
    fn named(&mut self, name: &str) -> Value {
        match name {
            "Unchanged" => self.answer("The client has this answer.", None, &["ETag"]),
            "Written" => self.answer("It was written.", None, &["Preference-Applied"]),
            "Linked" => self.answer("It is linked.", None, &[]),
            "Whether" => {
                let exists = self.exists();
                self.answer("Whether there is such a row.", Some(exists), &[])
            }
            "Number" => {
                let number = self.number();
                self.answer("The number of rows.", Some(number), &[])
            }
            _ => {
                let number = self.number();
                self.answer(
                    "How many rows were written.",
                    Some(number),
                    &["Preference-Applied"],
                )
            }
        }
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

    /// Where a row that was created can be read.
    fn links(&self, model: &ModelMetadata) -> Option<Value> {
        let mut operations = self.found_by.iter();
        let find = operations.find(|operation| is_same(operation.model, model))?;
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

    fn errors(&self, operation: &Operation) -> Vec<&'static str> {
        let kind = operation.kind;
        let mut statuses = vec!["4XX", "5XX"];
        if self.is_guarded(operation) {
            statuses.extend(["401", "403"]);
        }
        if operation.path.contains('{') && kind != OperationKind::Exists {
            statuses.push("404");
        }
        if kind.is_write() {
            statuses.push("409");
        }
        if kind.takes_body() {
            statuses.push("422");
        }
        if is_conditional(operation) && self.requires_if_match(operation) {
            statuses.push("428");
        }
        statuses
    }
}

/// Whether an answer may have rows.
fn answers_rows(operation: &Operation) -> bool {
    use OperationKind::*;
    let kind = operation.kind;
    kind.takes_filter() || matches!(kind, Create | Set | PatchById | ReplaceById)
}

/// The names that a path leaves open. A brace that is not closed opens nothing. `{*rest}` is in no path: axum takes it at the end only, where
/// an operation has its own words.
pub(super) fn left_open(path: &str) -> impl Iterator<Item = &str> {
    let names = path.split('{').skip(1);
    names.filter_map(|rest| Some(rest.split_once('}')?.0))
}

/// The name of the schema that is referred to.
fn name_of(reference: &Value) -> &str {
    let reference = reference["$ref"].as_str().unwrap_or_default();
    reference.rsplit('/').next().unwrap_or_default()
}

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

fn of_path(name: &str, field: &FieldMetadata) -> Value {
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
}

fn filter(schema: Value, example: Value, meaning: &str) -> Value {
    json!({
        "name": "filter",
        "in": "query",
        "description": meaning,
        "content": {"application/json": {"schema": schema, "example": example}},
    })
}

/// What the summary does not say.
fn description(operation: &Operation) -> &'static str {
    use OperationKind::*;
    match operation.kind {
        Find => "`Link` leads to further rows.",
        Follow => "As a filter would include it.",
        Count => "Of those of `where`, or of all.",
        Create if operation.is_of_one() => "There may be one only.",
        Create => "A row, or all of a list or none.",
        Patch | Delete if operation.is_of_one() => "The number is 0 where there is none.",
        Patch | Delete => "Those of `where`.",
        FindById | FindOne => "With what the filter includes.",
        Exists => "Whether there is one with this id.",
        PatchById => "What is not given stays.",
        ReplaceById => "What is not given becomes null.",
        DeleteById => "For good.",
        Set => "A row that is there keeps its id.",
        IsLinked => "By the status.",
        Link => "The body has fields of the link.",
        Unlink => "The row itself stays.",
    }
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
