//! Hidden fields, whatever is derived beside `Model`.

use relations::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Model)]
struct Silent {
    #[model(id, hidden)]
    id: i64,
    #[model(hidden)]
    secret: String,
}

#[derive(Model, Deserialize)]
struct Read {
    #[model(id)]
    id: i64,
    #[model(hidden)]
    secret: String,
}

#[derive(Model, Serialize, Deserialize)]
struct Written {
    #[model(id)]
    id: i64,
    #[model(hidden, unique)]
    #[serde(default, skip_serializing, rename = "password")]
    secret: Option<String>,
    #[model(hidden)]
    #[serde(skip_serializing)]
    #[belongs_to(Silent)]
    silent_id: i64,
    #[model(hidden = false)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    open: Option<i64>,
}

fn main() {
    let hidden = |model: &'static relations::ModelMetadata| -> Vec<&str> {
        let fields = model.fields().iter();
        let hidden = fields.filter(|field| field.is_hidden());
        hidden.map(|field| field.name()).collect()
    };
    assert_eq!(hidden(Silent::metadata()), ["id", "secret"]);
    assert_eq!(hidden(Read::metadata()), ["secret"]);
    assert_eq!(hidden(Written::metadata()), ["secret", "silent_id"]);

    let json = r#"{"id": 1, "password": "x", "silent_id": 2}"#;
    let written: Written = serde_json::from_str(json).unwrap();
    assert_eq!((written.secret.as_deref(), written.silent_id), (Some("x"), 2));
    assert_eq!(serde_json::to_string(&written).unwrap(), r#"{"id":1}"#);

    let silent = Silent { id: 1, secret: String::new() };
    let read: Read = serde_json::from_str(r#"{"id": 1, "secret": ""}"#).unwrap();
    assert_eq!((silent.id, silent.secret), (read.id, read.secret));
    assert!(written.id == 1 && written.open.is_none());
}
