//! However rows are loaded, joined or in batches, the result is that of a naive reference in memory.

use crate::support::{Dice, TestDb, database_test};
use relations::prelude::*;

/// The middle of three: it belongs to `Root` over an optional composite key, and has one `Tip` by a field that is not
/// its id.
#[derive(Debug, Clone, PartialEq, Model)]
#[has_one(Tip, key_from = "code", key_to = "stem_code")]
#[belongs_to(Root, key_from = ["root_part", "root_number"])]
pub struct Stem {
    #[model(id)]
    pub id: i64,
    #[model(unique)]
    pub code: Option<i32>,
    #[model(length = 20)]
    pub root_part: Option<String>,
    pub root_number: Option<i64>,
    pub size: Option<i32>,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Root {
    #[model(id)]
    pub part: String,
    #[model(id)]
    pub number: i64,
    #[belongs_to(Soil)]
    pub soil_id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_one(Worm)]
pub struct Soil {
    #[model(id)]
    pub id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Worm {
    #[model(id)]
    pub id: i64,
    #[belongs_to(Soil)]
    pub soil_id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Tip {
    #[model(id)]
    pub id: i64,
    #[belongs_to(Stem, name = "stem", key_to = "code")]
    pub stem_code: i32,
    pub size: i32,
}

/// The rows of all tables.
#[derive(Default)]
struct World {
    soils: Vec<Soil>,
    worms: Vec<Worm>,
    roots: Vec<Root>,
    stems: Vec<Stem>,
    tips: Vec<Tip>,
}

impl World {
    fn grow(dice: &mut Dice) -> World {
        let mut world = World::default();
        for id in 0..1 + dice.roll(3) as i64 {
            world.soils.push(Soil { id });
            if !dice.one_in(3) {
                world.worms.push(Worm {
                    id: 100 - id,
                    soil_id: id,
                });
            }
        }
        for part in ["a", "A", "b"] {
            for number in 0..dice.roll(3) as i64 {
                let soil_id = dice.roll(world.soils.len() as u64) as i64;
                world.roots.push(Root {
                    part: part.into(),
                    number,
                    soil_id,
                });
            }
        }
        for id in 0..dice.roll(12) as i64 {
            let root = match world.roots.len() as u64 {
                0 => None,
                _ if dice.one_in(4) => None,
                roots => Some(world.roots[dice.roll(roots) as usize].clone()),
            };
            let (root_part, root_number) = root.map(|root| (root.part, root.number)).unzip();
            let code = (!dice.one_in(4)).then_some(50 - id as i32);
            let size = (!dice.one_in(3)).then(|| dice.roll(4) as i32);
            if let Some(stem_code) = code.filter(|_| !dice.one_in(3)) {
                world.tips.push(Tip {
                    id: 200 - id,
                    stem_code,
                    size: dice.roll(3) as i32,
                });
            }
            world.stems.push(Stem {
                id,
                code,
                root_part,
                root_number,
                size,
            });
        }
        world
    }

    async fn store(&self, db: &Db) {
        for row in &self.soils {
            SoilRepository::new(db).create(row.clone()).await.unwrap();
        }
        for row in &self.worms {
            WormRepository::new(db).create(row.clone()).await.unwrap();
        }
        for row in &self.roots {
            RootRepository::new(db).create(row.clone()).await.unwrap();
        }
        for row in &self.stems {
            StemRepository::new(db).create(row.clone()).await.unwrap();
        }
        for row in &self.tips {
            TipRepository::new(db).create(row.clone()).await.unwrap();
        }
    }

    async fn clear(db: &Db) {
        TipRepository::new(db).delete().all_rows().await.unwrap();
        StemRepository::new(db).delete().all_rows().await.unwrap();
        RootRepository::new(db).delete().all_rows().await.unwrap();
        WormRepository::new(db).delete().all_rows().await.unwrap();
        SoilRepository::new(db).delete().all_rows().await.unwrap();
    }

    fn root_of(&self, stem: &Stem) -> Option<&Root> {
        self.roots.iter().find(|root| {
            Some(&root.part) == stem.root_part.as_ref() && Some(root.number) == stem.root_number
        })
    }

    fn tip_of(&self, stem: &Stem) -> Option<&Tip> {
        self.tips
            .iter()
            .find(|tip| Some(tip.stem_code) == stem.code)
    }

    fn worm_of(&self, root: &Root) -> Option<&Worm> {
        self.worms.iter().find(|worm| worm.soil_id == root.soil_id)
    }

    /// What the query of [`loaded`] should give.
    fn expected(&self, query: &Query) -> Vec<Loaded> {
        let mut stems: Vec<&Stem> = self.stems.iter().filter(|stem| query.keeps(stem)).collect();
        match query.order {
            0 => {}
            1 => stems.sort_by_key(|stem| stem.size),
            // Ties are broken by the id in the direction of the order; the stems come in that of their ids.
            _ => {
                stems.reverse();
                stems.sort_by_key(|stem| std::cmp::Reverse(stem.size));
            }
        }
        let stems = stems
            .into_iter()
            .skip(query.offset as usize)
            .take(query.limit as usize);
        stems
            .map(|stem| {
                let root = self.root_of(stem);
                Loaded {
                    stem: stem.clone(),
                    root: root.cloned(),
                    worm: root.and_then(|root| self.worm_of(root)).map(|worm| worm.id),
                    tip: self
                        .tip_of(stem)
                        .filter(|tip| tip.size >= query.least_tip)
                        .cloned(),
                    stem_of_tip: self
                        .tip_of(stem)
                        .filter(|tip| tip.size >= query.least_tip)
                        .map(|_| stem.id),
                }
            })
            .collect()
    }
}

#[derive(Debug)]
struct Query {
    /// Stems of at least this size, and those of none.
    least: Option<i32>,
    order: u64,
    limit: u64,
    offset: u64,
    least_tip: i32,
    /// Whether includes under a to-one relation are kept from being joined.
    apart: bool,
}

impl Query {
    fn keeps(&self, stem: &Stem) -> bool {
        self.least
            .is_none_or(|least| stem.size.is_none_or(|size| size >= least))
    }
}

#[derive(Debug, PartialEq)]
struct Loaded {
    stem: Stem,
    root: Option<Root>,
    worm: Option<i64>,
    tip: Option<Tip>,
    stem_of_tip: Option<i64>,
}

async fn loaded(db: &Db, query: &Query) -> Vec<Loaded> {
    let stems = StemRepository::new(db);
    let least_tip = query.least_tip;
    let worm =
        |apart: bool| Soil::WORM.scope(move |worms| if apart { worms.limit(1) } else { worms });
    let mut find = stems
        .find()
        .filter(
            query
                .least
                .map(|least| Stem::SIZE.ge(least) | Stem::SIZE.is_null()),
        )
        .limit(query.limit)
        .offset(query.offset);
    match query.order {
        0 => {}
        1 => find = find.order_by(Stem::SIZE.asc()),
        _ => find = find.order_by(Stem::SIZE.desc()),
    }
    let rows = find
        .include(Stem::ROOT.include(Root::SOIL.include(worm(query.apart))))
        .include(
            Stem::TIP.scope(move |tips| tips.filter(Tip::SIZE.ge(least_tip)).include(Tip::STEM)),
        )
        .all()
        .await
        .unwrap();
    rows.into_iter()
        .map(|row| Loaded {
            root: row.root.as_ref().map(|root| (***root).clone()),
            worm: row
                .root
                .as_ref()
                .and_then(|root| root.soil.worm.as_ref())
                .map(|worm| worm.id),
            tip: row.tip.as_ref().map(|tip| (**tip).clone()),
            stem_of_tip: row.tip.as_ref().map(|tip| tip.stem.id),
            stem: row.into_model(),
        })
        .collect()
}

/// Compares many queries over many small worlds.
async fn compare(db: &TestDb, apart: bool) {
    db.schema::<(Stem, Root, Soil, Worm, Tip)>()
        .create()
        .await
        .unwrap();
    let mut dice = Dice(0x5eed_2024);
    for round in 0..25 {
        World::clear(db).await;
        let world = World::grow(&mut dice);
        world.store(db).await;
        for _ in 0..4 {
            let least = (!dice.one_in(2)).then(|| dice.roll(4) as i32);
            let (order, offset, least_tip) = (dice.roll(3), dice.roll(3), dice.roll(3) as i32);
            // Up to 20 rows are joined, more are not.
            for limit in [dice.roll(5), 20, 21, 1_000_000] {
                let query = Query {
                    least,
                    order,
                    limit,
                    offset,
                    least_tip,
                    apart,
                };
                let found = loaded(db, &query).await;
                assert_eq!(found, world.expected(&query), "round {round}: {query:?}");
            }
        }
        for stem in &world.stems {
            let stems = StemRepository::new(&**db);
            let find = stems
                .find_by_id(stem.id)
                .include(Stem::ROOT)
                .include(Stem::TIP);
            let row = find.get().await.unwrap();
            assert_eq!(row.root.as_deref(), world.root_of(stem));
            assert_eq!(row.tip.as_ref(), world.tip_of(stem));
            assert_eq!(
                stems.root(stem.id).find().await.unwrap().as_ref(),
                world.root_of(stem)
            );
            assert_eq!(
                stems.root(stem).find().await.unwrap().as_ref(),
                world.root_of(stem)
            );
            assert_eq!(
                stems.tip(stem).find().await.unwrap().as_ref(),
                world.tip_of(stem)
            );
        }
    }
}

#[database_test]
async fn joined_and_batched_results_are_those_of_a_naive_reference(db: TestDb) {
    compare(&db, false).await;
}

#[database_test]
async fn so_are_results_whose_innermost_include_is_loaded_apart(db: TestDb) {
    compare(&db, true).await;
}
