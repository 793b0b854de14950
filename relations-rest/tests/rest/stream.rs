//! Lists of more rows than are in memory at once.

use crate::client::{get, send};
use crate::models::{
    Customer, CustomerRepository, Line, Order, OrderRepository, Playlist, PlaylistRepository,
    PlaylistTrack, PlaylistTrackRepository, Track, TrackRepository, tables,
};
use crate::support::{TestDb, database_test};
use axum::Router;
use axum::body::{Body, HttpBody};
use axum::http::Request;
use relations_rest::Api;
use std::future::poll_fn;
use std::pin::Pin;
use tower::ServiceExt;

/// More than two blocks, and no multiple of one.
const MANY: u64 = 1_203;

async fn app(db: &TestDb) -> Router {
    tables(db).await;
    let rows = (1..=MANY).map(|number| Customer::draft().name(format!("{}", number % 10)));
    let customers = CustomerRepository::new(&**db)
        .create_all(rows)
        .await
        .unwrap();
    // Every third has an order.
    let orders = customers.iter().step_by(3);
    let orders = orders.map(|customer| Order::draft().total(7).customer_id(customer.id));
    OrderRepository::new(&**db)
        .create_all(orders)
        .await
        .unwrap();
    Api::new((**db).clone())
        .model::<Customer>(|customers| {
            let customers = customers.relation(Customer::ORDERS);
            customers.page(100, u64::MAX)
        })
        .model::<Order>(|orders| orders)
        .router()
}

fn ids(rows: &serde_json::Value) -> Vec<i64> {
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row["id"].as_i64().unwrap()).collect()
}

#[database_test]
async fn a_long_list_is_one_array_with_all_that_a_short_one_has(db: TestDb) {
    let app = app(&db).await;
    let limited = "filter[limit]=1202&filter[include][]=orders&filter[order]=id";
    let got = send(
        &app,
        "GET",
        &format!("/customers?{limited}"),
        &["prefer: count=exact"],
        None,
    )
    .await;
    let rows = got.is(200);
    assert_eq!(ids(&rows), (1..MANY as i64).collect::<Vec<_>>());
    for (at, row) in rows.as_array().unwrap().iter().enumerate() {
        let orders = row["orders"].as_array().map_or(0, Vec::len);
        assert_eq!(orders, usize::from(at % 3 == 0), "{row}");
    }
    assert_eq!(got.header("x-total-count"), "1203");
    assert_eq!(
        got.header("content-type"),
        "application/json; charset=utf-8"
    );
    assert!(!got.headers.contains_key("etag") && !got.headers.contains_key("link"));
}

#[database_test]
async fn pages_of_a_thousand_rows_are_walked_by_their_links(db: TestDb) {
    let app = app(&db).await;
    let got = get(&app, "/customers?filter[limit]=1000").await;
    assert_eq!(ids(&got.is(200)), (1..=1_000).collect::<Vec<_>>());
    assert!(got.headers.contains_key("etag"));
    let link = got.header("link");
    let next = link.strip_prefix('<').unwrap().split('>').next().unwrap();
    let got = get(&app, &format!("/customers{next}")).await;
    assert_eq!(ids(&got.is(200)), (1_001..=MANY as i64).collect::<Vec<_>>());
    assert!(!got.headers.contains_key("link"));
}

#[database_test]
async fn the_rows_of_a_long_list_are_those_of_its_filter(db: TestDb) {
    let app = app(&db).await;
    let all = "filter[limit]=9223372036854775807";
    for (filter, number) in [
        ("", MANY),
        ("filter[offset]=203", 1_000),
        ("filter[order][]=name&filter[order][]=id%20DESC", MANY),
        ("filter[where][name][neq]=3&filter[fields][]=id", 1_082),
        ("filter[where][name]=3", 121),
        ("filter[where][name]=none", 0),
        ("bigint=string", MANY),
    ] {
        let got = get(&app, &format!("/customers?{all}&{filter}")).await;
        let mut found = ids(&got.is(200));
        assert_eq!(found.len() as u64, number, "{filter}");
        assert!(!got.headers.contains_key("link"), "{filter}");
        found.sort_unstable();
        found.dedup();
        assert_eq!(found.len() as u64, number, "none comes twice: {filter}");
    }
    let sorted = get(&app, &format!("/customers?{all}&filter[order]=name%20DESC")).await;
    let sorted = sorted.is(200);
    let names = sorted.as_array().unwrap().iter();
    let names: Vec<&str> = names.map(|row| row["name"].as_str().unwrap()).collect();
    assert!(names.is_sorted_by(|one, next| one >= next));
}

#[database_test]
async fn the_rows_of_a_relation_are_streamed_too(db: TestDb) {
    tables(&db).await;
    let playlist = PlaylistRepository::new(&*db)
        .create(Playlist::draft().name("All"))
        .await
        .unwrap();
    let rows = (0..MANY).map(|number| Track::draft().title(number.to_string()));
    let created = TrackRepository::new(&*db).create_all(rows).await.unwrap();
    let links = created.iter().map(|track| {
        let link = PlaylistTrack::draft().playlist_id(playlist.id);
        link.track_id(track.id)
    });
    PlaylistTrackRepository::new(&*db)
        .create_all(links)
        .await
        .unwrap();
    let app = Api::new((*db).clone())
        .model::<Playlist>(|playlists| playlists.relation(Playlist::TRACKS))
        .page(u64::MAX, u64::MAX)
        .router();
    let got = get(&app, &format!("/playlists/{}/tracks", playlist.id)).await;
    let mut found = ids(&got.is(200));
    found.dedup();
    assert_eq!(found.len() as u64, MANY);
}

/// The next part of a body; none after the last.
async fn part(body: &mut Body) -> Option<Result<Vec<u8>, axum::Error>> {
    let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await?;
    Some(frame.map(|frame| frame.into_data().unwrap().to_vec()))
}

#[database_test]
async fn an_error_in_the_middle_ends_the_body_before_its_end(db: TestDb) {
    let app = app(&db).await;
    let request = Request::get("/customers?filter[limit]=5000&filter[include][]=orders");
    let response = app
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    let mut body = response.into_body();
    let mut text = part(&mut body).await.unwrap().unwrap();
    db.schema::<(Customer, Order, Line)>().drop().await.unwrap();
    loop {
        match part(&mut body).await.expect("an error stands at the end") {
            Ok(more) => text.extend(more),
            Err(error) => {
                assert!(!error.to_string().contains("orders"), "{error}");
                break;
            }
        }
    }
    assert!(part(&mut body).await.is_none());
    assert!(serde_json::from_slice::<serde_json::Value>(&text).is_err());
    let whole = [&text[..], b"]"].concat();
    let rows: serde_json::Value = serde_json::from_slice(&whole).unwrap();
    assert!(rows.as_array().unwrap().len() < MANY as usize);
}

#[database_test]
async fn a_block_is_read_when_the_one_before_was_taken(db: TestDb) {
    let app = app(&db).await;
    let request = Request::get("/customers?filter[limit]=5000");
    let response = app
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let mut body = response.into_body();
    part(&mut body).await.unwrap().unwrap();
    // Nothing of it is in memory yet, so all of what follows is gone.
    OrderRepository::new(&*db)
        .delete()
        .all_rows()
        .await
        .unwrap();
    CustomerRepository::new(&*db)
        .delete()
        .all_rows()
        .await
        .unwrap();
    assert_eq!(part(&mut body).await.unwrap().unwrap(), b"]");
    assert!(part(&mut body).await.is_none());
}
