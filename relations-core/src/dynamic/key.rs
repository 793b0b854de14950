//! The id of a row, as texts of a URL give it.

use crate::json::{JsonValue, to_value};
use crate::model::ModelMetadata;
use crate::value::Value;

/// The id of a row of a model that is known by its metadata only.
#[derive(Debug, Clone, PartialEq)]
pub struct DynamicKey {
    pub(super) values: Vec<Value>,
}

impl DynamicKey {
    /// Reads each field of the id from a text; `None` where a text is none of its type, or their number is another.
    pub fn from_texts(
        model: &'static ModelMetadata,
        texts: &[impl AsRef<str>],
    ) -> Option<DynamicKey> {
        let fields: Vec<_> = model.id_fields().collect();
        if fields.len() != texts.len() {
            return None;
        }
        let values = fields.iter().zip(texts).map(|(field, text)| {
            let term = JsonValue::Text(text.as_ref().to_owned());
            let value = to_value(&term, field.kind, true).ok()?;
            (field.allows(&value) && !has_nul(&value)).then_some(value)
        });
        Some(DynamicKey {
            values: values.collect::<Option<_>>()?,
        })
    }

    /// The texts of its fields, which [`from_texts`](DynamicKey::from_texts) takes.
    pub fn to_texts(&self) -> Vec<String> {
        self.values.iter().map(text).collect()
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        other => other.display(),
    }
}

/// PostgreSQL takes no text with a NUL character, so no row has such an id.
fn has_nul(value: &Value) -> bool {
    matches!(value, Value::Text(text) if text.contains('\0'))
}
