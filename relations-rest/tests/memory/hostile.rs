//! Many requests that mean no good: an answer of the client's fault, nothing of the inside in it, and no memory that stays.

use crate::client::{Got, pick, send};
use crate::models::{all_routes, tables};
use crate::rss::{alone, resident};
use crate::support::{Dice, TestDb, database_test};

const IDS: [&str; 13] = [
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

const PATHS: [&str; 17] = [
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

const QUERIES: [&str; 16] = [
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

const BODIES: [&str; 25] = [
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

const HEADERS: [&str; 7] = [
    "if-match: *",
    "if-match: x",
    "if-none-match: *",
    "prefer: max-affected=x, tx=rollback",
    "prefer: return=representation",
    "accept: application/problem+json",
    "x-nothing: 1",
];

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

/// A request, made of parts that go together or not.
async fn one(app: &axum::Router, dice: &mut Dice) {
    let mut path = pick(dice, &PATHS).to_string();
    while path.contains("{}") {
        let id = *pick(dice, &IDS);
        path = path.replacen("{}", id, 1);
    }
    let uri = format!("{path}?{}", pick(dice, &QUERIES));
    let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];
    let method = *pick(dice, &methods);
    let (header, body) = (*pick(dice, &HEADERS), *pick(dice, &BODIES));
    let got = send(app, method, &uri, &[header], Some(body)).await;
    is_harmless(&got, &format!("{method} {uri} {body}"));
}

#[database_test]
async fn ten_thousand_requests_are_the_clients_fault_and_leave_nothing_behind(db: TestDb) {
    let _alone = alone().await;
    tables(&db).await;
    let app = all_routes(&db);
    let mut dice = Dice(7);
    // Statements are prepared and pools are filled by then.
    for _ in 0..2_000 {
        one(&app, &mut dice).await;
    }
    let before = resident();
    for at in 0..8_000 {
        one(&app, &mut dice).await;
        if at % 500 == 0 {
            // The test's own record of what ran.
            db.ran();
        }
    }
    // A kilobyte a request would be eight megabytes. Rows that were created, in a database in memory, are in it.
    let grown = resident().saturating_sub(before);
    assert!(grown < 6 << 20, "{grown} bytes more");
}
