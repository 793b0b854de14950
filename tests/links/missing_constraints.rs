//! Tables whose links, or what is below them, lack their constraints.

use crate::support::{TestDb, database_test};
use relations::prelude::*;
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Word, through = Label)]
pub struct Page {
    #[model(id)]
    pub id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Page, through = Label)]
#[has_one(Icon)]
pub struct Word {
    #[model(id)]
    pub id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Label {
    #[model(id)]
    pub id: i64,
    #[belongs_to(Page)]
    pub page_id: i64,
    #[belongs_to(Word)]
    pub word_id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Icon {
    #[model(id)]
    pub id: i64,
    #[belongs_to(Word)]
    pub word_id: i64,
}

/// Tables of others, without any constraint: the pages 1 and 2 and the words 1, 2, 3; page 1 has the word 1 twice.
async fn pages(db: &TestDb) -> (PageRepository<&Db>, WordRepository<&Db>) {
    for sql in [
        "CREATE TABLE page (id BIGINT NOT NULL)",
        "CREATE TABLE word (id BIGINT NOT NULL)",
        "CREATE TABLE label (id BIGINT NOT NULL, page_id BIGINT NOT NULL, word_id BIGINT NOT NULL)",
        "CREATE TABLE icon (id BIGINT NOT NULL, word_id BIGINT NOT NULL)",
        "INSERT INTO page VALUES (1), (2)",
        "INSERT INTO word VALUES (1), (2), (3)",
        "INSERT INTO label VALUES (1, 1, 1), (2, 1, 1), (3, 1, 2), (4, 1, 3), (5, 2, 1)",
    ] {
        db.execute(sql).await;
    }
    (PageRepository::new(&**db), WordRepository::new(&**db))
}

fn ids(words: &[Arc<Word>]) -> Vec<i64> {
    words.iter().map(|word| word.id).collect()
}

#[database_test]
async fn without_their_constraint_links_give_each_target_once(db: TestDb) {
    let (pages, words) = pages(&db).await;
    let rows = pages.find().include(Page::WORDS).all().await.unwrap();
    assert_eq!(ids(&rows[0].words), [1, 2, 3]);
    assert_eq!(ids(&rows[1].words), [1]);
    let linked = Page::WORDS.linked();
    let rows = pages.find().include(linked).all().await.unwrap();
    let found: Vec<(i64, i64)> = rows
        .iter()
        .flat_map(|row| row.words.iter().map(|word| (word.id, word.link.id)))
        .collect();
    assert_eq!(found, [(1, 1), (2, 3), (3, 4), (1, 5)]);
    let found = pages.words(1).find().all().await.unwrap();
    assert_eq!(found.len(), 3);
    assert_eq!(pages.words(1).count().await.unwrap(), 3);
    let rows = words.find().include(Word::PAGES).all().await.unwrap();
    assert_eq!(
        rows[0].pages.iter().map(|page| page.id).collect::<Vec<_>>(),
        [1, 2]
    );
    assert_eq!(pages.words(1).delete_by_id(1).await.unwrap(), 0);
    assert_eq!(pages.words(1).unlink(2).await.unwrap(), 1);
    let rows = pages.find().include(Page::WORDS).all().await.unwrap();
    assert_eq!(ids(&rows[0].words), [3]);
}

#[database_test]
async fn of_two_rows_under_a_linked_target_the_first_by_id_is_taken(db: TestDb) {
    let (pages, _) = pages(&db).await;
    db.execute("INSERT INTO icon VALUES (9, 1), (7, 1), (8, 1), (5, 2), (4, 2)")
        .await;
    let rows = pages
        .find()
        .include(Page::WORDS.include(Word::ICON))
        .all()
        .await
        .unwrap();
    let icons = |page: usize| {
        let words = rows[page].words.iter();
        words
            .map(|word| word.icon.as_ref().map(|icon| icon.id))
            .collect::<Vec<_>>()
    };
    assert_eq!(icons(0), [Some(7), Some(4), None]);
    assert_eq!(icons(1), [Some(7)]);
}

#[database_test]
async fn of_two_rows_under_a_target_of_two_sources_the_first_by_id_is_taken(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Noun, through = Tie)]
    pub struct Leaf {
        #[model(id)]
        pub id: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_one(Sign)]
    pub struct Noun {
        #[model(id)]
        pub id: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Tie {
        #[model(id)]
        #[belongs_to(Leaf)]
        pub leaf_id: i64,
        #[model(id)]
        #[belongs_to(Noun)]
        pub noun_id: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Sign {
        #[model(id)]
        pub id: i64,
        #[belongs_to(Noun)]
        pub noun_id: i64,
    }

    for sql in [
        "CREATE TABLE leaf (id BIGINT NOT NULL)",
        "CREATE TABLE noun (id BIGINT NOT NULL)",
        "CREATE TABLE tie (leaf_id BIGINT NOT NULL, noun_id BIGINT NOT NULL)",
        "CREATE TABLE sign (id BIGINT NOT NULL, noun_id BIGINT NOT NULL)",
        "INSERT INTO leaf VALUES (1), (2)",
        "INSERT INTO noun VALUES (1)",
        "INSERT INTO tie VALUES (1, 1), (2, 1)",
        "INSERT INTO sign VALUES (9, 1), (7, 1), (8, 1)",
    ] {
        db.execute(sql).await;
    }
    let leaves = LeafRepository::new(&*db);
    let plain = leaves
        .find()
        .include(Leaf::NOUNS.include(Noun::SIGN))
        .all()
        .await
        .unwrap();
    let limited = Leaf::NOUNS.scope(|nouns| nouns.limit(1).include(Noun::SIGN));
    let limited = leaves.find().include(limited).all().await.unwrap();
    for rows in [plain, limited] {
        for row in rows {
            let signs: Vec<_> = row
                .nouns
                .iter()
                .map(|noun| noun.sign.as_ref().map(|sign| sign.id))
                .collect();
            assert_eq!(signs, [Some(7)]);
        }
    }
}
