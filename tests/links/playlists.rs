//! Playlists and the tracks that they link to.

use crate::support::TestDb;
use relations::prelude::*;
use serde::Serialize;
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq, Model, Serialize)]
#[has_many(Track, through = PlaylistTrack)]
pub struct Playlist {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model, Serialize)]
#[has_many(Playlist, through = PlaylistTrack)]
#[has_one(Lyrics)]
pub struct Track {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
    pub seconds: Option<i64>,
    #[belongs_to(Album)]
    pub album_id: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Model, Serialize)]
pub struct PlaylistTrack {
    #[model(id)]
    #[belongs_to(Playlist)]
    pub playlist_id: i64,
    #[model(id)]
    #[belongs_to(Track)]
    pub track_id: i64,
    pub position: Option<i64>,
    #[model(unique)]
    pub slug: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Model, Serialize)]
#[has_many(Track)]
pub struct Album {
    #[model(id, generated)]
    pub id: i64,
    pub title: String,
}

#[derive(Debug, Clone, PartialEq, Model, Serialize)]
pub struct Lyrics {
    #[model(id, generated)]
    pub id: i64,
    pub words: String,
    #[belongs_to(Track)]
    pub track_id: i64,
}

pub(crate) const A: i64 = 1;
pub(crate) const B: i64 = 2;
pub(crate) const C: i64 = 3;
pub(crate) const ONE: i64 = 1;
pub(crate) const TWO: i64 = 2;
pub(crate) const THREE: i64 = 3;
pub(crate) const FOUR: i64 = 4;
pub(crate) const NOWHERE: i64 = 99;

/// The playlist `a` has the tracks one, two and three, from the last to the first; `b` has two and three; `c` has none.
pub(crate) async fn library(db: &TestDb) -> (PlaylistRepository<&Db>, TrackRepository<&Db>) {
    let schema = db.schema::<(Playlist, Track, PlaylistTrack, Album, Lyrics)>();
    schema.create().await.unwrap();
    let (playlists, tracks) = (PlaylistRepository::new(&**db), TrackRepository::new(&**db));
    for name in ["a", "b", "c"] {
        let draft = Playlist::draft().name(name);
        playlists.create(draft).await.unwrap();
    }
    let seconds = [
        ("one", Some(60)),
        ("two", Some(120)),
        ("three", Some(180)),
        ("four", None),
    ];
    for (name, seconds) in seconds {
        let draft = Track::draft().name(name).seconds(seconds);
        tracks.create(draft).await.unwrap();
    }
    db.execute("INSERT INTO playlist_track VALUES (1, 1, 3, NULL), (1, 2, 2, NULL), (1, 3, 1, 'first'), (2, 2, NULL, NULL), (2, 3, NULL, NULL)")
        .await;
    db.ran();
    (playlists, tracks)
}

type LinkRow = (i64, i64, Option<i64>);

pub(crate) const LINKS: [LinkRow; 5] = [
    (A, ONE, Some(3)),
    (A, TWO, Some(2)),
    (A, THREE, Some(1)),
    (B, TWO, None),
    (B, THREE, None),
];

pub(crate) async fn links(db: &Db) -> Vec<LinkRow> {
    let rows = PlaylistTrackRepository::new(db).find().all().await.unwrap();
    let links = rows.iter();
    links
        .map(|link| (link.playlist_id, link.track_id, link.position))
        .collect()
}

pub(crate) async fn links_of(db: &Db, playlist: i64) -> Vec<(i64, Option<i64>)> {
    let links = links(db).await.into_iter();
    let own = links.filter(|link| link.0 == playlist);
    own.map(|(_, track, position)| (track, position)).collect()
}

pub(crate) fn names(tracks: &[Track]) -> Vec<&str> {
    tracks.iter().map(|track| track.name.as_str()).collect()
}

pub(crate) fn shared(tracks: &[Arc<Track>]) -> Vec<&str> {
    tracks.iter().map(|track| track.name.as_str()).collect()
}

pub(crate) async fn all_names(tracks: &TrackRepository<&Db>) -> Vec<String> {
    let rows = tracks.find().all().await.unwrap();
    rows.into_iter().map(|track| track.name).collect()
}

/// The statements since the last call but for those that begin and end transactions: their first words.
pub(crate) fn verbs(db: &TestDb) -> Vec<String> {
    let sql = db.statements().into_iter();
    let first = sql.filter_map(|sql| sql.split(' ').next().map(str::to_owned));
    first
        .filter(|verb| ["SELECT", "INSERT", "UPDATE", "DELETE"].contains(&verb.as_str()))
        .collect()
}
