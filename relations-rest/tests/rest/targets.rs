//! What relations lead to.

use crate::client::{delete, get, patch, post, put, send};
use crate::models::{Account, Customer, Line, Listener, Order, Playlist, Supplier, Track, tables};
use crate::support::{TestDb, database_test};
use axum::Router;
use relations::Db;
use relations_rest::{Api, ExposeRelation};
use serde_json::json;

fn app(db: &Db) -> Router {
    Api::new(db.clone())
        .model::<Supplier>(|suppliers| suppliers.relation(Supplier::ACCOUNT))
        .model::<Account>(|accounts| accounts.relation(Account::SUPPLIER.path("owner")))
        .model::<Customer>(|customers| customers.relation(Customer::ORDERS))
        .model::<Order>(|orders| orders.relation(Order::CUSTOMER).relation(Order::LINES))
        .model::<Line>(|lines| lines.includable([Line::ORDER]))
        .model::<Playlist>(|playlists| playlists.relation(Playlist::TRACKS))
        .model::<Track>(|tracks| tracks.relation(Track::PLAYLISTS.read_only()))
        .model::<Listener>(|listeners| listeners.relation(Listener::FAVOURITES))
        .router()
}

#[database_test]
async fn several_relations_are_includable_as_a_tuple(db: TestDb) {
    tables(&db).await;
    let app = Api::new((*db).clone())
        .model::<Customer>(|customers| customers)
        .model::<Line>(|lines| lines)
        .model::<Order>(|orders| orders.includable((Order::CUSTOMER, Order::LINES)))
        .router();
    let path = "/orders?filter[include][]=customer&filter[include][]=lines";
    assert_eq!(get(&app, path).await.is(200), json!([]));
    get(&app, "/customers/1/orders").await.is(404);
}

#[database_test]
async fn a_has_one_has_one_row(db: TestDb) {
    tables(&db).await;
    let app = app(&db);
    post(&app, "/suppliers", r#"{"name": "Thor"}"#)
        .await
        .is(201);
    get(&app, "/suppliers/1/account")
        .await
        .fails(404, "ENTITY_NOT_FOUND");
    get(&app, "/suppliers/9/account")
        .await
        .fails(404, "SOURCE_NOT_FOUND");
    let draft = r#"{"accountManager": "Odin"}"#;
    post(&app, "/suppliers/9/account", draft)
        .await
        .fails(404, "SOURCE_NOT_FOUND");
    let created = post(&app, "/suppliers/1/account", draft).await;
    let account = json!({"id": 1, "accountManager": "Odin", "balance": null, "supplierId": 1});
    assert_eq!(created.is(201), account);
    assert_eq!(created.header("location"), "/suppliers/1/account");
    assert_eq!(get(&app, "/suppliers/1/account").await.is(200), account);
    let second = post(&app, "/suppliers/1/account", draft)
        .await
        .fails(409, "ALREADY_EXISTS");
    assert_eq!(second["details"][0]["path"], "supplierId");
    let other = r#"{"accountManager": "Odin", "supplierId": 2}"#;
    post(&app, "/suppliers/1/account", other)
        .await
        .fails(422, "VALIDATION_FAILED");
    let changed = patch(&app, "/suppliers/1/account", r#"{"balance": 5}"#).await;
    assert_eq!(changed.is(200), json!({"count": 1}));
    put(
        &app,
        "/suppliers/1/account",
        r#"{"accountManager": "Loki"}"#,
    )
    .await
    .is(204);
    assert_eq!(get(&app, "/accounts/1/owner").await.is(200)["name"], "Thor");
    assert_eq!(
        delete(&app, "/suppliers/1/account").await.is(200),
        json!({"count": 1})
    );
    assert_eq!(
        delete(&app, "/suppliers/1/account").await.is(200),
        json!({"count": 0})
    );
    let got = put(
        &app,
        "/suppliers/1/account",
        r#"{"accountManager": "Loki"}"#,
    )
    .await;
    assert_eq!(got.is(201)["supplierId"], 1);
}

#[database_test]
async fn a_row_that_is_replaced_keeps_the_key_of_its_relation(db: TestDb) {
    tables(&db).await;
    let app = app(&db);
    post(&app, "/customers", r#"{"name": "a"}"#).await.is(201);
    post(&app, "/customers/1/orders", r#"{"total": 1}"#)
        .await
        .is(201);
    put(&app, "/customers/1/orders/1", r#"{"total": 2}"#)
        .await
        .is(204);
    let order = json!({"id": 1, "total": 2, "customer_id": 1});
    assert_eq!(get(&app, "/customers/1/orders/1").await.is(200), order);
    let other = put(
        &app,
        "/customers/1/orders/1",
        r#"{"total": 2, "customer_id": 2}"#,
    )
    .await;
    let error = other.fails(422, "VALIDATION_FAILED");
    assert_eq!(error["details"][0]["path"], "customer_id");
}

#[database_test]
async fn a_has_many_has_rows(db: TestDb) {
    tables(&db).await;
    let app = app(&db);
    post(&app, "/customers", r#"[{"name": "a"}, {"name": "b"}]"#)
        .await
        .is(201);
    let created = post(&app, "/customers/1/orders", r#"{"total": 1}"#).await;
    assert_eq!(
        created.is(201),
        json!({"id": 1, "total": 1, "customer_id": 1})
    );
    assert_eq!(created.header("location"), "/customers/1/orders/1");
    post(
        &app,
        "/customers/1/orders",
        r#"[{"total": 2}, {"total": 3}]"#,
    )
    .await
    .is(201);
    post(&app, "/customers/2/orders", r#"{"total": 4}"#)
        .await
        .is(201);
    post(&app, "/customers/9/orders", r#"{"total": 4}"#)
        .await
        .fails(404, "SOURCE_NOT_FOUND");

    let found = get(
        &app,
        "/customers/1/orders?filter[where][total][gt]=1&filter[include][]=customer",
    )
    .await;
    let found = found.is(200);
    assert_eq!(
        (
            found.as_array().unwrap().len(),
            &found[0]["customer"]["name"]
        ),
        (2, &json!("a"))
    );
    assert_eq!(
        get(&app, "/customers/1/orders/count").await.is(200),
        json!({"count": 3})
    );
    let counted = get(&app, "/customers/1/orders/count?where[total]=3").await;
    assert_eq!(counted.is(200), json!({"count": 1}));
    assert_eq!(get(&app, "/customers/1/orders/2").await.is(200)["total"], 2);
    get(&app, "/customers/2/orders/2")
        .await
        .fails(404, "ENTITY_NOT_FOUND");
    get(&app, "/customers/9/orders")
        .await
        .fails(404, "SOURCE_NOT_FOUND");
    patch(&app, "/customers/1/orders/2", r#"{"total": 7}"#)
        .await
        .is(204);
    patch(&app, "/customers/2/orders/2", r#"{"total": 8}"#)
        .await
        .fails(404, "ENTITY_NOT_FOUND");
    patch(&app, "/customers/1/orders/2", r#"{"customer_id": 2}"#)
        .await
        .fails(422, "VALIDATION_FAILED");
    put(
        &app,
        "/customers/1/orders/2",
        r#"{"total": 9, "customer_id": 1}"#,
    )
    .await
    .is(204);
    patch(&app, "/customers/1/orders", r#"{"total": 0}"#)
        .await
        .fails(400, "WHERE_REQUIRED");
    let changed = patch(
        &app,
        "/customers/1/orders?where[total]=3",
        r#"{"total": 0}"#,
    )
    .await;
    assert_eq!(changed.is(200), json!({"count": 1}));
    delete(&app, "/customers/1/orders/1").await.is(204);
    let deleted = delete(&app, "/customers/1/orders?where[total][lt]=100").await;
    assert_eq!(deleted.is(200), json!({"count": 2}));
    assert_eq!(get(&app, "/orders/4/customer").await.is(200)["name"], "b");
    delete(&app, "/customers/2")
        .await
        .fails(409, "FOREIGN_KEY_VIOLATION");

    post(&app, "/orders/4/lines", r#"{"number": 1, "text": "x"}"#)
        .await
        .is(201);
    put(&app, "/orders/4/lines/4,2", r#"{"text": "y"}"#)
        .await
        .is(201);
    put(&app, "/orders/4/lines/5,2", r#"{"text": "y"}"#)
        .await
        .fails(422, "VALIDATION_FAILED");
    assert_eq!(get(&app, "/orders/4/lines/4,2").await.is(200)["text"], "y");
    get(&app, "/lines/4,2?filter[include][]=order")
        .await
        .is(200);
}

#[database_test]
async fn links_are_made_and_removed(db: TestDb) {
    tables(&db).await;
    let app = app(&db);
    post(&app, "/playlists", r#"[{"name": "a"}, {"name": "b"}]"#)
        .await
        .is(201);
    let created = post(&app, "/playlists/1/tracks", r#"{"title": "x"}"#).await;
    assert_eq!(created.is(201), json!({"id": 1, "title": "x"}));
    post(&app, "/tracks", r#"{"title": "y"}"#).await.is(201);
    let head = async |path: &str| send(&app, "HEAD", path, &[], None).await.status.as_u16();
    assert_eq!(head("/playlists/1/tracks/rel/2").await, 404);
    put(&app, "/playlists/1/tracks/rel/2", r#"{"position": 3}"#)
        .await
        .is(204);
    put(&app, "/playlists/1/tracks/rel/2", "{}").await.is(204);
    send(&app, "PUT", "/playlists/2/tracks/rel/2", &[], None)
        .await
        .is(204);
    assert_eq!(head("/playlists/1/tracks/rel/2").await, 204);
    assert_eq!(
        db.number("select position from playlist_track where playlist_id = 1 and track_id = 2")
            .await,
        3
    );
    put(&app, "/playlists/1/tracks/rel/9", "{}")
        .await
        .fails(404, "ENTITY_NOT_FOUND");
    put(&app, "/playlists/9/tracks/rel/1", "{}")
        .await
        .fails(404, "SOURCE_NOT_FOUND");
    put(&app, "/playlists/1/tracks/rel/2", r#"{"track_id": 1}"#)
        .await
        .fails(422, "VALIDATION_FAILED");
    assert_eq!(
        get(&app, "/playlists/1/tracks/count").await.is(200),
        json!({"count": 2})
    );
    assert_eq!(
        get(&app, "/playlists/1/tracks/2").await.is(200)["title"],
        "y"
    );
    let found = get(&app, "/playlists?filter[include][]=tracks")
        .await
        .is(200);
    assert_eq!(found[1]["tracks"][0]["title"], "y");
    delete(&app, "/playlists/1/tracks/rel/2").await.is(204);
    delete(&app, "/playlists/1/tracks/rel/2")
        .await
        .fails(404, "ENTITY_NOT_FOUND");
    delete(&app, "/playlists/1/tracks/1").await.is(204);
    get(&app, "/tracks/1").await.fails(404, "ENTITY_NOT_FOUND");
    assert_eq!(
        get(&app, "/tracks/2/playlists").await.is(200)[0]["name"],
        "b"
    );
    post(&app, "/tracks/2/playlists", r#"{"name": "c"}"#)
        .await
        .fails(405, "METHOD_NOT_ALLOWED");
}

#[database_test]
async fn a_list_of_keys_is_read_in_its_order(db: TestDb) {
    tables(&db).await;
    let app = app(&db);
    post(
        &app,
        "/tracks",
        r#"[{"title": "a"}, {"title": "b"}, {"title": "c"}]"#,
    )
    .await
    .is(201);
    post(
        &app,
        "/listeners",
        r#"{"name": "Sif", "favourite_ids": [3, 1]}"#,
    )
    .await
    .is(201);
    let found = get(&app, "/listeners/Sif/favourites").await.is(200);
    assert_eq!(
        (&found[0]["title"], &found[1]["title"]),
        (&json!("c"), &json!("a"))
    );
    let found = get(&app, "/listeners/Sif/favourites?filter[where][title]=a")
        .await
        .is(200);
    assert_eq!(found.as_array().unwrap().len(), 1);
    get(&app, "/listeners/Loki/favourites")
        .await
        .fails(404, "SOURCE_NOT_FOUND");
}

#[database_test]
async fn of_posts_on_a_has_one_one_wins(db: TestDb) {
    tables(&db).await;
    let app = app(&db);
    post(&app, "/suppliers", r#"{"name": "Thor"}"#)
        .await
        .is(201);
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let app = app.clone();
        writers.spawn(async move {
            let got = post(
                &app,
                "/suppliers/1/account",
                r#"{"accountManager": "Odin"}"#,
            )
            .await;
            got.status.as_u16()
        });
    }
    let mut statuses = writers.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
}

/// A row that is about a film or a book.
pub(crate) mod remarks {
    use super::super::support::TestDb;
    use relations::prelude::*;
    use serde::Serialize;

    #[derive(Debug, Clone, Serialize, Model)]
    #[has_many(Remark, discriminator = "about_type")]
    pub struct Film {
        #[model(id, generated)]
        pub id: i64,
        pub title: String,
    }

    #[derive(Debug, Clone, Serialize, Model)]
    #[has_many(Remark, discriminator = "about_type")]
    pub struct Book {
        #[model(id, generated)]
        pub id: i64,
        pub title: String,
    }

    #[derive(Debug, Clone, Serialize, Model)]
    pub struct Remark {
        #[model(id, generated)]
        pub id: i64,
        pub text: String,
        pub about_type: String,
        #[belongs_to(About, discriminator = "about_type")]
        pub about_id: i64,
    }

    #[derive(Debug, Clone, PolymorphicModel)]
    #[allow(dead_code)] // It is only written out.
    pub enum About {
        Film(Film),
        Book(Book),
    }

    pub(crate) async fn tables(db: &TestDb) {
        db.schema::<(Film, Book, Remark)>().create().await.unwrap();
    }
}

#[database_test]
async fn a_row_is_about_one_of_several_models(db: TestDb) {
    use remarks::{Book, Film, Remark};
    remarks::tables(&db).await;
    let app = Api::new(db.clone())
        .model::<Film>(|films| films.relation(Film::REMARKS))
        .model::<Book>(|books| books.relation(Book::REMARKS))
        .model::<Remark>(|remarks| remarks.relation_named("about"))
        .router();
    post(&app, "/films", r#"{"title": "Alien"}"#).await.is(201);
    post(&app, "/books", r#"{"title": "Emma"}"#).await.is(201);
    let created = post(&app, "/books/1/remarks", r#"{"text": "x"}"#)
        .await
        .is(201);
    assert_eq!(created["about_type"], "Book");
    assert_eq!(get(&app, "/films/1/remarks").await.is(200), json!([]));
    assert_eq!(get(&app, "/books/1/remarks").await.is(200)[0]["text"], "x");
    assert_eq!(get(&app, "/remarks/1/about").await.is(200)["title"], "Emma");
    let included = get(&app, "/remarks?filter[include][]=about").await.is(200);
    assert_eq!(included[0]["about"]["title"], "Emma");
    let wrong = r#"{"text": "x", "about_type": "Song", "about_id": 1}"#;
    post(&app, "/remarks", wrong)
        .await
        .fails(422, "VALIDATION_FAILED");
    let nowhere = r#"{"text": "x", "about_type": "Film", "about_id": 9}"#;
    post(&app, "/remarks", nowhere).await.is(201);
    get(&app, "/remarks/2/about")
        .await
        .fails(404, "ENTITY_NOT_FOUND");
}
