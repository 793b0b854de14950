//! The OpenAPI document of an API.

use crate::client::{Got, send};
use crate::models::{Account, Customer, Line, Listener, Order, Playlist, Supplier, Track, tables};
use crate::support::{TestDb, database_test};
use crate::targets::remarks::{self, Book, Film, Remark};
use axum::Router;
use relations::Db;
use relations::prelude::*;
use relations_rest::{Api, ExposeRelation, Refused};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[derive(Debug, Clone, Copy, PartialEq, Serialize, ColumnType)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Low,
    High,
}

/// A field of each kind that JSON writes in a form of its own.
#[derive(Debug, Clone, Serialize, Model)]
pub struct Sample {
    #[model(id)]
    pub id: uuid::Uuid,
    pub level: Option<Level>,
    pub small: i16,
    pub weight: f64,
    pub bytes: Vec<u8>,
    pub day: chrono::NaiveDate,
    pub at: Option<chrono::DateTime<chrono::Utc>>,
    pub price: rust_decimal::Decimal,
    #[model(length = 3)]
    pub code: String,
    #[model(read_only, default = "0")]
    pub reads: i64,
}

fn api(db: &Db) -> Api {
    Api::new(db.clone())
        .model::<Supplier>(|suppliers| suppliers.relation(Supplier::ACCOUNT))
        .model::<Account>(|accounts| accounts.includable([Account::SUPPLIER]))
        .model::<Customer>(|customers| customers.relation(Customer::ORDERS.path("all-orders")))
        .model::<Order>(|orders| orders.relation(Order::LINES).relation(Order::CUSTOMER))
        .model::<Line>(|lines| lines.requires_if_match())
        .model::<Playlist>(|playlists| playlists.relation(Playlist::TRACKS))
        .model::<Track>(|tracks| tracks.read_only())
        .model::<Listener>(|listeners| listeners.relation(Listener::FAVOURITES))
        .info("Music", "2.0.0")
}

fn document(api: &Api) -> Value {
    serde_json::from_str(&api.openapi().to_json().unwrap()).unwrap()
}

/// Each operation: its method, its path, and what is said of it.
fn operations(document: &Value) -> Vec<(String, &str, &Value)> {
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let methods = methods.as_object().unwrap().iter();
        for (method, operation) in methods.filter(|(key, _)| *key != "parameters") {
            operations.push((method.to_uppercase(), path.as_str(), operation));
        }
    }
    operations
}

/// The same with what operations share in its places.
fn inlined(mut document: Value) -> Value {
    let all = document.clone();
    let resolve = |value: &mut Value| *value = resolved(&all, value).clone();
    let paths = document["paths"].as_object_mut().unwrap();
    paths.values_mut().for_each(with_parameters_of_path);
    let paths = paths
        .values_mut()
        .flat_map(|path| path.as_object_mut().unwrap().values_mut());
    for operation in paths {
        if let Some(body) = operation.get_mut("requestBody") {
            resolve(body);
        }
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        parameters.into_iter().flatten().for_each(resolve);
        operation["responses"]
            .as_object_mut()
            .unwrap()
            .values_mut()
            .for_each(resolve);
    }
    let schemas = document["components"]["schemas"].as_object_mut().unwrap();
    let conditions = schemas
        .iter_mut()
        .filter(|(name, _)| name.ends_with("Where"));
    for (_, condition) in conditions {
        let properties = condition["properties"].as_object_mut().unwrap();
        properties.values_mut().for_each(resolve);
    }
    document
}

/// Gives each operation of a path the parameters that all of them have, which stand first.
fn with_parameters_of_path(path: &mut Value) {
    let operations = path.as_object_mut().unwrap();
    let Some(Value::Array(shared)) = operations.remove("parameters") else {
        return;
    };
    for operation in operations.values_mut() {
        let own = operation["parameters"].as_array().cloned();
        let all = shared.iter().cloned().chain(own.into_iter().flatten());
        operation["parameters"] = all.collect();
    }
}

fn operation<'d>(document: &'d Value, id: &str) -> &'d Value {
    let mut operations = operations(document).into_iter();
    let found = operations.find(|(.., operation)| operation["operationId"] == id);
    found.unwrap_or_else(|| panic!("no operation `{id}`")).2
}

/// What is behind a reference.
fn resolved<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    match value["$ref"].as_str().and_then(|of| of.strip_prefix('#')) {
        Some(pointer) => document.pointer(pointer).unwrap(),
        None => value,
    }
}

fn collect_references<'d>(value: &'d Value, references: &mut BTreeSet<&'d str>) {
    match value {
        Value::Object(entries) => {
            references.extend(entries.get("$ref").and_then(Value::as_str));
            for value in entries.values() {
                collect_references(value, references);
            }
        }
        Value::Array(items) => {
            for item in items {
                collect_references(item, references);
            }
        }
        _ => {}
    }
}

#[database_test]
async fn the_document_has_the_table_of_operations_and_nothing_else(db: TestDb) {
    let api = api(&db).without("customer.delete");
    let document = document(&api);
    let described: BTreeSet<(String, String, String)> = operations(&document)
        .into_iter()
        .map(|(method, path, operation)| {
            let id = operation["operationId"].as_str().unwrap();
            (id.to_owned(), method, path.to_owned())
        })
        .collect();
    let table: BTreeSet<(String, String, String)> = api
        .operations()
        .into_iter()
        .map(|operation| (operation.id, operation.method.to_string(), operation.path))
        .collect();
    assert_eq!(described, table);
    assert!(!table.is_empty());
    assert_eq!(
        document["info"],
        json!({"title": "Music", "version": "2.0.0"})
    );
    assert_eq!(
        operation(&document, "supplier.account.create")["tags"],
        json!(["Supplier"])
    );
}

#[database_test]
async fn ids_of_operations_are_unique_where_a_model_is_exposed_twice(db: TestDb) {
    let api = api(&db).model::<Customer>(|customers| customers.path("/vips").read_only());
    let document = document(&api);
    let ids: Vec<&Value> = operations(&document)
        .into_iter()
        .map(|(.., operation)| &operation["operationId"])
        .collect();
    let unique: BTreeSet<&str> = ids.iter().filter_map(|id| id.as_str()).collect();
    assert_eq!(unique.len(), ids.len());
    assert!(unique.contains("customer.find") && unique.contains("customer.find2"));
}

#[database_test]
async fn every_reference_resolves_and_all_that_is_shared_is_referred_to(db: TestDb) {
    let document = document(&api(&db));
    let mut references = BTreeSet::new();
    collect_references(&document, &mut references);
    for reference in &references {
        let pointer = reference.strip_prefix('#').unwrap();
        let found = document.pointer(pointer);
        assert!(found.is_some_and(Value::is_object), "{reference}");
    }
    for part in [
        "schemas",
        "headers",
        "parameters",
        "responses",
        "requestBodies",
    ] {
        for name in document["components"][part].as_object().unwrap().keys() {
            let reference = format!("#/components/{part}/{name}");
            assert!(references.contains(reference.as_str()), "{name}");
        }
    }
}

#[database_test]
async fn the_document_stays_the_same(db: TestDb) {
    let (one, other) = (api(&db).openapi(), api(&db).openapi());
    assert_eq!(one.to_json().unwrap(), other.to_json().unwrap());
}

#[database_test]
async fn what_is_hidden_or_not_named_is_nowhere(db: TestDb) {
    let text = api(&db).openapi().to_json().unwrap();
    assert!(text.contains("accountManager") && !text.contains("secret"));
    let alone = Api::new(db.clone()).model::<Supplier>(|suppliers| suppliers);
    assert!(!alone.openapi().to_json().unwrap().contains("ccount"));
}

#[database_test]
async fn schemas_say_what_is_read_and_written(db: TestDb) {
    let document = inlined(document(&api(&db)));
    let schemas = &document["components"]["schemas"];
    let row = &schemas["Supplier"]["properties"];
    assert_eq!(
        row["id"],
        json!({"$ref": "#/components/schemas/Int64", "readOnly": true})
    );
    let wide =
        json!({"type": ["integer", "string"], "format": "int64", "pattern": "^-?[0-9]{16,20}$"});
    assert_eq!(schemas["Int64"], wide);
    assert_eq!(row["city"], json!({"type": ["string", "null"]}));
    assert_eq!(
        row["account"],
        json!({"anyOf": [{"$ref": "#/components/schemas/Account"}, {"type": "null"}]})
    );
    assert_eq!(
        schemas["Account"]["properties"]["supplier"],
        json!({"anyOf": [{"$ref": "#/components/schemas/Supplier"}, {"type": "null"}]})
    );
    assert_eq!(
        schemas["NewAccount"]["required"],
        json!(["accountManager", "supplierId"])
    );
    // The relation fills in the key.
    assert_eq!(
        schemas["NewAccountInSupplierAccount"]["required"],
        json!(["accountManager"])
    );
    assert_eq!(schemas["PatchAccount"]["minProperties"], 1);
    let filter = &schemas["SupplierFilter"]["properties"];
    assert_eq!(
        filter["where"],
        json!({"$ref": "#/components/schemas/SupplierWhere"})
    );
    let operators = &schemas["SupplierWhere"]["properties"]["name"]["anyOf"][1]["properties"];
    assert_eq!(operators["like"], json!({"type": "string"}));
    assert!(
        schemas["SupplierWhere"]["properties"]["id"]["anyOf"][1]["properties"]["like"].is_null()
    );
}

#[database_test]
async fn values_have_their_types_and_formats(db: TestDb) {
    let api = Api::new(db.clone()).model::<Sample>(|samples| samples);
    let document = document(&api);
    let schemas = &document["components"]["schemas"];
    let row = &schemas["Sample"]["properties"];
    assert_eq!(row["id"], json!({"type": "string", "format": "uuid"}));
    assert_eq!(row["level"]["type"], json!(["string", "null"]));
    assert_eq!(row["level"]["enum"].as_array().map(Vec::len), Some(3));
    assert_eq!(
        row["small"],
        json!({"type": "integer", "minimum": -32768, "maximum": 32767})
    );
    assert_eq!(row["day"], json!({"type": "string", "format": "date"}));
    assert_eq!(
        row["at"],
        json!({"type": ["string", "null"], "format": "date-time"})
    );
    assert_eq!(row["code"], json!({"type": "string", "maxLength": 3}));
    assert_eq!(row["reads"]["readOnly"], true);
    assert!(schemas["NewSample"]["properties"]["reads"].is_null());
}

#[database_test]
async fn operations_say_their_parameters_headers_and_answers(db: TestDb) {
    let document = inlined(document(&api(&db)));
    let statuses = |id: &str| -> Vec<String> {
        let answers = operation(&document, id)["responses"].as_object().unwrap();
        answers.keys().cloned().collect()
    };
    assert_eq!(
        statuses("line.patchById"),
        "200 204 404 409 422 428 4XX 5XX"
            .split(' ')
            .collect::<Vec<_>>()
    );
    let parameters = operation(&document, "line.deleteById")["parameters"]
        .as_array()
        .unwrap();
    let named = |name: &str| {
        let mut parameters = parameters.iter().map(|one| resolved(&document, one));
        parameters.find(|one| one["name"] == name).unwrap()
    };
    assert_eq!(
        named("order_id")["schema"],
        json!({"type": "integer", "format": "int64"})
    );
    assert_eq!(named("number")["in"], "path");
    assert_eq!(named("If-Match")["required"], true);
    let find = operation(&document, "supplier.find");
    let mut of_find = find["parameters"].as_array().unwrap().iter();
    let filter = of_find.find(|one| one["name"] == "filter").unwrap();
    assert_eq!(
        filter["content"]["application/json"]["schema"],
        json!({"$ref": "#/components/schemas/SupplierFilter"})
    );
    let headers = find["responses"]["200"]["headers"].as_object().unwrap();
    assert!(headers.contains_key("X-Total-Count") && headers.contains_key("Link"));
    let created = &operation(&document, "supplier.create")["responses"]["201"];
    assert_eq!(
        created["links"]["findById"]["operationId"],
        "supplier.findById"
    );
}

#[database_test]
async fn what_is_guarded_asks_who_it_is(db: TestDb) {
    let api = api(&db)
        .model::<Sample>(|samples| samples.policy(|_| Err(Refused::unauthorized())))
        .security_scheme("token", json!({"type": "http", "scheme": "bearer"}));
    let document = inlined(document(&api));
    let security = |id: &str| &operation(&document, id)["security"];
    assert_eq!(*security("supplier.find"), json!([]));
    assert_eq!(*security("sample.find"), json!([{"token": []}]));
    let answers = &operation(&document, "sample.find")["responses"];
    assert!(answers["401"].is_object() && answers["403"].is_object());
}

#[database_test]
async fn settings_of_the_api_show_in_the_document(db: TestDb) {
    let of_loopback = inlined(document(&api(&db).loopback4().problem_json()));
    let created = &operation(&of_loopback, "supplier.create")["responses"];
    assert!(created["200"].is_object() && created["201"].is_null());
    let content = &of_loopback["components"]["responses"]["E404"]["content"];
    assert!(content["application/json"].is_null() && content.is_object());
    let replaced = inlined(document(
        &api(&db).replace("supplier.create", async || "mine"),
    ));
    let answers = &operation(&replaced, "supplier.create")["responses"];
    assert_eq!(
        answers.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["default"]
    );
}

#[database_test]
async fn what_a_path_leaves_open_is_declared(db: TestDb) {
    let api = Api::new(db.clone())
        .model::<Customer>(|customers| {
            let customers = customers.path("/tenants/{tenant}/customers");
            customers.relation(Customer::ORDERS)
        })
        .model::<Order>(|orders| orders)
        .server("/{version}/api");
    let document = inlined(document(&api));
    let variables = document["servers"][0]["variables"].as_object().unwrap();
    assert_eq!(variables.keys().collect::<Vec<_>>(), ["version"]);
    let open = Api::new(db.clone()).server("/{version}/{api");
    let open = self::document(&open)["servers"][0]["variables"].clone();
    assert_eq!(open.as_object().unwrap().len(), 1);
    for (_, path, operation) in operations(&document) {
        let all = operation["parameters"].as_array().unwrap().iter();
        let of_path = all.filter(|one| one["in"] == "path");
        let mut named: Vec<String> = of_path
            .map(|one| format!("{{{}}}", one["name"].as_str().unwrap()))
            .collect();
        let in_path = path.split('/').filter(|part| part.starts_with('{'));
        let mut in_path: Vec<&str> = in_path.collect();
        named.sort_unstable();
        in_path.sort_unstable();
        assert_eq!(named, in_path, "{path}");
    }
}

#[database_test]
async fn the_document_is_served_where_the_router_is(db: TestDb) {
    let api = api(&db).openapi_at("/openapi.json");
    let app = Router::new().nest("/api", api.router());
    let got = send(&app, "GET", "/api/openapi.json", &[], None).await;
    assert_eq!(got.header("content-type"), "application/json");
    assert_eq!(got.is(200)["servers"], json!([{"url": "/api"}]));
    let alone = send(&api.router(), "GET", "/openapi.json", &[], None).await;
    assert_eq!(alone.is(200), document(&api));
    let none = send(&self::api(&db).router(), "GET", "/openapi.json", &[], None).await;
    assert_eq!(none.status.as_u16(), 404);
}

/// Sends an operation with the examples of the document.
async fn run(app: &Router, method: &str, path: &str, operation: &Value) -> Got {
    let (mut path, mut query) = (path.to_owned(), Vec::new());
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        // Headers, which are referred to, are left out.
        let Some(name) = parameter["name"].as_str() else {
            continue;
        };
        if parameter["in"] == "path" {
            let value = match &parameter["example"] {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            path = path.replace(&format!("{{{name}}}"), &value);
        }
        let example = &parameter["content"]["application/json"]["example"];
        if !example.is_null() {
            let encoded = example.to_string().replace('"', "%22").replace('{', "%7B");
            query.push(format!("{name}={}", encoded.replace('}', "%7D")));
        }
    }
    let body = &operation["requestBody"]["content"]["application/json"]["example"];
    let body = (!body.is_null()).then(|| body.to_string());
    let path = format!("{path}?{}", query.join("&"));
    send(app, method, &path, &[], body.as_deref()).await
}

#[database_test]
async fn examples_are_taken(db: TestDb) {
    tables(&db).await;
    db.schema::<Sample>().create().await.unwrap();
    let api = api(&db).model::<Sample>(|samples| samples);
    let (app, document) = (api.router(), inlined(document(&api)));
    let all = api.operations();
    let of = |method: &'static str| all.iter().filter(move |one| one.method == method);
    // In the order of the table, in which a row is there before others refer to it.
    for wanted in of("POST").chain(of("GET")) {
        let (id, method) = (wanted.id.as_str(), wanted.method.as_str());
        let described = operation(&document, id);
        let got = run(&app, method, &wanted.path, described).await;
        let status = got.status.as_u16();
        let answers = &described["responses"];
        assert!(answers[status.to_string()].is_object(), "{id}: {got:?}");
        // A row may be there already, through a relation.
        let is_there = method == "POST" && status == 409;
        assert!((200..300).contains(&status) || is_there, "{id}: {got:?}");
    }
}

#[database_test]
async fn a_key_that_may_refer_to_several_models_says_to_which(db: TestDb) {
    remarks::tables(&db).await;
    let api = Api::new(db.clone())
        .model::<Film>(|films| films.relation(Film::REMARKS))
        .model::<Book>(|books| books)
        .model::<Remark>(|remarks| remarks.relation_named("about"));
    let (app, document) = (api.router(), inlined(document(&api)));
    let schemas = &document["components"]["schemas"];
    let which = json!({"type": "string", "enum": ["Film", "Book"]});
    assert_eq!(schemas["NewRemark"]["properties"]["about_type"], which);
    let rows = ["Film", "Book"].map(|name| json!({"$ref": format!("#/components/schemas/{name}")}));
    let about = operation(&document, "remark.about.find");
    let answer = &about["responses"]["200"]["content"]["application/json"]["schema"];
    assert_eq!(*answer, json!({ "anyOf": rows }));
    assert_eq!(
        schemas["NewRemarkInFilmRemarks"]["required"],
        json!(["text"])
    );
    for (id, method, path) in [
        ("film.create", "POST", "/films"),
        ("film.remarks.create", "POST", "/films/{id}/remarks"),
        ("remark.create", "POST", "/remarks"),
        ("remark.about.find", "GET", "/remarks/{id}/about"),
    ] {
        let got = run(&app, method, path, operation(&document, id)).await;
        assert!(got.status.is_success(), "{id}: {got:?}");
    }
}
