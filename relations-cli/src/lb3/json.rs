//! JSON with comments, in the order in which it was written.

use crate::problem::{Place, Problem, Result};
use jsonc_parser::ast::Value;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, parse_to_ast};
use std::path::Path;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<Member>),
}

/// A name and its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) value: Json,
    /// The comments on the lines before it.
    pub(crate) comments: Vec<String>,
}

impl Member {
    pub(crate) fn new(name: impl Into<String>, value: Json) -> Member {
        Member {
            name: name.into(),
            value,
            comments: Vec::new(),
        }
    }
}

impl Json {
    pub(crate) fn read(path: &Path) -> Result<Json> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Problem::new(
                "unreadable",
                format!("`{}` cannot be read: {error}", path.display()),
            )
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let collect = CollectOptions {
            comments: CommentCollectionStrategy::Separate,
            tokens: false,
        };
        let broken = |message: String, range: std::ops::Range<usize>| {
            let place = Place {
                path: path.to_path_buf(),
                text: text.to_owned(),
                range,
            };
            Problem::new("broken_json", message).at(place)
        };
        let parsed = parse_to_ast(text, &collect, &ParseOptions::default()).map_err(|error| {
            let range = error.range();
            broken(error.kind().to_string(), range.start..range.end)
        })?;
        let comments = parsed.comments.unwrap_or_default();
        let comments_before = |at: usize| -> Vec<String> {
            let found = comments
                .get(&at)
                .into_iter()
                .flat_map(|comments| comments.iter());
            found
                .map(|comment| {
                    comment
                        .text()
                        .trim()
                        .trim_start_matches('*')
                        .trim()
                        .to_owned()
                })
                .collect()
        };
        match parsed.value {
            Some(value) => Ok(of(&value, &comments_before)),
            None => Err(broken("there is nothing in it".to_owned(), 0..0)),
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Json> {
        let mut members = self.members().iter();
        members
            .find(|member| member.name == name)
            .map(|member| &member.value)
    }

    pub(crate) fn members(&self) -> &[Member] {
        match self {
            Json::Object(members) => members,
            _ => &[],
        }
    }

    pub(crate) fn items(&self) -> &[Json] {
        match self {
            Json::List(items) => items,
            _ => &[],
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A text that is there and not empty.
    pub(crate) fn text_at(&self, name: &str) -> Option<&str> {
        self.get(name)
            .and_then(Json::text)
            .filter(|text| !text.is_empty())
    }

    pub(crate) fn number_at(&self, name: &str) -> Option<u32> {
        match self.get(name)? {
            Json::Number(number) | Json::Text(number) => number.parse().ok(),
            _ => None,
        }
    }

    /// What JavaScript takes for true.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        match self.get(name) {
            None | Some(Json::Null | Json::Bool(false)) => false,
            Some(Json::Number(number)) => number != "0",
            Some(Json::Text(text)) => !text.is_empty(),
            Some(_) => true,
        }
    }

    /// Whether there is something in it.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Json::Null => true,
            Json::List(items) => items.is_empty(),
            Json::Object(members) => members.is_empty(),
            _ => false,
        }
    }
}

/// As JSON again.
impl std::fmt::Display for Json {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        fn value(json: &Json) -> serde_json::Value {
            match json {
                Json::Null => serde_json::Value::Null,
                Json::Bool(bool) => (*bool).into(),
                Json::Number(number) => serde_json::from_str(number).unwrap_or_default(),
                Json::Text(text) => text.as_str().into(),
                Json::List(items) => items.iter().map(value).collect(),
                Json::Object(members) => {
                    let members = members
                        .iter()
                        .map(|member| (member.name.clone(), value(&member.value)));
                    serde_json::Value::Object(members.collect())
                }
            }
        }
        write!(f, "{}", value(self))
    }
}

fn of(value: &Value<'_>, comments: &dyn Fn(usize) -> Vec<String>) -> Json {
    match value {
        Value::StringLit(text) => Json::Text(text.value.to_string()),
        Value::NumberLit(number) => Json::Number(number.value.to_owned()),
        Value::BooleanLit(bool) => Json::Bool(bool.value),
        Value::NullKeyword(_) => Json::Null,
        Value::Array(list) => Json::List(
            list.elements
                .iter()
                .map(|item| of(item, comments))
                .collect(),
        ),
        Value::Object(object) => {
            let members = object.properties.iter().map(|member| Member {
                name: member.name.as_str().to_owned(),
                value: of(&member.value, comments),
                comments: comments(member.range().start),
            });
            Json::Object(members.collect())
        }
    }
}
