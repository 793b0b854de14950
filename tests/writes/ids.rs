//! Ids that are made: UUIDs of version 4 and 7, ULIDs and texts, in Rust or by the database, for drafts, JSON and rows nested in both.

use crate::support::{TestDb, database_test};
use relations::value::ColumnConversion;
use relations::{Dialect, Json, prelude::*};
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use uuid::Uuid;

/// A time and a number, in 26 signs of Crockford's alphabet: ULIDs sort by when they were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ColumnType)]
#[model(conversion)]
pub struct Ulid(u128);

const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl Ulid {
    pub fn new() -> Ulid {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let number = LAST.fetch_add(1, Ordering::Relaxed);
        Ulid((since.as_millis() << 80) | u128::from(number))
    }
}

impl ColumnConversion for Ulid {
    type Column = String;
    type Error = String;

    fn to_column(&self) -> String {
        let signs = (0..26)
            .rev()
            .map(|at| SIGNS[(self.0 >> (at * 5)) as usize & 31]);
        signs.map(char::from).collect()
    }

    fn from_column(text: String) -> Result<Self, String> {
        let number = text.bytes().try_fold(0_u128, |number, sign| {
            let digit = SIGNS.iter().position(|known| *known == sign)?;
            Some((number << 5) | digit as u128)
        });
        match number {
            Some(number) if text.len() == 26 => Ok(Ulid(number)),
            _ => Err(format!("{text:?} is no ULID")),
        }
    }
}

impl Serialize for Ulid {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_column())
    }
}

fn slug() -> String {
    format!("slug-{}", Uuid::new_v4().simple())
}

macro_rules! made {
    ($($name:ident: $ty:ty = ($($how:tt)*);)*) => { $(
        mod $name {
            use super::*;

            #[derive(Debug, Clone, PartialEq, Serialize, Model)]
            #[has_many(Track)]
            pub struct Album {
                #[model(id, $($how)*)]
                pub id: $ty,
                pub name: String,
            }

            #[derive(Debug, Clone, PartialEq, Serialize, Model)]
            pub struct Track {
                #[model(id, $($how)*)]
                pub id: $ty,
                pub name: String,
                #[belongs_to(Album)]
                pub album_id: $ty,
            }


            pub async fn check(db: &TestDb) {
                db.schema::<(Album, Track)>().create().await.unwrap();
                let albums = AlbumRepository::new(&**db);
                let first = albums.create(Album::draft().name("a")).await.unwrap();
                assert_eq!(albums.get_by_id(first.id.clone()).await.unwrap(), first);
                let second = albums.create(Json(r#"{"name": "b"}"#)).await.unwrap();
                let json = ["b0", "b1"].map(|name| Json(serde_json::json!({"name": name})));
                albums.tracks(&second).create_all(json).await.unwrap();
                let names = ["c", "d", "e", "f", "g"];
                let drafts = names.map(|name| {
                    let tracks = (0..3).map(|nth| Track::draft().name(format!("{name}{nth}")));
                    Album::draft().name(name).tracks(tracks.collect::<Vec<_>>())
                });
                let created = albums.create_all(drafts).await.unwrap();
                assert_eq!(created.iter().map(|album| &album.name[..]).collect::<Vec<_>>(), names);
                let json = ["h", "i"].map(|name| Json(serde_json::json!({"name": name})));
                let by_json = albums.create_all(json).await.unwrap();
                assert_eq!(by_json.iter().map(|album| &album.name[..]).collect::<Vec<_>>(), ["h", "i"]);
                albums.tracks(&first).create(Track::draft().name("a0")).await.unwrap();
                for album in &by_json {
                    let draft = Track::draft().name(format!("{}0", album.name));
                    albums.tracks(album).create(draft).await.unwrap();
                }
                let rows = albums.find().include(Album::TRACKS).await.unwrap();
                let ids: BTreeSet<String> = rows.iter().map(|row| format!("{:?}", row.id)).collect();
                assert_eq!((rows.len(), ids.len()), (9, 9));
                for row in &rows {
                    assert!(!row.tracks.is_empty(), "{row:?}");
                    assert!(row.tracks.iter().all(|track| track.name.starts_with(&row.name)), "{row:?}");
                }
                let created = created.iter().chain(&by_json);
                for album in created {
                    let found = albums.get_by_id(album.id.clone()).await.unwrap();
                    assert_eq!(found, *album);
                }
            }
        }
    )* };
}

made! {
    v4: Uuid = (default_with = Uuid::new_v4);
    v7: Uuid = (default_with = Uuid::now_v7);
    ulid: Ulid = (default_with = Ulid::new);
    text: String = (default_with = slug);
    uuid_of_sqlite: Uuid = (generated, default = "(lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-' || hex(randomblob(2)) || '-' || hex(randomblob(2)) || '-' || hex(randomblob(6))))");
    uuid_of_postgres: Uuid = (generated, default = "gen_random_uuid()");
    uuid_of_mysql: Uuid = (generated, default = "(unhex(replace(uuid(), '-', '')))");
    text_of_sqlite: String = (generated, default = "(hex(randomblob(16)))");
    text_of_postgres: String = (generated, default = "md5(random()::text)");
    text_of_mysql: String = (generated, default = "(md5(rand()))");
}

#[database_test]
async fn uuids_are_made_in_rust(db: TestDb) {
    v4::check(&db).await;
}

#[database_test]
async fn uuids_that_sort_by_time_are_made_in_rust(db: TestDb) {
    v7::check(&db).await;
    let albums = v7::AlbumRepository::new(&*db);
    let names = albums.find().await.unwrap();
    let names: String = names.into_iter().map(|album| album.name).collect();
    assert_eq!(names, "abcdefghi");
}

#[database_test]
async fn ulids_are_made_in_rust(db: TestDb) {
    ulid::check(&db).await;
    let albums = ulid::AlbumRepository::new(&*db);
    let names = albums.find().await.unwrap();
    let names: String = names.into_iter().map(|album| album.name).collect();
    assert_eq!(names, "abcdefghi");
}

#[database_test]
async fn texts_are_made_in_rust(db: TestDb) {
    text::check(&db).await;
}

#[database_test]
async fn uuids_are_made_by_the_database(db: TestDb) {
    match db.dialect() {
        Dialect::Sqlite => uuid_of_sqlite::check(&db).await,
        Dialect::Postgres => uuid_of_postgres::check(&db).await,
        _ => uuid_of_mysql::check(&db).await,
    }
}

#[database_test]
async fn texts_are_made_by_the_database(db: TestDb) {
    match db.dialect() {
        Dialect::Sqlite => text_of_sqlite::check(&db).await,
        Dialect::Postgres => text_of_postgres::check(&db).await,
        _ => text_of_mysql::check(&db).await,
    }
}
