//! What models ask for is what is created: nothing differs then.

use crate::changes::{migration, reset};
use crate::support::{TestDb, database_test};
use relations::Dialect;
use relations::migrate::{Migrations, NewMigration, dialect_name};
use relations::schema::{ModelSet, Schema, SchemaDiff, SchemaState};

mod shop {
    use relations::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, ColumnType)]
    pub enum Size {
        Small,
        Large,
    }

    #[derive(Debug, Clone, Copy, PartialEq, Eq, ColumnType)]
    #[model(db_enum = "mood of today")]
    pub enum Mood {
        Good,
        Bad,
    }

    #[derive(Debug, Model)]
    #[has_one(Account)]
    #[model(
        check = "rating > 0 AND rating <= 10",
        check = "length(name) > 1",
        index("name", "rating")
    )]
    pub struct Supplier {
        #[model(id, generated)]
        pub id: i64,
        #[model(length = 40, unique)]
        pub name: String,
        #[model(default = "1")]
        pub rating: i32,
        #[model(default = "'it''s'")]
        pub note: Option<String>,
        #[model(default = "-1")]
        pub balance: i64,
        #[model(default = "true")]
        pub active: bool,
        pub size: Size,
        pub mood: Mood,
        #[model(default = "CURRENT_TIMESTAMP")]
        pub made: chrono::NaiveDateTime,
        pub born: Option<chrono::NaiveDate>,
        #[model(precision = 10, scale = 2)]
        pub price: rust_decimal::Decimal,
        pub any_price: Option<rust_decimal::Decimal>,
        pub extra: serde_json::Value,
        pub code: uuid::Uuid,
        pub bytes: Vec<u8>,
        pub words: Vec<String>,
        pub numbers: Vec<i64>,
        pub tiny: i8,
        pub small: u16,
        pub wide: u32,
        pub single: f32,
        pub double: f64,
        pub at: Option<chrono::DateTime<chrono::Utc>>,
        pub time: Option<chrono::NaiveTime>,
        #[model(length = 20000)]
        pub long: String,
        #[model(length = 20000)]
        pub longer: String,
    }

    #[derive(Debug, Model)]
    pub struct Account {
        #[model(id, generated)]
        pub id: i32,
        #[belongs_to(Supplier, on_delete = "cascade", on_update = "cascade")]
        pub supplier_id: i64,
    }

    #[derive(Debug, Model)]
    #[has_many(Student, through = Enrolment)]
    #[model(unique("name", "year"))]
    pub struct Course {
        #[model(id)]
        pub id: uuid::Uuid,
        #[model(column = "The \"Name\"")]
        pub name: String,
        pub year: i16,
    }

    #[derive(Debug, Model)]
    pub struct Student {
        #[model(id)]
        pub email: String,
        #[belongs_to(Student, name = "mentor", on_delete = "set_null")]
        pub mentor_email: Option<String>,
    }

    #[derive(Debug, Model)]
    #[model(table = "select")]
    pub struct Enrolment {
        #[model(id)]
        #[belongs_to(Course)]
        pub course_id: uuid::Uuid,
        #[model(id)]
        #[belongs_to(Student, name = "student")]
        pub student_email: String,
    }
}

use shop::{Account, Course, Enrolment, Student, Supplier};

type Shop = (Supplier, Account, Course, Student, Enrolment);

fn wanted<S: ModelSet>(dialect: Dialect) -> SchemaState {
    SchemaState::of_models(&Schema::of::<S>().unwrap(), dialect).unwrap()
}

fn changes(diff: &SchemaDiff) -> Vec<String> {
    diff.changes().iter().map(ToString::to_string).collect()
}

#[database_test]
async fn nothing_differs_after_models_were_created(db: TestDb) {
    let want = wanted::<Shop>(db.dialect());
    db.schema::<Shop>().create().await.unwrap();
    let diff = db.schema_diff(&want, &want).await.unwrap();
    assert_eq!(changes(&diff), [""; 0]);
    let snapshot = SchemaState::from_json(&want.to_json(), db.dialect()).unwrap();
    let diff = SchemaDiff::of(&snapshot, &want, db.dialect());
    assert_eq!(changes(&diff), [""; 0]);
}

mod capitals {
    use relations::prelude::*;

    #[derive(Debug, Model)]
    #[model(table = "Key Rings")]
    #[has_many(Key)]
    pub struct Ring {
        #[model(id, generated)]
        pub id: i64,
        #[model(column = "Owner", unique)]
        pub owner: String,
    }

    #[derive(Debug, Model)]
    #[model(table = "Keys")]
    pub struct Key {
        #[model(id, generated)]
        pub id: i64,
        #[belongs_to(Ring)]
        pub ring_id: i64,
    }
}

#[database_test]
async fn nothing_differs_where_names_of_tables_have_capitals(db: TestDb) {
    use capitals::{Key, KeyRepository, Ring, RingRepository};
    let want = wanted::<(Ring, Key)>(db.dialect());
    db.schema::<(Ring, Key)>().create().await.unwrap();
    let diff = db.schema_diff(&want, &want).await.unwrap();
    assert_eq!(changes(&diff), [""; 0]);
    let made = db.schema::<(Ring, Key)>().create_missing().await;
    assert_eq!(made.unwrap(), [""; 0]);
    let rings = RingRepository::new(&*db);
    let new = || Ring::draft().owner("Thor").keys([Key::draft()]);
    rings.create(new()).await.unwrap();
    let error = rings.create(new()).await.unwrap_err();
    assert_eq!(error.fields(), ["owner"], "{error:?}");
    let keys = KeyRepository::new(&*db);
    let error = keys.create(Key::draft().ring_id(7)).await.unwrap_err();
    assert_eq!(error.relation(), Some("ring"), "{error:?}");
    let found = rings.find().include(Ring::KEYS).all().await.unwrap();
    assert_eq!(found[0].keys.len(), 1);
    db.schema::<(Ring, Key)>().drop().await.unwrap();
}

#[database_test]
async fn a_migration_makes_what_models_ask_for(db: TestDb) {
    let dialect = db.dialect();
    let want = wanted::<Shop>(dialect);
    reset(&db, &want).await;
    let diff = db.schema_diff(&want, &want).await.unwrap();
    assert_eq!(changes(&diff), [""; 0]);
    assert!(db.schema::<Shop>().check().await.unwrap().is_empty());
}

mod before {
    use relations::prelude::*;

    #[derive(Debug, Model)]
    pub struct Person {
        #[model(id, generated)]
        pub id: i64,
        pub name: String,
    }
}

mod after {
    use relations::prelude::*;

    #[derive(Debug, Model)]
    #[model(was = "person")]
    pub struct Member {
        #[model(id, generated)]
        pub id: i64,
        #[model(was = "name")]
        pub full_name: String,
    }
}

#[database_test]
async fn a_former_name_keeps_the_rows(db: TestDb) {
    use after::{Member, MemberRepository};
    use before::{Person, PersonRepository};
    let dialect = db.dialect();
    db.schema::<Person>().create().await.unwrap();
    let persons = PersonRepository::new(&*db);
    persons.create(Person::draft().name("Thor")).await.unwrap();
    let (before, after) = (wanted::<Person>(dialect), wanted::<Member>(dialect));
    let diff = SchemaDiff::of(&before, &after, dialect);
    let kinds: Vec<_> = diff.changes().iter().map(|change| change.kind()).collect();
    assert_eq!(kinds, ["rename_table", "rename_column"]);
    let new = NewMigration::of(&diff, &before, &after, 1, "names", &[]);
    let file = format!("{}.up.sql", new.name);
    let files = [(dialect_name(dialect), &*file, &*new.up)];
    db.migrate(&Migrations::of_files(&files).unwrap())
        .await
        .unwrap();
    let members = MemberRepository::new(&*db).find().all().await.unwrap();
    assert_eq!(members[0].full_name, "Thor");
    // Once it has its name, the former one says nothing.
    assert!(db.schema_diff(&after, &after).await.unwrap().is_empty());
}

macro_rules! day_with {
    ($name:ident: $($mood:ident),+) => {
        mod $name {
            use relations::prelude::*;

            #[derive(Debug, Clone, Copy, PartialEq, Eq, ColumnType)]
            #[model(db_enum = "a mood")]
            pub enum Mood {
                $($mood),+
            }

            #[derive(Debug, Model)]
            #[model(table = "day", check = "mood <> 'Awful'", check = "id > 0 OR note > ''")]
            pub struct Day {
                #[model(id)]
                pub id: i64,
                #[model(default = "'Good'")]
                pub mood: Mood,
                pub other: Option<Mood>,
                #[model(length = 20)]
                pub note: String,
            }
        }
    };
}

day_with!(two: Good, Bad);
day_with!(more: Fine, Good, Fair, Bad, Awful);
day_with!(less: Awful, Bad, Good);

#[database_test]
async fn an_enum_gets_and_loses_texts(db: TestDb) {
    let dialect = db.dialect();
    let check = |state: &mut SchemaState| {
        // A text that the first enum does not have cannot be in its check.
        state.tables[0]
            .checks
            .retain(|check| !check.sql.contains("Awful") || check.column.is_some());
    };
    let mut states = [
        wanted::<two::Day>(dialect),
        wanted::<more::Day>(dialect),
        wanted::<less::Day>(dialect),
    ];
    check(&mut states[0]);
    reset(&db, &states[0]).await;
    db.execute("INSERT INTO day (id, mood, note) VALUES (1, 'Bad', 'x')")
        .await;
    db.execute("INSERT INTO day (id, note) VALUES (2, 'x')")
        .await;
    for (nth, (before, after)) in [(0, 1), (1, 2), (2, 0), (0, 2), (2, 1), (1, 0)]
        .into_iter()
        .enumerate()
    {
        let (before, after) = (&states[before], &states[after]);
        let diff = SchemaDiff::of(before, after, dialect);
        let _ = db.try_execute("DROP TABLE relations_migrations").await;
        let run = crate::changes::migration(before, after, &diff, dialect, 1);
        let up = db.migrate(&run).await;
        assert!(up.is_ok(), "{nth}: {}", up.unwrap_err());
        let left = db.schema_diff(after, before).await.unwrap();
        assert_eq!(changes(&left), [""; 0], "{nth}");
        assert_eq!(
            db.number("SELECT count(*) FROM day WHERE mood = 'Bad' AND id = 1")
                .await,
            1
        );
        db.execute("DELETE FROM day WHERE id = 3").await;
        db.execute("INSERT INTO day (id, note) VALUES (3, 'x')")
            .await;
        assert_eq!(
            db.number("SELECT count(*) FROM day WHERE mood = 'Good'")
                .await,
            2
        );
    }
}

mod said {
    use relations::prelude::*;

    /// Who delivers: "it's" said, C:\temp and all.
    ///
    /// * a list
    #[derive(Debug, Model)]
    #[model(comments)]
    pub struct Vendor {
        #[model(id, generated)]
        pub id: i64,
        /// What it is called;
        /// also on invoices.
        #[model(length = 40)]
        pub name: String,
        pub town: Option<String>,
    }
}

mod said_otherwise {
    use relations::prelude::*;

    /// Who delivered.
    #[derive(Debug, Model)]
    #[model(comments)]
    pub struct Vendor {
        /// Counted.
        #[model(id, generated)]
        pub id: i64,
        /// What it was called.
        #[model(length = 40)]
        pub name: String,
        pub town: Option<String>,
    }
}

/// The comment on the table of vendors, and those on its columns.
async fn comments(db: &TestDb) -> Vec<Option<String>> {
    let tables = db.tables(None).await.unwrap();
    let vendor = tables.into_iter().find(|table| table.name == "vendor");
    let vendor = vendor.unwrap();
    let columns = vendor.columns.into_iter().map(|column| column.comment);
    std::iter::once(vendor.comment).chain(columns).collect()
}

#[database_test]
async fn docs_are_comments_where_a_model_asks_for_them(db: TestDb) {
    let dialect = db.dialect();
    let before = wanted::<said::Vendor>(dialect);
    let after = wanted::<said_otherwise::Vendor>(dialect);
    let is_said = dialect != Dialect::Sqlite;
    let said = |text: &str| is_said.then(|| text.to_owned());
    let table = said("Who delivers: \"it's\" said, C:\\temp and all.\n\n* a list");
    let name = said("What it is called;\nalso on invoices.");

    db.schema::<said::Vendor>().create().await.unwrap();
    let expected = vec![table, None, name, None];
    assert_eq!(comments(&db).await, expected);
    let diff = db.schema_diff(&before, &before).await.unwrap();
    assert_eq!(changes(&diff), [""; 0]);

    let diff = db.schema_diff(&after, &after).await.unwrap();
    let expected_changes: &[&str] = match is_said {
        true => &[
            "set comment of `vendor.id`: Counted.",
            "set comment of `vendor.name`: What it was called.",
            "set comment of `vendor`: Who delivered.",
        ],
        false => &[],
    };
    assert_eq!(changes(&diff), expected_changes);
    if !is_said {
        return;
    }

    reset(&db, &before).await;
    assert_eq!(comments(&db).await, expected);
    let diff = SchemaDiff::of(&before, &after, dialect);
    let migrations = migration(&before, &after, &diff, dialect, 1);
    db.migrate(&migrations).await.unwrap();
    let diff = db.schema_diff(&after, &after).await.unwrap();
    assert_eq!(changes(&diff), [""; 0]);
    // A comment that no model says stays.
    db.migrations(&migrations).down(1).await.unwrap();
    let mut expected = expected;
    expected[1] = said("Counted.");
    assert_eq!(comments(&db).await, expected);
}
