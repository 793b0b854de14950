//! Links that need not be unique.

use crate::playlists::*;
use crate::support::{TestDb, database_test};
use relations::ErrorKind;
use relations::prelude::*;
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Song, through(Entry, unique = false))]
pub struct Show {
    #[model(id, generated)]
    pub id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Song {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Entry {
    #[model(id, generated)]
    pub id: i64,
    pub position: Option<i64>,
    #[belongs_to(Show)]
    pub show_id: i64,
    #[belongs_to(Song)]
    pub song_id: i64,
}

/// Two shows and the songs `x` and `y`; the first show begins and ends with `x`.
async fn shows(db: &TestDb) -> (ShowRepository<&Db>, SongRepository<&Db>) {
    db.schema::<(Show, Song, Entry)>().create().await.unwrap();
    let (shows, songs) = (ShowRepository::new(&**db), SongRepository::new(&**db));
    for _ in 0..2 {
        shows.create(Show::draft()).await.unwrap();
    }
    for name in ["x", "y"] {
        songs.create(Song::draft().name(name)).await.unwrap();
    }
    for (song, position) in [(1, 3), (2, 2), (1, 1)] {
        let entry = Entry::draft().position(position);
        shows.songs(1).link_with(song, entry).await.unwrap();
    }
    db.ran();
    (shows, songs)
}

async fn entries(db: &Db) -> Vec<(i64, i64, Option<i64>)> {
    let rows = EntryRepository::new(db).find().all().await.unwrap();
    let rows = rows.iter();
    rows.map(|row| (row.show_id, row.song_id, row.position))
        .collect()
}

#[database_test]
async fn repeated_links_are_included_each(db: TestDb) {
    let (shows, _) = shows(&db).await;
    let by_position = || Show::SONGS.order_by_links(Entry::POSITION.asc());
    let rows = shows.find().include(by_position()).all().await.unwrap();
    let songs: Vec<&str> = rows[0]
        .songs
        .iter()
        .map(|song| song.name.as_str())
        .collect();
    assert_eq!(songs, ["x", "y", "x"]);
    assert!(Arc::ptr_eq(&rows[0].songs[0], &rows[0].songs[2]));
    assert!(rows[1].songs.is_empty());
    let linked = by_position().linked().counted();
    let rows = shows.find().include(linked).all().await.unwrap();
    let entries: Vec<_> = rows[0]
        .songs
        .iter()
        .map(|song| (song.name.as_str(), song.link.position))
        .collect();
    assert_eq!(entries, [("x", Some(1)), ("y", Some(2)), ("x", Some(3))]);
    assert_eq!((rows[0].songs.count, rows[1].songs.count), (3, 0));
    let first_two = by_position().scope(|songs| songs.limit(2));
    let rows = shows.find().include(first_two).all().await.unwrap();
    assert_eq!(
        rows[0].songs.iter().map(|song| song.id).collect::<Vec<_>>(),
        [1, 2]
    );
}

#[database_test]
async fn repeated_links_are_made_and_removed(db: TestDb) {
    let (shows, songs) = shows(&db).await;
    let found = shows.songs(1).find().all().await.unwrap();
    assert_eq!(found.iter().map(|song| song.id).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(shows.songs(1).count().await.unwrap(), 2);
    shows.songs(2).link(2).await.unwrap();
    shows.songs(2).link(2).await.unwrap();
    shows.songs(2).link_all([1, 1]).await.unwrap();
    assert_eq!(
        entries(&db).await[3..],
        [(2, 2, None), (2, 2, None), (2, 1, None), (2, 1, None)]
    );
    assert_eq!(shows.songs(2).unlink(2).await.unwrap(), 2);
    assert_eq!(shows.songs(1).unlink_each([1]).await.unwrap(), 2);
    assert_eq!(
        entries(&db).await,
        [(1, 2, Some(2)), (2, 1, None), (2, 1, None)]
    );
    shows.songs(1).set([2, 1, 2]).await.unwrap();
    assert_eq!(
        entries(&db).await,
        [
            (2, 1, None),
            (2, 1, None),
            (1, 2, None),
            (1, 1, None),
            (1, 2, None)
        ]
    );
    assert_eq!(shows.songs(1).delete().all_rows().await.unwrap(), 1);
    assert_eq!(songs.find().count().await.unwrap(), 1);
    assert_eq!(entries(&db).await, [(2, 1, None), (2, 1, None)]);
}

#[database_test]
async fn links_are_unique_in_the_schema_unless_repeated(db: TestDb) {
    let sql = db.schema::<(Show, Song, Entry)>().to_sql().unwrap();
    assert!(!sql.contains("UNIQUE"), "{sql}");
    assert_eq!(sql.matches("FOREIGN KEY").count(), 2, "{sql}");

    let sql = db
        .schema::<(Playlist, Track, PlaylistTrack, Album, Lyrics)>()
        .to_sql()
        .unwrap();
    let (_, link) = sql.split_once("playlist_track").unwrap();
    let (link, _) = link.split_once(");\n").unwrap_or((link, ""));
    assert!(link.contains("PRIMARY KEY"), "{link}");

    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Group, through = Member)]
    pub struct Person {
        #[model(id)]
        pub id: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "club")]
    #[has_many(Person, through = Member)]
    pub struct Group {
        #[model(id)]
        pub id: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Member {
        #[model(id)]
        pub id: i64,
        #[belongs_to(Person)]
        pub person_id: i64,
        #[belongs_to(Group, on_delete = "cascade")]
        pub group_id: i64,
    }

    let schema = db.schema::<(Person, Group, Member)>();
    let sql = schema.to_sql().unwrap();
    assert_eq!(sql.matches("UNIQUE").count(), 1, "{sql}");
    assert_eq!(sql.matches("FOREIGN KEY").count(), 2, "{sql}");
    assert_eq!(sql.matches("ON DELETE CASCADE").count(), 1, "{sql}");
    schema.create().await.unwrap();
    let people = PersonRepository::new(&*db);
    people.create(Person { id: 1 }).await.unwrap();
    GroupRepository::new(&*db)
        .create(Group { id: 1 })
        .await
        .unwrap();
    let members = MemberRepository::new(&*db);
    let member = |id| Member {
        id,
        person_id: 1,
        group_id: 1,
    };
    members.create(member(1)).await.unwrap();
    let error = members.create(member(2)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    let error = db.schema::<(Person, Member)>().to_sql().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidSchema);
}
