//! The answers that all operations share: errors.

use crate::rest_error::ErrorForm;
use serde_json::{Value, json};

/// The errors, each with its status and its meaning. Those of the server are one answer, since all operations have them, and so are
/// those of requests that are wrong wherever they are sent. What a client handles stands alone.
const ERRORS: [(&str, &str); 8] = [
    (
        "4XX",
        "400: a parameter or the body is not what it should be; `details` says where. 408: the body did not come in time. 412: the row is \
         not the one that the request expects. 413: the body is too large. 415: the body is not of the type application/json.",
    ),
    ("401", "It is not known who asks."),
    ("403", "This is not allowed."),
    ("404", "There is no such row."),
    (
        "409",
        "Such a row exists already, or a key refers to no row, or a row is still referred to, or it has another version than the body.",
    ),
    (
        "422",
        "The body is not what it should be; `details` says where.",
    ),
    (
        "428",
        "The header If-Match must say which version is written.",
    ),
    (
        "5XX",
        "500: something went wrong in the server, whose log has the rest under `id`. 503: try again later. 504: it took too long, \
         and a write of which `code` is OUTCOME_UNKNOWN may have been made.",
    ),
];

/// The answer of a status.
pub(super) fn error(status: &str, form: ErrorForm) -> Value {
    let mut content = json!({
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
    });
    if form == ErrorForm::Envelope {
        content["application/json"] = json!({"schema": {"$ref": "#/components/schemas/Error"}});
    }
    let error = ERRORS.iter().find(|(of, _)| *of == status);
    let meaning = error.map(|(_, meaning)| *meaning).unwrap_or_default();
    json!({"description": meaning, "content": content})
}

/// The schemas of errors: LoopBack's envelope where that is answered, and RFC 9457's.
pub(super) fn schemas(form: ErrorForm) -> Vec<(&'static str, Value)> {
    let text = json!({"type": "string"});
    let status = json!({"type": "integer", "minimum": 400, "maximum": 599});
    let detail = json!({
        "type": "object",
        "properties": {"path": text, "code": text, "message": text, "info": {"type": "object"}},
        "required": ["path", "code", "message", "info"],
    });
    let details = json!({"type": "array", "items": detail});
    let problem = json!({
        "type": "object",
        "properties": {
            "type": text,
            "title": text,
            "status": status,
            "detail": text,
            "code": text,
            "errors": details,
            "id": text,
        },
        "required": ["type", "title", "status", "detail", "code"],
    });
    let error = json!({
        "type": "object",
        "properties": {
            "statusCode": status,
            "name": text,
            "message": text,
            "code": text,
            "details": details,
            "id": text,
        },
        "required": ["statusCode", "name", "message", "code"],
    });
    let envelope = json!({"type": "object", "properties": {"error": error}, "required": ["error"]});
    let envelope = (form == ErrorForm::Envelope).then_some(("Error", envelope));
    envelope.into_iter().chain([("Problem", problem)]).collect()
}
