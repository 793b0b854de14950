//! The router, made of the table of operations.

use crate::RestError;
use crate::answer::Answer;
use crate::api::Api;
use crate::call::{Call, Shared};
use crate::openapi::OpenApi;
use crate::operation::Operation;
use crate::rest_error::ErrorForm;
use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{MatchedPath, OriginalUri, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Method, Response, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::routing::{MethodFilter, MethodRouter};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

pub(crate) fn method_filter(method: &Method) -> MethodFilter {
    MethodFilter::try_from(method.clone()).expect("operations have methods that axum knows")
}

/// The routes of all operations, each path with the methods that it does not have.
pub(crate) fn of(api: &Api) -> Router {
    let shared = Arc::new(Shared::new(api));
    let mut paths: BTreeMap<String, Vec<Operation>> = BTreeMap::new();
    for operation in api.operations() {
        let operations = paths.entry(operation.route.clone()).or_default();
        let method = &operation.method;
        let taken = operations.iter().find(|other| other.method == *method);
        if let Some(other) = taken {
            let (id, other, path) = (&operation.id, &other.id, &operation.path);
            panic!("`{id}` and `{other}` are both {method} {path}; give one another path");
        }
        operations.push(operation);
    }
    let mut router = Router::new();
    for (path, operations) in paths {
        router = router.route(&path, of_path(operations, api, &shared));
    }
    if let Some(path) = &api.document_path {
        router = router.route(path, document(api, path.clone()));
    }
    if api.has_fallback {
        router = router.fallback(|| std::future::ready(no_such_path()));
    }
    let form = api.form;
    router.layer(from_fn(move |request: Request, next: Next| {
        in_form(form, request, next)
    }))
}

/// The OpenAPI document, whose server is where the router is mounted, unless another is named.
fn document(api: &Api, path: String) -> MethodRouter {
    let document = Arc::new(api.openapi());
    let is_named = api.server.is_some();
    MethodRouter::new().get(move |uri: OriginalUri| {
        let mounted = uri.path().strip_suffix(path.as_str()).unwrap_or_default();
        let here = match mounted {
            "" => "/",
            mounted => mounted,
        };
        let document = match is_named {
            true => OpenApi::clone(&document),
            false => OpenApi::clone(&document).server(here),
        };
        std::future::ready(
            document
                .to_json()
                .map(|json| ([(CONTENT_TYPE, "application/json")], json))
                .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR),
        )
    })
}

fn of_path(operations: Vec<Operation>, api: &Api, shared: &Arc<Shared>) -> MethodRouter {
    let allow = allowed(&operations);
    let mut routes = MethodRouter::new();
    for operation in operations {
        let mut replaced = api.replaced.iter();
        let replaced = replaced.find(|(id, _)| *id == operation.id);
        routes = match replaced {
            Some((_, handler)) => routes.merge(handler.clone()),
            None => {
                let filter = method_filter(&operation.method);
                let (shared, operation) = (shared.clone(), Arc::new(operation));
                routes.on(filter, move |request: Request| {
                    answer(shared.clone(), operation.clone(), request)
                })
            }
        };
    }
    routes.fallback(move || {
        let error = RestError::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "METHOD_NOT_ALLOWED",
            "there is no such operation here",
        );
        std::future::ready(error.allowing(allow.clone()))
    })
}

/// The methods of a path, for `Allow`.
fn allowed(operations: &[Operation]) -> HeaderValue {
    let mut methods: Vec<&str> = operations
        .iter()
        .map(|operation| operation.method.as_str())
        .collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.sort_unstable();
    methods.dedup();
    HeaderValue::from_str(&methods.join(", ")).expect("methods are ASCII")
}

/// How much longer than its body and its transaction may take an operation is waited for: time to cancel and roll back.
const GRACE: Duration = Duration::from_secs(5);

async fn answer(
    shared: Arc<Shared>,
    operation: Arc<Operation>,
    request: Request,
) -> Result<Response<Body>, RestError> {
    // The body and the calls keep the limit themselves, and know of a write that was cancelled that nothing of it stayed.
    let limit = shared.time_limit.saturating_mul(2).saturating_add(GRACE);
    let (parts, body) = request.into_parts();
    let answering = async {
        let call = Call::new(&shared, &operation, &parts)?;
        let answered = call.run(body).await;
        answered.map_err(|error| call.in_words(error))
    };
    let answered: Result<Answer, RestError> = match tokio::time::timeout(limit, answering).await {
        Ok(answered) => answered,
        Err(_) => Err(RestError::timeout(operation.kind.is_write())),
    };
    Ok(answered?.into_response(&parts))
}

fn no_such_path() -> RestError {
    RestError::new(
        StatusCode::NOT_FOUND,
        "NOT_FOUND",
        "there is no such path here",
    )
}

/// Writes errors in the form that the API or the request asks for.
async fn in_form(default: ErrorForm, request: Request, next: Next) -> Response<Body> {
    let form = ErrorForm::of(request.headers(), default);
    let is_of_a_route = request.extensions().get::<MatchedPath>().is_some();
    let mut response = next.run(request).await;
    // What axum answers where nobody says what else. A program's own fallback is not run below this.
    let is_missing = response.status() == StatusCode::NOT_FOUND && response.body().is_end_stream();
    if is_missing && !is_of_a_route {
        return no_such_path().to_response(form);
    }
    match response.extensions_mut().remove::<RestError>() {
        Some(error) if form != ErrorForm::Envelope => error.to_response(form),
        _ => response,
    }
}
