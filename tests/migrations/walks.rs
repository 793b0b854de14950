//! Random walks: up to ten changes one after the other, with rows. What is kept keeps its values, all the way there and back.

use crate::changes::{Design, base, migration, reset};
use crate::support::{TestDb, database_test};
use relations::Dialect;
use relations::migrate::Migrations;
use relations::schema::{ReferentialAction, SchemaDiff, SchemaState};

/// A linear congruential generator, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

/// What the rows have, in columns that only get other names and wider types.
#[derive(Clone)]
struct Kept {
    /// The name that the column has now, and the values of the rows, by their id.
    columns: Vec<(String, [&'static str; 3])>,
    table: String,
}

const EMAILS: [&str; 3] = ["a@x", "it''s", "Ä;--"];
const NOTES: [&str; 3] = ["one", "two", "three"];
const AGES: [&str; 3] = ["1", "20", "300"];
const SCORES: [&str; 3] = ["5", "0", "7"];

impl Kept {
    fn new() -> Kept {
        let column = |name: &str, values| (name.to_owned(), values);
        Kept {
            columns: vec![
                column("email", EMAILS),
                column("note", NOTES),
                column("age", AGES),
                column("score", SCORES),
            ],
            table: "member".to_owned(),
        }
    }

    async fn fill(&self, db: &TestDb) {
        db.execute("INSERT INTO team (name) VALUES ('red')").await;
        for row in 0..3 {
            db.execute(&format!(
                "INSERT INTO member (team_id, email, note, age, score) VALUES (1, '{}', '{}', {}, {})",
                EMAILS[row], NOTES[row], AGES[row], SCORES[row]
            ))
            .await;
        }
    }

    async fn assert_there(&self, db: &TestDb, what: &str) {
        let cast = match db.dialect() {
            Dialect::MySql { .. } => "CHAR",
            _ => "TEXT",
        };
        for (column, values) in &self.columns {
            for (row, value) in values.iter().enumerate() {
                let (table, id) = (&self.table, row + 1);
                let sql = format!(
                    "SELECT count(*) FROM {table} WHERE id = {id} AND CAST({column} AS {cast}) = '{value}'"
                );
                assert_eq!(db.number(&sql).await, 1, "{what}: {sql}");
            }
        }
    }
}

/// One change of a walk, and what it does to what is kept.
fn step(design: &mut Design, kept: &mut Kept, dice: &mut Dice, nth: usize) -> String {
    design.state.renames.clear();
    let table = kept.table.clone();
    let pick = dice.below(kept.columns.len());
    let name = kept.columns[pick].0.clone();
    match dice.below(11) {
        0 => {
            let to = format!("{name}_{nth}");
            design.rename(&table, &name, &to);
            kept.columns[pick].0.clone_from(&to);
            format!("rename {name} to {to}")
        }
        1 => {
            let to = format!("member_{nth}");
            design.of(&table).name.clone_from(&to);
            let rename = relations::schema::Rename::new("", &to, None, &table);
            design.state.renames.push(rename);
            design
                .state
                .tables
                .sort_by(|one, other| one.name.cmp(&other.name));
            kept.table.clone_from(&to);
            format!("rename {table} to {to}")
        }
        2 => {
            let column = design.column(&format!("extra_{nth} name = 'x'"));
            design.of(&table).columns.push(column);
            format!("add extra_{nth}")
        }
        3 => {
            let gone = |column: &relations::schema::catalog::Column| {
                column.name.starts_with("extra_")
                    || ["joined", "rating", "active"].contains(&&*column.name)
            };
            let columns = &mut design.of(&table).columns;
            match columns.iter().position(gone) {
                Some(at) => format!("drop {}", columns.remove(at).name),
                None => "nothing".to_owned(),
            }
        }
        4 => {
            let word = if kept.columns[pick].1 == AGES || kept.columns[pick].1 == SCORES {
                "big"
            } else {
                "long name"
            };
            let ty = crate::changes::ty(design.dialect, word);
            design.column_of(&table, &name).type_name = ty;
            format!("{name} gets wider")
        }
        5 => {
            let column = design.column_of(&table, &name);
            column.is_nullable = !column.is_nullable;
            format!("null of {name}")
        }
        6 => {
            let value = if kept.columns[pick].1 == AGES || kept.columns[pick].1 == SCORES {
                "3"
            } else {
                "'d'"
            };
            let column = design.column_of(&table, &name);
            column.default = match column.default {
                Some(_) => None,
                None => Some(value.to_owned()),
            };
            format!("default of {name}")
        }
        7 => {
            design.toggle_index(&table, &name);
            format!("index over {name}")
        }
        8 => {
            design.table(&format!("other_{nth}"), &["a name", "b int?"]);
            format!("create other_{nth}")
        }
        9 => {
            let key = design.of(&table).foreign_keys.first_mut();
            if let Some(key) = key {
                key.on_delete = match key.on_delete {
                    ReferentialAction::Cascade => ReferentialAction::NoAction,
                    _ => ReferentialAction::Cascade,
                };
            }
            "another action".to_owned()
        }
        _ => {
            let mut check = relations::schema::catalog::Check::from(format!("team_id > -{nth}"));
            check.name = Some(format!("ck_walk_{nth}"));
            design.of(&table).checks.push(check);
            format!("check {nth}")
        }
    }
}

async fn walk(db: &TestDb, seed: u64) {
    let dialect = db.dialect();
    let mut dice = Dice(seed);
    let mut design = base(dialect);
    let mut kept = Kept::new();
    let start = design.state.clone();
    reset(db, &start).await;
    kept.fill(db).await;
    let mut done: Vec<(Migrations, SchemaState, Kept)> = Vec::new();
    let mut said = format!("walk {seed}");
    for nth in 1..=1 + dice.below(10) {
        let before = design.state.clone();
        let kept_before = kept.clone();
        said.push_str(&format!(
            ", {}",
            step(&mut design, &mut kept, &mut dice, nth)
        ));
        let diff = SchemaDiff::of(&before, &design.state, dialect);
        let run = migration(&before, &design.state, &diff, dialect, 1);
        let _ = db.try_execute("DROP TABLE relations_migrations").await;
        let up = db.migrate(&run).await;
        assert!(up.is_ok(), "{said}: {}", up.unwrap_err());
        let left = db.schema_diff(&design.state, &before).await.unwrap();
        assert!(left.is_empty(), "{said}: {:?}", left.changes());
        kept.assert_there(db, &said).await;
        done.push((run, before, kept_before));
    }
    for (run, before, kept) in done.into_iter().rev() {
        let _ = db.try_execute("DROP TABLE relations_migrations").await;
        // What was run stands in a table that each step of the walk has for itself.
        db.migrations(&run).baseline().await.unwrap();
        let down = db.migrations(&run).down(1).await;
        assert!(down.is_ok(), "{said}, back: {}", down.unwrap_err());
        let left = db.schema_diff(&before, &before).await.unwrap();
        assert!(left.is_empty(), "{said}, back: {:?}", left.changes());
        kept.assert_there(db, &format!("{said}, back")).await;
    }
}

/// The walks of these seeds, so many that they fit into the time of a test.
async fn walks(db: &TestDb, first: u64) {
    // A server takes its time for each table.
    let count = match db.dialect() {
        Dialect::Sqlite => 20,
        Dialect::Postgres => 7,
        _ => 2,
    };
    for seed in first..first + count {
        walk(db, seed).await;
    }
}

#[database_test]
async fn what_is_kept_keeps_its_values_there_and_back(db: TestDb) {
    walks(&db, 1).await;
}

#[database_test]
async fn what_is_kept_keeps_its_values_there_and_back_2(db: TestDb) {
    walks(&db, 101).await;
}

#[database_test]
async fn what_is_kept_keeps_its_values_there_and_back_3(db: TestDb) {
    walks(&db, 201).await;
}
