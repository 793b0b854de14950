//! The ids in the path of a request.

use crate::RestError;
use crate::operation::Operation;
use axum::http::{StatusCode, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use relations::ModelMetadata;
use relations::dynamic::DynamicKey;

/// The ids that the path names, in their order. The path is read as it was sent, since a comma separates the parts of a composite id,
/// and an encoded one belongs to a part.
pub(crate) fn keys(operation: &Operation, uri: &Uri) -> Result<Vec<DynamicKey>, RestError> {
    // The router may be mounted below some prefix, so the segments are matched from the end.
    let route = operation.route.split('/').rev();
    let given = uri.path().split('/').rev();
    let segments = route.zip(given).filter(|(name, _)| is_id(name));
    let segments: Vec<&str> = segments.map(|(_, given)| given).collect();
    let models = operation.models_of_keys().into_iter();
    let keys = models.zip(segments.into_iter().rev());
    keys.map(|(model, given)| key(model, given)).collect()
}

/// Whether a segment of a route stands for an id. The path of a model may have parameters of its own.
pub(crate) fn is_id(segment: &str) -> bool {
    let name = segment
        .strip_prefix('{')
        .and_then(|name| name.strip_suffix('}'));
    name.is_some_and(|name| {
        let number = name.strip_prefix("fk");
        name == "id"
            || number.is_some_and(|number| number.chars().all(|digit| digit.is_ascii_digit()))
    })
}

fn key(model: &'static ModelMetadata, text: &str) -> Result<DynamicKey, RestError> {
    let parts: Vec<&str> = match model.id_fields().count() {
        1 => vec![text],
        _ => text.split(',').collect(),
    };
    let decoded = parts.into_iter().map(|part| {
        let part = percent_decode_str(part).decode_utf8();
        part.ok().map(std::borrow::Cow::into_owned)
    });
    let decoded: Option<Vec<String>> = decoded.collect();
    let key = decoded.and_then(|texts| DynamicKey::from_texts(model, &texts));
    key.ok_or_else(|| {
        let message = format!("what stands in the path is not an id of `{}`", model.name());
        RestError::new(StatusCode::BAD_REQUEST, "INVALID_PARAMETER_VALUE", message)
    })
}

/// What stands in a path as it is.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// An id as a segment of a path.
pub(crate) fn segment(key: &DynamicKey) -> String {
    let texts = key.to_texts().into_iter();
    let texts: Vec<String> = texts
        .map(|text| utf8_percent_encode(&text, IN_PATH).to_string())
        .collect();
    texts.join(",")
}
