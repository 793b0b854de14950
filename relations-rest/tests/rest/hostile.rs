//! Requests that mean no good: an answer of the client's fault, and nothing of the inside in it.

use crate::client::{Got, pick, send};
use crate::models::{Account, Customer, Line, Listener, Order, Playlist, Supplier, tables};
use crate::support::{Dice, TestDb, database_test};
use axum::Router;
use relations::Db;
use relations_rest::Api;

fn app(db: &Db) -> Router {
    Api::new(db.clone())
        .model::<Supplier>(|suppliers| suppliers.relation(Supplier::ACCOUNT))
        .model::<Account>(|accounts| accounts.relation(Account::SUPPLIER))
        .model::<Customer>(|customers| customers.relation(Customer::ORDERS))
        .model::<Order>(|orders| orders.relation(Order::LINES))
        .model::<Line>(|lines| lines)
        .model::<Playlist>(|playlists| playlists.relation(Playlist::TRACKS))
        .model::<Listener>(|listeners| listeners.relation(Listener::FAVOURITES))
        .router()
}

#[track_caller]
fn is_harmless(got: &Got, what: &str) {
    assert!(got.status.as_u16() < 500, "{what}: {got:?}");
    if !got.status.is_success() {
        let text = got.text.to_ascii_lowercase();
        for inside in [
            "select ",
            "insert ",
            "sqlite",
            "postgres",
            "mariadb",
            "relations-",
            ".rs:",
        ] {
            assert!(!text.contains(inside), "{what}: {got:?}");
        }
    }
}

#[database_test]
async fn filters_that_would_match_everything_are_refused(db: TestDb) {
    tables(&db).await;
    let app = app(&db);
    let deep = format!(
        "filter={}1{}",
        "%7B%22and%22:[".repeat(60),
        "]%7D".repeat(60)
    );
    let long = format!("filter[where][name]={}", "x".repeat(2 << 20));
    let wrong = [
        "filter[where][__proto__][x]=1",
        "filter[__proto__][x]=1",
        "filter=%7B%22where%22:%7B%22constructor%22:1%7D%7D",
        "filter[where][name][$ne]=1",
        "filter[where][name][nosuch]=1",
        "filter[limit]=-1",
        "filter[limit]=x",
        "filter=nonsense",
        "filter=%7B",
        "filter[where",
        "filter[where][name]=%FF",
        "filter[where][id]=x",
        "filter[where][id]=99999999999999999999",
        "filter[order]=nosuch",
        "filter[order]=name;drop",
        "filter[include][]=nosuch",
        "filter=1&filter=2",
        &deep,
    ];
    for query in wrong {
        let got = send(&app, "GET", &format!("/suppliers?{query}"), &[], None).await;
        got.fails(400, "INVALID_PARAMETER_VALUE");
    }
    // Some of them are longer than any URI that a client of ours can make.
    if let Ok(uri) = axum::http::Uri::try_from(format!("/suppliers?{long}")) {
        let got = send(&app, "GET", &uri.to_string(), &[], None).await;
        got.fails(400, "INVALID_PARAMETER_VALUE");
    }
}

#[database_test]
async fn whatever_is_sent_is_the_clients_fault(db: TestDb) {
    tables(&db).await;
    let app = app(&db);
    let ids = [
        "1",
        "0",
        "-1",
        "x",
        "%00",
        "1,2",
        ",",
        "9223372036854775808",
        "%27",
        "%FF",
        "NaN",
        "1%2F2",
        "a%5C",
    ];
    let paths = [
        "/suppliers",
        "/suppliers/count",
        "/suppliers/{}",
        "/suppliers/{}/exists",
        "/suppliers/{}/account",
        "/accounts/{}/supplier",
        "/customers/{}/orders",
        "/customers/{}/orders/{}",
        "/customers/{}/orders/count",
        "/lines/{}",
        "/orders/{}/lines/{}",
        "/playlists/{}/tracks/rel/{}",
        "/playlists/{}/tracks/{}",
        "/playlists/{}/tracks",
        "/listeners/{}",
        "/listeners/{}/favourites",
        "/listeners",
    ];
    let queries = [
        "",
        "filter[where][name]=a",
        "filter[where][id][inq][]=1&filter[limit]=0",
        "where[id]=1",
        "where={}",
        "where[name][regexp]=(((",
        "filter[where][name][regexp]=a{99999}",
        "filter[skip]=99999999999999999999",
        "filter[where][name]=%00",
        "where[name]=%00",
        "filter[offset]=9223372036854775807",
        "after=AAAA",
        "filter[fields][]=",
        "filter[order][]=id%20ASC&filter[order][]=id%20DESC",
        "filter[where][or][]=",
        "filter[limit]=1&filter[limit]=2",
    ];
    let bodies = [
        "{}",
        "[]",
        "null",
        "1",
        "\"x\"",
        "{",
        "",
        "[{}]",
        "[[]]",
        r#"{"name": "a"}"#,
        r#"{"name": "\u0000"}"#,
        r#"{"name": "a", "name": "b"}"#,
        r#"{"name": 1e400}"#,
        r#"{"id": 1}"#,
        r#"{"total": 9223372036854775808}"#,
        r#"{"total": 1.5}"#,
        r#"{"accountManager": "x", "balance": -1}"#,
        r#"{"favourite_ids": [1, null]}"#,
        r#"{"name": "x", "favourite_ids": [99]}"#,
        r#"{"text": "x", "number": 1, "order_id": 1}"#,
        r#"{"__proto__": {}}"#,
        r#"{"title": "x"}"#,
        r#"{"position": "x"}"#,
        r#"{"total": 5}"#,
        "\u{feff}{}",
    ];
    let headers = [
        "if-match: *",
        "if-match: x",
        "if-none-match: *",
        "prefer: max-affected=x, tx=rollback",
        "prefer: return=representation",
        "accept: application/problem+json",
        "x-nothing: 1",
    ];
    let mut dice = Dice(7);
    for _ in 0..1_500 {
        let mut path = pick(&mut dice, &paths).to_string();
        while path.contains("{}") {
            let id = *pick(&mut dice, &ids);
            path = path.replacen("{}", id, 1);
        }
        let uri = format!("{path}?{}", pick(&mut dice, &queries));
        let method = *pick(
            &mut dice,
            &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"],
        );
        let (header, body) = (*pick(&mut dice, &headers), *pick(&mut dice, &bodies));
        let got = send(&app, method, &uri, &[header], Some(body)).await;
        is_harmless(&got, &format!("{method} {uri} {body}"));
    }
}
