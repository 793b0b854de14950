//! What goes wrong, as an answer: in LoopBack's envelope, or as RFC 9457 has it.

use axum::body::Body;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;
use relations::{Error, ErrorKind, Missing, ModelMetadata, ProblemCode};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// An error as an HTTP answer. Handlers of your own can give it back, and `?` makes one of a [`relations::Error`].
///
/// The answer names models, properties and what the client gave. It has no SQL, no value of a row and no text of the database; of an error
/// of the server it has an id, with which `tracing` has the rest.
///
/// As a response it is LoopBack's envelope, `{"error": {"statusCode", "name", "message", "code", "details"}}`; within a router of
/// an [`Api`](crate::Api) it is what the API or the request asks for.
///
/// # Examples
/// ```
/// use axum::http::StatusCode;
/// use relations_rest::RestError;
///
/// let error = RestError::new(StatusCode::CONFLICT, "SOLD_OUT", "there is no such ticket left");
/// assert_eq!(error.status(), StatusCode::CONFLICT);
/// let error: RestError = relations::Where::<Todo>::from_json("{\"name\": 1}").unwrap_err().into();
/// assert_eq!((error.status(), error.code()), (StatusCode::BAD_REQUEST, "INVALID_PARAMETER_VALUE"));
/// # #[derive(Debug, relations::Model)]
/// # struct Todo { #[model(id, generated)] id: i64, title: String }
/// ```
#[derive(Debug, Clone)]
pub struct RestError(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    status: StatusCode,
    code: Cow<'static, str>,
    message: Cow<'static, str>,
    details: Vec<Value>,
    /// Of which model fields are at fault, by their names in Rust.
    fields_of: Option<&'static str>,
    /// Of which model there is no row.
    model: Option<&'static str>,
    /// By which an error of the server is found in the log.
    id: Option<String>,
    allow: Option<HeaderValue>,
}

impl fmt::Display for RestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for RestError {}

impl RestError {
    /// An error with a code for programs and a message for people. Clients see both.
    pub fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        RestError(Box::new(Inner {
            status,
            code: code.into(),
            message: message.into(),
            details: Vec::new(),
            fields_of: None,
            model: None,
            id: None,
            allow: None,
        }))
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The code.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// With one thing that is wrong, of a property or a parameter.
    pub fn with_detail(mut self, path: &str, code: &str, message: &str) -> Self {
        self.0
            .details
            .push(json!({"path": path, "code": code, "message": message, "info": {}}));
        self
    }

    /// Of this model there is no row.
    fn about(mut self, model: Option<&'static str>) -> Self {
        self.0.model = model;
        self
    }

    fn detailed(mut self, details: Vec<Value>) -> Self {
        self.0.details = details;
        self
    }

    /// That there is no such row of a model.
    pub(crate) fn not_found(model: &'static str) -> Self {
        RestError::new(
            StatusCode::NOT_FOUND,
            "ENTITY_NOT_FOUND",
            format!("there is no such `{model}`"),
        )
        .about(Some(model))
    }

    /// The time limit of the API was reached, and the operation was given up.
    pub(crate) fn timeout(is_write: bool) -> Self {
        let error = match is_write {
            true => RestError::outcome_unknown(),
            false => RestError::new(StatusCode::GATEWAY_TIMEOUT, "TIMEOUT", "it took too long"),
        };
        error.logged(&"the operation was given up")
    }

    /// The answer to a write was lost. Not a 503: a client that tries again could write twice.
    fn outcome_unknown() -> Self {
        RestError::new(
            StatusCode::GATEWAY_TIMEOUT,
            "OUTCOME_UNKNOWN",
            "it may have been written, or not: look before you send it again",
        )
    }

    pub(crate) fn allowing(mut self, methods: HeaderValue) -> Self {
        self.0.allow = Some(methods);
        self
    }

    /// Names fields of these models as JSON does.
    pub(crate) fn in_names_of(mut self, models: &[&'static ModelMetadata]) -> Self {
        let mut models = models.iter();
        let model = models.find(|model| self.0.fields_of == Some(model.name()));
        for detail in &mut self.0.details {
            let path = detail["path"].as_str();
            let field = path.and_then(|path| model?.field(path));
            if let Some(field) = field {
                detail["path"] = Value::from(field.json_name());
            }
        }
        self
    }

    /// Says in LoopBack's words which row is not there.
    pub(crate) fn in_words_of_loopback(mut self, id: &str) -> Self {
        if let Some(model) = self.0.model {
            self.0.code = "ENTITY_NOT_FOUND".into();
            self.0.message = format!("Entity not found: {model} with id {id}").into();
        }
        if self.0.code == "INVALID_BODY_DEFINITION" {
            self.0.status = StatusCode::BAD_REQUEST;
        }
        self
    }

    /// For an error of the server: an id, under which the log has what the client is not told.
    fn logged(mut self, error: &dyn fmt::Debug) -> Self {
        let id = next_id();
        tracing::error!(id, error = ?error, "an answer of the status {}", self.0.status.as_u16());
        self.0.id = Some(id);
        self
    }

    fn name(&self) -> &'static str {
        match self.0.status.as_u16() {
            400 => "BadRequestError",
            401 => "UnauthorizedError",
            403 => "ForbiddenError",
            404 => "NotFoundError",
            405 => "MethodNotAllowedError",
            409 => "ConflictError",
            412 => "PreconditionFailedError",
            408 => "RequestTimeoutError",
            413 => "PayloadTooLargeError",
            415 => "UnsupportedMediaTypeError",
            422 => "UnprocessableEntityError",
            428 => "PreconditionRequiredError",
            503 => "ServiceUnavailableError",
            504 => "GatewayTimeoutError",
            500..=599 => "InternalServerError",
            _ => "Error",
        }
    }

    fn envelope(&self) -> Value {
        let mut error = json!({
            "statusCode": self.0.status.as_u16(),
            "name": self.name(),
            "message": self.0.message,
            "code": self.0.code,
        });
        if !self.0.details.is_empty() {
            error["details"] = Value::from(self.0.details.clone());
        }
        if let Some(id) = &self.0.id {
            error["id"] = Value::from(id.as_str());
        }
        json!({ "error": error })
    }

    fn problem(&self) -> Value {
        let mut problem = json!({
            "type": "about:blank",
            "title": self.0.status.canonical_reason().unwrap_or("Error"),
            "status": self.0.status.as_u16(),
            "detail": self.0.message,
            "code": self.0.code,
        });
        if !self.0.details.is_empty() {
            problem["errors"] = Value::from(self.0.details.clone());
        }
        if let Some(id) = &self.0.id {
            problem["id"] = Value::from(id.as_str());
        }
        problem
    }

    pub(crate) fn to_response(&self, form: ErrorForm) -> Response<Body> {
        let (kind, body) = match form {
            ErrorForm::Envelope => ("application/json; charset=utf-8", self.envelope()),
            ErrorForm::Problem => ("application/problem+json", self.problem()),
        };
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() = self.0.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        if let Some(allow) = &self.0.allow {
            headers.insert(axum::http::header::ALLOW, allow.clone());
        }
        if self.0.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(
                axum::http::header::RETRY_AFTER,
                HeaderValue::from_static("1"),
            );
        }
        response
    }
}

impl IntoResponse for RestError {
    fn into_response(self) -> Response<Body> {
        let mut response = self.to_response(ErrorForm::Envelope);
        // The router writes it again, as the API or the request asks for.
        response.extensions_mut().insert(self);
        response
    }
}

/// In which form errors are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ErrorForm {
    Envelope,
    Problem,
}

impl ErrorForm {
    /// What a request asks for; else what the API does.
    pub(crate) fn of(headers: &HeaderMap, default: ErrorForm) -> ErrorForm {
        let accepts = headers.get_all(ACCEPT).iter();
        let accepts: Vec<&str> = accepts.filter_map(|value| value.to_str().ok()).collect();
        match accepts
            .iter()
            .any(|value| value.contains("application/problem+json"))
        {
            true => ErrorForm::Problem,
            false => default,
        }
    }
}

fn next_id() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |now| now.as_millis());
    format!("{now:x}-{:x}", NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// The fields that are at fault, by their names in Rust.
fn details_of(error: &Error, code: &str, message: &str) -> Vec<Value> {
    let fields = error.fields().iter();
    fields
        .map(|field| json!({"path": field, "code": code, "message": message, "info": {}}))
        .collect()
}

impl From<Error> for RestError {
    fn from(error: Error) -> RestError {
        let status = StatusCode::from_u16(error.http_status());
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let new = |code: &'static str, message: &'static str| RestError::new(status, code, message);
        let of_fields = |code: &'static str, message: &'static str| {
            let mut answer = new(code, message);
            answer.0.details = details_of(&error, code, message);
            answer.0.fields_of = error.model();
            answer
        };
        match error.kind() {
            _ if error.outcome_is_unknown() => RestError::outcome_unknown().logged(&error),
            ErrorKind::NotFound => not_found(&error),
            ErrorKind::AlreadyExists => of_fields("ALREADY_EXISTS", "such a row exists already"),
            ErrorKind::ForeignKeyViolation => of_fields(
                "FOREIGN_KEY_VIOLATION",
                "a key refers to no row, or the row is still referred to",
            ),
            ErrorKind::Stale => of_fields("STALE", "the row is not at this version any more"),
            ErrorKind::InvalidFilter => new(
                "INVALID_PARAMETER_VALUE",
                "the filter is invalid; `details` says where",
            )
            .detailed(problems(&error)),
            ErrorKind::InvalidData | ErrorKind::ConstraintMismatch => invalid_data(&error, status),
            ErrorKind::NotNullViolation => of_fields("VALIDATION_FAILED", "a value is required"),
            ErrorKind::CheckViolation => of_fields("VALIDATION_FAILED", "a check refused the row"),
            ErrorKind::InvalidValue => {
                of_fields("VALIDATION_FAILED", "the database cannot hold a value")
            }
            ErrorKind::EmptyPatch => new(
                "INVALID_BODY_DEFINITION",
                "Data is required for the patch request",
            ),
            ErrorKind::NotAllowed => new("FORBIDDEN", "this is not allowed"),
            ErrorKind::Connection | ErrorKind::Conflict | ErrorKind::TransactionBusy => {
                new("SERVICE_UNAVAILABLE", "try again later").logged(&error)
            }
            ErrorKind::Timeout => new("TIMEOUT", "it took too long").logged(&error),
            _ => new("INTERNAL_SERVER_ERROR", "Internal Server Error").logged(&error),
        }
    }
}

fn not_found(error: &Error) -> RestError {
    let model = error.model();
    let (code, message) = match (error.missing(), model) {
        (Some(Missing::Source), Some(model)) => (
            "SOURCE_NOT_FOUND",
            format!("there is no such `{model}`, whose relation was followed"),
        ),
        (_, Some(model)) => ("ENTITY_NOT_FOUND", format!("there is no such `{model}`")),
        (_, None) => ("ENTITY_NOT_FOUND", "there is no such row".to_owned()),
    };
    RestError::new(StatusCode::NOT_FOUND, code, message).about(model)
}

fn invalid_data(error: &Error, status: StatusCode) -> RestError {
    let is_json = !error
        .problems()
        .iter()
        .any(|problem| problem.code() == ProblemCode::Syntax);
    let (status, code, message) = match is_json {
        true => (
            status,
            "VALIDATION_FAILED",
            "The request body is invalid. See error object `details` property for more info.",
        ),
        false => (StatusCode::BAD_REQUEST, "SYNTAX", "the body is not JSON"),
    };
    RestError::new(status, code, message).detailed(problems(error))
}

fn problems(error: &Error) -> Vec<Value> {
    let problems = error.problems().iter();
    let detail = |problem: &relations::Problem| {
        let mut detail = serde_json::to_value(problem).unwrap_or_default();
        if names_database(problem.message()) {
            detail["message"] = Value::from("the database cannot hold this value");
        }
        let allowed = detail
            .as_object_mut()
            .and_then(|detail| detail.remove("allowed"));
        detail["info"] = match allowed {
            Some(allowed) if allowed.as_array().is_some_and(|names| !names.is_empty()) => {
                json!({ "allowedValues": allowed })
            }
            _ => json!({}),
        };
        detail
    };
    problems.map(detail).collect()
}

/// Whether a message says which database there is, which is nobody's business outside.
fn names_database(message: &str) -> bool {
    ["SQLite", "PostgreSQL", "MySQL", "MariaDB"]
        .iter()
        .any(|name| message.contains(name))
}
