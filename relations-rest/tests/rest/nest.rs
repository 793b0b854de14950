//! Routes below the targets of relations.

use crate::client::{delete, get, patch, post, put, send};
use crate::models::{
    Account, Customer, Line, Order, Playlist, PlaylistTrack, Supplier, Track, tables,
};
use crate::support::TestDb;
use axum::Router;
use axum::http::request::Parts;
use relations::{Db, Model, Where};
use relations_rest::{Api, ExposeRelation, Refused};
use relations_test_attribute::database_test;
use serde_json::{Value, json};

fn api(db: &Db) -> Api {
    Api::new(db.clone())
        .model::<Customer>(|customers| customers.relation(Customer::ORDERS.nest(Order::LINES)))
        .model::<Order>(|orders| {
            let customer = Order::CUSTOMER.nest(Customer::ORDERS.nest(Order::LINES.read_only()));
            orders.relation(customer)
        })
        .model::<Playlist>(|playlists| {
            playlists.relation(
                Playlist::TRACKS
                    .path("songs")
                    .nest(Track::PLAYLISTS.path("lists")),
            )
        })
        .model::<Track>(|tracks| tracks)
        .model::<PlaylistTrack>(|links| links)
}

/// Two customers: of the first orders 1 and 2, of the second order 3.
async fn orders(app: &Router) {
    for body in [
        r#"{"name": "Ann", "orders": [{"total": 1}, {"total": 20}]}"#,
        r#"{"name": "Bob", "orders": [{"total": 3}]}"#,
    ] {
        post(app, "/customers", body).await.is(201);
    }
}

#[database_test]
async fn routes_go_on_below_a_target(db: TestDb) {
    tables(&db).await;
    let app = api(&db).router();
    orders(&app).await;
    let lines = "/customers/1/orders/2/lines";
    let created = post(&app, lines, r#"{"number": 7, "text": "a"}"#).await;
    assert_eq!(
        created.header("location"),
        "/customers/1/orders/2/lines/2,7"
    );
    let line = json!({"order_id": 2, "number": 7, "text": "a"});
    assert_eq!(created.is(201), line);
    assert_eq!(get(&app, lines).await.is(200), json!([line]));
    assert_eq!(get(&app, created.header("location")).await.is(200), line);
    assert_eq!(
        get(&app, &format!("{lines}/count")).await.is(200)["count"],
        1
    );
    patch(&app, &format!("{lines}/2,7"), r#"{"text": "b"}"#)
        .await
        .is(204);
    put(&app, &format!("{lines}/2,8"), r#"{"text": "c"}"#)
        .await
        .is(201);
    let got = send(&app, "DELETE", &format!("{lines}/2,7"), &[], None).await;
    got.is(204);
    let left = get(&app, &format!("{lines}?filter[fields][]=text"))
        .await
        .is(200);
    assert_eq!(left, json!([{"text": "c"}]));
    let contradiction = post(&app, lines, r#"{"number": 9, "order_id": 1}"#).await;
    contradiction.fails(422, "VALIDATION_FAILED");
}

#[database_test]
async fn each_row_on_the_way_is_one_of_the_row_before(db: TestDb) {
    tables(&db).await;
    let app = api(&db).router();
    orders(&app).await;
    post(&app, "/customers/2/orders/3/lines", r#"{"number": 1}"#)
        .await
        .is(201);
    let of_others = ["/customers/1/orders/3/lines", "/customers/9/orders/3/lines"];
    for path in of_others {
        let one = format!("{path}/3,1");
        get(&app, path).await.fails(404, "SOURCE_NOT_FOUND");
        get(&app, &format!("{path}/count"))
            .await
            .fails(404, "SOURCE_NOT_FOUND");
        post(&app, path, r#"{"number": 2}"#)
            .await
            .fails(404, "SOURCE_NOT_FOUND");
        patch(&app, &one, r#"{"text": "x"}"#)
            .await
            .fails(404, "SOURCE_NOT_FOUND");
        send(&app, "DELETE", &one, &[], None)
            .await
            .fails(404, "SOURCE_NOT_FOUND");
    }
    // A line of another order is none of these.
    get(&app, "/customers/1/orders/1/lines/3,1")
        .await
        .fails(404, "ENTITY_NOT_FOUND");
    let line = json!({"order_id": 3, "number": 1, "text": null});
    assert_eq!(
        get(&app, "/customers/2/orders/3/lines/3,1").await.is(200),
        line
    );
}

#[database_test]
async fn relations_to_one_need_no_id(db: TestDb) {
    tables(&db).await;
    let app = api(&db).router();
    orders(&app).await;
    let totals = get(&app, "/orders/1/customer/orders?filter[order]=id")
        .await
        .is(200);
    let totals: Vec<&Value> = totals
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["total"])
        .collect();
    assert_eq!(totals, [1, 20]);
    post(&app, "/orders/1/customer/orders", r#"{"total": 5}"#)
        .await
        .is(201);
    get(&app, "/orders/1/customer/orders/2").await.is(200);
    get(&app, "/orders/1/customer/orders/3")
        .await
        .fails(404, "ENTITY_NOT_FOUND");
    get(&app, "/orders/1/customer/orders/2/lines").await.is(200);
    get(&app, "/orders/1/customer/orders/3/lines")
        .await
        .fails(404, "SOURCE_NOT_FOUND");
    let read_only = post(&app, "/orders/1/customer/orders/2/lines", "{}").await;
    read_only.fails(405, "METHOD_NOT_ALLOWED");
}

#[database_test]
async fn links_lead_on_as_well(db: TestDb) {
    tables(&db).await;
    let app = api(&db).router();
    post(
        &app,
        "/playlists",
        r#"{"name": "a", "tracks": [{"title": "x"}]}"#,
    )
    .await
    .is(201);
    post(&app, "/playlists", r#"{"name": "b"}"#).await.is(201);
    let lists = "/playlists/1/songs/1/lists";
    let linked = send(
        &app,
        "PUT",
        &format!("{lists}/rel/2"),
        &[],
        Some(r#"{"position": 3}"#),
    )
    .await;
    linked.is(204);
    assert_eq!(
        get(&app, &format!("{lists}/count")).await.is(200)["count"],
        2
    );
    get(&app, "/playlists/2/songs/1").await.is(200);
    send(&app, "DELETE", &format!("{lists}/rel/2"), &[], None)
        .await
        .is(204);
    get(&app, "/playlists/2/songs/1")
        .await
        .fails(404, "ENTITY_NOT_FOUND");
    get(&app, "/playlists/2/songs/1/lists")
        .await
        .fails(404, "SOURCE_NOT_FOUND");
}

fn all<M: Model>(_: &Parts) -> Result<Where<M>, Refused> {
    Ok(Where::from_json("{}").unwrap())
}

/// An API in which one model has a policy.
fn guarded(
    db: &Db,
    customers: fn(&Parts) -> Result<Where<Customer>, Refused>,
    orders: fn(&Parts) -> Result<Where<Order>, Refused>,
    lines: fn(&Parts) -> Result<Where<Line>, Refused>,
) -> Router {
    Api::new(db.clone())
        .model::<Customer>(|routes| {
            routes
                .relation(Customer::ORDERS.nest(Order::LINES))
                .policy(customers)
        })
        .model::<Order>(|routes| routes.policy(orders))
        .model::<Line>(|routes| routes.policy(lines))
        .router()
}

#[database_test]
async fn policies_hold_at_each_level(db: TestDb) {
    tables(&db).await;
    let open = api(&db).router();
    orders(&open).await;
    let path = "/customers/1/orders/2/lines";
    for number in [1, 10] {
        post(&open, path, &json!({"number": number}).to_string())
            .await
            .is(201);
    }
    let small = guarded(&db, |_| Ok(Customer::NAME.ne("Ann").into()), all, all);
    get(&small, path).await.fails(404, "SOURCE_NOT_FOUND");
    let small = guarded(&db, all, |_| Ok(Order::TOTAL.lt(10).into()), all);
    get(&small, path).await.fails(404, "SOURCE_NOT_FOUND");
    post(&small, path, r#"{"number": 2}"#)
        .await
        .fails(404, "SOURCE_NOT_FOUND");
    get(&small, "/customers/1/orders/1/lines").await.is(200);
    let small = guarded(&db, all, all, |_| Ok(Line::NUMBER.lt(10).into()));
    assert_eq!(
        get(&small, &format!("{path}/count")).await.is(200)["count"],
        1
    );
    get(&small, &format!("{path}/2,10"))
        .await
        .fails(404, "ENTITY_NOT_FOUND");
    post(&small, path, r#"{"number": 11}"#)
        .await
        .fails(403, "FORBIDDEN");
    // A policy that refuses a request refuses it for a model on the way, too.
    let refused = guarded(&db, all, |_| Err(Refused::unauthorized()), all);
    get(&refused, path).await.fails(401, "UNAUTHORIZED");
    get(&refused, "/customers/1").await.is(200);
}

#[database_test]
async fn operations_say_the_way(db: TestDb) {
    let api = api(&db);
    let operations = api.operations();
    let find = |id: &str| {
        operations
            .iter()
            .find(|operation| operation.id == id)
            .unwrap()
    };
    let line = find("customer.orders.lines.findById");
    assert_eq!(
        line.path,
        "/customers/{id}/orders/{fk}/lines/{fk2_order_id},{fk2_number}"
    );
    let via: Vec<&str> = line.via.iter().map(|relation| relation.name()).collect();
    assert_eq!(
        (via, line.relation.unwrap().name()),
        (vec!["orders"], "lines")
    );
    let lines = find("order.customer.orders.lines.find");
    assert_eq!(lines.path, "/orders/{id}/customer/orders/{fk}/lines");
    assert!(
        operations
            .iter()
            .all(|operation| operation.id != "order.customer.orders.lines.create")
    );

    let document = serde_json::to_value(api.openapi()).unwrap();
    let described = &document["paths"][&line.path];
    assert_eq!(
        described["get"]["summary"],
        "Finds one of the `lines` of `orders` of a `Customer` by its id"
    );
    let all = described["parameters"].as_array().unwrap().iter();
    let names: Vec<&Value> = all
        .map(|one| {
            document
                .pointer(&one["$ref"].as_str().unwrap()[1..])
                .unwrap()
        })
        .filter(|one| one["in"] == "path")
        .map(|one| &one["name"])
        .collect();
    assert_eq!(names, ["id", "fk", "fk2_order_id", "fk2_number"]);
}

#[database_test]
async fn nothing_is_below_a_row_of_one_to_one_that_is_not_there(db: TestDb) {
    tables(&db).await;
    let app = Api::new(db.clone())
        .model::<Supplier>(|suppliers| {
            suppliers.relation(Supplier::ACCOUNT.nest(Account::SUPPLIER))
        })
        .router();
    post(&app, "/suppliers", r#"{"name": "Thor"}"#)
        .await
        .is(201);
    get(&app, "/suppliers/1/account/supplier")
        .await
        .fails(404, "ENTITY_NOT_FOUND");
    post(
        &app,
        "/suppliers/1/account",
        r#"{"accountManager": "Odin"}"#,
    )
    .await
    .is(201);
    let supplier = get(&app, "/suppliers/1/account/supplier").await.is(200);
    assert_eq!(supplier["name"], "Thor");
}

#[database_test]
async fn a_path_may_have_parameters_of_its_own(db: TestDb) {
    tables(&db).await;
    let app = Api::new(db.clone())
        .model::<Customer>(|customers| {
            let customers = customers.path("/tenants/{tenant}/customers");
            customers.relation(Customer::ORDERS)
        })
        .model::<Order>(|orders| orders)
        .router();
    let path = "/tenants/2/customers";
    post(&app, path, r#"{"name": "Ann", "orders": [{"total": 5}]}"#)
        .await
        .is(201);
    post(&app, path, r#"{"name": "Bob"}"#).await.is(201);
    assert_eq!(
        get(&app, "/tenants/a/customers/1").await.is(200)["name"],
        "Ann"
    );
    assert_eq!(
        get(&app, "/tenants/2/customers/1/orders/1").await.is(200)["total"],
        5
    );
    delete(&app, "/tenants/1/customers/2").await.is(204);
    assert_eq!(get(&app, path).await.is(200)[0]["name"], "Ann");
}
