//! Integers that JavaScript cannot hold.

use crate::client::{get, post, put, send};
use crate::models::{Customer, Listener, Order, tables};
use crate::support::TestDb;
use relations_rest::Api;
use relations_test_attribute::database_test;
use serde_json::json;

const MOST: i64 = (1 << 53) - 1;

#[database_test]
async fn large_integers_are_texts_where_the_request_asks(db: TestDb) {
    tables(&db).await;
    let app = Api::new(db.clone())
        .model::<Customer>(|customers| customers.relation(Customer::ORDERS).page(1, 10))
        .model::<Order>(|orders| orders)
        .model::<Listener>(|listeners| listeners)
        .router();
    let body = json!({"name": "Ann", "orders": [{"total": i64::MAX}, {"total": MOST}]});
    let created = post(&app, "/customers?bigint=string", &body.to_string())
        .await
        .is(201);
    assert_eq!(created["orders"][0]["total"], i64::MAX.to_string());
    assert_eq!(
        (&created["id"], &created["orders"][1]["total"]),
        (&json!(1), &json!(MOST))
    );

    let included = "filter[include][]=orders";
    let found = get(&app, &format!("/customers?bigint=string&{included}"))
        .await
        .is(200);
    assert_eq!(found[0]["orders"][0]["total"], i64::MAX.to_string());
    let found = get(&app, &format!("/customers/1?{included}")).await.is(200);
    assert_eq!(found["orders"][0]["total"], i64::MAX);
    assert_eq!(
        get(&app, "/orders/1?bigint=string").await.is(200)["total"],
        i64::MAX.to_string()
    );

    // The next page is written alike.
    post(&app, "/customers", r#"{"name": "Bob"}"#).await.is(201);
    let next = get(&app, "/customers?bigint=string").await;
    assert!(next.header("link").contains("bigint=string&after="));

    for path in ["/orders?bigint=number", "/orders/1?bigint="] {
        let error = get(&app, path).await.fails(400, "INVALID_PARAMETER_VALUE");
        assert_eq!(error["details"][0]["path"], "bigint");
    }
}

#[database_test]
async fn a_version_is_that_of_its_form(db: TestDb) {
    tables(&db).await;
    let app = Api::new(db.clone())
        .model::<Listener>(|listeners| listeners)
        .router();
    let row = json!({"name": "Ann", "age": MOST + 1, "favourite_ids": [i64::MIN]}).to_string();
    post(&app, "/listeners", &row).await.is(201);
    let (path, plain) = (
        "/listeners/Ann?bigint=string",
        get(&app, "/listeners/Ann").await,
    );
    let texts = get(&app, path).await;
    assert_ne!(texts.header("etag"), plain.header("etag"));
    let expected =
        json!({"name": "Ann", "age": "9007199254740992", "favourite_ids": [i64::MIN.to_string()]});
    assert_eq!(texts.is(200), expected);
    let if_match = format!("if-match: {}", texts.header("etag"));
    let body = r#"{"age": 1, "favourite_ids": []}"#;
    send(&app, "PATCH", "/listeners/Ann", &[&if_match], Some(body))
        .await
        .is(412);
    send(&app, "PATCH", path, &[&if_match], Some(body))
        .await
        .is(204);
    put(&app, path, &row).await.is(204);
}

#[database_test]
async fn the_document_says_so(db: TestDb) {
    let api = Api::new(db.clone()).model::<Listener>(|listeners| listeners);
    let document = serde_json::to_value(api.openapi()).unwrap();
    let parameter = json!({"$ref": "#/components/parameters/bigint"});
    let of_rows = document["paths"]["/listeners"]["parameters"]
        .as_array()
        .unwrap();
    assert!(of_rows.contains(&parameter));
    let schemas = &document["components"]["schemas"];
    assert_eq!(
        schemas["Listener"]["properties"]["age"]["type"],
        json!(["integer", "string", "null"])
    );
    let favourites = &schemas["Listener"]["properties"]["favourite_ids"]["items"];
    assert_eq!(favourites["type"], json!(["integer", "string"]));
    // What is written is a number.
    assert_eq!(
        schemas["NewListener"]["properties"]["age"]["type"],
        json!(["integer", "null"])
    );
}
