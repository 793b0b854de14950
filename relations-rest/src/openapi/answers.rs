//! The answers that all operations share: errors.

use crate::rest_error::ErrorForm;
use serde_json::{Map, Value, json};

/// The errors, each with its name, status and meaning.
const ERRORS: [(&str, u16, &str); 13] = [
    (
        "BadRequest",
        400,
        "A parameter or the body is not what it should be; `details` says where.",
    ),
    ("Unauthorized", 401, "It is not known who asks."),
    ("Forbidden", 403, "This is not allowed."),
    ("NotFound", 404, "There is no such row."),
    (
        "Conflict",
        409,
        "Such a row exists already, or a key refers to no row, or a row is still referred to, or it has another version than the body.",
    ),
    (
        "PreconditionFailed",
        412,
        "The row is not the one that the request expects.",
    ),
    ("PayloadTooLarge", 413, "The body is too large."),
    (
        "UnsupportedMediaType",
        415,
        "The body is not of the type application/json.",
    ),
    (
        "UnprocessableEntity",
        422,
        "The body is not what it should be; `details` says where.",
    ),
    (
        "PreconditionRequired",
        428,
        "The header If-Match must say which version is written.",
    ),
    (
        "InternalServerError",
        500,
        "Something went wrong in the server, whose log has the rest under `id`.",
    ),
    ("ServiceUnavailable", 503, "Try again later."),
    ("GatewayTimeout", 504, "It took too long."),
];

/// A reference to the answer of a status.
pub(super) fn error(status: u16) -> Option<(String, Value)> {
    let (name, ..) = ERRORS.iter().find(|(_, of, _)| *of == status)?;
    let reference = json!({ "$ref": format!("#/components/responses/{name}") });
    Some((status.to_string(), reference))
}

/// The answers with errors.
pub(super) fn errors(form: ErrorForm) -> Map<String, Value> {
    let mut content = json!({
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
    });
    if form == ErrorForm::Envelope {
        content["application/json"] = json!({"schema": {"$ref": "#/components/schemas/Error"}});
    }
    ERRORS
        .iter()
        .map(|(name, _, meaning)| {
            let answer = json!({"description": meaning, "content": content});
            ((*name).to_owned(), answer)
        })
        .collect()
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
