//! Pages by cursors: however rows are sorted, pages one after the other are the whole list, each row once, in both directions.

use crate::support::{Dice, TestDb, database_test};
use relations::query::{Cursor, Order, Page};
use relations::{ErrorKind, prelude::*};
use std::fmt::Debug;

#[derive(Debug, Clone, Copy, PartialEq, ColumnType)]
#[model(db_enum = "mood")]
enum Mood {
    Merry,
    Angry,
    Calm,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_one(Tag)]
struct Item {
    #[model(id)]
    id: i64,
    #[belongs_to(Owner)]
    owner_id: Option<i64>,
    #[model(length = 20)]
    name: String,
    rank: Option<i32>,
    size: f64,
    weight: f32,
    mood: Mood,
}

#[derive(Debug, Clone, PartialEq, Model)]
struct Owner {
    #[model(id)]
    id: i64,
    #[model(length = 20)]
    name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Model)]
struct Tag {
    #[model(id)]
    id: i64,
    word: Option<i32>,
    #[belongs_to(Item)]
    item_id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
struct Line {
    #[model(id)]
    item_id: i64,
    #[model(id, length = 5)]
    part: String,
    count: Option<i32>,
}

async fn fill(db: &TestDb, dice: &mut Dice, rows: i64) {
    db.schema::<(Owner, Item, Tag, Line)>()
        .create()
        .await
        .unwrap();
    let owners = (1..=4).map(|id| Owner {
        id,
        name: (!dice.one_in(3)).then(|| word(dice)),
    });
    let owners: Vec<Owner> = owners.collect();
    OwnerRepository::new(&**db)
        .create_all(owners)
        .await
        .unwrap();
    let items = (1..=rows).map(|id| Item {
        id,
        owner_id: (!dice.one_in(4)).then(|| 1 + dice.roll(4) as i64),
        name: word(dice),
        rank: (!dice.one_in(3)).then(|| dice.roll(4) as i32 - 2),
        size: dice.roll(3) as f64 / 3.0,
        weight: dice.roll(3) as f32 / 10.0,
        mood: [Mood::Merry, Mood::Angry, Mood::Calm][dice.roll(3) as usize],
    });
    let items: Vec<Item> = items.collect();
    let tags = items.iter().filter(|_| !dice.one_in(3));
    let tags: Vec<Tag> = tags
        .map(|item| Tag {
            id: 100 - item.id,
            word: (item.id % 3 > 0).then_some(item.id as i32 % 5),
            item_id: item.id,
        })
        .collect();
    let lines = (1..=rows).flat_map(|item_id| ["a", "b", "\u{e4}"].map(|part| (item_id, part)));
    let lines = lines.map(|(item_id, part)| Line {
        item_id: item_id / 3,
        part: format!("{part}{}", item_id % 3),
        count: (!dice.one_in(3)).then(|| dice.roll(3) as i32),
    });
    let lines: Vec<Line> = lines.collect();
    ItemRepository::new(&**db).create_all(items).await.unwrap();
    TagRepository::new(&**db).create_all(tags).await.unwrap();
    LineRepository::new(&**db).create_all(lines).await.unwrap();
}

fn word(dice: &mut Dice) -> String {
    ["", "a", "A", "b", "\u{e4}", "a b", "'?"][dice.roll(7) as usize].to_owned()
}

/// Any order, by up to three columns.
fn orders(dice: &mut Dice) -> Vec<Order<Item>> {
    let by = |dice: &mut Dice| match dice.roll(9) {
        0 => [Item::OWNER_ID.asc(), Item::OWNER_ID.desc()],
        1 => [Item::NAME.asc(), Item::NAME.desc()],
        2 => [Item::RANK.asc(), Item::RANK.desc()],
        3 => [Item::SIZE.asc(), Item::SIZE.desc()],
        4 => [Item::WEIGHT.asc(), Item::WEIGHT.desc()],
        5 => [Item::MOOD.asc(), Item::MOOD.desc()],
        6 => [Item::ID.asc(), Item::ID.desc()],
        7 => [Owner::NAME.asc(), Owner::NAME.desc()].map(|by| Item::OWNER.order(by)),
        _ => [Tag::WORD.asc(), Tag::WORD.desc()].map(|by| Item::TAG.order(by)),
    };
    let count = dice.roll(4);
    (0..count)
        .map(|_| by(dice)[dice.roll(2) as usize].clone())
        .collect()
}

#[database_test]
async fn pages_are_the_whole_list_in_both_directions(db: TestDb) {
    for seed in 1..=3_u64 {
        let dice = &mut Dice(seed * 0x9E37_79B9);
        fill(&db, dice, 25).await;
        for _ in 0..16 {
            let orders = orders(dice);
            let items = ItemRepository::new(&*db);
            let mut query = items.find();
            if dice.one_in(3) {
                query = query.filter(Item::SIZE.gt(0.1));
            }
            for by in orders.clone() {
                query = query.order_by(by);
            }
            let size = 1 + dice.roll(9);
            let all = query.clone().all().await.unwrap();
            let shown = format!("{orders:?} by {size}");

            let (mut found, mut at) = (Vec::new(), None);
            loop {
                let page: Page<Item> = query.clone().after(at).limit(size).page().await.unwrap();
                assert!(page.rows.len() == size as usize || page.next.is_none());
                let is_first = found.is_empty();
                assert_eq!(page.previous.is_none(), is_first || page.rows.is_empty());
                found.extend(page.rows);
                at = page.next;
                if at.is_none() {
                    break;
                }
            }
            assert_eq!(found, all, "{shown}");

            let (mut found, mut at) = (Vec::new(), None::<Cursor>);
            while let Some(last) = all.last() {
                let query = query.clone().limit(size);
                let from = at.unwrap_or_else(|| query.cursor_of(last).unwrap());
                let page = query.before(from.as_ref()).page().await.unwrap();
                found.splice(0..0, page.rows);
                at = page.previous;
                if at.is_none() {
                    break;
                }
            }
            assert_eq!(found, all[..all.len().saturating_sub(1)], "back, {shown}");

            for (at, row) in all.iter().enumerate().filter(|_| dice.one_in(4)) {
                let cursor = query.cursor_of(row).unwrap();
                let (after, before) = (query.clone().after(&cursor), query.clone().before(&cursor));
                assert_eq!(after.clone().all().await.unwrap(), all[at + 1..], "{shown}");
                assert_eq!(before.clone().all().await.unwrap(), all[..at], "{shown}");
                assert_eq!(after.count().await.unwrap() as usize, all.len() - at - 1);
                assert_eq!(before.clone().exists().await.unwrap(), at > 0);
                assert_eq!(
                    before.clone().first().await.unwrap(),
                    all[..at].first().cloned()
                );
                let cut = before.limit(4).offset(1);
                let end = at.saturating_sub(1);
                let expected = &all[end.saturating_sub(4)..end];
                assert_eq!(cut.clone().all().await.unwrap(), expected, "{shown}");
                assert_eq!(cut.first().await.unwrap(), expected.first().cloned());
            }
        }
        db.schema::<(Owner, Item, Tag, Line)>()
            .drop()
            .await
            .unwrap();
    }
}

#[database_test]
async fn pages_go_by_ids_of_several_columns(db: TestDb) {
    fill(&db, &mut Dice(7), 20).await;
    let lines = LineRepository::new(&*db);
    let by_part = || lines.find().order_by(Line::PART.desc());
    let by_count = || lines.find().order_by(Line::COUNT.desc());
    for query in [lines.find(), by_part(), by_count()] {
        let all = query.clone().all().await.unwrap();
        let (mut found, mut at) = (Vec::new(), None);
        loop {
            let page = query.clone().after(at).limit(7).page().await.unwrap();
            found.extend(page.rows);
            at = page.next;
            if at.is_none() {
                break;
            }
        }
        assert_eq!(found, all);
    }
}

#[database_test]
async fn a_page_comes_with_its_includes(db: TestDb) {
    fill(&db, &mut Dice(11), 12).await;
    let items = ItemRepository::new(&*db);
    let query = items
        .find()
        .order_by(Item::NAME.asc())
        .include(Item::TAG)
        .include(Item::OWNER);
    let all = query.clone().all().await.unwrap();
    let first = query.clone().limit(5).page().await.unwrap();
    assert_eq!((&first.rows[..], first.previous), (&all[..5], None));
    let second = query
        .clone()
        .limit(5)
        .after(first.next)
        .page()
        .await
        .unwrap();
    assert_eq!(second.rows, all[5..10]);
    let back = query.clone().limit(3).before(second.previous).page().await;
    assert_eq!(back.unwrap().rows, all[2..5]);
    let cursor = query.cursor_of(&all[10]).unwrap();
    let last = query.after(cursor).limit(5).page().await.unwrap();
    assert_eq!((&last.rows[..], last.next), (&all[11..], None));
}

/// The row of a cursor may be gone, and rows that came before it are no longer counted.
#[database_test]
async fn a_cursor_outlives_its_row(db: TestDb) {
    fill(&db, &mut Dice(5), 10).await;
    TagRepository::new(&*db).delete().all_rows().await.unwrap();
    let items = ItemRepository::new(&*db);
    let query = items.find().order_by(Item::RANK.desc()).limit(3);
    let page = query.clone().page().await.unwrap();
    let expected = query.clone().after(page.next.clone().unwrap());
    let expected = expected.all().await.unwrap();
    for row in page.rows {
        items.delete_by_id(row.id).await.unwrap();
    }
    let next = query.after(page.next.unwrap().to_string());
    assert_eq!(next.all().await.unwrap(), expected);
}

#[track_caller]
fn refused<T: Debug>(result: relations::Result<T>, order: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidFilter);
    let message = error.to_string();
    assert!(message.contains(&format!("order `{order}`")), "{message}");
}

#[database_test]
async fn a_cursor_of_another_order_is_refused(db: TestDb) {
    fill(&db, &mut Dice(3), 5).await;
    let items = ItemRepository::new(&*db);
    let row = items.find().get().await.unwrap();
    let by_name = || items.find().order_by(Item::NAME.desc());
    let cursor = by_name().cursor_of(&row).unwrap();
    refused(items.find().after(&cursor).all().await, "id");
    refused(items.find().before(&cursor).count().await, "id");
    refused(items.find().after(&cursor).page().await, "id");
    let ascending = items.find().order_by(Item::NAME.asc());
    refused(ascending.after(&cursor).exists().await, "name,id");
    let of_owner = items.find().order_by(Item::OWNER.order(Owner::NAME.desc()));
    refused(of_owner.after(&cursor).await, "-owner.name,-id");
    for text in ["", "x", "AAAA", "bm8", &format!("{cursor}A"), "\u{0}", "%"] {
        refused(by_name().after(text).all().await, "-name,-id");
    }
    // It is looked at once the order is complete.
    let late = items.find().after(&cursor).order_by(Item::NAME.desc());
    assert_eq!(
        late.all().await.unwrap(),
        by_name().after(cursor).all().await.unwrap()
    );
}
