//! The page on which people try an API.

use crate::client::{Got, send};
use crate::models::{Supplier, tables};
use crate::support::TestDb;
use axum::Router;
use relations_rest::Api;
use relations_test_attribute::database_test;
use serde_json::json;

async fn get(app: &Router, path: &str) -> Got {
    send(app, "GET", path, &[], None).await
}

/// The files that a page asks for, as they stand in it.
fn files(page: &str) -> Vec<&str> {
    let attributes = page.split(['=', ' ', '>']);
    attributes
        .filter_map(|value| value.strip_prefix('"')?.strip_suffix('"'))
        .filter(|value| {
            value.ends_with(".js") || value.ends_with(".css") || value.ends_with(".json")
        })
        .collect()
}

#[database_test]
async fn the_explorer_has_all_its_files(db: TestDb) {
    tables(&db).await;
    let api = Api::new(db.clone())
        .model::<Supplier>(|suppliers| suppliers)
        .info("Suppliers & <others>", "1.0.0")
        .server("/api");
    let explorer = api.explorer("/docs/explorer");
    let own = Router::new()
        .nest("/api", api.router())
        .merge(explorer.clone());
    let mounted = Router::new().nest("/below", explorer);
    for (app, path) in [(&own, "/docs/explorer"), (&mounted, "/below/docs/explorer")] {
        for path in [path.to_owned(), format!("{path}/")] {
            let page = get(app, &path).await;
            assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
            assert!(
                page.text
                    .contains("<title>Suppliers &amp; &lt;others&gt;</title>")
            );
            assert!(!page.text.contains("http"), "nothing is from elsewhere");
            let base = &path[..=path.rfind('/').unwrap()];
            let files = files(&page.text);
            assert_eq!(files.len(), 4, "{files:?}");
            for file in files {
                let got = get(app, &format!("{base}{file}")).await;
                assert_eq!(got.status.as_u16(), 200, "{file}");
                assert!(got.text.len() > 100, "{file}");
            }
        }
    }
    let document = get(&own, "/docs/explorer/openapi.json").await.is(200);
    assert_eq!(document["servers"], json!([{"url": "/api"}]));
    assert_eq!(document, serde_json::to_value(api.openapi()).unwrap());
}

#[database_test]
async fn the_explorer_may_be_at_the_root(db: TestDb) {
    let api = Api::new(db.clone()).model::<Supplier>(|suppliers| suppliers);
    let app = Router::new()
        .nest("/api", api.router())
        .merge(api.explorer("/"));
    let page = get(&app, "/").await;
    assert_eq!(page.status.as_u16(), 200);
    for file in files(&page.text) {
        assert_eq!(
            get(&app, &format!("/{file}")).await.status.as_u16(),
            200,
            "{file}"
        );
    }
}
