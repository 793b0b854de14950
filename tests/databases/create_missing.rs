//! Creating the tables that are not there: a second start, and several programs that start at once.

use crate::support::{TestDb, database_test};
use relations::prelude::*;
use relations::{Db, Dialect};

#[derive(Debug, Clone, PartialEq, ColumnType)]
#[model(db_enum = "room_kind")]
enum RoomKind {
    Single,
    Double,
}

#[derive(Debug, Model)]
#[has_many(Room)]
struct House {
    #[model(id, generated)]
    id: i64,
    #[model(unique, length = 40)]
    name: String,
    /// Houses and rooms refer to each other, so that one key is added later.
    #[belongs_to(Room, name = "entrance")]
    entrance_id: Option<i64>,
}

#[derive(Debug, Model)]
#[has_one(Key)]
struct Room {
    #[model(id, generated)]
    id: i64,
    kind: RoomKind,
    #[belongs_to(House)]
    house_id: i64,
}

#[derive(Debug, Model)]
struct Key {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Room, on_delete = "cascade")]
    room_id: i64,
}

type Models = (House, Room, Key);

#[database_test]
async fn tables_that_are_there_are_left_as_they_are(db: TestDb) {
    let schema = db.schema::<Models>();
    db.execute("CREATE TABLE room (id BIGINT PRIMARY KEY, house_id BIGINT)")
        .await;
    assert_eq!(schema.create_missing().await.unwrap(), ["house", "key"]);
    assert!(schema.create_missing().await.unwrap().is_empty());
    let check = schema.check().await.unwrap();
    let models = check
        .differences()
        .iter()
        .map(|difference| difference.model());
    assert!(models.clone().count() > 3);
    assert!(models.into_iter().all(|model| model == "Room"), "{check}");
    let columns = check
        .differences()
        .iter()
        .flat_map(|difference| difference.columns());
    assert!(
        columns.into_iter().any(|column| column == "kind"),
        "{check}"
    );
}

#[database_test]
async fn a_second_start_creates_the_tables_that_are_new(db: TestDb) {
    db.schema::<Cottage>().create().await.unwrap();
    let houses = CottageRepository::new(&*db);
    houses.create(Cottage::draft().name("a")).await.unwrap();
    let schema = db.schema::<(Cottage, Garden)>();
    assert_eq!(schema.create_missing().await.unwrap(), ["garden"]);
    assert!(schema.check().await.unwrap().is_empty());
    assert_eq!(houses.find().count().await.unwrap(), 1);
}

#[derive(Debug, Model)]
#[model(table = "house")]
struct Cottage {
    #[model(id, generated)]
    id: i64,
    name: String,
}

#[derive(Debug, Model)]
struct Garden {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Cottage)]
    house_id: i64,
}

#[database_test(postgres, mysql)]
async fn what_the_database_refuses_is_an_error(db: TestDb) {
    db.execute("CREATE TABLE house (id VARCHAR(9) PRIMARY KEY)")
        .await;
    let error = db
        .schema::<(Cottage, Garden)>()
        .create_missing()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), relations::ErrorKind::Database, "{error}");
    assert!(
        db.schema::<PlainGarden>()
            .check()
            .await
            .unwrap()
            .to_string()
            .contains("no table")
    );
}

#[derive(Debug, Model)]
#[model(table = "garden")]
struct PlainGarden {
    #[model(id)]
    id: i64,
}

#[database_test]
async fn programs_that_start_at_once_create_each_table_once(db: TestDb) {
    let in_memory = db.dialect() == Dialect::Sqlite && !db.can.in_a_file;
    let mut programs: Vec<Db> = Vec::new();
    for _ in 0..6 {
        programs.push(match in_memory {
            true => (*db).clone(),
            false => db.another().await,
        });
    }
    for _ in 0..5 {
        db.schema::<Models>().drop().await.unwrap();
        let mut starts = tokio::task::JoinSet::new();
        for (at, program) in programs.iter().cloned().enumerate() {
            starts.spawn(async move {
                // Half of them name the tables in another order, and so begin with another.
                match at % 2 {
                    0 => program.schema::<Models>().create_missing().await,
                    _ => {
                        program
                            .schema::<(Room, Key, House)>()
                            .create_missing()
                            .await
                    }
                }
            });
        }
        let made = starts.join_all().await.into_iter().map(Result::unwrap);
        let mut made: Vec<String> = made.flatten().collect();
        made.sort();
        assert_eq!(made, ["house", "key", "room"]);
        assert!(db.schema::<Models>().check().await.unwrap().is_empty());
    }
    for program in programs.iter().filter(|_| !in_memory) {
        program.close().await;
    }
}
