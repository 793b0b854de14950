//! The rows of a model: what is read and written, and by which headers.

use crate::client::{delete, get, patch, post, put, send};
use crate::models::{Customer, Line, Listener, Order, Supplier, tables};
use crate::support::{Proxy, Sql, TestDb, database_test};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use relations::{Dialect, prelude::*};
use relations_rest::{Api, Refused};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt;

fn app(db: &Db) -> Router {
    let api = Api::new(db.clone())
        .model::<Supplier>(|suppliers| suppliers)
        .model::<Line>(|lines| lines)
        .model::<Listener>(|listeners| listeners.page(2, 3));
    Router::new().nest("/api", api.router())
}

#[database_test]
async fn rows_are_created_read_changed_and_deleted(db: TestDb) {
    tables(&db).await;
    let app = app(&db);
    let created = post(&app, "/api/suppliers", r#"{"name": "Thor"}"#).await;
    assert_eq!(
        created.is(201),
        json!({"id": 1, "name": "Thor", "city": null})
    );
    assert_eq!(created.header("location"), "/api/suppliers/1");
    let found = get(&app, "/api/suppliers/1").await;
    assert_eq!(found.is(200), created.json());
    assert_eq!(found.header("etag"), created.header("etag"));

    patch(&app, "/api/suppliers/1", r#"{"city": "Asgard"}"#)
        .await
        .is(204);
    let headers = ["prefer: return=representation"];
    let got = send(
        &app,
        "PATCH",
        "/api/suppliers/1",
        &headers,
        Some(r#"{"name": "Loki"}"#),
    )
    .await;
    assert_eq!(
        got.is(200),
        json!({"id": 1, "name": "Loki", "city": "Asgard"})
    );
    assert_eq!(got.header("preference-applied"), "return=representation");
    // PUT writes all of a row: what is not given is null.
    put(&app, "/api/suppliers/1", r#"{"name": "Odin"}"#)
        .await
        .is(204);
    let odin = get(&app, "/api/suppliers/1").await.is(200);
    assert_eq!(odin, json!({"id": 1, "name": "Odin", "city": null}));
    put(&app, "/api/suppliers/1", r#"{"id": 2, "name": "Odin"}"#)
        .await
        .fails(422, "VALIDATION_FAILED");

    let list = r#"[{"name": "Freya"}, {"name": "Sif", "city": "Asgard"}]"#;
    assert_eq!(
        post(&app, "/api/suppliers", list)
            .await
            .is(201)
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(
        get(&app, "/api/suppliers/count").await.is(200),
        json!({"count": 3})
    );
    let counted = get(&app, "/api/suppliers/count?where[city]=Asgard").await;
    assert_eq!(counted.is(200), json!({"count": 1}));
    assert_eq!(
        get(&app, "/api/suppliers/3/exists").await.is(200),
        json!({"exists": true})
    );
    assert_eq!(
        get(&app, "/api/suppliers/9/exists").await.is(200),
        json!({"exists": false})
    );

    delete(&app, "/api/suppliers/1").await.is(204);
    delete(&app, "/api/suppliers/1")
        .await
        .fails(404, "ENTITY_NOT_FOUND");
    get(&app, "/api/suppliers/1")
        .await
        .fails(404, "ENTITY_NOT_FOUND");
    patch(&app, "/api/suppliers/1", r#"{"name": "x"}"#)
        .await
        .fails(404, "ENTITY_NOT_FOUND");
    // The database makes this id, so PUT cannot.
    put(&app, "/api/suppliers/1", r#"{"name": "x"}"#)
        .await
        .fails(404, "ENTITY_NOT_FOUND");
}

#[database_test]
async fn writes_of_many_rows_say_which(db: TestDb) {
    tables(&db).await;
    let app = app(&db);
    post(
        &app,
        "/api/suppliers",
        r#"[{"name": "a"}, {"name": "b"}, {"name": "b"}]"#,
    )
    .await
    .is(201);
    let change = r#"{"city": "x"}"#;
    patch(&app, "/api/suppliers", change)
        .await
        .fails(400, "WHERE_REQUIRED");
    delete(&app, "/api/suppliers")
        .await
        .fails(400, "WHERE_REQUIRED");
    delete(&app, "/api/suppliers?where={}")
        .await
        .fails(400, "WHERE_REQUIRED");
    let changed = patch(&app, "/api/suppliers?where[name]=b", change).await;
    assert_eq!(changed.is(200), json!({"count": 2}));
    let few = ["prefer: max-affected=1"];
    let got = send(&app, "DELETE", "/api/suppliers?where[name]=b", &few, None).await;
    got.fails(400, "MAX_AFFECTED");
    let undone = ["prefer: tx=rollback"];
    let got = send(
        &app,
        "DELETE",
        "/api/suppliers?where[name]=b",
        &undone,
        None,
    )
    .await;
    assert_eq!(
        (got.is(200), got.header("preference-applied")),
        (json!({"count": 2}), "tx=rollback")
    );
    assert_eq!(
        get(&app, "/api/suppliers/count").await.is(200),
        json!({"count": 3})
    );
    let deleted = delete(&app, "/api/suppliers?where[name]=b").await;
    assert_eq!(deleted.is(200), json!({"count": 2}));
}

#[database_test]
async fn a_filter_is_json_or_brackets(db: TestDb) {
    tables(&db).await;
    let app = app(&db);
    post(
        &app,
        "/api/suppliers",
        r#"[{"name": "a"}, {"name": "b"}, {"name": "c"}]"#,
    )
    .await
    .is(201);
    let names = |rows: Value| -> Vec<String> {
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| row["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let forms = [
        "filter=%7B%22where%22:%7B%22name%22:%7B%22neq%22:%22b%22%7D%7D,%22order%22:%22name%20DESC%22%7D",
        "filter[where][name][neq]=b&filter[order]=name%20DESC",
    ];
    for form in forms {
        let rows = get(&app, &format!("/api/suppliers?{form}")).await.is(200);
        assert_eq!(names(rows), ["c", "a"], "{form}");
    }
    let fields = get(&app, "/api/suppliers/1?filter[fields][]=name")
        .await
        .is(200);
    assert_eq!(fields, json!({"name": "a"}));

    let wrong = get(
        &app,
        "/api/suppliers?filter[where][nmae]=b&filter[include][]=account",
    )
    .await;
    let error = wrong.fails(400, "INVALID_PARAMETER_VALUE");
    let paths = error["details"]
        .as_array()
        .unwrap()
        .iter()
        .map(|detail| detail["path"].clone());
    // The relation was not named, so it is not there.
    assert_eq!(paths.collect::<Vec<_>>(), ["where.nmae", "include[0]"]);
    for hidden in [
        "filter[where][secret]=x",
        "filter[order]=secret",
        "filter[fields][]=secret",
    ] {
        get(&app, &format!("/api/suppliers?{hidden}"))
            .await
            .fails(400, "INVALID_PARAMETER_VALUE");
    }
    get(&app, "/api/suppliers/1?filter[where][name]=b")
        .await
        .fails(400, "INVALID_PARAMETER_VALUE");
}

#[database_test]
async fn pages_go_on_by_link(db: TestDb) {
    tables(&db).await;
    let app = app(&db);
    let all = ["a", "b", "c", "d", "e"];
    for name in all {
        let body = json!({"name": name, "favourite_ids": []}).to_string();
        post(&app, "/api/listeners", &body).await.is(201);
    }
    let mut path = "/api/listeners?filter[order]=name%20DESC".to_owned();
    let mut seen = Vec::new();
    loop {
        let got = send(&app, "GET", &path, &["prefer: count=exact"], None).await;
        let rows = got.is(200);
        assert_eq!(got.header("x-total-count"), "5");
        assert!(rows.as_array().unwrap().len() <= 2);
        seen.extend(
            rows.as_array()
                .unwrap()
                .iter()
                .map(|row| row["name"].clone()),
        );
        let Some(link) = got.headers.get("link") else {
            break;
        };
        let link = link.to_str().unwrap();
        let query = link.strip_prefix('<').unwrap().split_once('>').unwrap().0;
        path = format!("/api/listeners{query}");
    }
    assert_eq!(seen, ["e", "d", "c", "b", "a"]);
    assert_eq!(
        get(&app, "/api/listeners?filter[limit]=3")
            .await
            .is(200)
            .as_array()
            .unwrap()
            .len(),
        3
    );
    get(&app, "/api/listeners?filter[limit]=4")
        .await
        .fails(400, "INVALID_PARAMETER_VALUE");
    get(&app, "/api/listeners?after=nonsense")
        .await
        .fails(400, "INVALID_PARAMETER_VALUE");
}

#[database_test]
async fn ids_of_the_client_are_put(db: TestDb) {
    tables(&db).await;
    let app = app(&db);
    let got = put(
        &app,
        "/api/listeners/J%C3%B6rd%2Fx",
        r#"{"favourite_ids": [], "age": 3}"#,
    )
    .await;
    assert_eq!(got.is(201)["name"], "Jörd/x");
    assert_eq!(got.header("location"), "/api/listeners/J%C3%B6rd%2Fx");
    put(
        &app,
        "/api/listeners/J%C3%B6rd%2Fx",
        r#"{"favourite_ids": []}"#,
    )
    .await
    .is(204);
    assert_eq!(
        get(&app, "/api/listeners/J%C3%B6rd%2Fx").await.is(200)["age"],
        Value::Null
    );
    let taken = json!({"name": "Jörd/x", "favourite_ids": []}).to_string();
    post(&app, "/api/listeners", &taken)
        .await
        .fails(409, "ALREADY_EXISTS");
}

#[database_test]
async fn a_composite_id_is_separated_by_commas(db: TestDb) {
    tables(&db).await;
    let app = app(&db);
    let customer = relations::Repository::<Customer, _>::new(&*db);
    let customer = customer.create(Customer::draft().name("x")).await.unwrap();
    let order = Order::draft().total(1).customer_id(customer.id);
    relations::Repository::<Order, _>::new(&*db)
        .create(order)
        .await
        .unwrap();
    let got = post(
        &app,
        "/api/lines",
        r#"{"order_id": 1, "number": 2, "text": "x"}"#,
    )
    .await;
    got.is(201);
    assert_eq!(got.header("location"), "/api/lines/1,2");
    assert_eq!(get(&app, "/api/lines/1,2").await.is(200)["text"], "x");
    put(&app, "/api/lines/1,3", r#"{"text": "y"}"#)
        .await
        .is(201);
    assert_eq!(
        get(&app, "/api/lines/1,3/exists").await.is(200),
        json!({"exists": true})
    );
    put(&app, "/api/lines/9,3", r#"{"text": "y"}"#)
        .await
        .fails(409, "FOREIGN_KEY_VIOLATION");
    for wrong in ["1", "1,2,3", "1,x", "1%2C2", ","] {
        get(&app, &format!("/api/lines/{wrong}"))
            .await
            .fails(400, "INVALID_PARAMETER_VALUE");
    }
}

#[derive(Debug, Clone, Serialize, Model)]
pub struct Wallet {
    #[model(id, generated)]
    pub id: i64,
    pub coins: i64,
    #[model(version)]
    pub version: i64,
}

#[database_test]
async fn the_version_of_the_body_is_compared_with_that_of_the_row(db: TestDb) {
    db.schema::<Wallet>().create().await.unwrap();
    let api = Api::new((*db).clone()).model::<Wallet>(|wallets| wallets);
    let app = api.router();
    let created = post(&app, "/wallets", r#"{"coins": 1}"#).await;
    assert_eq!(created.is(201), json!({"id": 1, "coins": 1, "version": 1}));
    post(&app, "/wallets", r#"{"coins": 1, "version": 7}"#)
        .await
        .fails(422, "VALIDATION_FAILED");
    let patched = patch(&app, "/wallets/1", r#"{"coins": 2, "version": 1}"#);
    patched.await.is(204);
    let stale = patch(&app, "/wallets/1", r#"{"coins": 3, "version": 1}"#);
    stale.await.fails(409, "STALE");
    let stale = put(&app, "/wallets/1", r#"{"coins": 3, "version": 1}"#);
    stale.await.fails(409, "STALE");
    put(&app, "/wallets/1", r#"{"coins": 4}"#).await.is(204);
    let found = get(&app, "/wallets/1").await;
    assert_eq!(found.is(200), json!({"id": 1, "coins": 4, "version": 3}));

    let document: Value = serde_json::from_str(&api.openapi().to_json().unwrap()).unwrap();
    let text = document.to_string();
    let schemas = &document["components"]["schemas"];
    let has = |name: &str| {
        let properties = &schemas[name]["properties"];
        assert!(properties.is_object(), "{name}: {text}");
        properties["version"].is_object()
    };
    assert!(!has("NewWallet") && has("PatchWallet") && has("Wallet"));
}

#[database_test]
async fn versions_are_compared(db: TestDb) {
    tables(&db).await;
    let app = app(&db);
    let created = post(&app, "/api/suppliers", r#"{"name": "a"}"#).await;
    let old = created.header("etag").to_owned();
    let body = Some(r#"{"name": "b"}"#);
    let none = format!("if-none-match: W/{old}");
    let got = send(&app, "GET", "/api/suppliers/1", &[&none], None).await;
    assert_eq!((got.status.as_u16(), got.text.as_str()), (304, ""));
    let matches = format!("if-match: {old}");
    send(&app, "PATCH", "/api/suppliers/1", &[&matches], body)
        .await
        .is(204);
    for method in ["PATCH", "PUT", "DELETE"] {
        let body = body.filter(|_| method != "DELETE");
        let got = send(&app, method, "/api/suppliers/1", &[&matches], body).await;
        got.fails(412, "PRECONDITION_FAILED");
    }
    let is_new = ["if-none-match: *"];
    let got = send(&app, "PUT", "/api/suppliers/1", &is_new, body).await;
    got.fails(412, "PRECONDITION_FAILED");
    send(&app, "GET", "/api/suppliers/1", &[&none], None)
        .await
        .is(200);

    let strict = Api::new(db.clone()).model::<Supplier>(|suppliers| suppliers.requires_if_match());
    let strict = strict.router();
    let got = send(&strict, "PATCH", "/suppliers/1", &[], body).await;
    got.fails(428, "PRECONDITION_REQUIRED");
    send(&strict, "DELETE", "/suppliers/1", &["if-match: *"], None)
        .await
        .is(204);
}

#[database_test]
async fn bodies_are_checked(db: TestDb) {
    tables(&db).await;
    let app = app(&db);
    let got = post(
        &app,
        "/api/suppliers",
        r#"{"nmae": "a", "id": 1, "secret": 3}"#,
    )
    .await;
    let error = got.fails(422, "VALIDATION_FAILED");
    let details = error["details"].as_array().unwrap().iter();
    let details: Vec<_> = details
        .map(|detail| (detail["path"].clone(), detail["code"].clone()))
        .collect();
    assert!(
        details.contains(&("nmae".into(), "unknown_property".into())),
        "{error}"
    );
    assert!(
        details.contains(&("name".into(), "missing".into())),
        "{error}"
    );
    post(&app, "/api/suppliers", "{").await.fails(400, "SYNTAX");
    post(&app, "/api/suppliers", "").await.fails(400, "SYNTAX");
    post(&app, "/api/suppliers", "7")
        .await
        .fails(422, "VALIDATION_FAILED");
    patch(&app, "/api/suppliers/1", "[]")
        .await
        .fails(422, "VALIDATION_FAILED");
    patch(&app, "/api/suppliers/1", "{}")
        .await
        .fails(422, "INVALID_BODY_DEFINITION");
    let text = ["content-type: text/plain"];
    let got = send(&app, "POST", "/api/suppliers", &text, Some("{}")).await;
    got.fails(415, "UNSUPPORTED_MEDIA_TYPE");
    let large = format!(r#"{{"name": "{}"}}"#, "x".repeat(1 << 20));
    post(&app, "/api/suppliers", &large)
        .await
        .fails(413, "PAYLOAD_TOO_LARGE");

    let got = put(&app, "/api/suppliers", "{}").await;
    got.fails(405, "METHOD_NOT_ALLOWED");
    assert_eq!(got.header("allow"), "DELETE, GET, HEAD, PATCH, POST");
    let problem = ["accept: application/problem+json"];
    let got = send(&app, "GET", "/api/suppliers/9", &problem, None).await;
    assert_eq!(got.header("content-type"), "application/problem+json");
    assert_eq!(
        (&got.json()["status"], &got.json()["title"]),
        (&json!(404), &json!("Not Found"))
    );
    let got = send(&app, "HEAD", "/api/suppliers", &[], None).await;
    assert_eq!((got.status.as_u16(), got.text.as_str()), (200, ""));
}

#[database_test]
async fn a_path_that_is_not_there_is_answered_as_other_errors_are(db: TestDb) {
    let api = || Api::new(db.clone()).model::<Supplier>(|suppliers| suppliers);
    let alone = api().router();
    for (method, path) in [
        ("GET", "/nothing"),
        ("POST", "/suppliers/1/a/b"),
        ("PUT", "/"),
    ] {
        let got = send(&alone, method, path, &[], None).await;
        got.fails(404, "NOT_FOUND");
        let problem = ["accept: application/problem+json"];
        let got = send(&alone, method, path, &problem, None).await;
        assert_eq!(got.header("content-type"), "application/problem+json");
    }
    // A program's own fallback is not taken over, unless it asks for that.
    let own = || axum::Router::new().fallback(async || "mine");
    for app in [
        own().nest("/api", api().router()),
        own().merge(api().router()),
    ] {
        assert_eq!(get(&app, "/api/nothing").await.text, "mine");
        assert_eq!(get(&app, "/nothing").await.text, "mine");
    }
    let app = own().nest("/api", api().fallback().router());
    get(&app, "/api/nothing").await.fails(404, "NOT_FOUND");
    assert_eq!(get(&app, "/nothing").await.text, "mine");
    let app = axum::Router::new().nest("/api", api().fallback().router());
    get(&app, "/api/nothing").await.fails(404, "NOT_FOUND");
    assert_eq!(get(&app, "/nothing").await.text, "");
}

#[database_test]
async fn operations_are_replaced_and_left_out(db: TestDb) {
    tables(&db).await;
    let api = Api::new(db.clone())
        .model::<Supplier>(|suppliers| suppliers.read_only())
        .model::<Listener>(|listeners| listeners)
        .replace("listener.create", async || "mine")
        .without("listener.delete");
    let ids: Vec<String> = api
        .operations()
        .into_iter()
        .map(|operation| operation.id)
        .collect();
    assert!(
        !ids.contains(&"listener.delete".to_owned())
            && !ids.contains(&"supplier.create".to_owned())
    );
    let app = api.router();
    assert_eq!(post(&app, "/listeners", "{}").await.text, "mine");
    delete(&app, "/listeners?where[age]=1")
        .await
        .fails(405, "METHOD_NOT_ALLOWED");
    post(&app, "/suppliers", "{}")
        .await
        .fails(405, "METHOD_NOT_ALLOWED");
    get(&app, "/listeners").await.is(200);
}

#[database_test]
async fn a_permission_is_asked_first(db: TestDb) {
    tables(&db).await;
    let api = Api::new(db.clone()).model::<Supplier>(|suppliers| suppliers);
    let app = api
        .permission(|operation, request| match operation.kind.is_write() {
            true if !request.headers.contains_key("x-user") => Err(Refused::forbidden()),
            _ => Ok(()),
        })
        .router();
    db.count();
    post(&app, "/suppliers", r#"{"name": "a"}"#)
        .await
        .fails(403, "FORBIDDEN");
    assert_eq!(db.count(), 0);
    let got = send(
        &app,
        "POST",
        "/suppliers",
        &["x-user: me"],
        Some(r#"{"name": "a"}"#),
    )
    .await;
    got.is(201);
    get(&app, "/suppliers").await.is(200);
}

#[derive(Debug, Clone, Serialize, Model)]
pub struct Endless {
    #[model(id)]
    pub id: i64,
}

/// Rows that the database does not come to the end of: of SQLite more than it counts in any test, of the servers one that sleeps.
const ENDLESS: Sql = Sql::Each {
    sqlite: "CREATE VIEW endless AS WITH RECURSIVE n (id) AS \
        (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 1000000000000) SELECT max(id) AS id FROM n",
    postgres: "CREATE VIEW endless AS SELECT 1::bigint AS id FROM pg_sleep(600)",
    mysql: "CREATE VIEW endless AS SELECT CAST(1 + SLEEP(600) AS SIGNED) AS id",
};

#[database_test]
async fn what_takes_too_long_is_cancelled(db: TestDb) {
    tables(&db).await;
    db.execute_sql(ENDLESS).await;
    let sleep = match db.dialect() {
        Dialect::Sqlite => "BEGIN INSERT INTO supplier (name) SELECT id FROM endless; END",
        Dialect::Postgres => "EXECUTE FUNCTION slow()",
        _ => "BEGIN DECLARE it BIGINT; SELECT id INTO it FROM endless; END",
    };
    if db.dialect() == Dialect::Postgres {
        db.execute(
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS \
            $$ BEGIN PERFORM * FROM endless; RETURN NEW; END $$",
        )
        .await;
    }
    db.execute(&format!(
        "CREATE TRIGGER slow AFTER INSERT ON supplier FOR EACH ROW {sleep}"
    ))
    .await;
    let api = Api::new(db.clone())
        .model::<Supplier>(|suppliers| suppliers)
        .model::<Endless>(|endless| endless);
    let app = api.time_limit(Duration::from_millis(200)).router();
    get(&app, "/endlesses").await.fails(504, "TIMEOUT");
    db.stopped().await;
    post(&app, "/suppliers", r#"{"name": "a"}"#)
        .await
        .fails(504, "TIMEOUT");
    db.stopped().await;
    assert_eq!(db.number("select count(*) from supplier").await, 0);
}

#[database_test]
async fn a_body_that_does_not_come_is_not_waited_for(db: TestDb) {
    tables(&db).await;
    let api = Api::new(db.clone()).model::<Supplier>(|suppliers| suppliers);
    let app = api.time_limit(Duration::from_millis(50)).router();
    let never = Body::from_stream(futures_util::stream::pending::<
        Result<Vec<u8>, std::io::Error>,
    >());
    let request = Request::post("/suppliers").header("content-type", "application/json");
    let answer = app.oneshot(request.body(never).unwrap()).await.unwrap();
    assert_eq!(answer.status(), 408);
}

#[database_test(postgres, mysql)]
async fn a_write_whose_answer_was_lost_is_not_to_be_sent_again(db: TestDb) {
    tables(&db).await;
    let proxy = Arc::new(Proxy::before(db.url()).await);
    let shaky = Db::connect(proxy.url()).await.unwrap();
    // Of the next answer, which is that of the COMMIT.
    let shaky = shaky.observed(move |event| {
        if event.sql.to_lowercase().starts_with("insert") {
            proxy.lose_an_answer();
        }
    });
    let api = Api::new(shaky).model::<Supplier>(|suppliers| suppliers);
    let got = post(&api.router(), "/suppliers", r#"{"name": "a"}"#).await;
    got.fails(504, "OUTCOME_UNKNOWN");
    assert!(!got.headers.contains_key("retry-after"), "{got:?}");
    assert_eq!(db.number("select count(*) from supplier").await, 1);
}

#[database_test]
async fn reads_take_few_statements(db: TestDb) {
    tables(&db).await;
    let app = app(&db);
    post(&app, "/api/suppliers", r#"[{"name": "a"}, {"name": "b"}]"#)
        .await
        .is(201);
    let one = [
        "/api/suppliers",
        "/api/suppliers/1",
        "/api/suppliers/count",
        "/api/suppliers/1/exists",
    ];
    for path in one {
        db.count();
        get(&app, path).await.is(200);
        assert_eq!(db.count(), 1, "{path}");
    }
}

#[database_test]
async fn of_writers_of_one_version_one_wins(db: TestDb) {
    tables(&db).await;
    let app = app(&db);
    let created = post(&app, "/api/suppliers", r#"{"name": "a"}"#).await;
    let matches = format!("if-match: {}", created.header("etag"));
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..8 {
        let (app, matches) = (app.clone(), matches.clone());
        writers.spawn(async move {
            let body = json!({"name": format!("w{writer}")}).to_string();
            let got = send(&app, "PATCH", "/api/suppliers/1", &[&matches], Some(&body)).await;
            got.status.as_u16()
        });
    }
    let mut statuses = writers.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 412, 412, 412, 412, 412, 412, 412]);
}
