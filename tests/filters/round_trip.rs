//! A filter that is written and read again is the same, in each form there is.

use crate::models::{Author, Book, NAMES, Tag, Thing};
use crate::random::Random;
use chrono::{DateTime, NaiveDate, NaiveTime};
use relations::prelude::*;
use relations::{Filter, Predicate, Where};
use rust_decimal::Decimal;
use serde_json::Value;
use uuid::Uuid;

fn is_read_again<M: Model>(filter: &Filter<M>, what: &dyn std::fmt::Display) {
    let text = serde_json::to_string(filter).unwrap();
    let again: Filter<M> = text
        .parse()
        .unwrap_or_else(|error| panic!("{what}\n{text}\n{error}"));
    assert_eq!(again, *filter, "{what}");
    assert_eq!(serde_json::to_string(&again).unwrap(), text);
    let value = serde_json::to_value(filter).unwrap();
    assert_eq!(Filter::from_value(value).unwrap(), *filter, "{what}");
    let by_serde: Filter<M> = serde_json::from_str(&text).unwrap();
    assert_eq!(by_serde, *filter, "{what}");
}

fn json_filters_are_read_again<M: Model>(seed: u64) {
    let mut random = Random::new(seed);
    for _ in 0..1_000 {
        let json = random.filter(M::metadata());
        let filter: Filter<M> =
            Filter::from_value(json.clone()).unwrap_or_else(|error| panic!("{json}\n{error}"));
        is_read_again(&filter, &json);
        let json = random.rows(M::metadata());
        let rows: Where<M> = Where::from_json(&json.to_string()).unwrap();
        let again: Where<M> = serde_json::to_string(&rows).unwrap().parse().unwrap();
        assert_eq!(again, rows, "{json}");
    }
}

#[test]
fn a_filter_from_json_is_read_again() {
    json_filters_are_read_again::<Thing>(0xf117_0001);
    json_filters_are_read_again::<Author>(0xf117_0002);
    json_filters_are_read_again::<Book>(0xf117_0003);
}

/// A predicate on any column.
fn predicate(random: &mut Random, depth: usize) -> Predicate<Thing> {
    let dice = &mut random.dice;
    let [a, b] = [dice.roll(100), dice.roll(100)];
    let text = NAMES[a % NAMES.len()];
    let float = f64::from_bits(dice.0);
    let float = if float.is_finite() { float } else { 0.1 };
    let date = NaiveDate::from_yo_opt(a as i32 * 150 - 5000, 1 + b as u32).unwrap();
    let time = NaiveTime::from_num_seconds_from_midnight_opt(a as u32 * 800, b as u32 * 10_000_000)
        .unwrap();
    match dice.roll(if depth < 2 { 29 } else { 23 }) {
        0 => Thing::ID.eq(i64::MIN >> a.min(63)),
        1 => Thing::TEXT.ne(text),
        2 => Thing::MAYBE_TEXT.is_null(),
        3 => Thing::ODD_NAME.in_([text, "x"]),
        4 => Thing::AND.gt(text),
        5 => Thing::FLAG.eq(a > 50),
        6 => Thing::TINY.le(a as i8 - 50),
        7 => Thing::SMALL.not_in([a as i16, -1]),
        8 => Thing::MEDIUM.between(a as i32, b as i32),
        9 => Thing::TINY_UNSIGNED.lt(a as u8),
        10 => Thing::SMALL_UNSIGNED.ge(a as u16),
        11 => Thing::MEDIUM_UNSIGNED.ne(u32::MAX - a as u32),
        12 => Thing::LARGE_UNSIGNED.eq(u64::MAX >> a.min(63)),
        13 => Thing::SINGLE.between((float % 1e38) as f32, f32::MIN_POSITIVE * a as f32),
        14 => Thing::DOUBLE.in_([float, -0.0, f64::MAX]),
        15 => Thing::BYTES.eq(vec![a as u8, b as u8, 255]),
        16 => Thing::DATE.between(date, NaiveDate::MAX),
        17 => Thing::TIME.ne(time),
        18 => Thing::DATE_TIME.in_([date.and_time(time), NaiveDate::MIN.and_time(NaiveTime::MIN)]),
        19 => Thing::INSTANT.lt(DateTime::from_timestamp_nanos(dice.0 as i64)),
        20 => Thing::UUID.eq(Uuid::from_u128(u128::from(dice.0) << b)),
        21 => Thing::PRICE.between(Decimal::new(dice.0 as i64, a as u32 % 28), Decimal::MAX),
        22 => match b % 4 {
            0 => Thing::TEXT.like(text),
            1 => Thing::TEXT.not_ilike(text),
            2 => Thing::TEXT.iregexp("/^[a-z]+/"),
            _ => Thing::MAYBE_TEXT.not_regexp("a|/b"),
        },
        23 => predicate(random, depth + 1) & predicate(random, depth + 1),
        24 => predicate(random, depth + 1) | predicate(random, depth + 1),
        25 => !predicate(random, depth + 1),
        26 => !(predicate(random, depth + 1) | predicate(random, depth + 1)),
        27 => {
            Thing::MAKER.some(Author::NAME.eq(text) | Author::BOOKS.every(Book::SIZE.gt(a as i32)))
        }
        _ => Thing::AUTHORS.none(Author::FRIENDS.some(None)),
    }
}

#[test]
fn a_filter_that_was_built_is_read_again() {
    let mut random = Random::new(0xf117_0004);
    for _ in 0..2_000 {
        let mut filter = Filter::new();
        for _ in 0..random.dice.roll(3) {
            filter = filter.filter(predicate(&mut random, 0));
        }
        if random.dice.one_in(3) {
            filter = filter
                .order_by(Thing::ODD_NAME.desc())
                .order_by(Thing::PRICE.asc());
        }
        if random.dice.one_in(3) {
            filter = filter.order_by(Thing::MAKER.order(Author::NAME.asc()));
        }
        match random.dice.roll(6) {
            0 => filter = filter.field(Thing::ODD_NAME).field(Thing::ID),
            1 => filter = filter.field(Thing::SECRET),
            _ => {}
        }
        if random.dice.one_in(2) {
            filter = filter
                .limit(random.dice.roll(5) as u64)
                .offset(random.dice.roll(5) as u64);
        }
        if random.dice.one_in(3) {
            let things = Filter::new()
                .filter(predicate(&mut random, 1))
                .limit(random.dice.roll(5) as u64);
            let maker = Filter::new()
                .include_with(Author::THINGS, things)
                .include(Author::BIO);
            filter = filter
                .include_with(Thing::MAKER, maker)
                .include(Thing::AUTHORS);
        }
        is_read_again(&filter, &"built");
    }
}

/// What `[a][b]=c` says of a JSON value.
fn brackets(prefix: &str, value: &Value, empty_brackets: bool, pairs: &mut Vec<String>) {
    match value {
        Value::Null => panic!("null has no form in brackets"),
        Value::Object(entries) => {
            for (key, value) in entries {
                brackets(
                    &format!("{prefix}[{}]", escaped(key)),
                    value,
                    empty_brackets,
                    pairs,
                );
            }
        }
        Value::Array(items) => {
            // Several entries of one item cannot stand behind `[]`, which begins a new one each time.
            let is_flat = items
                .iter()
                .all(|item| !item.is_object() && !item.is_array());
            for (at, item) in items.iter().enumerate() {
                let at = if is_flat && empty_brackets {
                    String::new()
                } else {
                    at.to_string()
                };
                brackets(&format!("{prefix}[{at}]"), item, empty_brackets, pairs);
            }
        }
        Value::String(text) => pairs.push(format!("{prefix}={}", escaped(text))),
        other => pairs.push(format!("{prefix}={}", escaped(&other.to_string()))),
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte {
            b' ' => escaped.push('+'),
            byte if byte.is_ascii_alphanumeric() => escaped.push(byte.into()),
            byte => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

fn brackets_say_the_same<M: Model>(seed: u64) {
    let mut random = Random::new(seed);
    random.for_brackets = true;
    for round in 0..1_000 {
        let json = random.filter(M::metadata());
        let mut pairs = Vec::new();
        brackets("filter", &json, round % 2 == 0, &mut pairs);
        let query = pairs.join("&");
        let filter: Filter<M> =
            Filter::from_query(&query).unwrap_or_else(|error| panic!("{json}\n{query}\n{error}"));
        assert_eq!(filter, Filter::from_value(json.clone()).unwrap(), "{query}");
        // JSON as a whole, too, and both together.
        let whole = Filter::from_query(&format!("x=1&filter={}", escaped(&json.to_string())));
        assert_eq!(whole.unwrap(), filter);
        let Value::Object(mut entries) = json else {
            panic!("a filter is an object")
        };
        let Some(first) = entries.keys().next().cloned() else {
            continue;
        };
        let mut pairs = Vec::new();
        let first_value = entries.remove(&first).unwrap();
        brackets(&format!("filter[{first}]"), &first_value, false, &mut pairs);
        let rest = escaped(&Value::Object(entries).to_string());
        let both = Filter::from_query(&format!("{}&filter={rest}", pairs.join("&")));
        assert_eq!(both.unwrap(), filter);
    }
}

#[test]
fn a_filter_in_brackets_is_the_one_in_json() {
    brackets_say_the_same::<Thing>(0xf117_0005);
    brackets_say_the_same::<Author>(0xf117_0006);
    brackets_say_the_same::<Tag>(0xf117_0007);
}

#[test]
fn a_filter_at_the_end_of_its_budget_is_read_again() {
    let pair = r#"{"id":1,"size":{"exists":true}}"#;
    let hundred = format!(r#"{{"where":{{"or":[{}]}}}}"#, vec![pair; 50].join(","));
    // Seven levels of groups and relations are below the first; an object of two conditions is one.
    let nested = |levels: usize, inner: &str| {
        format!(
            r#"{{"where":{}{inner}{}}}"#,
            r#"{"nor":["#.repeat(levels),
            "]}".repeat(levels)
        )
    };
    let accepted = [
        hundred.clone(),
        nested(7, r#"{"id":1}"#),
        nested(6, pair),
        nested(6, r#"{"id":{"gt":1,"lt":5}}"#),
        nested(5, r#"{"mentor.size":{"gt":1,"lt":5}}"#),
        nested(4, r#"{"mentor":{"some":{"id":1,"size":2},"none":{"id":1}}}"#),
        nested(3, r#"{"nor":[{"or":[{"id":1},{"id":2}]},{"id":3}]}"#),
        r#"{"fields":{"id":false,"name":false,"size":false,"score":false,"mentor_id":false,"friend_ids":false}}"#.to_owned(),
        r#"{"where":{"score":{"inq":[0.1,1e-7,123456789.12345679,2.2250738585072014e-308]}}}"#.to_owned(),
    ];
    for text in accepted {
        let filter: Filter<Author> = text
            .parse()
            .unwrap_or_else(|error| panic!("{text}\n{error}"));
        is_read_again(&filter, &text);
    }
    let refused = [
        hundred.replace("[{", r#"[{},{"#),
        nested(9, r#"{"id":1}"#),
        nested(8, pair),
        nested(8, r#"{"id":{"gt":1,"lt":5}}"#),
    ];
    for text in refused {
        assert!(text.parse::<Filter<Author>>().is_err(), "{text}");
    }
}
