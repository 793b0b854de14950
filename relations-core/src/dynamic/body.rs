//! Rows and changes as JSON.

use crate::error::ProblemCode;
use crate::json::{JsonValue, Misfit, from_value};
use crate::model::ModelMetadata;
use crate::value::Value;
use crate::write::Data;

/// The JSON of a row or of several, from outside; see [`Json`](crate::Json) for what it may say.
#[derive(Debug, Clone)]
pub struct DynamicBody {
    json: Result<JsonValue, String>,
}

impl DynamicBody {
    /// Reads JSON. What is wrong with it is told when it is used, with all that is wrong otherwise.
    pub fn from_json(json: &[u8]) -> Self {
        let json = match std::str::from_utf8(json) {
            Ok(text) => JsonValue::from_json(text),
            Err(why) => Err(why.to_string()),
        };
        DynamicBody { json }
    }

    /// Whether it is JSON at all.
    pub fn is_json(&self) -> bool {
        self.json.is_ok()
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        matches!(self.json, Ok(JsonValue::List(_)))
    }

    /// The data of one row.
    pub(super) fn one(self) -> Data {
        Data::json(
            self.json.map_err(|why| {
                Misfit::new(ProblemCode::Syntax, format!("this is not JSON: {why}"))
            }),
        )
    }

    /// The data of each row of a list.
    pub(super) fn many(self) -> Vec<Data> {
        match self.json {
            Ok(JsonValue::List(rows)) => rows.into_iter().map(|row| Data::json(Ok(row))).collect(),
            _ => vec![self.one()],
        }
    }

    /// The same with this id, where it gives none.
    pub(super) fn with_id(mut self, model: &'static ModelMetadata, id: &[Value]) -> Self {
        if let Ok(JsonValue::Map(entries)) = &mut self.json {
            for (field, value) in model.id_fields().zip(id) {
                let is_given = entries.iter().any(|(name, _)| name == field.json_name);
                if !is_given && let Some(term) = from_value(value, field.kind) {
                    entries.push((field.json_name.to_owned(), term));
                }
            }
        }
        self
    }
}
