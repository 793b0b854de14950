//! Changing and deleting what a filter from a request says.

use crate::support::{TestDb, database_test};
use relations::prelude::*;
use relations::{ErrorKind, Json, Where};

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Song)]
#[has_many(Label, through = Release)]
pub struct Artist {
    #[model(id)]
    pub id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Song {
    #[model(id)]
    pub id: i64,
    pub name: String,
    pub plays: i64,
    #[belongs_to(Artist)]
    pub artist_id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Label {
    #[model(id)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Release {
    #[model(id, generated)]
    pub id: i64,
    #[belongs_to(Artist)]
    pub artist_id: i64,
    #[belongs_to(Label)]
    pub label_id: i64,
}

async fn songs(db: &TestDb) {
    db.schema::<(Artist, Song, Label, Release)>()
        .create()
        .await
        .unwrap();
    let artists = ArtistRepository::new(&**db);
    artists
        .create_all([Artist { id: 1 }, Artist { id: 2 }])
        .await
        .unwrap();
    let songs = (1..=6).map(|id| Song {
        id,
        name: format!("song {id}"),
        plays: id * 10,
        artist_id: 1 + id % 2,
    });
    SongRepository::new(&**db).create_all(songs).await.unwrap();
}

async fn plays(db: &TestDb) -> Vec<i64> {
    let songs = SongRepository::new(&**db).find().all().await.unwrap();
    songs.iter().map(|song| song.plays).collect()
}

#[database_test]
async fn the_rows_of_a_where_are_changed_and_deleted(db: TestDb) {
    songs(&db).await;
    let repository = SongRepository::new(&*db);
    let many: Where<Song> = Where::from_json(r#"{"plays": {"gte": 40}}"#).unwrap();
    let patch = Song::patch().plays(0);
    assert_eq!(repository.patch_with(patch, many).await.unwrap(), 3);
    assert_eq!(plays(&db).await, [10, 20, 30, 0, 0, 0]);

    let filter = r#"{"where": {"plays": 0, "id": {"neq": 6}}}"#;
    let patch = Json(r#"{"plays": 7}"#);
    assert_eq!(repository.patch_with(patch, filter).await.unwrap(), 2);
    assert_eq!(repository.delete_with(filter).await.unwrap(), 0);
    assert_eq!(
        repository
            .delete_with(r#"{"where": {"plays": {"lt": 8}}}"#)
            .await
            .unwrap(),
        3
    );
    assert_eq!(plays(&db).await, [10, 20, 30]);
}

#[database_test]
async fn only_targets_of_the_source_are_reached(db: TestDb) {
    songs(&db).await;
    let artists = ArtistRepository::new(&*db);
    let all = r#"{"where": {"plays": {"gt": 0}}}"#;
    let of_first = artists.songs(1);
    assert_eq!(
        of_first
            .patch_with(Song::patch().plays(1), all)
            .await
            .unwrap(),
        3
    );
    assert_eq!(plays(&db).await, [10, 1, 30, 1, 50, 1]);
    assert_eq!(of_first.delete_with(all).await.unwrap(), 3);
    assert_eq!(plays(&db).await, [10, 30, 50]);

    let labels = artists.labels(1);
    for id in 1..=3 {
        let name = format!("label {id}");
        labels.create(Label { id, name }).await.unwrap();
    }
    artists.labels(2).link(1).await.unwrap();
    let filter = r#"{"where": {"id": {"lt": 3}}}"#;
    assert_eq!(
        labels
            .patch_with(Label::patch().name("x"), filter)
            .await
            .unwrap(),
        2
    );
    // The one that another artist is linked to stays.
    assert_eq!(labels.delete_with(filter).await.unwrap(), 1);
    let left = LabelRepository::new(&*db).find().all().await.unwrap();
    let left: Vec<_> = left.iter().map(|label| (label.id, &*label.name)).collect();
    assert_eq!(left, [(1, "x"), (3, "label 3")]);
}

#[database_test]
async fn a_filter_that_keeps_no_row_out_is_refused(db: TestDb) {
    songs(&db).await;
    let songs = SongRepository::new(&*db);
    for filter in [
        "{}",
        r#"{"where": {}}"#,
        r#"{"where": {"and": []}}"#,
        r#"{"where": {"and": [{}, {"and": []}]}}"#,
    ] {
        for error in [
            songs.delete_with(filter).await.unwrap_err(),
            songs
                .patch_with(Song::patch().plays(1), filter)
                .await
                .unwrap_err(),
            ArtistRepository::new(&*db)
                .songs(1)
                .delete_with(filter)
                .await
                .unwrap_err(),
        ] {
            assert_eq!(
                (error.kind(), error.model()),
                (ErrorKind::InvalidFilter, Some("Song"))
            );
            let problem = &error.problems()[0];
            assert_eq!(problem.path(), "where");
            assert_eq!(
                problem.message(),
                "a condition is required, or every row would be written"
            );
        }
    }
    let filter = r#"{"where": {"id": 1}, "limit": 1, "order": "id", "fields": ["id"], "include": ["artist"]}"#;
    let error = songs.delete_with(filter).await.unwrap_err();
    let paths: Vec<&str> = error
        .problems()
        .iter()
        .map(|problem| problem.path())
        .collect();
    assert_eq!(paths, ["fields", "order", "limit", "include"]);
    assert_eq!(plays(&db).await.len(), 6);
}
