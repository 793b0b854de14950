//! Whatever text comes as JSON: a row holds what it says, or it is refused.

use crate::support::{Dice, TestDb, database_test};
use relations::ErrorKind;
use relations::{Json, prelude::*};
use serde::Serialize;
use serde_json::{Map, Value, json, to_value};

#[derive(Debug, Clone, PartialEq, Model, Serialize)]
pub struct Wide {
    #[model(id, generated)]
    pub id: i64,
    pub flag: bool,
    pub small: i8,
    pub large: Option<u64>,
    pub number: i64,
    pub float: Option<f64>,
    pub single: Option<f32>,
    pub text: String,
    pub bytes: Option<Vec<u8>>,
    pub date: Option<chrono::NaiveDate>,
    pub uuid: Option<uuid::Uuid>,
    #[model(default = "7")]
    pub seven: i32,
}

/// Values of which some fit and some do not.
const LEAVES: [&str; 30] = [
    "null",
    "true",
    "false",
    "0",
    "-0",
    "1",
    "-1",
    "127",
    "128",
    "2.0",
    "1e2",
    "1.5",
    "-0.0",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "1e308",
    "1e309",
    "-1e-320",
    "99999999999999999999999999999999999999999",
    "0.1",
    "\"\"",
    "\"text\"",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "\"2026-02-29\"",
    "\"2024-02-29\"",
    "\"67e55044-10b1-426f-9247-bb680e5fe0c8\"",
    "\"😀\"",
];

fn term(dice: &mut Dice, depth: u64) -> String {
    match dice.roll(12) {
        0 if depth < 4 => {
            let items: Vec<String> = (0..dice.roll(4)).map(|_| term(dice, depth + 1)).collect();
            format!("[{}]", items.join(","))
        }
        1 if depth < 4 => object(dice, depth + 1, 3),
        2 => "[1, 2, 255]".to_owned(),
        3 => ["", "}", "nul", "'x'", "[1,]", "\u{1}", "01", "+1", "NaN"][dice.roll(9) as usize]
            .to_owned(),
        _ => LEAVES[dice.roll(LEAVES.len() as u64) as usize].to_owned(),
    }
}

fn object(dice: &mut Dice, depth: u64, entries: u64) -> String {
    let names = [
        "id",
        "flag",
        "small",
        "large",
        "number",
        "float",
        "single",
        "text",
        "bytes",
        "date",
        "uuid",
        "seven",
        "Flag",
        "",
        "__proto__",
        "a\\\"b",
    ];
    let entries = (0..dice.roll(entries + 1)).map(|_| {
        let name = names[dice.roll(names.len() as u64) as usize];
        format!("\"{name}\": {}", term(dice, depth))
    });
    format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
}

/// An object that is nearly right: most fields hold what fits them.
fn nearly(dice: &mut Dice) -> String {
    let fitting = [
        ("flag", "true"),
        ("small", "-128"),
        ("number", "1e3"),
        ("text", "\"x\""),
        ("large", "5"),
        ("float", "0.1"),
        ("single", "0.5"),
        ("bytes", "[0, 255]"),
        ("date", "\"2024-02-29\""),
        ("seven", "8"),
    ];
    let entries = fitting
        .iter()
        .enumerate()
        .filter_map(|(at, (name, value))| {
            let value = match dice.one_in(20) {
                true => term(dice, 1),
                false => (*value).to_owned(),
            };
            let is_there = at < 4 || dice.one_in(2);
            is_there.then(|| format!("\"{name}\": {value}"))
        });
    let mut entries: Vec<String> = entries.collect();
    if dice.one_in(10) {
        entries.push(format!("\"text\": {}", term(dice, 1)));
    }
    format!("{{{}}}", entries.join(","))
}

#[database_test]
async fn hostile_texts_are_refused_or_stored_as_they_are(db: TestDb) {
    db.schema::<Wide>().create().await.unwrap();
    let wide = WideRepository::new(&*db);
    let mut dice = Dice(0x5eed_1e55_c0de);
    let (mut stored, mut refused) = (0, 0);
    for _ in 0..4000 {
        let text = match dice.roll(3) {
            0 => term(&mut dice, 0),
            1 => object(&mut dice, 0, 8),
            _ => nearly(&mut dice),
        };
        db.ran();
        match wide.create(Json(&text)).await {
            Ok(row) => {
                stored += 1;
                assert_holds(&text, &row);
            }
            Err(error) => {
                refused += 1;
                assert_eq!(db.count(), 0, "{text}: {error}");
                let told = error.kind() == ErrorKind::InvalidValue || !error.problems().is_empty();
                assert!(told, "{text}: {error}");
            }
        }
        // A patch of the same text does not panic either, and what it says of syntax is the same.
        let patched = wide.patch_by_id(-1, Json(&text)).await;
        assert!(patched.is_err() || patched.unwrap() == 0, "{text}");
    }
    assert!(stored > 300 && refused > 1000, "{stored} {refused}");
    assert_eq!(wide.find().count().await.unwrap(), stored);
}

/// Asserts that a row holds what the text says, and nothing more.
fn assert_holds(text: &str, row: &Wide) {
    let given: Map<String, Value> = serde_json::from_str(text).expect("JSON was stored");
    let Value::Object(held) = to_value(row).unwrap() else {
        unreachable!("a row is an object");
    };
    for (name, value) in &held {
        match given.get(name) {
            Some(given) => assert!(is_same(given, value), "{text}: {name} is {value}"),
            None if name == "seven" => assert_eq!(*value, json!(7), "{text}"),
            None if name == "id" => {}
            None => assert_eq!(*value, Value::Null, "{text}"),
        }
    }
    assert!(given.keys().all(|name| held.contains_key(name)), "{text}");
}

/// Whether both are the same; `1e3` and `1000` are the same number, and 0.5 as `f32` is 0.5.
fn is_same(given: &Value, held: &Value) -> bool {
    match (given.as_f64(), held.as_f64()) {
        (Some(given), Some(held)) => given == held || given as f32 == held as f32,
        _ => given == held,
    }
}
