//! Two tenants on one database: neither ever sees a row, a number, an error or a place of the other's.

use crate::client::{Got, get, pick, send};
use crate::support::{Dice, TestDb, database_test};
use axum::Router;
use axum::http::request::Parts;
use relations::prelude::*;
use relations::{Db, Repository, Where};
use relations_rest::{Api, OperationKind, Refused};
use serde::Serialize;
use serde_json::json;

#[derive(Debug, Clone, Serialize, Model)]
#[has_many(Invoice)]
#[has_one(Profile)]
#[has_many(Tag, through = ClientTag)]
pub struct Client {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
    pub tenant: Option<String>,
    #[references_many(Tag, name = "marks")]
    pub mark_ids: Vec<i64>,
}

#[derive(Debug, Clone, Serialize, Model)]
pub struct Invoice {
    #[model(id, generated)]
    pub id: i64,
    pub total: i64,
    pub tenant: Option<String>,
    #[belongs_to(Client)]
    pub client_id: Option<i64>,
}

#[derive(Debug, Clone, Serialize, Model)]
pub struct Profile {
    #[model(id, generated)]
    pub id: i64,
    pub text: String,
    pub tenant: Option<String>,
    #[belongs_to(Client)]
    pub client_id: i64,
}

#[derive(Debug, Clone, Serialize, Model)]
#[has_many(Client, through = ClientTag)]
pub struct Tag {
    #[model(id, generated)]
    pub id: i64,
    pub label: String,
    pub tenant: Option<String>,
}

#[derive(Debug, Clone, Serialize, Model)]
pub struct ClientTag {
    #[model(id)]
    #[belongs_to(Client)]
    pub client_id: i64,
    #[model(id)]
    #[belongs_to(Tag)]
    pub tag_id: i64,
    pub tenant: Option<String>,
}

fn tenant(request: &Parts) -> Result<String, Refused> {
    let tenant = request
        .headers
        .get("x-tenant")
        .and_then(|tenant| tenant.to_str().ok());
    tenant.map(str::to_owned).ok_or_else(Refused::unauthorized)
}

macro_rules! own {
    ($model:ident) => {
        |request: &Parts| -> Result<Where<$model>, Refused> {
            Ok($model::TENANT.eq(tenant(request)?).into())
        }
    };
}

fn api(db: &Db) -> Api {
    Api::new(db.clone())
        .model::<Client>(|clients| {
            let clients = clients.policy(own!(Client)).relation(Client::INVOICES);
            let clients = clients.relation(Client::PROFILE).relation(Client::TAGS);
            clients.relation(Client::MARKS).writes_all_rows()
        })
        .model::<Invoice>(|invoices| {
            invoices
                .policy(own!(Invoice))
                .relation(Invoice::CLIENT)
                .writes_all_rows()
        })
        .model::<Profile>(|profiles| profiles.policy(own!(Profile)).relation(Profile::CLIENT))
        .model::<Tag>(|tags| {
            tags.policy(own!(Tag))
                .relation(Tag::CLIENTS)
                .writes_all_rows()
        })
        .model::<ClientTag>(|links| {
            links
                .policy(own!(ClientTag))
                .includable([ClientTag::CLIENT])
                .writes_all_rows()
        })
}

/// Rows of both tenants, with every relation from one to the other that the database lets be.
async fn fill(db: &TestDb) {
    db.schema::<(Client, Invoice, Profile, Tag, ClientTag)>()
        .create()
        .await
        .unwrap();
    for at in 1..=8_i64 {
        let (own, other) = if at % 2 == 1 {
            ("red", "blue")
        } else {
            ("blue", "red")
        };
        let tag = Tag::draft().label(format!("{own}-tag-{at}")).tenant(own);
        Repository::<Tag, _>::new(&**db).create(tag).await.unwrap();
        let client = Client::draft()
            .name(format!("{own}-client-{at}"))
            .tenant(own);
        let client = client.mark_ids(vec![at, at % 8 + 1]);
        Repository::<Client, _>::new(&**db)
            .create(client)
            .await
            .unwrap();
        let invoices = Repository::<Invoice, _>::new(&**db);
        let of = |tenant: &str| Invoice::draft().total(at).tenant(tenant).client_id(at);
        invoices.create(of(own)).await.unwrap();
        invoices.create(of(other)).await.unwrap();
        invoices
            .create(Invoice::draft().total(at).client_id(at))
            .await
            .unwrap(); // of nobody
        let whose = if at < 5 { own } else { other };
        let profile = Profile::draft()
            .text(format!("{whose}-profile-{at}"))
            .client_id(at);
        let profile = profile.tenant(whose);
        Repository::<Profile, _>::new(&**db)
            .create(profile)
            .await
            .unwrap();
        let links = Repository::<ClientTag, _>::new(&**db);
        let of =
            |tag: i64, tenant: &str| ClientTag::draft().client_id(at).tag_id(tag).tenant(tenant);
        links.create(of(at, own)).await.unwrap();
        if at > 1 {
            links
                .create(of(at - 1, if at % 3 == 0 { own } else { other }))
                .await
                .unwrap();
        }
    }
}

async fn ask(app: &Router, tenant: &str, method: &str, path: &str, body: Option<&str>) -> Got {
    let tenant = format!("x-tenant: {tenant}");
    send(app, method, path, &[&tenant, "prefer: count=exact"], body).await
}

#[database_test]
async fn a_policy_holds_at_every_level(db: TestDb) {
    fill(&db).await;
    let app = api(&db).router();
    let red = async |path: &str| ask(&app, "red", "GET", path, None).await;
    get(&app, "/clients").await.fails(401, "UNAUTHORIZED");

    let rows =
        red("/clients?filter[include][]=invoices&filter[include][]=tags&filter[include][]=marks")
            .await;
    assert_eq!(rows.header("x-total-count"), "4");
    let rows = rows.is(200);
    assert_eq!(
        (
            rows[0]["invoices"].as_array().unwrap().len(),
            &rows[0]["name"]
        ),
        (1, &json!("red-client-1"))
    );
    assert_eq!(rows[0]["marks"].as_array().unwrap().len(), 1);
    assert!(!rows.to_string().contains("blue"), "{rows}");
    red("/clients/2").await.fails(404, "ENTITY_NOT_FOUND");
    red("/clients/2/invoices")
        .await
        .fails(404, "SOURCE_NOT_FOUND");
    // A client of red, whose profile is blue's.
    red("/clients/5/profile")
        .await
        .fails(404, "ENTITY_NOT_FOUND");
    assert_eq!(
        red("/clients/5?filter[include][]=profile").await.is(200)["profile"],
        json!(null)
    );
    assert_eq!(
        red("/clients/1/invoices/count").await.is(200),
        json!({"count": 1})
    );
    assert_eq!(red("/clients/count").await.is(200), json!({"count": 4}));

    // Predicates are about what is seen: no client of red has another invoice than its own.
    let every = "where[invoices][every][tenant]=red";
    assert_eq!(
        red(&format!("/clients/count?{every}")).await.is(200),
        json!({"count": 4})
    );
    let some = "where[invoices][some][tenant]=blue";
    assert_eq!(
        red(&format!("/clients/count?{some}")).await.is(200),
        json!({"count": 0})
    );
    // An invoice of red belongs to a client of blue.
    let owner = red("/invoices?filter[include][]=client&filter[where][client_id]=2")
        .await
        .is(200);
    assert_eq!(
        (&owner[0]["tenant"], &owner[0]["client"]),
        (&json!("red"), &json!(null))
    );
    let id = owner[0]["id"].clone();
    red(&format!("/invoices/{id}/client"))
        .await
        .fails(404, "ENTITY_NOT_FOUND");
    let order = red("/invoices?filter[order]=client.name").await;
    order.fails(400, "INVALID_PARAMETER_VALUE");
}

#[database_test]
async fn a_policy_holds_for_writes(db: TestDb) {
    fill(&db).await;
    let app = api(&db).router();
    let red = async |method: &str, path: &str, body: &str| {
        ask(&app, "red", method, path, Some(body)).await
    };
    let draft = r#"{"name": "red-x", "tenant": "red", "mark_ids": []}"#;
    red("POST", "/clients", draft).await.is(201);
    let other = r#"{"name": "red-x", "tenant": "blue", "mark_ids": []}"#;
    red("POST", "/clients", other).await.fails(403, "FORBIDDEN");
    red("POST", "/clients", r#"{"name": "red-x", "mark_ids": []}"#)
        .await
        .fails(403, "FORBIDDEN");
    red("PATCH", "/clients/1", r#"{"tenant": "blue"}"#)
        .await
        .fails(403, "FORBIDDEN");
    red("PATCH", "/clients", r#"{"tenant": null}"#)
        .await
        .fails(403, "FORBIDDEN");
    red("PATCH", "/clients/2", r#"{"name": "red-y"}"#)
        .await
        .fails(404, "ENTITY_NOT_FOUND");
    red("DELETE", "/clients/2", "")
        .await
        .fails(404, "ENTITY_NOT_FOUND");
    red("PUT", "/clients/2", draft)
        .await
        .fails(404, "ENTITY_NOT_FOUND");

    // A key of the other's is answered as one that refers to nothing.
    let foreign = red(
        "POST",
        "/invoices",
        r#"{"total": 1, "tenant": "red", "client_id": 2}"#,
    )
    .await;
    let nothing = red(
        "POST",
        "/invoices",
        r#"{"total": 1, "tenant": "red", "client_id": 999}"#,
    )
    .await;
    foreign.fails(409, "FOREIGN_KEY_VIOLATION");
    assert_eq!(foreign.text, nothing.text);
    red("PATCH", "/invoices/1", r#"{"client_id": 2}"#)
        .await
        .fails(409, "FOREIGN_KEY_VIOLATION");
    red("PATCH", "/clients/1", r#"{"mark_ids": [2]}"#)
        .await
        .fails(409, "FOREIGN_KEY_VIOLATION");
    let post = r#"{"total": 1, "tenant": "red"}"#;
    red("POST", "/clients/2/invoices", post)
        .await
        .fails(404, "SOURCE_NOT_FOUND");
    // The profile of this client is blue's, so it is neither seen nor changed, and its place is taken.
    let profile = r#"{"text": "red-t", "tenant": "red"}"#;
    red("PUT", "/clients/5/profile", profile)
        .await
        .fails(409, "ALREADY_EXISTS");
    red("POST", "/clients/5/profile", profile)
        .await
        .fails(409, "ALREADY_EXISTS");
    let none = red("PATCH", "/clients/5/profile", profile).await;
    assert_eq!(none.is(200), json!({"count": 0}));
    red("PUT", "/clients/1/profile", profile).await.is(204);
    red("PUT", "/clients/1/tags/rel/2", r#"{"tenant": "red"}"#)
        .await
        .fails(404, "ENTITY_NOT_FOUND");
    red("PUT", "/clients/1/tags/rel/3", r#"{"tenant": "blue"}"#)
        .await
        .fails(403, "FORBIDDEN");
    red("PUT", "/clients/1/tags/rel/3", r#"{"tenant": "red"}"#)
        .await
        .is(204);

    let blue = "select count(*) from client where tenant = 'blue'";
    let before = db.number(blue).await;
    let of_red = db
        .number("select count(*) from client where tenant = 'red'")
        .await;
    let changed = red("PATCH", "/clients", r#"{"name": "red-z"}"#)
        .await
        .is(200);
    assert_eq!(
        (changed["count"].as_i64(), db.number(blue).await),
        (Some(of_red), before)
    );
    let invoices = red("DELETE", "/invoices", "").await.is(200);
    assert_eq!(invoices, json!({"count": 8}));
    assert_eq!(db.number("select count(*) from invoice").await, 16);
}

/// Whatever red asks for and writes, what blue sees stays the same, and red sees nothing of blue's.
#[database_test]
async fn tenants_never_meet(db: TestDb) {
    fill(&db).await;
    let api = api(&db);
    let app = api.router();
    let lists = [
        "/clients",
        "/invoices",
        "/profiles",
        "/tags",
        "/client-tags",
    ];
    let of_blue = async || {
        let mut seen = Vec::new();
        for list in lists {
            seen.push(ask(&app, "blue", "GET", list, None).await.text);
        }
        seen
    };
    let before = of_blue().await;
    let queries = [
        "",
        "filter[include][]=invoices&filter[include][]=profile",
        "filter[include][]=client",
        "filter[include][]=tags&filter[include][]=marks",
        "filter[include][][relation]=clients",
        "filter[where][name][like]=blue%25",
        "filter[where][tenant]=blue",
        "filter[where][or][0][tenant]=blue&filter[where][or][1][id][gt]=0",
        "filter[where][invoices][none][tenant]=blue",
        "filter[where][client][some][name][like]=blue%25",
        "filter[order]=tenant%20DESC&filter[limit]=2",
        "where[tenant]=blue",
        "where[id][gt]=0",
    ];
    let bodies = [
        r#"{"name": "red-n", "tenant": "red", "mark_ids": [1]}"#,
        r#"{"name": "red-n", "tenant": "blue", "mark_ids": [2]}"#,
        r#"{"tenant": "blue"}"#,
        r#"{"tenant": null}"#,
        r#"{"total": 3, "tenant": "red"}"#,
        r#"{"total": 3, "tenant": "red", "client_id": 4}"#,
        r#"{"text": "red-t", "tenant": "red", "client_id": 4}"#,
        r#"{"text": "red-t", "tenant": "red"}"#,
        r#"{"label": "red-l", "tenant": "red"}"#,
        r#"{"client_id": 1, "tag_id": 2, "tenant": "red"}"#,
        r#"{"name": "red-m"}"#,
        "{}",
    ];
    let operations = api.operations();
    let mut dice = Dice(11);
    for _ in 0..1_500 {
        let operation = pick(&mut dice, &operations).clone();
        let mut path = operation.path.clone();
        for _ in 0..4 {
            if let (Some(start), Some(end)) = (path.find('{'), path.find('}')) {
                path.replace_range(start..=end, &(1 + dice.roll(12)).to_string());
            }
        }
        let uri = format!("{path}?{}", pick(&mut dice, &queries));
        let body = operation
            .kind
            .takes_body()
            .then(|| *pick(&mut dice, &bodies));
        let got = ask(&app, "red", operation.method.as_str(), &uri, body).await;
        let what = format!("{} {uri} {body:?}", operation.method);
        assert!(got.status.as_u16() < 500, "{what}: {got:?}");
        let is_echo = got.status.is_client_error();
        assert!(is_echo || !got.text.contains("blue"), "{what}: {got:?}");
        if operation.kind == OperationKind::Find && got.status.is_success() {
            let total: usize = got.header("x-total-count").parse().unwrap();
            let rows = got.json().as_array().unwrap().len();
            assert!(uri.contains("limit") || total == rows, "{what}: {got:?}");
        }
        if operation.kind.is_write() {
            assert_eq!(of_blue().await, before, "{what}: {got:?}");
        }
    }
}
