//! Schemas and examples of the values of fields.

use relations::FieldMetadata;
use relations::schema::JsonShape;
use serde_json::{Value, json};

/// The schema of a field's values, null among them where there may be.
pub(super) fn schema(field: &FieldMetadata) -> Value {
    let mut schema = not_null(field);
    if !field.is_nullable() {
        return schema;
    }
    if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        values.push(Value::Null);
    }
    if let Some(types) = schema.get_mut("type") {
        match types {
            Value::Array(types) => types.push(json!("null")),
            one => *one = json!([one.clone(), "null"]),
        }
    } else if let Some(choices) = schema.get_mut("anyOf").and_then(Value::as_array_mut) {
        choices.push(json!({"type": "null"}));
    }
    schema
}

/// The same of a row that is answered, in which an integer that JavaScript cannot hold is a text where the request asks for that.
pub(super) fn answered(mut schema: Value, field: &FieldMetadata) -> Value {
    widen(&mut schema, &field.json_shape());
    schema
}

fn widen(schema: &mut Value, shape: &JsonShape) {
    match shape {
        JsonShape::Integer { bits: 64, .. } if schema.get("enum").is_none() => {
            let mut types = match schema["type"].take() {
                Value::Array(types) => types,
                one => vec![one],
            };
            types.insert(1, json!("string"));
            schema["type"] = Value::Array(types);
            schema["pattern"] = json!("^-?[0-9]{16,20}$");
        }
        JsonShape::List(of) => widen(&mut schema["items"], of),
        _ => {}
    }
}

/// The same without null: what a field is compared with.
pub(super) fn not_null(field: &FieldMetadata) -> Value {
    let mut schema = of_shape(&field.json_shape());
    if !field.values().is_empty() {
        schema["enum"] = json!(field.values());
    } else if !field.integers().is_empty() {
        schema["enum"] = json!(field.integers());
    } else if field.json_shape() == JsonShape::Text
        && let Some(length) = field.length()
    {
        schema["maxLength"] = json!(length);
    }
    schema
}

pub(super) fn of_shape(shape: &JsonShape) -> Value {
    match shape {
        JsonShape::Bool => json!({"type": "boolean"}),
        JsonShape::Integer { bits, is_signed } => integer(*bits, *is_signed),
        JsonShape::Number { bits: 32 } => json!({"type": "number", "format": "float"}),
        JsonShape::Number { .. } => json!({"type": "number", "format": "double"}),
        JsonShape::Bytes => {
            json!({"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 255}})
        }
        JsonShape::Date => json!({"type": "string", "format": "date"}),
        // `time` and `date-time` of JSON Schema have an offset.
        JsonShape::Time => json!({"type": "string", "description": "A time: 23:59:59"}),
        JsonShape::DateTime => {
            json!({"type": "string", "description": "A date and time: 2026-01-31T23:59:59"})
        }
        JsonShape::DateTimeUtc => json!({"type": "string", "format": "date-time"}),
        JsonShape::Moment => {
            json!({"type": "string", "description": "A date and time: 2026-01-31T23:59:59Z"})
        }
        JsonShape::Uuid => json!({"type": "string", "format": "uuid"}),
        JsonShape::Decimal => json!({
            "type": ["string", "number"],
            "description": "An exact number. A text holds all digits of it.",
        }),
        JsonShape::Wide => json!({
            "type": ["integer", "string"],
            "minimum": 0,
            "pattern": "^[0-9]{1,39}$",
        }),
        JsonShape::Duration => duration(),
        JsonShape::List(of) => json!({"type": "array", "items": of_shape(of)}),
        JsonShape::Text => json!({"type": "string"}),
        _ => json!({}),
    }
}

/// A name for the values of a shape.
pub(super) fn word(shape: &JsonShape) -> String {
    match shape {
        JsonShape::Integer { bits, is_signed } => match is_signed {
            true => format!("Int{bits}"),
            false => format!("UInt{bits}"),
        },
        JsonShape::Number { bits } => format!("Float{bits}"),
        other => format!("{other:?}"),
    }
}

fn duration() -> Value {
    let whole = json!({"type": "integer", "minimum": 0, "format": "int64"});
    json!({"anyOf": [whole, {
        "type": "object",
        "properties": {"secs": whole, "nanos": whole},
        "required": ["secs", "nanos"],
        "additionalProperties": false,
    }]})
}

fn integer(bits: u32, is_signed: bool) -> Value {
    let mut schema = json!({"type": "integer"});
    match (bits, is_signed) {
        (64, true) => schema["format"] = json!("int64"),
        (32, true) => schema["format"] = json!("int32"),
        (64, false) => schema["minimum"] = json!(0),
        (bits, true) => {
            schema["minimum"] = json!(-(1_i64 << (bits - 1)));
            schema["maximum"] = json!((1_i64 << (bits - 1)) - 1);
        }
        (bits, false) => {
            schema["minimum"] = json!(0);
            schema["maximum"] = json!((1_i64 << bits) - 1);
        }
    }
    schema
}

/// A value that the field may have.
pub(super) fn example(field: &FieldMetadata) -> Value {
    if let Some(value) = field.values().first() {
        return json!(value);
    }
    if let Some(value) = field.integers().first() {
        return json!(value);
    }
    match (field.json_shape(), field.length()) {
        (JsonShape::Text, Some(length)) => {
            let name = field.json_name().chars();
            Value::from(name.take(length as usize).collect::<String>())
        }
        (JsonShape::Text, None) => json!(field.json_name()),
        (shape, _) => of_any(&shape),
    }
}

fn of_any(shape: &JsonShape) -> Value {
    match shape {
        JsonShape::Bool => json!(true),
        JsonShape::Integer { .. } | JsonShape::Wide | JsonShape::Duration => json!(1),
        JsonShape::Number { .. } => json!(1.5),
        JsonShape::Bytes => json!([1, 2, 3]),
        JsonShape::Date => json!("2026-01-31"),
        JsonShape::Time => json!("23:59:59"),
        JsonShape::DateTime => json!("2026-01-31T23:59:59"),
        JsonShape::DateTimeUtc | JsonShape::Moment => json!("2026-01-31T23:59:59Z"),
        JsonShape::Uuid => json!("67e55044-10b1-426f-9247-bb680e5fe0c8"),
        JsonShape::Decimal => json!("12.5"),
        JsonShape::List(of) => json!([of_any(of)]),
        _ => json!("text"),
    }
}
