//! The JSON of each command, by the schema that is kept for programs: `docs/tool.schema.json`.

use serde_json::Value;

/// Refuses what is not by the schema.
pub fn assert_kept(text: &str) {
    let answer: Value =
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let schema: Value =
        serde_json::from_str(include_str!("../../../docs/tool.schema.json")).unwrap();
    if let Err(why) = checked(&schema, &answer, "") {
        panic!("{why}\n{text}");
    }
}

/// As much of JSON Schema as the file uses.
fn checked(schema: &Value, value: &Value, path: &str) -> Result<(), String> {
    for (word, wanted) in schema.as_object().unwrap() {
        let is_good = match word.as_str() {
            "$schema" | "title" | "description" | "required" | "additionalProperties" => true,
            "const" => value == wanted,
            "enum" => wanted.as_array().unwrap().contains(value),
            "type" => is_of(wanted, value),
            "items" => {
                for (at, item) in value.as_array().into_iter().flatten().enumerate() {
                    checked(wanted, item, &format!("{path}/{at}"))?;
                }
                true
            }
            "properties" => {
                members(schema, value, path)?;
                true
            }
            "oneOf" => {
                let tried = wanted.as_array().unwrap().iter();
                let tried: Vec<_> = tried.map(|one| checked(one, value, path)).collect();
                if tried.iter().filter(|it| it.is_ok()).count() != 1 {
                    let why: Vec<String> = tried.into_iter().filter_map(Result::err).collect();
                    return Err(why.join("\n"));
                }
                true
            }
            word => panic!("the test does not know `{word}`"),
        };
        if !is_good {
            return Err(format!("{path}: {value} is not by `{word}`: {wanted}"));
        }
    }
    Ok(())
}

fn members(schema: &Value, value: &Value, path: &str) -> Result<(), String> {
    let known = schema["properties"].as_object().unwrap();
    let Some(members) = value.as_object() else {
        return Ok(());
    };
    for (name, member) in members {
        let Some(of) = known.get(name) else {
            return Err(format!("{path}/{name} is not in the schema"));
        };
        checked(of, member, &format!("{path}/{name}"))?;
    }
    let required = schema["required"].as_array().unwrap().iter();
    let mut missing = required.filter(|name| !members.contains_key(name.as_str().unwrap()));
    missing
        .next()
        .map_or(Ok(()), |name| Err(format!("{path} lacks {name}")))
}

fn is_of(wanted: &Value, value: &Value) -> bool {
    let is = |name: &Value| match name.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64(),
        "null" => value.is_null(),
        other => panic!("the test does not know the type `{other}`"),
    };
    match wanted {
        Value::Array(names) => names.iter().any(is),
        name => is(name),
    }
}
