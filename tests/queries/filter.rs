//! Which rows a predicate keeps, the same on every database.

use crate::support::{Sql, TestDb, database_test, is_hostile};
use relations::prelude::*;
use relations::{Dialect, ErrorKind, Predicate};

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Word {
    #[model(id)]
    pub id: i64,
    pub text: String,
    pub score: Option<i32>,
    pub note: Option<String>,
}

/// Ids of the words for which the predicate is true.
struct Words<'d>(WordRepository<&'d Db>);

impl Words<'_> {
    async fn ids(&self, predicate: Predicate<Word>) -> Vec<i64> {
        let by_count = self
            .0
            .find()
            .filter(predicate.clone())
            .count()
            .await
            .unwrap();
        let rows = self.0.find().filter(predicate).all().await.unwrap();
        assert_eq!(by_count, rows.len() as u64);
        rows.iter().map(|word| word.id).collect()
    }
}

async fn words<'d>(db: &'d TestDb, texts: &[&str]) -> Words<'d> {
    db.schema::<Word>().create().await.unwrap();
    let words = WordRepository::new(&**db);
    for (at, text) in texts.iter().enumerate() {
        let id = at as i64 + 1;
        words
            .create(Word {
                id,
                text: (*text).into(),
                score: None,
                note: None,
            })
            .await
            .unwrap();
    }
    db.ran();
    Words(words)
}

/// Scores 10, 20, 30, and NULL for the words 1 to 4.
async fn scores(db: &TestDb) -> Words<'_> {
    let words = words(db, &["a", "b", "c", "d"]).await;
    for id in 1..=3 {
        words
            .0
            .patch_by_id(id, Word::patch().score(id * 10).note(format!("n{id}")))
            .await
            .unwrap();
    }
    db.ran();
    words
}

#[database_test]
async fn comparisons_leave_null_out(db: TestDb) {
    let words = scores(&db).await;
    let cases = [
        (Word::SCORE.eq(20), vec![2]),
        (Word::SCORE.ne(20), vec![1, 3]),
        (Word::SCORE.gt(20), vec![3]),
        (Word::SCORE.ge(20), vec![2, 3]),
        (Word::SCORE.lt(20), vec![1]),
        (Word::SCORE.le(20), vec![1, 2]),
        (Word::SCORE.between(10, 20), vec![1, 2]),
        (Word::SCORE.between(20, 10), vec![]),
        (Word::SCORE.in_([10, 30, 99]), vec![1, 3]),
        (Word::SCORE.not_in([10, 99]), vec![2, 3]),
        (Word::SCORE.is_null(), vec![4]),
        (Word::SCORE.is_not_null(), vec![1, 2, 3]),
        (!Word::SCORE.eq(20), vec![1, 3]),
        (!Word::SCORE.is_null(), vec![1, 2, 3]),
    ];
    for (predicate, expected) in cases {
        assert_eq!(
            words.ids(predicate.clone()).await,
            expected,
            "{predicate:?}"
        );
    }
}

#[database_test]
async fn empty_lists_match_nothing_and_everything(db: TestDb) {
    let words = scores(&db).await;
    let none: [i32; 0] = [];
    assert_eq!(words.ids(Word::SCORE.in_(none)).await, [0_i64; 0]);
    assert_eq!(words.ids(Word::SCORE.not_in(none)).await, [1, 2, 3, 4]);
    assert_eq!(words.ids(!Word::SCORE.in_(none)).await, [1, 2, 3, 4]);
    let texts: Vec<String> = Vec::new();
    assert_eq!(words.ids(Word::TEXT.in_(texts)).await, [0_i64; 0]);
}

#[database_test]
async fn lists_of_every_kind_of_value(db: TestDb) {
    let words = scores(&db).await;
    assert_eq!(words.ids(Word::ID.in_([1_i64, 4])).await, [1, 4]);
    assert_eq!(words.ids(Word::TEXT.in_(["a", "d", "A"])).await, [1, 4]);
    assert_eq!(words.ids(Word::TEXT.not_in(["a", "A"])).await, [2, 3, 4]);
    assert_eq!(words.ids(Word::NOTE.in_(vec!["n2".to_owned()])).await, [2]);
    assert_eq!(words.ids(Word::NOTE.not_in(["n2"])).await, [1, 3]);
}

#[database_test]
async fn a_list_is_one_parameter_of_any_length(db: TestDb) {
    let words = scores(&db).await;
    assert_eq!(
        words
            .0
            .find()
            .filter(Word::ID.in_(0_i64..70_000))
            .all()
            .await
            .unwrap()
            .len(),
        4
    );
    let ran = db.ran();
    assert_eq!((ran.len(), ran[0].parameters), (1, 1));
    words
        .0
        .find()
        .filter(Word::ID.in_([1_i64]))
        .all()
        .await
        .unwrap();
    assert_eq!(
        db.statements(),
        [ran[0].sql.clone()],
        "the text does not depend on the length"
    );
}

#[database_test]
async fn conditions_combine(db: TestDb) {
    let words = scores(&db).await;
    let a = || Word::SCORE.ge(10);
    let b = || Word::SCORE.le(20);
    let c = || Word::TEXT.eq("d");
    assert_eq!(words.ids(a() & b()).await, [1, 2]);
    assert_eq!(words.ids((a() & b()) | c()).await, [1, 2, 4]);
    assert_eq!(words.ids(a() & (b() | c())).await, [1, 2]);
    assert_eq!(words.ids(!(a() & b())).await, [3]);
    assert_eq!(words.ids(!(b() | c())).await, [3]);
    assert_eq!(words.ids(!!c()).await, [4]);
    assert_eq!(words.ids(a() & b() & !Word::TEXT.eq("a") & !c()).await, [2]);
    assert_eq!(
        words
            .ids(c() | Word::TEXT.eq("a") | Word::TEXT.eq("b"))
            .await,
        [1, 2, 4]
    );
    assert_eq!(words.ids(Word::SCORE.gt(5) & Word::SCORE.lt(15)).await, [1]);
    assert_eq!(words.ids(a() & None).await, [1, 2, 3]);
    assert_eq!(words.ids(c() | None).await, [4]);
    assert_eq!(words.ids(c() | Some(Word::TEXT.eq("a"))).await, [1, 4]);
}

#[database_test]
async fn further_filters_all_apply(db: TestDb) {
    let words = scores(&db).await;
    let find = words
        .0
        .find()
        .filter(Word::SCORE.gt(5))
        .filter(Word::SCORE.lt(25))
        .filter(None);
    assert_eq!(find.all().await.unwrap().len(), 2);
    let or = Word::TEXT.eq("a") | Word::TEXT.eq("b");
    let find = words
        .0
        .find()
        .filter(or)
        .filter(Word::TEXT.eq("b") | Word::TEXT.eq("c"));
    assert_eq!(find.all().await.unwrap()[0].id, 2);
    db.assert_sql([
        Sql::Same(
            r#"SELECT "t0"."id", "t0"."text", "t0"."score", "t0"."note" FROM "word" AS "t0" WHERE "t0"."score" > ?::integer AND "t0"."score" < ?::integer ORDER BY "t0"."id" ASC"#,
        ),
        Sql::Same(
            r#"SELECT "t0"."id", "t0"."text", "t0"."score", "t0"."note" FROM "word" AS "t0" WHERE ("t0"."text" = ? OR "t0"."text" = ?) AND ("t0"."text" = ? OR "t0"."text" = ?) ORDER BY "t0"."id" ASC"#,
        ),
    ]);
}

#[database_test]
async fn text_is_compared_exactly(db: TestDb) {
    let words = words(&db, &["Thor", "thor", "Thor ", "Thór", ""]).await;
    assert_eq!(words.ids(Word::TEXT.eq("Thor")).await, [1]);
    assert_eq!(words.ids(Word::TEXT.ne("Thor")).await, [2, 3, 4, 5]);
    assert_eq!(words.ids(Word::TEXT.in_(["thor", "THOR"])).await, [2]);
    assert_eq!(words.ids(Word::TEXT.eq("Thor ")).await, [3]);
    assert_eq!(words.ids(Word::TEXT.eq("")).await, [5]);
    // Which text comes first is the database's to say.
    let before = match is_hostile() && db.dialect() == Dialect::Postgres {
        true => vec![5],
        false => vec![1, 3, 4, 5],
    };
    assert_eq!(words.ids(Word::TEXT.lt("a")).await, before);
}

#[database_test]
async fn like_minds_case_and_ilike_does_not(db: TestDb) {
    let words = words(&db, &["Thor", "thor", "THOR", "Loki", "athora"]).await;
    let cases = [
        (Word::TEXT.like("Th%"), vec![1]),
        (Word::TEXT.like("%hor"), vec![1, 2]),
        (Word::TEXT.like("%hor%"), vec![1, 2, 5]),
        (Word::TEXT.like("thor"), vec![2]),
        (Word::TEXT.like("_hor"), vec![1, 2]),
        (Word::TEXT.like("___"), vec![]),
        (Word::TEXT.like("%"), vec![1, 2, 3, 4, 5]),
        (Word::TEXT.like(""), vec![]),
        (Word::TEXT.not_like("%hor"), vec![3, 4, 5]),
        (Word::TEXT.ilike("th%"), vec![1, 2, 3]),
        (Word::TEXT.ilike("T_OR"), vec![1, 2, 3]),
        (Word::TEXT.not_ilike("%thor%"), vec![4]),
    ];
    for (predicate, expected) in cases {
        assert_eq!(
            words.ids(predicate.clone()).await,
            expected,
            "{predicate:?}"
        );
    }
}

#[database_test]
async fn like_leaves_null_out(db: TestDb) {
    let words = scores(&db).await;
    assert_eq!(words.ids(Word::NOTE.like("n%")).await, [1, 2, 3]);
    assert_eq!(words.ids(Word::NOTE.not_like("n1")).await, [2, 3]);
    assert_eq!(words.ids(Word::NOTE.ilike("N1")).await, [1]);
    assert_eq!(words.ids(Word::NOTE.not_ilike("N1")).await, [2, 3]);
}

#[database_test]
async fn patterns_escape_their_signs(db: TestDb) {
    let texts = [
        "100%", "100x", "a_b", "axb", r"c\d", "c*d", "c?d", "c[d", "c]d", "[a-z]", "q",
    ];
    let words = words(&db, &texts).await;
    let cases = [
        (r"100\%", vec![1]),
        (r"a\_b", vec![3]),
        (r"c\\d", vec![5]),
        ("c*d", vec![6]),
        ("c?d", vec![7]),
        ("c[d", vec![8]),
        ("c]d", vec![9]),
        ("[a-z]", vec![10]),
        (r"\q", vec![11]),
        (r"c_d", vec![5, 6, 7, 8, 9]),
    ];
    for (pattern, expected) in cases {
        assert_eq!(
            words.ids(Word::TEXT.like(pattern)).await,
            expected,
            "like {pattern}"
        );
        assert_eq!(
            words.ids(Word::TEXT.ilike(pattern)).await,
            expected,
            "ilike {pattern}"
        );
    }
}

#[database_test]
async fn a_pattern_may_end_in_a_backslash(db: TestDb) {
    // Databases disagree: an error, a literal, nothing at all. It must not depend on the database.
    let words = words(&db, &["a\\", "a"]).await;
    assert_eq!(words.ids(Word::TEXT.like("a\\")).await, [1]);
    assert_eq!(words.ids(Word::TEXT.ilike("A\\")).await, [1]);
}

#[database_test]
async fn one_placeholder_is_one_character(db: TestDb) {
    let words = words(&db, &["é", "😀", "ab", "x"]).await;
    assert_eq!(words.ids(Word::TEXT.like("_")).await, [1, 2, 4]);
    assert_eq!(words.ids(Word::TEXT.ilike("_")).await, [1, 2, 4]);
}

#[database_test]
async fn ilike_folds_letters_beyond_ascii_where_the_database_can(db: TestDb) {
    let words = words(&db, &["ÉMILE", "émile"]).await;
    let expected = if db.can.folds_all_letters {
        vec![1, 2]
    } else {
        vec![2]
    };
    assert_eq!(words.ids(Word::TEXT.ilike("émile")).await, expected);
}

#[database_test]
async fn accents_count_in_ilike(db: TestDb) {
    let words = words(&db, &["resume", "résumé"]).await;
    assert_eq!(words.ids(Word::TEXT.ilike("RESUME")).await, [1]);
}

#[database_test]
async fn like_across_lines(db: TestDb) {
    let words = words(&db, &["a\nb", "ab"]).await;
    assert_eq!(words.ids(Word::TEXT.like("a%b")).await, [1, 2]);
    assert_eq!(words.ids(Word::TEXT.like("a_b")).await, [1]);
}

#[database_test]
async fn values_are_never_part_of_the_text(db: TestDb) {
    let evil = "'; DROP TABLE word; -- \" ` \\ $1 ? %";
    let words = words(&db, &[evil, "x"]).await;
    assert_eq!(words.ids(Word::TEXT.eq(evil)).await, [1]);
    assert_eq!(words.ids(Word::TEXT.in_([evil])).await, [1]);
    assert_eq!(words.0.find().count().await.unwrap(), 2);
}

#[database_test]
async fn a_value_the_database_cannot_hold_is_named(db: TestDb) {
    let words = words(&db, &["x"]).await;
    if db.can.nul_in_text {
        return assert_eq!(words.ids(Word::TEXT.eq("a\0")).await, [0_i64; 0]);
    }
    let errors = [
        words
            .0
            .find()
            .filter(Word::TEXT.eq("a\0"))
            .all()
            .await
            .unwrap_err(),
        words
            .0
            .find()
            .filter(Word::TEXT.in_(["a\0"]))
            .count()
            .await
            .unwrap_err(),
        words
            .0
            .find()
            .filter(Word::TEXT.like("a\0"))
            .exists()
            .await
            .unwrap_err(),
        words
            .0
            .delete()
            .filter(Word::TEXT.eq("a\0"))
            .await
            .unwrap_err(),
    ];
    for error in errors {
        assert_eq!(
            (error.kind(), error.model()),
            (ErrorKind::InvalidValue, Some("Word"))
        );
        assert!(error.to_string().contains("Word::text"), "{error}");
    }
    assert_eq!(db.count(), 0);
}

#[database_test]
async fn list_texts_per_database(db: TestDb) {
    let words = scores(&db).await;
    words
        .0
        .find()
        .filter(Word::TEXT.in_(["a"]) & Word::SCORE.not_in([1]))
        .count()
        .await
        .unwrap();
    words
        .0
        .find()
        .filter(Word::TEXT.like("a%") & !Word::TEXT.ilike("b%"))
        .count()
        .await
        .unwrap();
    db.assert_sql([
        Sql::Each {
            sqlite: r#"SELECT COUNT(*) FROM "word" AS "t0" WHERE ("t0"."text" IN (SELECT value FROM json_each(?))) AND ("t0"."score" NOT IN (SELECT value FROM json_each(?)))"#,
            postgres: r#"SELECT COUNT(*) FROM "word" AS "t0" WHERE ("t0"."text" = ANY(SELECT list."text" FROM json_populate_recordset((SELECT relations_row FROM "word" AS relations_row WHERE FALSE), CAST($1 AS json)) AS list)) AND ("t0"."score" <> ALL(CAST($2 AS integer[])))"#,
            mysql: "SELECT COUNT(*) FROM `word` AS `t0` WHERE (`t0`.`text` IN (SELECT JSON_UNQUOTE(k0) FROM JSON_TABLE(?, '$[*]' COLUMNS (k0 JSON PATH '$')) AS list)) AND (`t0`.`score` NOT IN (SELECT k0 FROM JSON_TABLE(?, '$[*]' COLUMNS (k0 BIGINT PATH '$')) AS list))",
        },
        Sql::Each {
            sqlite: r#"SELECT COUNT(*) FROM "word" AS "t0" WHERE ("t0"."text" GLOB ?) AND (NOT ("t0"."text" LIKE ? ESCAPE '\'))"#,
            postgres: r#"SELECT COUNT(*) FROM "word" AS "t0" WHERE ("t0"."text" LIKE $1) AND (NOT ("t0"."text" ILIKE $2))"#,
            mysql: "SELECT COUNT(*) FROM `word` AS `t0` WHERE (`t0`.`text` LIKE ? COLLATE utf8mb4_bin) AND (NOT (LOWER(`t0`.`text`) LIKE LOWER(?)))",
        },
    ]);
}
