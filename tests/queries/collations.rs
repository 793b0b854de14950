//! Pages by texts: whatever a column's collation takes for equal or lower, pages one after the other are the whole list.

use crate::support::{Dice, TestDb, database_test};
use relations::Dialect;
use relations::prelude::*;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "word")]
struct Word {
    #[model(id)]
    id: i64,
    text: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "code")]
struct Code {
    #[model(id)]
    code: String,
}

const TEXTS: [&str; 16] = [
    "", "a", "A", "á", "ä", "b", "B", "a b", "ab", "a-b", "Ab", "z", "ß", "ss", "10", "9",
];

/// Types of others with a collation of their own, with what makes them.
fn types(dialect: Dialect) -> Vec<(&'static str, &'static str)> {
    match dialect {
        Dialect::Sqlite => vec![
            ("", "TEXT COLLATE NOCASE"),
            ("", "TEXT COLLATE RTRIM"),
            ("", "TEXT"),
        ],
        Dialect::Postgres => vec![
            (
                "CREATE COLLATION IF NOT EXISTS no_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
                "TEXT COLLATE no_case",
            ),
            (
                "CREATE COLLATION IF NOT EXISTS no_accent (provider = icu, locale = 'de-u-ks-level1-kn-true', deterministic = false)",
                "TEXT COLLATE no_accent",
            ),
            ("CREATE EXTENSION IF NOT EXISTS citext", "citext"),
            ("", "TEXT COLLATE \"en-x-icu\""),
            ("", "TEXT COLLATE \"C\""),
            ("", "CHAR(9)"),
            ("", "VARCHAR(9) COLLATE \"sv-x-icu\""),
        ],
        _ => vec![
            (
                "",
                "VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
            ),
            ("", "VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"),
            (
                "",
                "VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_swedish_ci",
            ),
            (
                "",
                "VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_nopad_ci",
            ),
            (
                "",
                "VARCHAR(9) CHARACTER SET utf8mb3 COLLATE utf8mb3_german2_ci",
            ),
            (
                "",
                "VARCHAR(9) CHARACTER SET latin1 COLLATE latin1_german1_ci",
            ),
            ("", "CHAR(9) CHARACTER SET ucs2 COLLATE ucs2_general_ci"),
        ],
    }
}

#[database_test]
async fn pages_are_the_whole_list_in_any_collation(db: TestDb) {
    let dice = &mut Dice(0xC011_A7E5);
    for (made, ty) in types(db.dialect()) {
        if !made.is_empty() {
            db.execute(made).await;
        }
        db.execute(&format!(
            "CREATE TABLE word (id BIGINT PRIMARY KEY, text {ty} NULL); CREATE INDEX by_text ON word (text, id)"
        ))
        .await;
        let rows = (1..=40).map(|id| Word {
            id,
            text: (!dice.one_in(8)).then(|| TEXTS[dice.roll(16) as usize].to_owned()),
        });
        let words = WordRepository::new(&*db);
        words.create_all(rows.collect::<Vec<_>>()).await.unwrap();
        let orders = [
            vec![Word::TEXT.asc()],
            vec![Word::TEXT.desc()],
            vec![Word::TEXT.asc(), Word::ID.desc()],
            vec![Word::TEXT.desc(), Word::ID.asc()],
        ];
        for order in orders {
            let mut query = words.find();
            for by in order.clone() {
                query = query.order_by(by);
            }
            let all = query.clone().all().await.unwrap();
            for (at, row) in all.iter().enumerate() {
                let cursor = query.cursor_of(row).unwrap();
                let after = query.clone().after(&cursor).all().await.unwrap();
                assert_eq!(after, all[at + 1..], "{ty}, {order:?}, after {row:?}");
                let before = query.clone().before(&cursor).all().await.unwrap();
                assert_eq!(before, all[..at], "{ty}, {order:?}, before {row:?}");
            }
            let (mut found, mut at) = (Vec::new(), None);
            loop {
                let page = query.clone().after(at).limit(3).page().await.unwrap();
                found.extend(page.rows);
                at = page.next;
                if at.is_none() {
                    break;
                }
            }
            assert_eq!(found, all, "{ty}, {order:?}");
        }
        db.execute("DROP TABLE word").await;
    }
}

#[database_test]
async fn a_stream_and_pages_go_by_keys_of_any_collation(db: TestDb) {
    for (made, ty) in types(db.dialect()) {
        if !made.is_empty() {
            db.execute(made).await;
        }
        db.execute(&format!(
            "CREATE TABLE code (code {ty} NOT NULL PRIMARY KEY)"
        ))
        .await;
        let codes = CodeRepository::new(&*db);
        // Those that the collation takes for one that is there are left out.
        for text in TEXTS {
            let _ = codes.create(Code::draft().code(text)).await;
        }
        let all = codes.find().all().await.unwrap();
        assert!(all.len() > 5, "{ty}");
        let (mut found, mut at) = (Vec::new(), None);
        loop {
            let page = codes.find().after(at).limit(2).page().await.unwrap();
            found.extend(page.rows);
            at = page.next;
            if at.is_none() {
                break;
            }
        }
        assert_eq!(found, all, "{ty}");
        for row in &all {
            let again = codes.find_by_id(&row.code).await.unwrap();
            assert_eq!(again.as_ref(), Some(row), "{ty}");
        }
        db.execute("DROP TABLE code").await;
    }
}

#[derive(Debug, Clone, PartialEq, Model)]
struct Entry {
    #[model(id)]
    id: i64,
    rank: Option<i32>,
    #[model(length = 5)]
    name: Option<String>,
    stays: bool,
}

fn entry(id: i64, stays: bool, dice: &mut Dice) -> Entry {
    Entry {
        id,
        rank: (!dice.one_in(4)).then(|| dice.roll(4) as i32),
        name: (!dice.one_in(4)).then(|| TEXTS[dice.roll(8) as usize].to_owned()),
        stays,
    }
}

/// Rows come and go between two pages, also the row that a cursor is of: every row that stays is seen once, in its order.
#[database_test]
async fn rows_that_stay_are_seen_once_while_others_come_and_go(db: TestDb) {
    let dice = &mut Dice(0x5EED);
    db.schema::<Entry>().create().await.unwrap();
    let entries = EntryRepository::new(&*db);
    for round in 0..12 {
        let rows: Vec<Entry> = (0..40)
            .map(|id| entry(id * 10, id % 2 == 0, dice))
            .collect();
        entries.create_all(rows).await.unwrap();
        let by = [
            [Entry::RANK.asc(), Entry::NAME.desc()],
            [Entry::NAME.asc(), Entry::RANK.asc()],
            [Entry::RANK.desc(), Entry::NAME.desc()],
        ][round % 3]
            .clone();
        let query = by
            .into_iter()
            .fold(entries.find(), |query, by| query.order_by(by));
        let staying = query.clone().filter(Entry::STAYS.eq(true));
        let staying = staying.all().await.unwrap();
        let backwards = round % 2 == 1;
        let (mut seen, mut at): (Vec<Entry>, Option<String>) = (Vec::new(), None);
        let mut next_id = 1;
        loop {
            let query = query.clone().limit(1 + dice.roll(5));
            let page = match (&at, backwards) {
                (Some(at), false) => query.after(at.as_str()).page().await.unwrap(),
                (None, false) => query.page().await.unwrap(),
                (Some(at), true) => query.before(at.as_str()).page().await.unwrap(),
                (None, true) => {
                    let end = query.clone().offset(39).limit(1).all().await.unwrap();
                    seen.extend(end.iter().cloned());
                    let cursor = query.cursor_of(&end[0]).unwrap();
                    query.before(cursor).page().await.unwrap()
                }
            };
            let moved: Vec<i64> = page.rows.iter().map(|row| row.id).collect();
            match backwards {
                false => seen.extend(page.rows),
                true => {
                    seen.splice(0..0, page.rows);
                }
            }
            at = match backwards {
                false => page.next,
                true => page.previous,
            }
            .map(|cursor| cursor.to_string());
            if at.is_none() {
                break;
            }
            // Some of those that were seen go, with the one that the cursor is of, and new ones come anywhere.
            let going = Entry::STAYS.eq(false) & (Entry::ID.in_(moved) | Entry::ID.gt(300));
            entries.delete().filter(going).await.unwrap();
            let coming = (0..dice.roll(3)).map(|_| {
                next_id += 10;
                entry(next_id, false, dice)
            });
            let coming: Vec<Entry> = coming.collect();
            entries.create_all(coming).await.unwrap();
        }
        seen.retain(|entry| entry.stays);
        assert_eq!(seen, staying, "round {round}");
        entries.delete().all_rows().await.unwrap();
    }
}
