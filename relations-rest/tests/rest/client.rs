//! A client that sends requests to a router, and what it gets.

use crate::support::Dice;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::Value;
use tower::ServiceExt;

#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Got {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let header = self
            .headers
            .get(name)
            .unwrap_or_else(|| panic!("no `{name}`: {self:?}"));
        header.to_str().unwrap()
    }

    /// Asserts the status, and gives the body.
    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        match self.text.is_empty() {
            true => Value::Null,
            false => self.json(),
        }
    }

    /// Asserts the status and the code of an error.
    #[track_caller]
    pub(crate) fn fails(&self, status: u16, code: &str) -> Value {
        let error = self.is(status)["error"].clone();
        assert_eq!(
            (&error["code"], &error["statusCode"]),
            (&code.into(), &status.into()),
            "{self:?}"
        );
        error
    }
}

/// Sends a request. Headers are given as `name: value`.
pub(crate) async fn send(
    app: &Router,
    method: &str,
    path: &str,
    headers: &[&str],
    body: Option<&str>,
) -> Got {
    let mut request = Request::builder().method(method).uri(path);
    for header in headers {
        let (name, value) = header.split_once(": ").unwrap();
        request = request.header(name, value);
    }
    if body.is_some()
        && !headers
            .iter()
            .any(|header| header.starts_with("content-type"))
    {
        request = request.header("content-type", "application/json");
    }
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_owned()));
    let response = app
        .clone()
        .oneshot(request.body(body).unwrap())
        .await
        .unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    Got {
        status: parts.status,
        headers: parts.headers,
        text: String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

pub(crate) async fn get(app: &Router, path: &str) -> Got {
    send(app, "GET", path, &[], None).await
}

pub(crate) async fn post(app: &Router, path: &str, body: &str) -> Got {
    send(app, "POST", path, &[], Some(body)).await
}

pub(crate) async fn patch(app: &Router, path: &str, body: &str) -> Got {
    send(app, "PATCH", path, &[], Some(body)).await
}

pub(crate) async fn put(app: &Router, path: &str, body: &str) -> Got {
    send(app, "PUT", path, &[], Some(body)).await
}

pub(crate) async fn delete(app: &Router, path: &str) -> Got {
    send(app, "DELETE", path, &[], None).await
}

/// One of several.
pub(crate) fn pick<'p, T>(dice: &mut Dice, from: &'p [T]) -> &'p T {
    &from[dice.roll(from.len() as u64) as usize]
}
