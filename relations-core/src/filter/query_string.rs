//! LoopBack's form of filters in query strings: `filter[where][name]=x`, or `filter={..}`, or both.

use crate::error::{ProblemCode, Problems, shortened};
use crate::json::{DEEPEST, JsonValue, TOO_DEEP};
use percent_encoding::percent_decode_str;
use std::collections::HashMap;

/// What the parameters of this name say together; other parameters are somebody else's. Nothing where there are none.
pub(super) fn read(query: &str, name: &str, problems: &mut Problems) -> Option<JsonValue> {
    let query = query.strip_prefix('?').unwrap_or(query);
    let mut whole = None;
    let mut tree = Node::default();
    for pair in query.split('&') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let key = Decoded::new(key);
        let Some(rest) = key.text.strip_prefix(name) else {
            continue;
        };
        if !rest.is_empty() && !rest.starts_with('[') {
            continue;
        }
        let value = Decoded::new(value);
        if !key.is_exact || !value.is_exact {
            let what = if key.is_exact { "value" } else { "key" };
            let message = format!("the {what} of `{}` is not UTF-8", shortened(&key.text));
            problems.add(ProblemCode::Syntax, message);
            continue;
        }
        let (key, value) = (&key.text, value.text);
        if rest.is_empty() {
            read_whole(&value, &mut whole, problems);
            continue;
        }
        match segments(rest) {
            Some(path) if path.len() > DEEPEST => problems.add(ProblemCode::OverBudget, TOO_DEEP),
            Some(path) => tree.insert(&path, value, problems),
            None => {
                let message = format!("the brackets of `{}` do not match", shortened(key));
                problems.add(ProblemCode::Syntax, message);
            }
        }
    }
    merged(whole, tree, problems)
}

/// A parameter without brackets holds JSON; an empty one nothing.
fn read_whole(text: &str, whole: &mut Option<JsonValue>, problems: &mut Problems) {
    if text.trim().is_empty() {
        return;
    }
    match JsonValue::from_json(text) {
        Ok(_) if whole.is_some() => {
            problems.add(ProblemCode::Duplicate, "the parameter is given twice");
        }
        Ok(term) => *whole = Some(term),
        Err(why) => problems.add(ProblemCode::Syntax, format!("it is not JSON: {why}")),
    }
}

/// Both forms together; a key that both have is then given twice.
fn merged(whole: Option<JsonValue>, tree: Node, problems: &mut Problems) -> Option<JsonValue> {
    if tree.entries.is_empty() {
        return whole;
    }
    let tree = tree.into_term(problems);
    match (whole, tree) {
        (None, tree) => Some(tree),
        (Some(JsonValue::Map(mut entries)), JsonValue::Map(more)) => {
            entries.extend(more);
            Some(JsonValue::Map(entries))
        }
        (Some(whole), _) => {
            let message = "it is given as JSON and in brackets, which do not go together";
            problems.add(ProblemCode::Duplicate, message);
            Some(whole)
        }
    }
}

/// The text behind `%20` and `+`.
struct Decoded {
    text: String,
    /// Whether it is UTF-8. Where it is not, the text still tells whether a key is ours.
    is_exact: bool,
}

impl Decoded {
    fn new(text: &str) -> Decoded {
        let text = text.replace('+', " ");
        let bytes: Vec<u8> = percent_decode_str(&text).collect();
        match String::from_utf8(bytes) {
            Ok(text) => Decoded {
                text,
                is_exact: true,
            },
            Err(error) => Decoded {
                text: String::from_utf8_lossy(error.as_bytes()).into_owned(),
                is_exact: false,
            },
        }
    }
}

/// The parts of `[where][or][0]`.
fn segments(brackets: &str) -> Option<Vec<&str>> {
    let inner = brackets.strip_prefix('[')?.strip_suffix(']')?;
    let segments: Vec<&str> = inner.split("][").collect();
    let is_name = |segment: &&str| !segment.contains(['[', ']']);
    segments.iter().all(is_name).then_some(segments)
}

/// What the keys so far say of one place.
#[derive(Default)]
struct Node {
    value: Option<String>,
    entries: Vec<(String, Node)>,
    /// Where each key stands among the entries; an empty one is a new item each time.
    at: HashMap<String, usize>,
}

impl Node {
    fn insert(&mut self, path: &[&str], value: String, problems: &mut Problems) {
        let mut node = self;
        for segment in path {
            let next = node.entries.len();
            let at = match *segment {
                "" => next,
                name => *node.at.entry(name.to_owned()).or_insert(next),
            };
            if at == next {
                node.entries.push(((*segment).to_owned(), Node::default()));
            }
            node = &mut node.entries[at].1;
        }
        if node.value.replace(value).is_some() {
            problems.at_key(&path.join("."), |problems| {
                let message = "it is given twice; `[]` behind the name makes a list";
                problems.add(ProblemCode::Duplicate, message);
            });
        }
    }

    fn into_term(self, problems: &mut Problems) -> JsonValue {
        match (self.value, self.entries) {
            (Some(value), entries) => {
                if let Some((key, _)) = entries.first() {
                    let message = format!(
                        "there is a value, and a further one at `{}`",
                        shortened(key)
                    );
                    problems.add(ProblemCode::Duplicate, message);
                }
                JsonValue::Text(value)
            }
            (None, entries) => branch(entries, problems),
        }
    }
}

/// A list where all keys are numbers, or all are empty; else an object.
fn branch(entries: Vec<(String, Node)>, problems: &mut Problems) -> JsonValue {
    let is_number = |key: &str| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
    let numbers = entries.iter().filter(|(key, _)| is_number(key)).count();
    let empty = entries.iter().filter(|(key, _)| key.is_empty()).count();
    if numbers != entries.len() && empty != entries.len() {
        if empty > 0 {
            let message = "`[]` stands beside other keys";
            problems.add(ProblemCode::Syntax, message);
        }
        let entries = entries.into_iter();
        let entries = entries.map(|(key, node)| {
            let term = problems.at_key(&key, |problems| node.into_term(problems));
            (key, term)
        });
        return JsonValue::Map(entries.collect());
    }
    let mut items = entries;
    // By number, however large: without leading zeros the longer one is larger.
    items.sort_by(|(a, _), (b, _)| {
        let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
        a.len().cmp(&b.len()).then_with(|| a.cmp(b))
    });
    let items = items.into_iter().enumerate();
    let items =
        items.map(|(at, (_, node))| problems.at_item(at, |problems| node.into_term(problems)));
    JsonValue::List(items.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(query: &str) -> Result<String, String> {
        let mut problems = Problems::default();
        let term = read(query, "filter", &mut problems);
        problems
            .finish((), crate::error::ErrorKind::InvalidFilter, "it")
            .map_err(|error| error.to_string())?;
        let text = serde_json::to_string(&term.unwrap_or(JsonValue::Null));
        text.map_err(|error| error.to_string())
    }

    #[test]
    fn brackets_become_lists_and_objects() {
        let cases = [
            ("", "null"),
            ("filter=&page=2", "null"),
            ("filters[a]=1&filterx=2", "null"),
            ("?filter[limit]=2", r#"{"limit":"2"}"#),
            (
                "filter[include][]=a&filter[include][]=b",
                r#"{"include":["a","b"]}"#,
            ),
            (
                "filter[include][][relation]=account",
                r#"{"include":[{"relation":"account"}]}"#,
            ),
            (
                "filter[where][or][10][id]=2&filter[where][or][9][id]=1",
                r#"{"where":{"or":[{"id":"1"},{"id":"2"}]}}"#,
            ),
            (
                "filter%5Bwhere%5D%5Bname%5D=a+b%26%C3%A9",
                r#"{"where":{"name":"a b&é"}}"#,
            ),
            (
                "filter={\"limit\":1}&filter[skip]=2",
                r#"{"limit":1,"skip":"2"}"#,
            ),
            ("filter={\"limit\":1}", r#"{"limit":1}"#),
            ("filter[where][name]=a=b", r#"{"where":{"name":"a=b"}}"#),
        ];
        for (query, expected) in cases {
            assert_eq!(json(query).as_deref(), Ok(expected), "{query}");
        }
    }

    #[test]
    fn what_is_unclear_is_refused() {
        let cases = [
            "filter[limit=2",
            "filter[limit]]=2",
            "filter[a][[b]=2",
            "filter[limit]x=2",
            "filter[limit]=1&filter[limit]=2",
            "filter[where]=1&filter[where][id]=2",
            "filter[where][id]=2&filter[where]=1",
            "filter[a][]=1&filter[a][0]=2&filter[a][x]=2",
            "filter={&x=1",
            "filter={}&filter={}",
            "filter=[]&filter[limit]=1",
            "filter[where][name]=%ff",
            "filter[where][n%ffame]=x",
            "filter[%ff",
        ];
        for query in cases {
            assert!(json(query).is_err(), "{query}");
        }
        let deep = format!("filter{}=1", "[a]".repeat(100_000));
        assert!(json(&deep).is_err());
    }
}
