//! All ways to load a relation, compared with a join by hand.

use crate::support::Sql;
use relations::query::AssertSqlSafe;
use relations::{Db, Dialect};
use serde::Serialize;
use serde_json::Value;

/// The numbers of a key as one, and those of the rows of a relation.
fn key(row: &Value, fields: &[&str]) -> i64 {
    let parts = fields
        .iter()
        .map(|field| row[field].as_i64().expect("a key"));
    parts.fold(0, |key, part| key * 100 + part)
}

pub(crate) fn pairs(rows: &[Value], relation: &str, from: &[&str], to: &[&str]) -> Vec<(i64, i64)> {
    let mut pairs = Vec::new();
    for row in rows {
        let related = match &row[relation] {
            Value::Array(related) => related.as_slice(),
            Value::Null => &[],
            one => std::slice::from_ref(one),
        };
        pairs.extend(
            related
                .iter()
                .map(|target| (key(row, from), key(target, to))),
        );
    }
    pairs.sort();
    pairs
}

pub(crate) fn json(value: &impl Serialize) -> Vec<Value> {
    match serde_json::to_value(value).unwrap() {
        Value::Array(rows) => rows,
        row => vec![row],
    }
}

pub(crate) async fn by_hand(db: &Db, dialect: Dialect, sql: &'static str) -> Vec<(i64, i64)> {
    let sql = AssertSqlSafe(Sql::Same(sql).of(dialect));
    let mut pairs: Vec<(i64, i64)> = db.sql(sql).all().await.unwrap();
    pairs.sort();
    pairs
}

/// A relation of all sources at once, of one at a time, as a graph, and by hand.
macro_rules! compare {
    ($db:expr, $repository:ident, $relation:expr, $name:literal, $from:expr, $to:expr, $sql:expr) => {{
        use $crate::ways::{by_hand, json, pairs};
        let (db, sources) = ($db, $repository::new(&**$db));
        let expected = by_hand(db, db.dialect(), $sql).await;
        assert!(!expected.is_empty(), "{}", $name);
        let (from, to): (&[&str], &[&str]) = (&$from, &$to);
        let all = json(&sources.find().include($relation).all().await.unwrap());
        assert_eq!(pairs(&all, $name, from, to), expected, "{}", $name);
        let mut apart = Vec::new();
        for at in 0..all.len() as u64 {
            let one = sources.find().include($relation).limit(1).offset(at);
            apart.extend(json(&one.all().await.unwrap()));
        }
        assert_eq!(apart, all, "{}", $name);
        let filter = concat!(r#"{"include": [""#, $name, r#""]}"#);
        let graphs = json(&sources.find_with(filter).await.unwrap());
        assert_eq!(pairs(&graphs, $name, from, to), expected, "{}", $name);
        let filter = concat!(
            r#"{"include": [{"relation": ""#,
            $name,
            r#"", "scope": {"limit": 99}}]}"#
        );
        let graphs = json(&sources.find_with(filter).await.unwrap());
        assert_eq!(pairs(&graphs, $name, from, to), expected, "{}", $name);
        let with = sources
            .find()
            .filter($relation.exists())
            .count()
            .await
            .unwrap();
        let mut having: Vec<i64> = expected.iter().map(|(source, _)| *source).collect();
        having.dedup();
        assert_eq!(with as usize, having.len(), "{}", $name);
    }};
}

pub(crate) use compare;
