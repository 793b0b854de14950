//! However targets are loaded, with rows that are joined or not or through their relation, they are the same: those of a fixed
//! scope, those of links that the derive makes, and rows that hold others as JSON and have a version.

use crate::support::{Dice, TestDb, database_test};
use relations::prelude::*;
use relations::{FixedScope, Predicate};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Volume)]
#[has_many(Volume, name = "large_volumes", scope = large)]
#[has_and_belongs_to_many(Label)]
#[has_and_belongs_to_many(Label, name = "short_labels", scope = short)]
pub struct Shelf {
    #[model(id)]
    pub id: i64,
    pub height: Option<i32>,
    #[model(json)]
    #[embeds_many(Board)]
    pub boards: Vec<Board>,
    #[model(version)]
    pub version: i32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Model)]
pub struct Board {
    #[model(id)]
    pub place: i64,
    pub wood: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Volume {
    #[model(id)]
    pub id: i64,
    #[belongs_to(Shelf)]
    pub shelf_id: i64,
    pub size: Option<i32>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_and_belongs_to_many(Shelf, name = "shelves")]
pub struct Label {
    #[model(id)]
    pub id: i64,
    pub word: String,
}

fn large(volumes: FixedScope<Volume>) -> FixedScope<Volume> {
    let volumes = volumes.filter(Volume::SIZE.ge(2));
    volumes.order_by(Volume::SIZE.desc())
}

/// Asks about rows of another model.
fn short(labels: FixedScope<Label>) -> FixedScope<Label> {
    labels.filter(Label::WORD.like("_") & Label::SHELVES.exists())
}

/// So few rows are joined with their shelf. There are no more, so that the larger limit gives the same.
const JOINED: u64 = 20;

async fn stored<'d>(db: &'d TestDb, dice: &mut Dice) -> ShelfRepository<&'d Db> {
    let shelves = ShelfRepository::new(&**db);
    let (volumes, labels) = (VolumeRepository::new(&**db), LabelRepository::new(&**db));
    for id in shelves
        .find()
        .all()
        .await
        .unwrap()
        .iter()
        .map(|shelf| shelf.id)
    {
        shelves.labels(id).unlink_all().await.unwrap();
    }
    volumes.delete().all_rows().await.unwrap();
    labels.delete().all_rows().await.unwrap();
    shelves.delete().all_rows().await.unwrap();
    let words = ["a", "b", "long", ""];
    let drafts = (0..)
        .zip(words)
        .map(|(id, word)| Label::draft().id(id).word(word));
    labels.create_all(drafts).await.unwrap();
    for id in 0..1 + dice.roll(4) as i64 {
        let boards = (0..dice.roll(3) as i64).map(|place| Board {
            place,
            wood: ["oak", "ash"][place as usize % 2].to_owned(),
        });
        let height = (!dice.one_in(3)).then(|| dice.roll(4) as i32);
        let shelf = Shelf::draft().id(id).height(height);
        shelves
            .create(shelf.boards(boards.collect::<Vec<_>>()))
            .await
            .unwrap();
        let linked = (0..4).filter(|_| dice.one_in(2));
        shelves.labels(id).link_all(linked).await.unwrap();
        for number in 0..dice.roll(5) as i64 {
            let size = (!dice.one_in(4)).then(|| dice.roll(4) as i32);
            let volume = Volume::draft().id(id * 5 + number).shelf_id(id);
            volumes.create(volume.size(size)).await.unwrap();
        }
    }
    shelves
}

/// A volume with the rows that came with it.
#[derive(Debug, PartialEq)]
struct Loaded {
    volume: i64,
    shelf: Shelf,
    large_volumes: Vec<Volume>,
    labels: Vec<Label>,
    short_labels: Vec<Label>,
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
struct Asked {
    least_height: Option<i32>,
    wood: Option<&'static str>,
    targets: u64,
    is_descending: bool,
}

impl Asked {
    fn roll(dice: &mut Dice) -> Asked {
        Asked {
            least_height: (!dice.one_in(2)).then(|| dice.roll(3) as i32),
            wood: (!dice.one_in(2)).then(|| ["oak", "ash"][dice.roll(2) as usize]),
            targets: [1, 2, 100][dice.roll(3) as usize],
            is_descending: dice.one_in(2),
        }
    }

    fn shelves(self) -> Option<Predicate<Shelf>> {
        let high = self.least_height.map(|height| Shelf::HEIGHT.ge(height));
        let of_wood = self.wood.map(|wood| Shelf::BOARDS.path("0.wood").eq(wood));
        match (high, of_wood) {
            (Some(high), Some(of_wood)) => Some(high & of_wood),
            (one, other) => one.or(other),
        }
    }
}

/// Targets of links are shared by their sources.
fn owned(labels: &[Arc<Label>]) -> Vec<Label> {
    labels.iter().map(|label| (**label).clone()).collect()
}

async fn included(db: &Db, asked: Asked, limit: u64) -> Vec<Loaded> {
    let volumes = VolumeRepository::new(db);
    let order = match asked.is_descending {
        true => Volume::SHELF.order(Shelf::VERSION.desc()),
        false => Volume::SHELF.order(Shelf::HEIGHT.asc()),
    };
    let shelf = Volume::SHELF
        .include(Shelf::LARGE_VOLUMES.scope(move |volumes| volumes.limit(asked.targets)))
        .include(Shelf::LABELS)
        .include(Shelf::SHORT_LABELS.scope(move |labels| labels.limit(asked.targets)));
    let find = volumes.find().order_by(order).limit(limit).include(shelf);
    let find = match asked.shelves() {
        Some(shelves) => find.filter(Volume::SHELF.some(shelves)),
        None => find,
    };
    let rows = find.all().await.unwrap().into_iter();
    rows.map(|row| Loaded {
        volume: row.id,
        large_volumes: row.shelf.large_volumes.clone(),
        labels: owned(&row.shelf.labels),
        short_labels: owned(&row.shelf.short_labels),
        shelf: (**row.shelf).clone(),
    })
    .collect()
}

#[database_test]
async fn targets_of_scopes_and_own_links_are_the_same_however_they_are_loaded(db: TestDb) {
    db.schema::<(Shelf, Volume, Label)>()
        .create()
        .await
        .unwrap();
    let mut dice = Dice(0x5eed_2025);
    for round in 0..12 {
        let shelves = stored(&db, &mut dice).await;
        for _ in 0..4 {
            let asked = Asked::roll(&mut dice);
            let joined = included(&db, asked, JOINED).await;
            let separate = included(&db, asked, 1_000_000).await;
            assert_eq!(joined, separate, "round {round}: {asked:?}");
            for row in joined {
                let id = row.shelf.id;
                assert_eq!(shelves.get_by_id(id).await.unwrap(), row.shelf);
                let large = shelves.large_volumes(id).find().limit(asked.targets);
                assert_eq!(large.all().await.unwrap(), row.large_volumes, "{asked:?}");
                let labels = shelves.labels(id).find().all();
                assert_eq!(labels.await.unwrap(), row.labels, "{asked:?}");
                let short = shelves.short_labels(id).find().limit(asked.targets);
                assert_eq!(short.all().await.unwrap(), row.short_labels, "{asked:?}");
            }
        }
    }
}
