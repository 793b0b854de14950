//! What an operation answers.

use crate::RestError;
use crate::etag::{etag, is_unchanged};
use crate::integers::Integers;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, ETAG, HeaderName};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, StatusCode};
use relations::{Error, ErrorKind};
use serde::Serialize;

/// An answer, until it is a response.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Option<Vec<u8>>,
    /// A body that is made while it is sent.
    streamed: Option<Body>,
    headers: Vec<(HeaderName, HeaderValue)>,
    applied: Vec<String>,
}

impl Answer {
    pub(crate) fn empty(status: StatusCode) -> Self {
        Answer {
            status,
            body: None,
            streamed: None,
            headers: Vec::new(),
            applied: Vec::new(),
        }
    }

    pub(crate) fn json(
        status: StatusCode,
        body: &impl Serialize,
        integers: Integers,
    ) -> Result<Self, RestError> {
        let body = integers.to_json(body).map_err(unwritten)?;
        Ok(Answer {
            body: Some(body),
            ..Answer::empty(status)
        })
    }

    pub(crate) fn streamed(body: Body) -> Self {
        Answer {
            streamed: Some(body),
            ..Answer::empty(StatusCode::OK)
        }
    }

    pub(crate) fn number(name: &str, number: u64) -> Result<Self, RestError> {
        let body = std::iter::once((name, number));
        let body: std::collections::BTreeMap<&str, u64> = body.collect();
        Answer::json(StatusCode::OK, &body, Integers::Numbers)
    }

    /// With a header; a value that is none is left out.
    pub(crate) fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    pub(crate) fn applied(mut self, preference: &str) -> Self {
        self.applied.push(preference.to_owned());
        self
    }

    /// With the tag of its body.
    pub(crate) fn tagged(self) -> Self {
        match self.body.as_deref().map(etag) {
            Some(tag) => self.with(ETAG, &tag),
            None => self,
        }
    }

    /// 304 where the client has this answer.
    pub(crate) fn or_unchanged(mut self, parts: &Parts) -> Self {
        let tag = self.body.as_deref().map(etag);
        if tag.is_some_and(|tag| is_unchanged(&parts.headers, &tag)) {
            self.status = StatusCode::NOT_MODIFIED;
            self.body = None;
        }
        self
    }

    pub(crate) fn into_response(self, parts: &Parts) -> Response<Body> {
        let body = self.body.map(Body::from).or(self.streamed);
        let has_body = body.is_some();
        let mut response = Response::new(body.unwrap_or_else(Body::empty));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if has_body {
            let json = HeaderValue::from_static("application/json; charset=utf-8");
            headers.insert(CONTENT_TYPE, json);
        }
        for (name, value) in self.headers {
            headers.append(name, value);
        }
        if let Ok(applied) = HeaderValue::from_str(&self.applied.join(", "))
            && !applied.is_empty()
        {
            headers.insert("preference-applied", applied);
        }
        if parts.headers.contains_key("origin") {
            headers.append("access-control-expose-headers", EXPOSED);
        }
        response
    }
}

pub(crate) fn unwritten(error: serde_json::Error) -> RestError {
    let message = "a row cannot be written as JSON";
    RestError::from(Error::new(ErrorKind::Decode, message).with_source(error))
}

/// What scripts of other origins may read.
const EXPOSED: HeaderValue =
    HeaderValue::from_static("ETag, Link, Location, Preference-Applied, X-Total-Count");
