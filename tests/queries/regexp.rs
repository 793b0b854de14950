//! Regular expressions, which mean the same on every database.

use crate::support::{Sql, TestDb, database_test};
use relations::prelude::*;
use relations::{ErrorKind, Predicate};

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Line {
    #[model(id)]
    pub id: i64,
    pub text: String,
    pub note: Option<String>,
}

/// Lines with these texts, their ids from 1.
async fn lines<'d>(db: &'d TestDb, texts: &[&str]) -> LineRepository<&'d Db> {
    db.schema::<Line>().create().await.unwrap();
    let lines = LineRepository::new(&**db);
    let drafts = texts.iter().enumerate().map(|(at, text)| Line {
        id: at as i64 + 1,
        text: (*text).into(),
        note: None,
    });
    lines.create_all(drafts).await.unwrap();
    db.ran();
    lines
}

async fn ids(lines: &LineRepository<&Db>, predicate: Predicate<Line>) -> Vec<i64> {
    let found = lines.find().filter(predicate).all().await.unwrap();
    found.iter().map(|line| line.id).collect()
}

/// Asserts which lines each pattern finds, and that its negation finds all others.
async fn assert_found(lines: &LineRepository<&Db>, cases: &[(&str, &[i64])]) {
    let all = ids(lines, Line::TEXT.is_not_null()).await;
    for (pattern, expected) in cases {
        let found = ids(lines, Line::TEXT.regexp(*pattern)).await;
        assert_eq!(found, *expected, "{pattern}");
        let others: Vec<i64> = all
            .iter()
            .copied()
            .filter(|id| !expected.contains(id))
            .collect();
        let found = ids(lines, Line::TEXT.not_regexp(*pattern)).await;
        assert_eq!(found, others, "not {pattern}");
    }
}

#[database_test]
async fn patterns_are_found_anywhere_in_the_text(db: TestDb) {
    let lines = lines(&db, &["Thor", "thor", "Author", "Thoor", "Loki", ""]).await;
    assert_found(
        &lines,
        &[
            ("hor", &[1, 2, 3]),
            ("Thor", &[1]),
            ("^[Tt]hor$", &[1, 2]),
            ("hor$", &[1, 2, 3]),
            ("^T", &[1, 4]),
            ("^$", &[6]),
            ("", &[1, 2, 3, 4, 5, 6]),
            ("Tho{1,2}r", &[1, 4]),
            ("Tho{2}r", &[4]),
            ("Tho{2,}r", &[4]),
            ("^Tho*?r$", &[1, 4]),
            ("^Tho+?r$", &[1, 4]),
            ("^Tho{1,2}?r$", &[1, 4]),
            ("^(Au)?thor", &[2, 3]),
            ("^(Au)??thor", &[2, 3]),
            ("^(Th|L)o", &[1, 4, 5]),
            ("^(?:Th|L)o", &[1, 4, 5]),
            ("Loki|Author", &[3, 5]),
            ("^Thor|Loki$", &[1, 5]),
            ("^(Loki|)$", &[5, 6]),
            ("^()Loki$", &[5]),
            ("^(T|h|o|r)*$", &[1, 4, 6]),
            ("^.{4}$", &[1, 2, 5]),
            ("[^a-zA-Z]", &[]),
            ("r^", &[]),
        ],
    )
    .await;
}

#[database_test]
async fn classes_know_ascii(db: TestDb) {
    let texts = ["é", "٣", "\u{a0}", "a", "Z", "7", "_", "-", " ", "]", "^"];
    let lines = lines(&db, &texts).await;
    assert_found(
        &lines,
        &[
            (r"\d", &[6]),
            (r"\D", &[1, 2, 3, 4, 5, 7, 8, 9, 10, 11]),
            (r"\w", &[4, 5, 6, 7]),
            (r"\W", &[1, 2, 3, 8, 9, 10, 11]),
            (r"\s", &[9]),
            (r"\S", &[1, 2, 3, 4, 5, 6, 7, 8, 10, 11]),
            ("[[:alpha:]]", &[4, 5]),
            ("[[:alnum:]]", &[4, 5, 6]),
            ("[[:lower:]]", &[4]),
            ("[[:upper:]]", &[5]),
            ("[[:digit:]]", &[6]),
            ("[[:xdigit:]]", &[4, 6]),
            ("[[:punct:]]", &[7, 8, 10, 11]),
            ("[[:space:]]", &[9]),
            ("[[:blank:]]", &[9]),
            ("[[:graph:]]", &[4, 5, 6, 7, 8, 10, 11]),
            ("[[:print:]]", &[4, 5, 6, 7, 8, 9, 10, 11]),
            ("[^[:print:]]", &[1, 2, 3]),
            (r"[\d\s_]", &[6, 7, 9]),
            ("[a-]", &[4, 8]),
            ("[-a]", &[4, 8]),
            (r"[a\-z]", &[4, 8]),
            (r"[\]\^]", &[10, 11]),
            ("[a^]", &[4, 11]),
        ],
    )
    .await;
}

#[database_test]
async fn iregexp_ignores_case(db: TestDb) {
    let lines = lines(&db, &["Thor", "THOR", "Loki", "ÉMILE", "émile", "Emile"]).await;
    let cases: [(&str, &[i64]); 7] = [
        ("^thor$", &[1, 2]),
        ("^TH", &[1, 2]),
        ("[t]hor", &[1, 2]),
        ("^[a-l]", &[3, 6]),
        ("^[[:lower:]]", &[1, 2, 3, 6]),
        ("émile", &[4, 5]),
        ("^[à-ü]mile", &[4, 5]),
    ];
    for (pattern, expected) in cases {
        let found = ids(&lines, Line::TEXT.iregexp(pattern)).await;
        assert_eq!(found, expected, "{pattern}");
        let found = ids(&lines, Line::TEXT.not_iregexp(pattern)).await;
        let others: Vec<i64> = (1..=6).filter(|id| !expected.contains(id)).collect();
        assert_eq!(found, others, "not {pattern}");
    }
    assert_eq!(ids(&lines, Line::TEXT.regexp("émile")).await, [5]);
}

#[database_test]
async fn null_is_left_out(db: TestDb) {
    let lines = lines(&db, &["a", "b", "c"]).await;
    let patch = Line::patch().note("Note");
    lines.patch_by_id(2, patch).await.unwrap();
    assert_eq!(ids(&lines, Line::NOTE.regexp("N")).await, [2]);
    assert_eq!(ids(&lines, Line::NOTE.iregexp("n")).await, [2]);
    assert_eq!(ids(&lines, Line::NOTE.regexp("")).await, [2]);
    assert_eq!(ids(&lines, Line::NOTE.not_regexp("n")).await, [2]);
    assert_eq!(ids(&lines, Line::NOTE.not_iregexp("x")).await, [2]);
    assert_eq!(ids(&lines, !Line::NOTE.regexp("x")).await, [2]);
    assert_eq!(ids(&lines, Line::NOTE.not_regexp("N")).await, [0_i64; 0]);
}

#[database_test]
async fn signs_and_line_breaks_are_characters(db: TestDb) {
    let texts = [
        "a.b", "a$b", "a\nb", "a\r\nb", "ab\n", "a\\b", "a*b", "a#b", "a b", "a<b", "a'b", "a?b",
    ];
    let lines = lines(&db, &texts).await;
    assert_found(
        &lines,
        &[
            (r"\.", &[1]),
            (r"\$", &[2]),
            ("[.$]", &[1, 2]),
            ("^a.b$", &[1, 2, 3, 6, 7, 8, 9, 10, 11, 12]),
            ("^a..b$", &[4]),
            ("^a[^x]b$", &[1, 2, 3, 6, 7, 8, 9, 10, 11, 12]),
            ("b$", &[1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12]),
            ("^b", &[]),
            ("a$", &[]),
            ("^ab.$", &[5]),
            (r"b\n$", &[5]),
            (r"a\nb", &[3]),
            (r"a\sb", &[3, 9]),
            (r"a[\r\n]+b", &[3, 4]),
            (r"a\\b", &[6]),
            (r"a[\\]b", &[6]),
            (r"a\*b", &[7]),
            ("a[*?]b", &[7, 12]),
            ("a#b", &[8]),
            ("a b", &[9]),
            ("a<b", &[10]),
            (r"a\<b", &[10]),
            ("a'b", &[11]),
            (r"a\?b", &[12]),
        ],
    )
    .await;
}

#[database_test]
async fn characters_beyond_ascii(db: TestDb) {
    let lines = lines(&db, &["é", "😀", "ab", "日本", "e\u{301}"]).await;
    assert_found(
        &lines,
        &[
            ("^.$", &[1, 2]),
            ("^..$", &[3, 4, 5]),
            ("^[^x]$", &[1, 2]),
            ("é", &[1]),
            ("[à-ü]", &[1]),
            ("^[日本]+$", &[4]),
            ("[😀-😂]", &[2]),
            ("(日|本){2}", &[4]),
            ("e", &[5]),
        ],
    )
    .await;
}

#[database_test]
async fn patterns_at_their_limits(db: TestDb) {
    let long = "a".repeat(250);
    let lines = lines(&db, &[&long, "b"]).await;
    let ranges: String = (0..50)
        .map(|at| {
            let letter = |at: u32| char::from_u32(0x400 + at).expect("a letter of Cyrillic");
            format!("{}-{}", letter(at * 4), letter(at * 4 + 2))
        })
        .collect();
    let patterns = [
        "a".repeat(250),
        "a*".repeat(10),
        "a{250}".to_owned(),
        r"\w{0,250}".repeat(3),
        r"(a?\d?b?c?){70}".to_owned(),
        r"(\W?.?.?.?.?.?.?.?.?){0,45}".to_owned(),
        r"([\w\-.]|[^\w\-.]|x){90}".to_owned(),
        format!("([^{ranges}]){{20}}"),
        format!("[^{ranges}]{{25}}"),
        format!("{}a{}", "(".repeat(50), ")".repeat(50)),
        "(a|a)*".to_owned(),
    ];
    for pattern in patterns {
        let predicate = Line::TEXT.regexp(&*pattern) & Line::TEXT.iregexp(&*pattern);
        let found = ids(&lines, predicate).await;
        assert_eq!(found.first(), Some(&1), "{pattern}");
    }
}

#[database_test]
async fn patterns_of_unlike_meaning_are_refused_before_any_statement(db: TestDb) {
    let lines = lines(&db, &["a"]).await;
    let cases = [
        (
            r"\bThor",
            r"the word boundary `\b` at 1 does not mean the same on all databases",
        ),
        (
            r"(a)\1",
            r"the back-reference `\1` at 4 does not mean the same on all databases",
        ),
        (
            "Thor(?=s)",
            "the look-ahead at 5 does not mean the same on all databases",
        ),
        (
            "***=a",
            r"the `*` at 1 has nothing to repeat; a literal one is `\*`",
        ),
        ("(a", "the `(` at 1 is not closed"),
        (
            "(a*)*",
            "the `*` at 5 repeats a group in which something is repeated already",
        ),
        (
            "a\0",
            r"the control character at 2 is not allowed; write `\n`, `\r` or `\t`",
        ),
    ];
    for (pattern, why) in cases {
        let predicate = Line::TEXT.regexp(pattern);
        let errors = [
            lines.find().filter(predicate.clone()).all().await.err(),
            lines.find().filter(!predicate.clone()).count().await.err(),
            lines.find().filter(predicate.clone()).to_sql().err(),
            lines.delete().filter(predicate).await.err(),
        ];
        for error in errors {
            let error = error.expect("it is refused");
            assert_eq!(
                (error.kind(), error.model()),
                (ErrorKind::InvalidValue, Some("Line"))
            );
            assert_eq!(
                error.to_string(),
                format!("cannot search `Line::text`: {why}")
            );
        }
    }
    assert_eq!(db.count(), 0);
}

#[database_test]
async fn statements_per_database(db: TestDb) {
    let lines = lines(&db, &[]).await;
    let predicate = Line::TEXT.regexp("a") & Line::TEXT.not_iregexp("b");
    lines.find().filter(predicate).count().await.unwrap();
    db.assert_sql([Sql::Each {
        sqlite: r#"SELECT COUNT(*) FROM "line" AS "t0" WHERE ("t0"."text" REGEXP ?) AND (NOT ("t0"."text" REGEXP ?))"#,
        postgres: r#"SELECT COUNT(*) FROM "line" AS "t0" WHERE ("t0"."text" ~ $1) AND (NOT ("t0"."text" ~* $2))"#,
        mysql: "SELECT COUNT(*) FROM `line` AS `t0` WHERE (`t0`.`text` REGEXP ?) AND (NOT (`t0`.`text` REGEXP ?))",
    }]);
}
