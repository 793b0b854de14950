//! Hostile texts: refused before any statement, or some of the rows that everybody may see.

use crate::dice::Dice;
use crate::models::{Author, AuthorRepository, database};
use crate::random::Random;
use relations::prelude::*;
use relations::{ErrorKind, Filter, filter::Budget, filter::FilterReader};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const SNIPPETS: [&str; 36] = [
    "'; DROP TABLE author; --",
    "\" OR 1=1 --",
    "` OR 1=1",
    "1) OR (1=1",
    "$1",
    "?",
    "\\",
    "\\'",
    "\u{0}",
    "\u{1}\u{7f}",
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "hasOwnProperty",
    "$where",
    "$ne",
    "author.id",
    "t0.secret",
    "secret",
    "*",
    "%",
    "%%%%%%%%%%%%%%%%%%%%%%%%%",
    "_",
    "[a-z]*",
    "(a+)+$",
    "(a|a)*b",
    "a{255}{255}",
    "(?=x)",
    "\\u0000",
    "😀",
    "\u{202e}",
    "ﬁ\u{301}",
    "NaN",
    "1e999",
    "$serde_json::private::Number",
];

/// Texts that are neither JSON nor a query string, that nest, that repeat, and that are long.
fn made_by_hand() -> Vec<String> {
    let deep = |open: &str, close: &str, levels: usize| {
        format!("{}{}", open.repeat(levels), close.repeat(levels))
    };
    let mut texts = vec![String::new()];
    for levels in [5, 8, 16, 17, 40, 64, 128, 10_000] {
        texts.push(deep("[", "]", levels));
        texts.push(deep("{\"a\":", "}", levels));
        texts.push(format!(
            "{{\"where\":{}}}",
            deep("{\"and\":[", "]}", levels).replacen("[]", "[{\"id\":1}]", 1)
        ));
        texts.push(format!(
            "{{\"where\":{}}}",
            deep("{\"nor\":[", "]}", levels)
        ));
        texts.push(format!(
            "{{\"where\":{}{{}}{}}}",
            "{\"mentor\":{\"some\":".repeat(levels),
            "}}".repeat(levels)
        ));
        texts.push(format!(
            "{{\"where\":{{\"{}id\":1}}}}",
            "mentor.".repeat(levels)
        ));
        texts.push(format!("{{\"order\":\"{}id\"}}", "mentor.".repeat(levels)));
        let scopes = "{\"include\":[{\"relation\":\"mentor\",\"scope\":".repeat(levels);
        texts.push(format!("{scopes}{{}}{}", "}]}".repeat(levels)));
        texts.push(format!("filter{}=1", "[where]".repeat(levels)));
        texts.push(format!("filter{}=1", "[]".repeat(levels)));
        texts.push(format!("filter[where]{}[id]=1", "[and][0]".repeat(levels)));
        texts.push(format!("filter{}", "[".repeat(levels)));
    }
    for count in [2, 99, 101, 1_001, 60_000] {
        let many = |item: &str| vec![item; count].join(",");
        texts.push(format!(
            "{{\"where\":{{\"id\":{{\"inq\":[{}]}}}}}}",
            many("1")
        ));
        texts.push(format!(
            "{{\"where\":{{\"score\":{{\"nin\":[{}]}}}}}}",
            many("0.5")
        ));
        texts.push(format!("{{\"where\":{{\"or\":[{}]}}}}", many("{\"id\":1}")));
        texts.push(format!("{{\"where\":{{\"or\":[{}]}}}}", many("{}")));
        texts.push(format!(
            "{{\"where\":{{\"and\":[{}]}}}}",
            many("{\"and\":[]}")
        ));
        texts.push(format!("{{\"where\":{{{}}}}}", many("\"id\":1")));
        texts.push(format!("{{\"order\":[{}]}}", many("\"id\"")));
        texts.push(format!("{{\"order\":\"{}\"}}", many("id")));
        texts.push(format!("{{\"fields\":[{}]}}", many("\"id\"")));
        texts.push(format!("{{\"include\":[{}]}}", many("\"books\"")));
        texts.push(format!("{{{}}}", many("\"limit\":1")));
        texts.push(format!("{{\"{}\":1}}", "x".repeat(count)));
        texts.push(format!(
            "{{\"where\":{{\"name\":{{\"like\":\"{}\"}}}}}}",
            "%a".repeat(count)
        ));
        texts.push(format!(
            "{{\"where\":{{\"name\":{{\"ilike\":\"{}\"}}}}}}",
            "_".repeat(count)
        ));
        texts.push(format!(
            "{{\"where\":{{\"name\":{{\"regexp\":\"{}\"}}}}}}",
            "a*".repeat(count)
        ));
        texts.push(format!(
            "{{\"where\":{{\"name\":\"{}\"}}}}",
            "é".repeat(count)
        ));
        texts.push(format!("{{\"limit\":{}}}", "9".repeat(count)));
        texts.push(format!(
            "{{\"where\":{{\"score\":{{\"lt\":0.{}1}}}}}}",
            "0".repeat(count)
        ));
        texts.push(vec!["filter[where][id][inq][]=1"; count].join("&"));
        texts.push(vec!["filter[limit]=1"; count].join("&"));
        texts.push(vec!["filter[where][or][][id]=1"; count].join("&"));
        texts.push(
            (0..count)
                .map(|at| format!("filter[where][x{at}]=1"))
                .collect::<Vec<_>>()
                .join("&"),
        );
        texts.push(
            (0..count)
                .map(|at| format!("filter[include][{at}]=mentor"))
                .collect::<Vec<_>>()
                .join("&"),
        );
    }
    texts.push(format!(
        "{{\"where\":{{\"id\":{{\"inq\":[{}]}}}}}}",
        vec!["1"; 100_000].join(",")
    ));
    // Each of these is a parameter of its own on SQLite, which takes 32,766 of them.
    let list = format!(
        "{{\"score\":{{\"inq\":[{}]}}}}",
        vec!["0.5"; 1_000].join(",")
    );
    for count in [30, 31, 40] {
        texts.push(format!(
            "{{\"where\":{{\"or\":[{}]}}}}",
            vec![list.as_str(); count].join(",")
        ));
    }
    for snippet in SNIPPETS {
        let json = serde_json::to_string(snippet).unwrap();
        for shape in [
            "{#:1}",
            "{\"where\":{#:1}}",
            "{\"where\":{\"name\":#}}",
            "{\"where\":{\"id\":#}}",
            "{\"where\":{\"score\":{\"lt\":#}}}",
            "{\"where\":{\"name\":{#:1}}}",
            "{\"where\":{\"name\":{\"like\":#}}}",
            "{\"where\":{\"name\":{\"nilike\":#}}}",
            "{\"where\":{\"name\":{\"regexp\":#}}}",
            "{\"where\":{\"name\":{\"nin\":[#]}}}",
            "{\"where\":{\"books\":{#:{}}}}",
            "{\"where\":{\"mentor\":{\"some\":{#:1}}}}",
            "{\"order\":#}",
            "{\"order\":{\"id\":#}}",
            "{\"order\":{#:\"DESC\"}}",
            "{\"fields\":[#]}",
            "{\"fields\":{#:true}}",
            "{\"limit\":#}",
            "{\"offset\":#}",
            "{\"include\":#}",
            "{\"include\":[{\"relation\":#}]}",
            "{\"include\":[{\"relation\":\"books\",\"scope\":{\"order\":#}}]}",
            "{\"where\":{#:#}}",
            "[#]",
            "#",
        ] {
            texts.push(shape.replace('#', &json));
            texts.push(format!("filter={}", shape.replace('#', &json)));
        }
        for shape in [
            "filter[#]=1",
            "filter[where][#]=1",
            "filter[where][name]=#",
            "filter[where][name][#]=1",
            "filter[order]=#",
            "filter[order]=id+#",
            "filter[limit]=#",
            "filter[include]=#",
            "filter[fields][]=#",
            "filter[where][#][#]=#",
            "#",
        ] {
            texts.push(shape.replace('#', snippet));
        }
    }
    for escape in [
        "%",
        "%f",
        "%ff",
        "%zz",
        "%c3%28",
        "%ed%a0%80",
        "%00",
        "%25",
        "%2500",
        "%u0041",
    ] {
        texts.push(format!("filter[where][name]={escape}"));
        texts.push(format!("filter[where][{escape}]=1"));
        texts.push(format!("filter={escape}"));
        texts.push(format!("{escape}[where]=1"));
    }
    texts
}

/// A text with a few signs taken away, repeated or put elsewhere.
fn damaged(text: &str, dice: &mut Dice) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..1 + dice.roll(3) {
        if characters.is_empty() {
            break;
        }
        let (from, to) = (dice.roll(characters.len()), dice.roll(characters.len()));
        match dice.roll(5) {
            0 => drop(characters.remove(from)),
            1 => characters.swap(from, to),
            2 => characters.insert(
                to,
                *dice.any(&[
                    '"', '{', '}', '[', ']', ',', ':', '&', '=', '%', '\\', '0', '-', '\0',
                ]),
            ),
            3 => characters
                .splice(to..to, dice.any(&SNIPPETS).chars())
                .for_each(drop),
            _ => {
                let piece: Vec<char> = characters[from.min(to)..from.max(to)].to_vec();
                characters.splice(to..to, piece).for_each(drop);
            }
        }
    }
    characters.into_iter().collect()
}

/// The database, and how many statements it was asked.
struct Target {
    db: Db,
    count: Arc<AtomicUsize>,
    ids: BTreeSet<i64>,
    accepted: usize,
}

impl Target {
    async fn new() -> Target {
        let count = Arc::new(AtomicUsize::new(0));
        let seen = count.clone();
        let db = database().await.observed(move |event| {
            assert!(event.sql.starts_with("SELECT "), "{}", event.sql);
            seen.fetch_add(1, Ordering::Relaxed);
        });
        let all = AuthorRepository::new(&db).find().all().await.unwrap();
        Target {
            db,
            count,
            ids: all.iter().map(|row| row.id).collect(),
            accepted: 0,
        }
    }

    async fn attack(&mut self, text: &str, reader: &FilterReader) {
        for filter in [reader.json::<Author>(text), reader.query::<Author>(text)] {
            self.count.store(0, Ordering::Relaxed);
            let authors = AuthorRepository::new(&self.db);
            let found = match filter {
                Ok(filter) => authors.find_with(filter).await,
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::InvalidFilter);
                    assert!(error.to_string().len() < 50_000);
                    assert!(!error.problems().is_empty() && error.problems().len() <= 50);
                    continue;
                }
            };
            let short: String = text.chars().take(300).collect();
            let rows = match found {
                Ok(rows) => rows,
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::InvalidValue, "{short}\n{error:?}");
                    continue;
                }
            };
            self.accepted += 1;
            let ids: BTreeSet<i64> = rows.iter().map(|row| row.id).collect();
            assert!(
                ids.is_subset(&self.ids) && ids.len() == rows.len(),
                "{short}"
            );
            assert!(self.count.load(Ordering::Relaxed) <= 40, "{short}");
            let json = serde_json::to_string(&rows).unwrap();
            assert!(!json.contains("secret"), "{short}\n{json}");
        }
    }
}

#[tokio::test]
async fn hostile_texts_find_nothing_that_is_hidden() {
    let mut target = Target::new().await;
    let default = FilterReader::new();
    let most =
        FilterReader::new().budget(Budget::default().depth(16).conditions(1_000).list(10_000));
    for text in made_by_hand() {
        target.attack(&text, &default).await;
        if text.len() < 50_000 {
            target.attack(&text, &most).await;
        }
    }
    let mut random = Random::new(0xf117_000a);
    for _ in 0..1_500 {
        let text = random.filter(Author::metadata()).to_string();
        let text = damaged(&text, &mut random.dice);
        target.attack(&text, &default).await;
        target.attack(&format!("filter={text}"), &default).await;
    }
    assert!(
        target.accepted > 200,
        "only {} were accepted",
        target.accepted
    );
    assert_eq!(
        AuthorRepository::new(&target.db)
            .find()
            .count()
            .await
            .unwrap(),
        8
    );
}

#[test]
fn a_deep_value_is_refused() {
    let mut value = serde_json::json!({});
    // Far deeper, and serde_json itself would exhaust the stack.
    for _ in 0..500 {
        let groups = serde_json::Map::from_iter([("and".to_owned(), vec![value].into())]);
        value = groups.into();
    }
    let error = Filter::<Author>::from_value(serde_json::json!({"where": value})).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidFilter);
}

#[tokio::test]
async fn a_pattern_that_sqlite_would_cut_or_refuse_is_refused() {
    let db = database().await;
    let authors = AuthorRepository::new(&db);
    let long = "_".repeat(50_001);
    for operator in ["like", "nlike", "ilike", "nilike"] {
        // SQLite would understand the first as `Thor`.
        for pattern in ["Thor\0%", "\0", long.as_str()] {
            let filter = serde_json::json!({"where": {"name": {operator: pattern}}});
            let error = authors.find_with(filter).await.unwrap_err();
            if pattern == long {
                assert_eq!(error.kind(), ErrorKind::InvalidFilter, "{operator}");
                continue;
            }
            assert_eq!(error.kind(), ErrorKind::InvalidValue, "{operator}");
            assert!(error.to_string().contains("Author::name"), "{error}");
        }
    }
}
