//! Requests that mean no good: an answer of the client's fault, and nothing of the inside in it.

use crate::client::send;
use crate::models::{all_routes, tables};
use crate::support::{TestDb, database_test};

#[database_test]
async fn filters_that_would_match_everything_are_refused(db: TestDb) {
    tables(&db).await;
    let app = all_routes(&db);
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
