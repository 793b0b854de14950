//! Properties as fields.

use super::definition::Definition;
use super::json::{Json, Member};
use super::{Import, comments, connector};
use crate::code::{FieldCode, field_name, literal, sql_literal};
use crate::names::pascal_case;
use crate::output::Status;

/// What a field of a type of LoopBack's becomes.
struct Mapped {
    ty: String,
    /// What is to be said of it.
    remark: Option<&'static str>,
}

const JSON: &str = "serde_json::Value";
const TIME: &str = "chrono::DateTime<chrono::Utc>";

pub(super) const NEW_UUID: &str = "/// A new id, as LoopBack's `defaultFn` makes it.\nfn new_uuid() -> String {\n    uuid::Uuid::new_v4().to_string()\n}\n";

impl Import<'_> {
    pub(super) fn properties(&mut self, model: usize, definition: &Definition) {
        let properties = &definition.properties;
        let is_id = |property: &&Member| property.value.is_true("id");
        let has_id = properties.iter().any(|property| is_id(&property));
        // Without another, a property of this name is the id.
        let named_id = |property: &Member| !has_id && property.name == "id";
        if !has_id && !properties.iter().any(named_id) {
            let name = self.code.models[model].free_field_name("id");
            self.add_field(
                model,
                "id",
                FieldCode {
                    name,
                    ty: "i64".to_owned(),
                    arguments: vec!["id".to_owned(), "generated".to_owned()],
                    ..FieldCode::default()
                },
            );
            let message = match definition.injects_id {
                true => {
                    "`i64` that the database makes, since LoopBack adds an id where there is none"
                }
                false => "`i64` that the database makes: a model has an id here",
            };
            self.said(format!("{}.id", definition.name), Status::Added, message);
        }
        for property in properties {
            let is_id = is_id(&property) || named_id(property);
            self.property(model, definition, property, is_id);
        }
    }

    pub(super) fn add_field(&mut self, model: usize, property: &str, mut field: FieldCode) {
        // None of links, which no file defines.
        let definition = self.definitions.get(model);
        let mut hidden = definition.into_iter().flat_map(|of| &of.hidden);
        let is_hidden = field.arguments.iter().any(|argument| argument == "hidden");
        // Also of a property that a relation implies.
        if !is_hidden && hidden.any(|name| name == property) {
            field.arguments.push("hidden".to_owned());
            field.serde.push("skip_serializing".to_owned());
        }
        let camel = camel_case(&field.name);
        if camel != property {
            field.serde.push(format!("rename = {}", literal(property)));
        }
        if self.wanted.keeps_names
            && field.name != property
            && !field
                .arguments
                .iter()
                .any(|argument| argument.starts_with("column"))
        {
            field
                .arguments
                .push(format!("column = {}", literal(property)));
        }
        self.code.models[model].fields.push(field);
        self.names[model].push(property.to_owned());
    }

    fn property(&mut self, model: usize, definition: &Definition, property: &Member, is_id: bool) {
        let subject = format!("{}.{}", definition.name, property.name);
        let value = &property.value;
        let mapped = mapped(value);
        let ids = definition
            .properties
            .iter()
            .filter(|one| one.value.is_true("id"));
        let is_one = ids.count() < 2;
        let asks = is_id && value.is_true("generated");
        let is_generated = asks && is_one && ["i64", "i32", "i16"].contains(&&*mapped.ty);
        if asks && !is_generated && value.get("defaultFn").is_none() {
            let message =
                "no database makes it: give it to drafts, or name a function with `default_with`";
            self.said(format!("{subject}.generated"), Status::Left, message);
        }
        let name = self.code.models[model].free_field_name(&field_name(&property.name));
        let mut docs = comments(value.get("description").or_else(|| value.get("doc")));
        docs.extend(property.comments.clone());
        let mut field = FieldCode {
            docs,
            name,
            is_optional: !is_id && !value.is_true("required"),
            ty: mapped.ty,
            ..FieldCode::default()
        };
        if is_id {
            field.arguments.push("id".to_owned());
        }
        if is_generated {
            field.arguments.push("generated".to_owned());
        }
        if let Some(column) =
            connector(value, &["columnName"]).and_then(|connector| connector.text_at("columnName"))
            && column != field.name
        {
            field
                .arguments
                .push(format!("column = {}", literal(column)));
        }
        self.details(&mut field, value, is_id, &subject);
        let is_hidden = value.is_true("hidden") || definition.hidden.contains(&property.name);
        if is_hidden {
            field.arguments.push("hidden".to_owned());
            field.serde.push("skip_serializing".to_owned());
        }
        let ty = match field.is_optional {
            true => format!("Option<{}>", field.ty),
            false => field.ty.clone(),
        };
        let (status, remark) = match mapped.remark {
            Some(remark) => (Status::Changed, format!(": {remark}")),
            None => (Status::Taken, String::new()),
        };
        self.said(subject, status, format!("`{}: {ty}`{remark}", field.name));
        self.add_field(model, &property.name, field);
    }

    /// Lengths, indexes and defaults.
    fn details(&mut self, field: &mut FieldCode, value: &Json, is_id: bool, subject: &str) {
        let length = value.number_at("length").or_else(|| value.number_at("max"));
        let length = length.or_else(|| {
            connector(value, &["dataLength"])
                .and_then(|connector| connector.number_at("dataLength"))
        });
        if let Some(length) = length.filter(|length| *length > 0 && field.ty == "String") {
            field.arguments.push(format!("length = {length}"));
        }
        if field.ty.ends_with("Decimal") {
            let settings = connector(value, &["dataPrecision", "precision"]);
            let number = |names: [&str; 2]| {
                names.iter().find_map(|name| {
                    settings
                        .and_then(|settings| settings.number_at(name))
                        .or_else(|| value.number_at(name))
                })
            };
            let (precision, scale) = (
                number(["dataPrecision", "precision"]),
                number(["dataScale", "scale"]),
            );
            if let Some(precision) = precision.filter(|precision| (1..=57).contains(precision)) {
                let scale = scale.unwrap_or(0).min(28).min(precision);
                field
                    .arguments
                    .push(format!("precision = {precision}, scale = {scale}"));
            }
        }
        match value.get("index") {
            Some(index) if !is_id && index.is_true("unique") => {
                field.arguments.push("unique".to_owned())
            }
            Some(_) if !is_id && value.is_true("index") => field.arguments.push("index".to_owned()),
            _ if !is_id && value.is_true("unique") => field.arguments.push("unique".to_owned()),
            _ => {}
        }
        if let Some(function) = value.text_at("defaultFn") {
            self.default_function(field, function, subject);
        } else if let Some(default) = value
            .get("default")
            .filter(|default| **default != Json::Null)
        {
            match default_of(default, &field.ty) {
                Some(sql) => field.arguments.push(format!("default = {}", literal(&sql))),
                None if field.ty.starts_with("Vec<")
                    && matches!(default, Json::List(items) if items.is_empty()) =>
                {
                    field.arguments.push("default_with = Vec::new".to_owned());
                    field.is_optional = false;
                }
                None if matches!(default, Json::Text(text) if text == "$now") => {
                    self.default_function(field, "now", subject)
                }
                None => self.said(
                    subject,
                    Status::Left,
                    format!(
                        "its default `{default}` is of another type than `{}`",
                        field.ty
                    ),
                ),
            }
        }
        for setting in [
            "minimum",
            "maximum",
            "enum",
            "pattern",
            "min",
            "max",
            "protected",
        ] {
            let Some(given) = value
                .get(setting)
                .filter(|_| !(setting == "max" && field.ty == "String"))
            else {
                continue;
            };
            let message = match check_of(field, setting, given) {
                Some(check) => format!(
                    "write `#[model(check = {})]` at the struct",
                    literal(&check)
                ),
                None => "write it as `check = \"..\"` of the model, or as a column type".to_owned(),
            };
            self.said(format!("{subject}.{setting}"), Status::Left, message);
        }
    }

    fn default_function(&mut self, field: &mut FieldCode, function: &str, subject: &str) {
        let path = match (function, field.ty.as_str()) {
            ("now", TIME) => "chrono::Utc::now",
            ("guid" | "uuid" | "uuidv4", "uuid::Uuid") => "uuid::Uuid::new_v4",
            ("guid" | "uuid" | "uuidv4", "String") => {
                self.code.functions.push(NEW_UUID.to_owned());
                "new_uuid"
            }
            _ => {
                let message = format!(
                    "there is no `{function}` for `{}`: name a function with `default_with`",
                    field.ty
                );
                return self.said(format!("{subject}.defaultFn"), Status::Left, message);
            }
        };
        field.arguments.push(format!("default_with = {path}"));
        // A value is made for each new row, so each has one.
        field.is_optional = false;
    }
}

/// Names of properties that a database takes for words of its own, unless they are quoted.
const SQL_WORDS: [&str; 22] = [
    "all",
    "check",
    "column",
    "condition",
    "default",
    "desc",
    "end",
    "from",
    "group",
    "index",
    "key",
    "keys",
    "limit",
    "option",
    "order",
    "primary",
    "range",
    "rank",
    "references",
    "table",
    "to",
    "user",
];

/// What a check says of a setting; `None` where no check of all databases does.
fn check_of(field: &FieldCode, setting: &str, given: &Json) -> Option<String> {
    let is_plain = |letter: char| letter.is_ascii_lowercase() || letter == '_';
    let has_column = field
        .arguments
        .iter()
        .any(|argument| argument.starts_with("column = "));
    let is_word =
        |name: &&String| name.chars().all(is_plain) && !SQL_WORDS.contains(&name.as_str());
    let column = Some(&field.name).filter(|name| !has_column && is_word(name))?;
    let constant = |value: &Json| match value {
        // Databases read a backslash in different ways.
        Json::Text(text) if field.ty == "String" && !text.contains('\\') => Some(sql_literal(text)),
        Json::Number(number) if field.ty != "String" => Some(number.clone()),
        _ => None,
    };
    match setting {
        "enum" => {
            let values: Option<Vec<String>> = given.items().iter().map(constant).collect();
            let values = values.filter(|values| !values.is_empty())?;
            Some(format!("{column} IN ({})", values.join(", ")))
        }
        "minimum" | "min" => Some(format!("{column} >= {}", constant(given)?)),
        "maximum" | "max" => Some(format!("{column} <= {}", constant(given)?)),
        _ => None,
    }
}

/// `account_manager` as `accountManager`, by serde's rule.
fn camel_case(name: &str) -> String {
    let pascal = pascal_case(name);
    let first = pascal.chars().next().map_or(0, char::len_utf8);
    pascal[..first].to_lowercase() + &pascal[first..]
}

fn mapped(value: &Json) -> Mapped {
    let plain = |ty: &str| Mapped {
        ty: ty.to_owned(),
        remark: None,
    };
    let given = match value {
        Json::Text(_) | Json::List(_) => Some(value),
        _ => value.get("type"),
    };
    let name = match given {
        Some(Json::Text(name)) => name.to_lowercase(),
        Some(Json::List(items)) => return list(items.first()),
        Some(Json::Object(_)) => "object".to_owned(),
        _ => "any".to_owned(),
    };
    let data_type =
        connector(value, &["dataType"]).and_then(|connector| connector.text_at("dataType"));
    // LoopBack 4 says it of the property, too, or as a format of its JSON.
    let data_type = data_type.or_else(|| value.text_at("dataType"));
    let format = value
        .get("jsonSchema")
        .and_then(|schema| schema.text_at("format"));
    let data_type = data_type.or(format.filter(|format| ["double", "float"].contains(format)));
    let data_type = data_type.or_else(|| {
        let has_scale = value.number_at("scale").is_some_and(|scale| scale > 0);
        has_scale.then_some("decimal")
    });
    let data_type = data_type.unwrap_or_default().to_lowercase();
    let is = |names: &[&str]| names.iter().any(|name| data_type.starts_with(name));
    match name.as_str() {
        "string" if data_type == "uuid" => plain("uuid::Uuid"),
        "string" if is(&["json"]) => plain(JSON),
        "string" | "text" | "objectid" => plain("String"),
        "number" if is(&["decimal", "numeric"]) => plain("rust_decimal::Decimal"),
        "number" if is(&["double", "float", "real"]) || is_fraction(value.get("default")) => {
            plain("f64")
        }
        "number" if is(&["smallint", "int2"]) => plain("i16"),
        "number" if data_type == "int" || is(&["integer", "int4", "mediumint"]) => plain("i32"),
        "number" => plain("i64"),
        "decimal" => plain("rust_decimal::Decimal"),
        "boolean" => plain("bool"),
        "date" if data_type == "date" => plain("chrono::NaiveDate"),
        "date" | "datestring" | "timestamp" => plain(TIME),
        "buffer" => plain("Vec<u8>"),
        "array" | "object" | "any" | "json" => plain(JSON),
        "geopoint" | "point" => Mapped {
            ty: JSON.to_owned(),
            remark: Some("there is no type of points; it is JSON, `{lat, lng}`"),
        },
        _ => Mapped {
            ty: JSON.to_owned(),
            remark: Some("a type of its own is kept as JSON"),
        },
    }
}

/// Lists of texts and numbers are columns; other lists are JSON.
fn list(item: Option<&Json>) -> Mapped {
    let inner = item.map(mapped);
    let ty = match inner.as_ref().map(|inner| inner.ty.as_str()) {
        Some(ty @ ("String" | "i64")) => format!("Vec<{ty}>"),
        _ => JSON.to_owned(),
    };
    Mapped { ty, remark: None }
}

fn is_fraction(default: Option<&Json>) -> bool {
    matches!(default, Some(Json::Number(number)) if number.contains(['.', 'e', 'E']))
}

/// A default as SQL; `None` where it does not fit the type.
fn default_of(default: &Json, ty: &str) -> Option<String> {
    match (default, ty) {
        (Json::Text(text), "String") => Some(sql_literal(text)),
        (Json::Bool(bool), "bool") => Some(if *bool { "TRUE" } else { "FALSE" }.to_owned()),
        (Json::Number(number), "i64" | "i32" | "i16") if number.parse::<i64>().is_ok() => {
            Some(number.clone())
        }
        (Json::Number(number), "f64" | "rust_decimal::Decimal")
            if number.parse::<f64>().is_ok() =>
        {
            Some(number.clone())
        }
        (Json::List(_) | Json::Object(_), JSON) => Some(sql_literal(&default.to_string())),
        _ => None,
    }
}
