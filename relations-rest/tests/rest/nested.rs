//! Rows that are created with their source, and links with their targets, in one request.

use crate::client::{get, post, send};
use crate::models::{
    Account, Customer, Line, Order, Playlist, PlaylistTrack, Supplier, Track, tables,
};
use crate::support::TestDb;
use axum::Router;
use relations::{Db, Where};
use relations_rest::{Api, ExposeRelation, Refused};
use relations_test_attribute::database_test;
use serde_json::{Value, json};

fn api(db: &Db) -> Api {
    Api::new(db.clone())
        .model::<Supplier>(|suppliers| suppliers.relation(Supplier::ACCOUNT))
        .model::<Account>(|accounts| accounts)
        .model::<Customer>(|customers| customers.relation(Customer::ORDERS))
        .model::<Order>(|orders| orders.relation(Order::LINES))
        .model::<Line>(|lines| lines)
        .model::<Playlist>(|playlists| playlists.relation(Playlist::TRACKS))
        .model::<Track>(|tracks| tracks)
        .model::<PlaylistTrack>(|links| links)
}

async fn number(app: &Router, path: &str) -> Value {
    get(app, &format!("{path}/count")).await.is(200)["count"].clone()
}

/// The paths and codes of what is wrong with a body.
fn problems(error: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let details = error["details"].as_array().unwrap().iter();
    details
        .map(|detail| (text(&detail["path"]), text(&detail["code"])))
        .collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let pairs = pairs.iter();
    pairs
        .map(|(path, code)| ((*path).to_owned(), (*code).to_owned()))
        .collect()
}

#[database_test]
async fn a_supplier_comes_with_its_account(db: TestDb) {
    tables(&db).await;
    let app = api(&db).router();
    let body = r#"{"name": "Thor", "account": {"accountManager": "Odin", "balance": 7}}"#;
    let created = post(&app, "/suppliers", body).await;
    assert_eq!(created.header("location"), "/suppliers/1");
    let account = json!({"id": 1, "accountManager": "Odin", "balance": 7, "supplierId": 1});
    let supplier = json!({"id": 1, "name": "Thor", "city": null, "account": account});
    assert_eq!(created.is(201), supplier);
    assert_eq!(get(&app, "/suppliers/1/account").await.is(200), account);

    let plain = post(&app, "/suppliers", r#"{"name": "Loki"}"#)
        .await
        .is(201);
    assert!(plain.get("account").is_none());
}

#[database_test]
async fn rows_are_nested_to_any_depth(db: TestDb) {
    tables(&db).await;
    let app = api(&db).router();
    let body = json!([
        {"name": "Ann", "orders": [
            {"total": 1, "lines": [{"number": 1, "text": "a"}, {"number": 2}]},
            {"total": 2},
        ]},
        {"name": "Bob"},
        {"name": "Cy", "orders": []},
        {"name": "Dee", "orders": [{"total": 3, "lines": [{"number": 1}]}]},
    ]);
    let created = post(&app, "/customers", &body.to_string()).await.is(201);
    let names: Vec<&Value> = created
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["name"])
        .collect();
    assert_eq!(names, ["Ann", "Bob", "Cy", "Dee"]);
    let ann = &created[0]["orders"];
    assert_eq!(
        ann[0]["lines"][1],
        json!({"order_id": ann[0]["id"], "number": 2, "text": null})
    );
    assert_eq!(
        (&ann[1]["total"], &ann[1]["lines"]),
        (&json!(2), &json!([]))
    );
    assert_eq!(created[1]["orders"], json!([]));
    assert_eq!(created[3]["orders"][0]["customer_id"], created[3]["id"]);
    assert_eq!(
        (number(&app, "/orders").await, number(&app, "/lines").await),
        (json!(3), json!(3))
    );

    // Below a source that is there, too.
    let path = format!("/customers/{}/orders", created[1]["id"]);
    let order = post(&app, &path, r#"{"total": 9, "lines": [{"number": 5}]}"#)
        .await
        .is(201);
    assert_eq!(order["lines"][0]["number"], 5);
    assert_eq!(order["customer_id"], created[1]["id"]);
}

#[database_test]
async fn everything_that_is_wrong_is_told_with_its_path(db: TestDb) {
    tables(&db).await;
    let app = api(&db).router();
    let body = json!({"name": 1, "account": {"balance": "x", "nope": 1, "supplierId": 7}});
    let error = post(&app, "/suppliers", &body.to_string()).await;
    let found = problems(&error.fails(422, "VALIDATION_FAILED"));
    let expected = [
        ("name", "wrong_type"),
        ("account.balance", "wrong_type"),
        ("account.nope", "unknown_property"),
        ("account.supplierId", "not_allowed"),
        ("account.accountManager", "missing"),
    ];
    assert_eq!(found, pairs(&expected));

    let body = json!([{"name": "a"}, {"name": "b", "orders": [
        {"total": 1}, {"total": 2, "lines": {"number": 1}}, 7, {"lines": [{"number": null}]},
    ]}]);
    let error = post(&app, "/customers", &body.to_string()).await;
    let found = problems(&error.fails(422, "VALIDATION_FAILED"));
    let expected = [
        ("[1].orders[1].lines", "wrong_type"),
        ("[1].orders[2]", "wrong_type"),
        ("[1].orders[3].total", "missing"),
        ("[1].orders[3].lines[0].number", "wrong_type"),
    ];
    assert_eq!(found, pairs(&expected));
    for body in [
        r#"{"name": "a", "account": null}"#,
        r#"{"name": "a", "account": []}"#,
    ] {
        let error = post(&app, "/suppliers", body)
            .await
            .fails(422, "VALIDATION_FAILED");
        assert_eq!(problems(&error), pairs(&[("account", "wrong_type")]));
    }
    let twice =
        r#"{"name": "a", "account": {"accountManager": "b"}, "account": {"accountManager": "c"}}"#;
    post(&app, "/suppliers", twice)
        .await
        .fails(422, "VALIDATION_FAILED");
    for path in ["/suppliers", "/accounts", "/customers", "/orders"] {
        assert_eq!(number(&app, path).await, 0, "{path}");
    }
}

#[database_test]
async fn nothing_is_half_written(db: TestDb) {
    tables(&db).await;
    let app = api(&db).router();
    // The second line has the id of the first.
    let body =
        r#"{"name": "a", "orders": [{"total": 1, "lines": [{"number": 1}, {"number": 1}]}]}"#;
    post(&app, "/customers", body)
        .await
        .fails(409, "ALREADY_EXISTS");
    for path in ["/customers", "/orders", "/lines"] {
        assert_eq!(number(&app, path).await, 0, "{path}");
    }
    let body = r#"{"name": "a", "orders": [{"total": 1}, {"total": 2}]}"#;
    let few = ["prefer: max-affected=2"];
    send(&app, "POST", "/customers", &few, Some(body))
        .await
        .fails(400, "MAX_AFFECTED");
    let undone = ["prefer: tx=rollback"];
    let answer = send(&app, "POST", "/customers", &undone, Some(body))
        .await
        .is(201);
    assert_eq!(answer["orders"].as_array().unwrap().len(), 2);
    assert_eq!(
        (
            number(&app, "/customers").await,
            number(&app, "/orders").await
        ),
        (json!(0), json!(0))
    );
}

#[database_test]
async fn links_are_created_with_their_data(db: TestDb) {
    tables(&db).await;
    let app = api(&db).router();
    let body = r#"{"name": "Birds", "tracks": [{"title": "Wren", "link": {"position": 2}}, {"title": "Robin"}]}"#;
    let created = post(&app, "/playlists", body).await.is(201);
    assert_eq!(created["tracks"][0]["title"], "Wren");
    let path = format!("/playlists/{}/tracks", created["id"]);
    let body = r#"[{"title": "Owl", "link": {"position": 9}}, {"title": "Kite", "link": {}}]"#;
    post(&app, &path, body).await.is(201);
    post(&app, &path, r#"{"title": "Rook", "link": {"position": 4}}"#)
        .await
        .is(201);
    let links = get(&app, "/playlist-tracks?filter[order]=track_id")
        .await
        .is(200);
    let positions = links
        .as_array()
        .unwrap()
        .iter()
        .map(|link| link["position"].clone());
    let expected = [json!(2), Value::Null, json!(9), Value::Null, json!(4)];
    assert_eq!(positions.collect::<Vec<_>>(), expected);

    let body = r#"{"title": "x", "link": {"position": "y", "playlist_id": 77, "nope": 1}}"#;
    let error = post(&app, &path, body)
        .await
        .fails(422, "VALIDATION_FAILED");
    let expected = [
        ("link.position", "wrong_type"),
        ("link.playlist_id", "constraint_mismatch"),
        ("link.nope", "unknown_property"),
    ];
    assert_eq!(problems(&error), pairs(&expected));
    assert_eq!(number(&app, "/tracks").await, 5);
}

#[database_test]
async fn only_what_is_exposed_and_permitted_is_nested(db: TestDb) {
    tables(&db).await;
    let body = r#"{"name": "Thor", "account": {"accountManager": "Odin"}}"#;
    let bare = |db: &Db| Api::new(db.clone()).model::<Account>(|accounts| accounts);
    let apis = [
        bare(&db).model::<Supplier>(|suppliers| suppliers),
        bare(&db).model::<Supplier>(|suppliers| suppliers.includable([Supplier::ACCOUNT])),
        bare(&db).model::<Supplier>(|suppliers| suppliers.relation(Supplier::ACCOUNT.read_only())),
        api(&db).without("supplier.account.create"),
        api(&db).replace("supplier.account.create", async || "mine"),
    ];
    for api in apis {
        let error = post(&api.router(), "/suppliers", body).await;
        assert_eq!(
            problems(&error.fails(422, "VALIDATION_FAILED"))[0].0,
            "account"
        );
        let schema = serde_json::to_value(api.openapi()).unwrap();
        let properties = &schema["components"]["schemas"]["NewSupplier"]["properties"];
        assert!(properties["account"].is_null() && properties["name"].is_object());
    }
    let permitted = api(&db).permission(|operation, _| match operation.id.as_str() {
        "supplier.account.create" => Err(Refused::forbidden()),
        _ => Ok(()),
    });
    let app = permitted.router();
    post(&app, "/suppliers", body).await.fails(403, "FORBIDDEN");
    post(&app, "/suppliers", r#"{"name": "Loki"}"#)
        .await
        .is(201);
    // Not where a row is changed or replaced.
    let app = api(&db).router();
    let account = r#"{"name": "x", "account": {"accountManager": "Odin"}}"#;
    for (method, path) in [("PATCH", "/suppliers/1"), ("PUT", "/suppliers/1")] {
        let got = send(&app, method, path, &[], Some(account)).await;
        got.fails(422, "VALIDATION_FAILED");
    }
    assert_eq!(number(&app, "/accounts").await, 0);
}

#[database_test]
async fn policies_hold_for_nested_rows(db: TestDb) {
    tables(&db).await;
    let small = |_: &axum::http::request::Parts| -> Result<Where<Line>, Refused> {
        Ok(Line::NUMBER.lt(10).into())
    };
    let app = Api::new(db.clone())
        .model::<Customer>(|customers| customers.relation(Customer::ORDERS))
        .model::<Order>(|orders| orders.relation(Order::LINES))
        .model::<Line>(|lines| lines.policy(small))
        .model::<Playlist>(|playlists| playlists.relation(Playlist::TRACKS))
        .model::<Track>(|tracks| tracks)
        .model::<PlaylistTrack>(|links| links.policy(|_| Ok(PlaylistTrack::POSITION.lt(10).into())))
        .router();
    let body = |number: i64| {
        let lines = json!([{"number": 1}, {"number": number}]);
        json!({"name": "a", "orders": [{"total": 1, "lines": lines}]}).to_string()
    };
    post(&app, "/customers", &body(10))
        .await
        .fails(403, "FORBIDDEN");
    for path in ["/customers", "/orders", "/lines"] {
        assert_eq!(number(&app, path).await, 0, "{path}");
    }
    post(&app, "/customers", &body(9)).await.is(201);
    // Of the links, too, whose data is none of the target's.
    let body = |position: i64| {
        let tracks = json!([{"title": "Wren", "link": {"position": position}}]);
        json!({"name": "Birds", "tracks": tracks}).to_string()
    };
    post(&app, "/playlists", &body(10))
        .await
        .fails(403, "FORBIDDEN");
    post(
        &app,
        "/playlists",
        r#"{"name": "x", "tracks": [{"title": "y"}]}"#,
    )
    .await
    .fails(403, "FORBIDDEN");
    assert_eq!(
        (
            number(&app, "/playlists").await,
            number(&app, "/tracks").await
        ),
        (json!(0), json!(0))
    );
    let created = post(&app, "/playlists", &body(9)).await.is(201);
    assert_eq!(created["tracks"][0]["title"], "Wren");
}

#[database_test]
async fn the_document_says_what_may_be_nested(db: TestDb) {
    let document = serde_json::to_value(api(&db).openapi()).unwrap();
    let schemas = &document["components"]["schemas"];
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    assert_eq!(
        schemas["NewSupplier"]["properties"]["account"],
        reference("NewAccountInSupplierAccount")
    );
    let orders = json!({"type": "array", "items": reference("NewOrderInCustomerOrders")});
    assert_eq!(schemas["NewCustomer"]["properties"]["orders"], orders);
    let lines = json!({"type": "array", "items": reference("NewLineInOrderLines")});
    assert_eq!(
        schemas["NewOrderInCustomerOrders"]["properties"]["lines"],
        lines
    );
    let track = &schemas["NewTrackInPlaylistTracks"]["properties"];
    assert_eq!(track["link"], reference("NewPlaylistTrackInPlaylistTracks"));
    assert!(schemas["NewTrack"]["properties"]["link"].is_null());
    assert!(schemas["ReplaceSupplier"]["properties"]["account"].is_null());
}
