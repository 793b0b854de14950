//! What is misspelled or misplaced is refused; nothing that is not understood is left aside.

use crate::models::{Author, Thing};
use crate::random::Random;
use relations::prelude::*;
use relations::{ErrorKind, Filter, Where};
use serde_json::{Value, json};

const OPERATORS: [&str; 16] = [
    "eq", "neq", "gt", "gte", "lt", "lte", "between", "inq", "nin", "like", "nlike", "ilike",
    "nilike", "regexp", "nregexp", "exists",
];

fn is_refused(json: &Value) {
    let error = Filter::<Thing>::from_value(json.clone())
        .err()
        .unwrap_or_else(|| panic!("{json} is accepted"));
    assert_eq!(error.kind(), ErrorKind::InvalidFilter);
    assert!(!error.problems().is_empty());
}

/// Texts that are almost this one.
fn misspelled(word: &str) -> Vec<String> {
    let mut words = vec![
        format!("{word} "),
        format!(" {word}"),
        format!("{word}\0"),
        format!("${word}"),
        format!("{word}s"),
        format!("{word}."),
        format!(".{word}"),
        word[1..].to_owned(),
        word.to_uppercase(),
        word.replace('e', "\u{0435}") + "\u{200b}",
        word.chars().rev().collect::<String>() + "x",
    ];
    words.retain(|other| other != word && !OPERATORS.contains(&other.as_str()));
    words
}

#[test]
fn a_misspelled_word_is_refused() {
    for operator in OPERATORS {
        let value = match operator {
            "between" => json!(["a", "b"]),
            "inq" | "nin" => json!(["a"]),
            "exists" => json!(true),
            _ => json!("a"),
        };
        let good = json!({"where": {"text": {operator: value}}});
        assert!(Filter::<Thing>::from_value(good).is_ok(), "{operator}");
        for word in misspelled(operator) {
            is_refused(&json!({"where": {"text": {word: value}}}));
        }
    }
    for group in ["and", "or", "nor"] {
        for word in misspelled(group).into_iter().filter(|word| word != "or") {
            is_refused(&json!({"where": {word: [{"text": "a"}]}}));
        }
    }
    for part in [
        "where", "fields", "order", "limit", "offset", "skip", "include",
    ] {
        for word in misspelled(part) {
            is_refused(&json!({word: {}}));
        }
    }
    for quantifier in ["some", "none", "every"] {
        for word in misspelled(quantifier) {
            is_refused(&json!({"where": {"maker": {word: {}}}}));
        }
    }
    for key in ["relation", "scope"] {
        for word in misspelled(key) {
            is_refused(&json!({"include": [{"relation": "maker", word: {}}]}));
        }
    }
    for name in ["text", "maker", "makerId", "authorIds"] {
        for word in misspelled(name) {
            is_refused(&json!({"where": {&word: {"exists": true}}}));
            is_refused(&json!({"where": {&word: {"some": {}}}}));
            is_refused(&json!({"fields": [&word]}));
            is_refused(&json!({"fields": {&word: true}}));
            is_refused(&json!({"include": [&word]}));
            is_refused(&json!({"order": {&word: "ASC"}}));
        }
    }
    for direction in misspelled("desc").into_iter().filter(|word| word != "DESC") {
        is_refused(&json!({"order": {"id": direction}}));
    }
}

#[test]
fn a_misplaced_word_is_refused() {
    for operator in OPERATORS {
        is_refused(&json!({"where": {operator: "a"}}));
        is_refused(&json!({"where": {"text": {"eq": {operator: "a"}}}}));
        is_refused(&json!({"where": {"text": {operator: {}}}}));
        is_refused(&json!({"where": {"text": {operator: [["a"]]}}}));
        is_refused(&json!({"where": {"maker": {operator: "a"}}}));
        is_refused(&json!({"where": {"maker.name": {"some": {operator: "a"}}}}));
        is_refused(&json!({operator: "a"}));
        is_refused(&json!({"order": {operator: "ASC"}}));
        if !["eq", "neq", "exists"].contains(&operator) {
            is_refused(&json!({"where": {"text": {operator: null}}}));
        }
        if operator != "exists" {
            is_refused(&json!({"where": {"document": {operator: 1}}}));
            is_refused(&json!({"where": {"authorIds": {operator: [1]}}}));
        }
    }
    for part in [
        "where", "fields", "order", "limit", "offset", "skip", "include",
    ] {
        is_refused(&json!({"where": {part: {}}}));
        is_refused(&json!({"where": {"text": {part: 1}}}));
        is_refused(&json!({"include": [{"relation": "maker", part: 1}]}));
        is_refused(&json!({"include": [{"relation": "maker", "scope": {"where": {part: 1}}}]}));
        is_refused(&json!({part: null}));
    }
    for group in ["and", "or", "nor"] {
        is_refused(&json!({"where": {"text": {group: [{"eq": "a"}]}}}));
        is_refused(&json!({"where": {"maker": {group: [{}]}}}));
        is_refused(&json!({"where": {"or": {group: {}}}}));
        is_refused(&json!({"where": {group: [null]}}));
        is_refused(&json!({"where": {group: [[]]}}));
        is_refused(&json!({"where": {group: ["text"]}}));
    }
    let others = [
        json!({"where": {"maker": {}}}),
        json!({"where": {"maker": null}}),
        json!({"where": {"maker": 1}}),
        json!({"where": {"maker": {"id": 1}}}),
        json!({"where": {"maker": {"some": null}}}),
        json!({"where": {"maker": {"some": []}}}),
        json!({"where": {"text": {}}}),
        json!({"where": {"text": []}}),
        json!({"where": {"text": ["a", "b"]}}),
        json!({"where": {"text": {"inq": "a"}}}),
        json!({"where": {"text": {"inq": {"0": "a"}}}}),
        json!({"where": {"text": {"inq": [null]}}}),
        json!({"where": {"text": {"between": ["a"]}}}),
        json!({"where": {"text": {"exists": null}}}),
        json!({"where": {"text": {"exists": "yes"}}}),
        json!({"where": {"text": {"eq": "a", "options": "i"}}}),
        json!({"where": {"secret": "a"}}),
        json!({"where": {"maker.secret": "a"}}),
        json!({"where": {"maker.audit.id": 1}}),
        json!({"where": {"maker": {"some": {"audit": {"some": {}}}}}}),
        json!({"where": {"maker.": 1}}),
        json!({"where": {".id": 1}}),
        json!({"where": {"maker..id": 1}}),
        json!({"where": {"maker.mentor": {"some": {}}}}),
        json!({"where": []}),
        json!({"where": "text"}),
        json!({"order": "secret"}),
        json!({"order": "maker.secret"}),
        json!({"order": "id DESC NULLS FIRST"}),
        json!({"order": "id, "}),
        json!({"order": ["id", []]}),
        json!({"order": {"id": 1}}),
        json!({"order": "document"}),
        json!({"fields": ["secret"]}),
        json!({"fields": {"secret": false}}),
        json!({"fields": {"id": 1}}),
        json!({"limit": 1.5}),
        json!({"limit": -1}),
        json!({"limit": [1]}),
        json!({"limit": "1 OR 1=1"}),
        json!({"offset": 1, "skip": 1}),
        json!({"include": [{"scope": {}}]}),
        json!({"include": [["maker"]]}),
        json!({"include": [{"relation": ["maker"]}]}),
        json!({"include": ["maker", {"relation": "maker"}]}),
        json!({"include": [{"relation": "maker", "scope": "x"}]}),
        json!({"include": [{"relation": "maker", "scope": {"include": ["audit"]}}]}),
        json!({"include": [{"relation": "maker", "scope": {"include": [{"relation": "notes", "scope": {"include": [
            {"relation": "about", "scope": {"where": {"id": 1}}},
        ]}}]}}]}),
        json!([]),
        json!(null),
        json!("{}"),
    ];
    for json in others {
        is_refused(&json);
    }
}

/// Puts one key too many into each object of a filter, one after the other.
fn spoiled(value: &Value, at: &mut usize) -> Value {
    match value {
        Value::Object(entries) => {
            let mut entries: serde_json::Map<String, Value> = entries
                .iter()
                .map(|(key, value)| (key.clone(), spoiled(value, at)))
                .collect();
            if *at == 0 {
                entries.insert("lkie".to_owned(), json!({"eq": "x"}));
            }
            *at = at.wrapping_sub(1);
            Value::Object(entries)
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| spoiled(item, at)).collect()),
        other => other.clone(),
    }
}

#[test]
fn one_unknown_key_anywhere_spoils_a_filter() {
    let mut random = Random::new(0xf117_0009);
    for _ in 0..300 {
        let json = random.filter(Author::metadata());
        assert!(Filter::<Author>::from_value(json.clone()).is_ok(), "{json}");
        for at in 0.. {
            let mut left = at;
            let spoiled = spoiled(&json, &mut left);
            if spoiled == json {
                break;
            }
            let refused = Filter::<Author>::from_value(spoiled.clone());
            assert!(refused.is_err(), "{spoiled} is accepted");
        }
    }
}

#[test]
fn a_key_that_cannot_be_read_is_no_reason_to_ask_for_more() {
    for query in [
        "filter[where][na%ffme]=x",
        "filter[wh%c3re][name]=x",
        "filter[%80]=1",
        "filter%5bwhere%5d%5bname%ff%5d=x",
    ] {
        let error = Filter::<Author>::from_query(query).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidFilter, "{query}");
        assert!(Where::<Author>::from_query(&query.replace("filter", "where")).is_err());
    }
    // Somebody else's.
    assert_eq!(
        Filter::<Author>::from_query("na%ffme=x&filters[x]=1").unwrap(),
        Filter::new()
    );
}
