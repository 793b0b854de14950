//! Swagger UI on the document of an API.

use crate::api::Api;
use axum::Router;
use axum::body::Bytes;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::routing::{MethodRouter, get};
use std::future::ready;
use swagger_ui_dist::{ApiDefinition, OpenApiSource, generate_routes};

/// The page takes nothing from elsewhere. Swagger UI writes styles into its elements, and has pictures in its style sheet.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     connect-src *; frame-ancestors 'none'";

const START: &str = r##"window.ui = SwaggerUIBundle({
    url: document.currentScript.dataset.document,
    dom_id: "#explorer",
    deepLinking: true,
    validatorUrl: null,
});
"##;

/// The page with its files at a path.
pub(crate) fn at(api: &Api, path: &str) -> Router {
    let path = path.trim_matches('/');
    let base = match path {
        "" => String::new(),
        path => format!("/{path}"),
    };
    let document = api.openapi().to_json().unwrap_or_default();
    let mut router = Router::new()
        .route(
            &format!("{base}/openapi.json"),
            file("application/json", document),
        )
        .route(
            &format!("{base}/start.js"),
            file("text/javascript", START.to_owned()),
        )
        .nest(&format!("{base}/files"), files());
    // The page of `/explorer` has its files below `explorer/`, and the page of `/explorer/` beside it: so it may be mounted anywhere.
    let title = escaped(api.info["title"].as_str().unwrap_or_default());
    router = router.route(&format!("{base}/"), page(&title, ""));
    if let Some(last) = path.rsplit('/').next().filter(|last| !last.is_empty()) {
        router = router.route(&base, page(&title, &format!("{last}/")));
    }
    router
}

fn file(kind: &'static str, text: String) -> MethodRouter {
    let text = Bytes::from(text);
    get(move || ready(([(CONTENT_TYPE, kind)], text.clone())))
}

/// The files of Swagger UI. The crate has a page too, which works at one path only.
fn files() -> Router {
    generate_routes(ApiDefinition {
        uri_prefix: "/dist",
        api_definition: OpenApiSource::Uri("openapi.json"),
        title: None,
    })
}

fn page(title: &str, below: &str) -> MethodRouter {
    let page = Bytes::from(html(title, below));
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    get(move || ready((headers, page.clone())))
}

fn html(title: &str, below: &str) -> String {
    format!(
        r#"<!DOCTYPE html>
<html lang="en">
<head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>{title}</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="{below}files/dist/swagger-ui.css">
</head>
<body>
    <div id="explorer"></div>
    <script src="{below}files/dist/swagger-ui-bundle.js"></script>
    <script src="{below}start.js" data-document="{below}openapi.json"></script>
</body>
</html>
"#
    )
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;");
    text.replace('<', "&lt;").replace('>', "&gt;")
}
