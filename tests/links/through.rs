//! `has_many` through links: the constrained repository, inclusion, predicates, nested drafts.

use crate::support::{Sql, TestDb, database_test, is_hostile};
use relations::ErrorKind;
use relations::prelude::*;
use serde::Serialize;
use serde_json::{json, to_value};
use std::sync::Arc;
use uuid::Uuid;

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

const A: i64 = 1;
const B: i64 = 2;
const C: i64 = 3;
const ONE: i64 = 1;
const TWO: i64 = 2;
const THREE: i64 = 3;
const FOUR: i64 = 4;
const NOWHERE: i64 = 99;

/// The playlist `a` has the tracks one, two and three, from the last to the first; `b` has two and three; `c` has none.
async fn library(db: &TestDb) -> (PlaylistRepository<&Db>, TrackRepository<&Db>) {
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

const LINKS: [LinkRow; 5] = [
    (A, ONE, Some(3)),
    (A, TWO, Some(2)),
    (A, THREE, Some(1)),
    (B, TWO, None),
    (B, THREE, None),
];

async fn links(db: &Db) -> Vec<LinkRow> {
    let rows = PlaylistTrackRepository::new(db).find().all().await.unwrap();
    let links = rows.iter();
    links
        .map(|link| (link.playlist_id, link.track_id, link.position))
        .collect()
}

async fn links_of(db: &Db, playlist: i64) -> Vec<(i64, Option<i64>)> {
    let links = links(db).await.into_iter();
    let own = links.filter(|link| link.0 == playlist);
    own.map(|(_, track, position)| (track, position)).collect()
}

fn names(tracks: &[Track]) -> Vec<&str> {
    tracks.iter().map(|track| track.name.as_str()).collect()
}

fn shared(tracks: &[Arc<Track>]) -> Vec<&str> {
    tracks.iter().map(|track| track.name.as_str()).collect()
}

async fn all_names(tracks: &TrackRepository<&Db>) -> Vec<String> {
    let rows = tracks.find().all().await.unwrap();
    rows.into_iter().map(|track| track.name).collect()
}

/// The statements since the last call but for those that begin and end transactions: their first words.
fn verbs(db: &TestDb) -> Vec<String> {
    let sql = db.statements().into_iter();
    let first = sql.filter_map(|sql| sql.split(' ').next().map(str::to_owned));
    first
        .filter(|verb| ["SELECT", "INSERT", "UPDATE", "DELETE"].contains(&verb.as_str()))
        .collect()
}

#[database_test]
async fn find_gives_the_linked_targets(db: TestDb) {
    let (playlists, tracks) = library(&db).await;
    let found = playlists.tracks(A).find().all().await.unwrap();
    assert_eq!(names(&found), ["one", "two", "three"]);
    db.assert_sql([Sql::Same(
        r#"SELECT "t0"."id", "t0"."name", "t0"."seconds", "t0"."album_id" FROM "track" AS "t0" WHERE "t0"."id" IN (SELECT "l0"."track_id" FROM "playlist_track" AS "l0" WHERE "l0"."playlist_id" = ?) ORDER BY "t0"."id" ASC"#,
    )]);
    assert_eq!(playlists.tracks(C).find().all().await.unwrap(), []);
    assert_eq!(playlists.tracks(NOWHERE).find().all().await.unwrap(), []);
    let b = playlists.find_by_id(B).get().await.unwrap();
    let found = playlists.tracks(&b).find().all().await.unwrap();
    assert_eq!(names(&found), ["two", "three"]);
    let found = tracks.playlists(TWO).find().all().await.unwrap();
    assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [A, B]);
}

#[database_test]
async fn find_filters_sorts_limits_and_includes(db: TestDb) {
    let (playlists, _) = library(&db).await;
    let of_a = playlists.tracks(A);
    let found = of_a
        .find()
        .filter(Track::SECONDS.gt(60))
        .order_by(Track::SECONDS.desc());
    assert_eq!(names(&found.all().await.unwrap()), ["three", "two"]);
    let page = of_a.find().order_by(Track::NAME.asc()).limit(1).offset(1);
    assert_eq!(names(&page.all().await.unwrap()), ["three"]);
    let either = Track::NAME.eq("four") | Track::NAME.eq("one");
    let found = of_a.find().filter(either).all().await.unwrap();
    assert_eq!(names(&found), ["one"]);
    let found = of_a
        .find()
        .filter(Track::ID.eq(TWO))
        .include(Track::PLAYLISTS)
        .all()
        .await
        .unwrap();
    let ids: Vec<i64> = found[0].playlists.iter().map(|row| row.id).collect();
    assert_eq!((found.len(), ids), (1, vec![A, B]));
    let found = of_a
        .find()
        .filter(Track::PLAYLISTS.none(Playlist::ID.eq(B)))
        .all()
        .await
        .unwrap();
    assert_eq!(names(&found), ["one"]);
}

#[database_test]
async fn find_by_id_finds_only_linked_targets(db: TestDb) {
    let (playlists, _) = library(&db).await;
    let of_b = playlists.tracks(B);
    assert_eq!(of_b.find_by_id(TWO).await.unwrap().unwrap().name, "two");
    assert_eq!(of_b.find_by_id(ONE).await.unwrap(), None);
    db.ran();
    let error = of_b.find_by_id(ONE).get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.relation(), Some("tracks"));
    assert_eq!(error.missing(), Some(relations::Missing::Target));
    // The row, and whether the source is there.
    assert_eq!(db.count(), 2);
    let two = of_b.find_by_id(TWO).include(Track::PLAYLISTS);
    assert_eq!(two.get().await.unwrap().playlists.len(), 2);
    let filtered = of_b.find_by_id(TWO).filter(Track::NAME.eq("three"));
    assert_eq!(filtered.await.unwrap(), None);
}

#[database_test]
async fn count_and_exists_look_at_linked_targets(db: TestDb) {
    let (playlists, _) = library(&db).await;
    let mut found = Vec::new();
    for id in [A, B, C, NOWHERE] {
        let tracks = playlists.tracks(id);
        found.push((
            tracks.count().await.unwrap(),
            tracks.exists().await.unwrap(),
        ));
    }
    assert_eq!(found, [(3, true), (2, true), (0, false), (0, false)]);
    assert_eq!(db.count(), 8);
    let long = playlists.tracks(A).find().filter(Track::SECONDS.gt(60));
    assert_eq!(long.count().await.unwrap(), 2);
}

#[database_test]
async fn create_makes_the_target_and_the_link(db: TestDb) {
    let (playlists, _) = library(&db).await;
    let five = playlists
        .tracks(C)
        .create(Track::draft().name("five").seconds(5))
        .await
        .unwrap();
    assert_eq!(verbs(&db), ["INSERT", "INSERT"]);
    assert_eq!(
        (five.id, five.name.as_str(), five.seconds),
        (5, "five", Some(5))
    );
    assert_eq!(links_of(&db, C).await, [(5, None)]);
    assert_eq!(playlists.tracks(C).find().all().await.unwrap(), [five]);
    assert_eq!(links(&db).await.len(), LINKS.len() + 1);
}

#[database_test]
async fn create_linked_fills_further_columns_of_the_link(db: TestDb) {
    let (playlists, _) = library(&db).await;
    let five = playlists
        .tracks(C)
        .create_linked(
            Track::draft().name("five"),
            PlaylistTrack::draft().position(7).slug("fifth"),
        )
        .await
        .unwrap();
    assert_eq!(verbs(&db), ["INSERT", "INSERT"]);
    let link = PlaylistTrackRepository::new(&*db)
        .find_by_id((C, five.id))
        .get()
        .await
        .unwrap();
    assert_eq!(
        (link.position, link.slug.as_deref()),
        (Some(7), Some("fifth"))
    );
}

#[database_test]
async fn create_all_is_one_statement_for_targets_and_one_for_links(db: TestDb) {
    let (playlists, _) = library(&db).await;
    let drafts = ["z", "x", "y"].map(|name| Track::draft().name(name));
    let created = playlists.tracks(C).create_all(drafts).await.unwrap();
    assert_eq!(verbs(&db), ["INSERT", "INSERT"]);
    assert_eq!(names(&created), ["z", "x", "y"]);
    assert_eq!(links_of(&db, C).await, [(5, None), (6, None), (7, None)]);
    let none: [Track; 0] = playlists
        .tracks(C)
        .create_all(["x"; 0].map(|name| Track::draft().name(name)))
        .await
        .unwrap()
        .try_into()
        .unwrap();
    assert_eq!(none, []);
    assert_eq!(
        verbs(&db).iter().filter(|verb| *verb == "INSERT").count(),
        0
    );
}

#[database_test]
async fn create_for_a_source_that_is_not_there_leaves_nothing(db: TestDb) {
    let (playlists, tracks) = library(&db).await;
    let of_none = playlists.tracks(NOWHERE);
    let five = || Track::draft().name("five");
    let errors = [
        of_none.create(five()).await.unwrap_err(),
        of_none
            .create_linked(five(), PlaylistTrack::draft().position(1))
            .await
            .unwrap_err(),
        of_none.create_all([five(), five()]).await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation, "{error:?}");
        assert_eq!(error.relation(), Some("tracks"), "{error}");
        assert!(error.to_string().contains("Playlist.tracks"), "{error}");
        assert!(error.to_string().contains("99"), "{error}");
    }
    assert_eq!(all_names(&tracks).await, ["one", "two", "three", "four"]);
    assert_eq!(links(&db).await, LINKS);
}

#[database_test]
async fn a_link_that_fails_takes_the_new_target_with_it(db: TestDb) {
    let (playlists, tracks) = library(&db).await;
    let error = playlists
        .tracks(C)
        .create_linked(
            Track::draft().name("five"),
            PlaylistTrack::draft().slug("first"),
        )
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{error:?}");
    assert_eq!(error.model(), Some("PlaylistTrack"));
    assert_eq!(all_names(&tracks).await, ["one", "two", "three", "four"]);
    assert_eq!(links(&db).await, LINKS);
}

#[database_test]
async fn link_data_that_contradicts_a_key_is_refused(db: TestDb) {
    let (playlists, tracks) = library(&db).await;
    let link = |playlist_id, track_id| PlaylistTrack {
        playlist_id,
        track_id,
        position: Some(9),
        slug: None,
    };
    let of_c = playlists.tracks(C);
    let five = || Track::draft().name("five");
    let error = of_c.create_linked(five(), link(B, 5)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConstraintMismatch, "{error:?}");
    assert_eq!(error.relation(), Some("tracks"));
    assert!(verbs(&db).is_empty());
    let error = of_c.create_linked(five(), link(C, ONE)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConstraintMismatch, "{error:?}");
    for link in [link(B, FOUR), link(C, ONE)] {
        db.ran();
        let error = of_c.link_with(FOUR, link).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConstraintMismatch, "{error:?}");
        assert!(verbs(&db).is_empty());
    }
    assert_eq!(all_names(&tracks).await, ["one", "two", "three", "four"]);
    assert_eq!(links(&db).await, LINKS);
    of_c.link_with(FOUR, link(C, FOUR)).await.unwrap();
    assert_eq!(links_of(&db, C).await, [(FOUR, Some(9))]);
}

#[database_test]
async fn link_makes_one_row_however_often_it_is_called(db: TestDb) {
    let (playlists, tracks) = library(&db).await;
    playlists.tracks(C).link(ONE).await.unwrap();
    let insert = Sql::Each {
        sqlite: r#"INSERT INTO "playlist_track" ("playlist_id", "track_id") VALUES (?, ?) ON CONFLICT  DO NOTHING"#,
        postgres: r#"INSERT INTO "playlist_track" ("playlist_id", "track_id") VALUES ($1, $2) ON CONFLICT  DO NOTHING"#,
        mysql: "INSERT INTO `playlist_track` (`playlist_id`, `track_id`) VALUES (?, ?) ON DUPLICATE KEY UPDATE `playlist_id` = `playlist_id`",
    };
    assert_eq!(db.statements()[0], insert.of(db.dialect()));
    assert_eq!(links_of(&db, C).await, [(ONE, None)]);
    db.ran();
    playlists.tracks(C).link(ONE).await.unwrap();
    assert_eq!(verbs(&db), ["INSERT", "SELECT"]);
    tracks.playlists(ONE).link(C).await.unwrap();
    assert_eq!(links_of(&db, C).await, [(ONE, None)]);
    playlists.tracks(A).link(ONE).await.unwrap();
    assert_eq!(links(&db).await.len(), LINKS.len() + 1);
    assert_eq!(links_of(&db, A).await[0], (ONE, Some(3)));
}

#[database_test]
async fn link_with_fills_a_new_link_and_leaves_one_that_is_there(db: TestDb) {
    let (playlists, _) = library(&db).await;
    let at = |position: i64| PlaylistTrack::draft().position(position);
    playlists.tracks(C).link_with(FOUR, at(5)).await.unwrap();
    playlists.tracks(C).link_with(FOUR, at(6)).await.unwrap();
    playlists.tracks(A).link_with(ONE, at(8)).await.unwrap();
    assert_eq!(links_of(&db, C).await, [(FOUR, Some(5))]);
    assert_eq!(links_of(&db, A).await, links_of_a());
}

fn links_of_a() -> Vec<(i64, Option<i64>)> {
    vec![(ONE, Some(3)), (TWO, Some(2)), (THREE, Some(1))]
}

#[database_test]
async fn link_all_takes_repetitions_and_what_is_linked(db: TestDb) {
    let (playlists, _) = library(&db).await;
    playlists
        .tracks(B)
        .link_all([ONE, TWO, ONE, FOUR, TWO])
        .await
        .unwrap();
    assert_eq!(
        verbs(&db).iter().filter(|verb| *verb == "INSERT").count(),
        1
    );
    let now = [(ONE, None), (TWO, None), (THREE, None), (FOUR, None)];
    assert_eq!(links_of(&db, B).await, now);
    playlists.tracks(A).link_all([THREE, FOUR]).await.unwrap();
    let now = [links_of_a(), vec![(FOUR, None)]].concat();
    assert_eq!(links_of(&db, A).await, now);
    playlists.tracks(C).link_all([ONE; 0]).await.unwrap();
    assert_eq!(links_of(&db, C).await, []);
}

#[database_test]
async fn more_links_than_one_statement_takes(db: TestDb) {
    let (playlists, tracks) = library(&db).await;
    let drafts = (0..17_000).map(|n| Track::draft().name(n.to_string()));
    let many = tracks.create_all(drafts).await.unwrap();
    let many = || many.iter().map(|track| track.id);
    let of_c = playlists.tracks(C);
    of_c.link(FOUR).await.unwrap();
    of_c.link_all(many()).await.unwrap();
    assert_eq!(of_c.count().await.unwrap(), 17_001);
    of_c.link_all(many().rev()).await.unwrap();
    of_c.set(many().skip(1)).await.unwrap();
    assert_eq!(of_c.count().await.unwrap(), 16_999);
    assert!(!of_c.is_linked(FOUR).await.unwrap());
    assert_eq!(of_c.unlink_each(many().skip(9)).await.unwrap(), 16_991);
    assert_eq!(links_of(&db, C).await.len(), 8);
    let row = playlists
        .find_by_id(A)
        .include(Playlist::TRACKS)
        .get()
        .await
        .unwrap();
    assert_eq!(shared(&row.tracks), ["one", "two", "three"]);
}

#[database_test]
async fn rows_are_linked_where_the_database_does_not_return_them(db: TestDb) {
    library(&db).await;
    let plain = match db.dialect() {
        #[cfg(feature = "mysql")]
        relations::Dialect::MySql { .. } => db.without_returning(),
        _ => (*db).clone(),
    };
    let (playlists, tracks) = (
        PlaylistRepository::new(&plain),
        TrackRepository::new(&plain),
    );
    let of_c = playlists.tracks(C);
    let drafts = ["z", "y"].map(|name| Track::draft().name(name));
    let created = of_c.create_all(drafts).await.unwrap();
    assert_eq!(names(&created), ["z", "y"]);
    let x = of_c
        .create_linked(Track::draft().name("x"), PlaylistTrack::draft().position(4))
        .await
        .unwrap();
    assert_eq!(links_of(&db, C).await, [(5, None), (6, None), (7, Some(4))]);
    of_c.link(x.id).await.unwrap();
    of_c.set([x.id, ONE]).await.unwrap();
    assert_eq!(links_of(&db, C).await, [(ONE, None), (7, Some(4))]);
    let taken = PlaylistTrack::draft().slug("first");
    let error = of_c
        .create_linked(Track::draft().name("w"), taken)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{error:?}");
    let draft = Playlist::draft().name("d").tracks([
        (Track::draft().name("v"), PlaylistTrack::draft().position(2)),
        (Track::draft().name("u"), PlaylistTrack::draft().position(1)),
    ]);
    let d = playlists.create(draft).await.unwrap();
    let row = playlists
        .find_by_id(d.id)
        .include(Playlist::TRACKS.order_by_links(PlaylistTrack::POSITION.asc()))
        .get()
        .await
        .unwrap();
    assert_eq!(shared(&row.tracks), ["u", "v"]);
    assert_eq!(
        of_c.patch(Track::patch().seconds(1))
            .all_rows()
            .await
            .unwrap(),
        2
    );
    assert_eq!(of_c.delete().all_rows().await.unwrap(), 1);
    assert!(tracks.find_by_id(x.id).await.unwrap().is_none());
}

#[database_test]
async fn links_to_or_from_rows_that_are_not_there_are_refused(db: TestDb) {
    let (playlists, _) = library(&db).await;
    let errors = [
        playlists.tracks(C).link(NOWHERE).await.unwrap_err(),
        playlists.tracks(NOWHERE).link(ONE).await.unwrap_err(),
        playlists
            .tracks(C)
            .link_with(NOWHERE, PlaylistTrack::draft().position(1))
            .await
            .unwrap_err(),
        playlists
            .tracks(C)
            .link_all([ONE, NOWHERE, TWO])
            .await
            .unwrap_err(),
        playlists.tracks(NOWHERE).link_all([ONE]).await.unwrap_err(),
        playlists.tracks(A).set([FOUR, NOWHERE]).await.unwrap_err(),
        playlists.tracks(NOWHERE).set([ONE]).await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation, "{error:?}");
        assert_eq!(error.model(), Some("PlaylistTrack"));
        assert_eq!(error.relation(), Some("tracks"), "{error}");
    }
    assert_eq!(links(&db).await, LINKS);
    let missing = playlists.tracks(C).link(NOWHERE).await.unwrap_err();
    assert!(
        missing.to_string().contains("refers to no `Track`"),
        "{missing}"
    );
    let missing = playlists.tracks(NOWHERE).link(ONE).await.unwrap_err();
    assert!(
        missing.to_string().contains("refers to no `Playlist`"),
        "{missing}"
    );
}

#[database_test]
async fn unlink_removes_links_and_keeps_targets(db: TestDb) {
    let (playlists, tracks) = library(&db).await;
    assert_eq!(playlists.tracks(A).unlink(TWO).await.unwrap(), 1);
    assert_eq!(playlists.tracks(A).unlink(TWO).await.unwrap(), 0);
    assert_eq!(playlists.tracks(C).unlink(TWO).await.unwrap(), 0);
    assert_eq!(playlists.tracks(A).unlink(NOWHERE).await.unwrap(), 0);
    assert_eq!(db.count(), 4);
    assert_eq!(links_of(&db, A).await, [(ONE, Some(3)), (THREE, Some(1))]);
    assert_eq!(links_of(&db, B).await, [(TWO, None), (THREE, None)]);
    assert_eq!(tracks.find().count().await.unwrap(), 4);
}

#[database_test]
async fn unlink_each_removes_the_links_there_are(db: TestDb) {
    let (playlists, tracks) = library(&db).await;
    let of_a = playlists.tracks(A);
    let each = [ONE, THREE, ONE, FOUR, NOWHERE];
    assert_eq!(of_a.unlink_each(each).await.unwrap(), 2);
    assert_eq!(verbs(&db), ["DELETE"]);
    assert_eq!(of_a.unlink_each([ONE; 0]).await.unwrap(), 0);
    assert_eq!(links_of(&db, A).await, [(TWO, Some(2))]);
    assert_eq!(links_of(&db, B).await, [(TWO, None), (THREE, None)]);
    assert_eq!(tracks.find().count().await.unwrap(), 4);
}

#[database_test]
async fn unlink_all_removes_the_links_of_one_source(db: TestDb) {
    let (playlists, tracks) = library(&db).await;
    assert_eq!(playlists.tracks(A).unlink_all().await.unwrap(), 3);
    assert_eq!(playlists.tracks(A).unlink_all().await.unwrap(), 0);
    assert_eq!(playlists.tracks(C).unlink_all().await.unwrap(), 0);
    assert_eq!(links(&db).await, LINKS[3..]);
    assert_eq!(tracks.find().count().await.unwrap(), 4);
}

#[database_test]
async fn is_linked_asks_for_one_pair(db: TestDb) {
    let (playlists, tracks) = library(&db).await;
    let mut found = Vec::new();
    for (playlist, track) in [(A, ONE), (B, ONE), (C, TWO), (NOWHERE, ONE), (A, NOWHERE)] {
        found.push(playlists.tracks(playlist).is_linked(track).await.unwrap());
    }
    assert_eq!(found, [true, false, false, false, false]);
    assert_eq!(db.count(), 5);
    assert!(tracks.playlists(THREE).is_linked(B).await.unwrap());
}

#[database_test]
async fn of_sets_at_once_one_holds(db: TestDb) {
    library(&db).await;
    let playlists = PlaylistRepository::new(Db::clone(&db));
    for _ in 0..5 {
        let sets = [[ONE, TWO], [THREE, FOUR]].map(|tracks| {
            let playlists = playlists.clone();
            tokio::spawn(async move { playlists.tracks(C).set(tracks).await })
        });
        for set in sets {
            set.await.unwrap().unwrap();
        }
        let linked: Vec<i64> = links_of(&db, C)
            .await
            .into_iter()
            .map(|(track, _)| track)
            .collect();
        assert!(
            [[ONE, TWO], [THREE, FOUR]]
                .iter()
                .any(|set| linked == set[..]),
            "{linked:?}"
        );
    }
}

#[database_test]
async fn set_links_exactly_these(db: TestDb) {
    let (playlists, tracks) = library(&db).await;
    playlists.tracks(A).set([FOUR, THREE, FOUR]).await.unwrap();
    assert!(verbs(&db).len() <= 4);
    assert_eq!(links_of(&db, A).await, [(THREE, Some(1)), (FOUR, None)]);
    assert_eq!(links_of(&db, B).await, [(TWO, None), (THREE, None)]);
    playlists.tracks(C).set([ONE]).await.unwrap();
    assert_eq!(links_of(&db, C).await, [(ONE, None)]);
    playlists.tracks(A).set([THREE, FOUR]).await.unwrap();
    assert_eq!(links_of(&db, A).await, [(THREE, Some(1)), (FOUR, None)]);
    playlists.tracks(A).set([ONE; 0]).await.unwrap();
    assert_eq!(links_of(&db, A).await, []);
    assert_eq!(links_of(&db, B).await, [(TWO, None), (THREE, None)]);
    assert_eq!(tracks.find().count().await.unwrap(), 4);
}

#[database_test]
async fn patch_changes_linked_targets(db: TestDb) {
    let (playlists, tracks) = library(&db).await;
    let seconds = async || {
        let rows = tracks.find().all().await.unwrap();
        rows.iter().map(|row| row.seconds).collect::<Vec<_>>()
    };
    let to = |seconds: i64| Track::patch().seconds(seconds);
    let of_b = playlists.tracks(B);
    assert_eq!(of_b.patch(to(7)).all_rows().await.unwrap(), 2);
    assert_eq!(db.count(), 1);
    assert_eq!(seconds().await, [Some(60), Some(7), Some(7), None]);
    let three = Track::NAME.eq("three") | Track::NAME.eq("one");
    assert_eq!(of_b.patch(to(8)).filter(three).await.unwrap(), 1);
    assert_eq!(seconds().await, [Some(60), Some(7), Some(8), None]);
    assert_eq!(of_b.patch_by_id(TWO, to(9)).await.unwrap(), 1);
    assert_eq!(of_b.patch_by_id(TWO, to(9)).await.unwrap(), 1);
    assert_eq!(of_b.patch_by_id(ONE, to(9)).await.unwrap(), 0);
    assert_eq!(
        playlists.tracks(C).patch(to(1)).all_rows().await.unwrap(),
        0
    );
    let alone = Track::PLAYLISTS.none(Playlist::NAME.eq("b"));
    let patched = playlists.tracks(A).patch(to(2)).filter(alone).await;
    assert_eq!(patched.unwrap(), 1);
    assert_eq!(seconds().await, [Some(2), Some(9), Some(8), None]);
    db.ran();
    let error = of_b.patch(Track::patch()).all_rows().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::EmptyPatch);
    assert_eq!(db.count(), 0);
}

#[database_test]
async fn delete_spares_targets_that_others_link_to(db: TestDb) {
    let (playlists, tracks) = library(&db).await;
    assert_eq!(playlists.tracks(A).delete().all_rows().await.unwrap(), 1);
    assert_eq!(verbs(&db), ["SELECT", "DELETE", "DELETE"]);
    assert_eq!(all_names(&tracks).await, ["two", "three", "four"]);
    assert_eq!(links(&db).await, LINKS[3..]);
    assert_eq!(playlists.tracks(B).delete().all_rows().await.unwrap(), 2);
    assert_eq!(all_names(&tracks).await, ["four"]);
    assert_eq!(links(&db).await, []);
    assert_eq!(playlists.find().count().await.unwrap(), 3);
}

#[database_test]
async fn delete_by_a_filter_takes_target_and_link(db: TestDb) {
    let (playlists, tracks) = library(&db).await;
    let of_a = playlists.tracks(A);
    let none = of_a.delete().filter(Track::NAME.eq("four"));
    assert_eq!(none.await.unwrap(), 0);
    assert_eq!(links(&db).await, LINKS);
    let one = of_a.delete().filter(Track::NAME.eq("one"));
    assert_eq!(one.await.unwrap(), 1);
    assert_eq!(all_names(&tracks).await, ["two", "three", "four"]);
    assert_eq!(links(&db).await, LINKS[1..]);
    let two = Track::PLAYLISTS.some(Playlist::NAME.eq("b")) & Track::NAME.eq("two");
    assert_eq!(of_a.delete().filter(two).await.unwrap(), 0);
    assert_eq!(links(&db).await, LINKS[2..]);
    assert_eq!(all_names(&tracks).await, ["two", "three", "four"]);
}

#[database_test]
async fn delete_by_id_takes_only_a_linked_target(db: TestDb) {
    let (playlists, tracks) = library(&db).await;
    let of_a = playlists.tracks(A);
    assert_eq!(of_a.delete_by_id(ONE).await.unwrap(), 1);
    assert_eq!(of_a.delete_by_id(TWO).await.unwrap(), 0);
    assert_eq!(of_a.delete_by_id(FOUR).await.unwrap(), 0);
    assert_eq!(of_a.delete_by_id(NOWHERE).await.unwrap(), 0);
    assert_eq!(links(&db).await, LINKS[2..]);
    assert_eq!(all_names(&tracks).await, ["two", "three", "four"]);
}

#[database_test]
async fn delete_without_links_does_nothing(db: TestDb) {
    let (playlists, tracks) = library(&db).await;
    for id in [C, NOWHERE] {
        assert_eq!(playlists.tracks(id).delete().all_rows().await.unwrap(), 0);
    }
    assert_eq!(links(&db).await, LINKS);
    assert_eq!(tracks.find().count().await.unwrap(), 4);
}

#[database_test]
async fn a_delete_that_fails_keeps_targets_and_links(db: TestDb) {
    let (playlists, tracks) = library(&db).await;
    tracks
        .lyrics(ONE)
        .create(Lyrics::draft().words("la"))
        .await
        .unwrap();
    let of_a = playlists.tracks(A);
    let errors = [
        of_a.delete().all_rows().await.unwrap_err(),
        of_a.delete_by_id(ONE).await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation, "{error:?}");
        assert_eq!(error.model(), Some("Track"));
        assert_eq!(error.relation(), Some("lyrics"), "{error}");
    }
    assert_eq!(links(&db).await, LINKS);
    assert_eq!(tracks.find().count().await.unwrap(), 4);
}

#[database_test]
async fn links_of_one_pair_at_once_leave_one_row(db: TestDb) {
    library(&db).await;
    let tasks = (0..40).map(|n| {
        let db = (*db).clone();
        tokio::spawn(async move {
            let playlists = PlaylistRepository::new(db);
            let tracks = playlists.tracks(C);
            match n % 4 {
                0 => tracks.link_with(FOUR, PlaylistTrack::draft().position(1)),
                _ => tracks.link(FOUR),
            }
            .await
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap().unwrap();
    }
    assert_eq!(links_of(&db, C).await.len(), 1);
    assert_eq!(links(&db).await.len(), LINKS.len() + 1);
}

#[database_test]
async fn a_unique_value_of_another_link_is_not_swallowed(db: TestDb) {
    let (playlists, _) = library(&db).await;
    let slug = || PlaylistTrack::draft().slug("first");
    for (playlist, track) in [(C, FOUR), (C, THREE), (A, FOUR)] {
        let error = playlists
            .tracks(playlist)
            .link_with(track, slug())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{error:?}");
        assert_eq!(error.model(), Some("PlaylistTrack"));
    }
    assert_eq!(links(&db).await, LINKS);
    playlists.tracks(A).link_with(THREE, slug()).await.unwrap();
    playlists.tracks(A).link_with(ONE, slug()).await.unwrap();
    assert_eq!(links(&db).await, LINKS);
}

#[database_test]
async fn a_transaction_takes_targets_and_links_back(db: TestDb) {
    let (playlists, tracks) = library(&db).await;
    let error = db
        .transaction(async |tx| {
            let inside = PlaylistRepository::new(&tx);
            let five = inside.tracks(C).create(Track::draft().name("five")).await?;
            inside.tracks(C).link(ONE).await?;
            inside.tracks(A).set([five.id, TWO]).await?;
            inside.tracks(B).delete().all_rows().await?;
            inside.tracks(C).unlink_all().await?;
            let found = inside.tracks(A).find().all().await?;
            assert_eq!(names(&found), ["two", "five"]);
            assert_eq!(inside.tracks(B).count().await?, 0);
            inside.find_by_id(NOWHERE).get().await
        })
        .await
        .unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(all_names(&tracks).await, ["one", "two", "three", "four"]);
    assert_eq!(links(&db).await, LINKS);
    assert_eq!(playlists.tracks(B).count().await.unwrap(), 2);
}

#[database_test]
async fn an_operation_that_fails_leaves_its_transaction_usable(db: TestDb) {
    let (_, tracks) = library(&db).await;
    tracks
        .lyrics(ONE)
        .create(Lyrics::draft().words("la"))
        .await
        .unwrap();
    db.transaction(async |tx| {
        let inside = PlaylistRepository::new(&tx);
        inside.tracks(C).create(Track::draft().name("five")).await?;
        let taken = PlaylistTrack::draft().slug("first");
        let six = Track::draft().name("six");
        let refused = inside.tracks(C).create_linked(six, taken).await;
        assert!(refused.unwrap_err().is_already_exists());
        let refused = inside.tracks(A).set([NOWHERE, FOUR]).await;
        assert!(refused.unwrap_err().is_foreign_key_violation());
        let refused = inside.tracks(A).link_all([FOUR, NOWHERE]).await;
        assert!(refused.unwrap_err().is_foreign_key_violation());
        let refused = inside.tracks(A).delete().all_rows().await;
        assert!(refused.unwrap_err().is_foreign_key_violation());
        let refused = tx
            .transaction(async |inner| {
                PlaylistRepository::new(&inner)
                    .tracks(C)
                    .link(NOWHERE)
                    .await
            })
            .await;
        assert!(refused.unwrap_err().is_foreign_key_violation());
        inside.tracks(C).link(FOUR).await
    })
    .await
    .unwrap();
    let now = ["one", "two", "three", "four", "five"];
    assert_eq!(all_names(&tracks).await, now);
    assert_eq!(links(&db).await[..3], LINKS[..3]);
    assert_eq!(links_of(&db, C).await[0], (FOUR, None));
    assert_eq!(links_of(&db, C).await.len(), 2);
}

#[database_test]
async fn a_link_that_another_made_meanwhile_is_there(db: TestDb) {
    if !db.can.concurrent_writers {
        return;
    }
    let (playlists, _) = library(&db).await;
    let linked = db
        .transaction(async |tx| {
            let inside = PlaylistRepository::new(&tx);
            assert_eq!(inside.tracks(C).count().await?, 0);
            playlists.tracks(C).link(FOUR).await?;
            inside.tracks(C).link(FOUR).await
        })
        .await;
    if let Err(error) = linked {
        assert!(error.is_retryable(), "{error:?}");
    }
    assert_eq!(links_of(&db, C).await, [(FOUR, None)]);
}

#[database_test]
async fn users_follow_users_both_ways(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(
        User,
        name = "followees",
        through(Follow, key_from = "follower_id", key_to = "followee_id")
    )]
    #[has_many(
        User,
        name = "followers",
        through(Follow, key_from = "followee_id", key_to = "follower_id")
    )]
    pub struct User {
        #[model(id, generated)]
        pub id: i64,
        pub name: String,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Follow {
        #[model(id)]
        #[belongs_to(User)]
        pub follower_id: i64,
        #[model(id)]
        #[belongs_to(User)]
        pub followee_id: i64,
    }

    db.schema::<(User, Follow)>().create().await.unwrap();
    let users = UserRepository::new(&*db);
    let ann = users.create(User::draft().name("Ann")).await.unwrap();
    let bob = users
        .followees(ann.id)
        .create(User::draft().name("Bob"))
        .await
        .unwrap();
    let follows = async || FollowRepository::new(&*db).find().all().await.unwrap();
    let follow = |follower_id, followee_id| Follow {
        follower_id,
        followee_id,
    };
    assert_eq!(follows().await, [follow(ann.id, bob.id)]);
    let cid = users
        .followers(bob.id)
        .create(User::draft().name("Cid"))
        .await
        .unwrap();
    users
        .followees(&ann)
        .link_all([cid.id, ann.id])
        .await
        .unwrap();
    let all = [
        follow(ann.id, ann.id),
        follow(ann.id, bob.id),
        follow(ann.id, cid.id),
        follow(cid.id, bob.id),
    ];
    assert_eq!(follows().await, all);
    let found = users.followees(ann.id).find().all().await.unwrap();
    assert_eq!(found, [ann.clone(), bob.clone(), cid.clone()]);
    let found = users.followers(bob.id).find().all().await.unwrap();
    assert_eq!(found, [ann.clone(), cid.clone()]);

    db.ran();
    let rows = users
        .find()
        .include(User::FOLLOWEES)
        .include(User::FOLLOWERS)
        .all()
        .await
        .unwrap();
    assert_eq!(db.count(), 3);
    let ids = |users: &[Arc<User>]| users.iter().map(|user| user.id).collect::<Vec<_>>();
    let both: Vec<(Vec<i64>, Vec<i64>)> = rows
        .iter()
        .map(|row| (ids(&row.followees), ids(&row.followers)))
        .collect();
    assert_eq!(
        both,
        [
            (vec![ann.id, bob.id, cid.id], vec![ann.id]),
            (vec![], vec![ann.id, cid.id]),
            (vec![bob.id], vec![ann.id]),
        ]
    );
    let rows = users
        .find()
        .filter(User::ID.eq(ann.id))
        .include(User::FOLLOWERS.include(User::FOLLOWEES))
        .all()
        .await
        .unwrap();
    assert_eq!(
        ids(&rows[0].followers[0].followees),
        [ann.id, bob.id, cid.id]
    );
    let found = users
        .find()
        .filter(
            User::FOLLOWERS.some(User::FOLLOWERS.some(User::NAME.eq("Ann")) & User::NAME.eq("Cid")),
        )
        .all()
        .await
        .unwrap();
    assert_eq!(found, [bob.clone()]);

    let error = users.followees(NOWHERE).link(ann.id).await.unwrap_err();
    assert_eq!(error.relation(), Some("followees"));
    assert!(error.to_string().contains("`follower_id`"), "{error}");
    let error = users.followers(ann.id).link(NOWHERE).await.unwrap_err();
    assert_eq!(error.relation(), Some("followers"));
    assert!(error.to_string().contains("`follower_id`"), "{error}");
    let patched = users.followees(ann.id).patch(User::patch().name("x"));
    assert_eq!(patched.all_rows().await.unwrap(), 3);
    assert_eq!(users.followees(ann.id).unlink(bob.id).await.unwrap(), 1);
    assert_eq!(users.followers(bob.id).unlink_all().await.unwrap(), 1);
    assert_eq!(
        users.followees(ann.id).delete_by_id(bob.id).await.unwrap(),
        0
    );
    users.followees(ann.id).link(bob.id).await.unwrap();
    assert_eq!(
        users.followees(ann.id).delete_by_id(bob.id).await.unwrap(),
        1
    );
    assert_eq!(
        follows().await,
        [follow(ann.id, ann.id), follow(ann.id, cid.id)]
    );
}

#[database_test]
async fn a_has_many_beside_one_through_links(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Team, name = "owned", key_to = "owner_id")]
    #[has_many(Team, through = Membership)]
    pub struct Person {
        #[model(id, generated)]
        pub id: i64,
        pub name: String,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Person, name = "members", through = Membership)]
    pub struct Team {
        #[model(id, generated)]
        pub id: i64,
        pub name: String,
        #[belongs_to(Person)]
        pub owner_id: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Membership {
        #[model(id, generated)]
        pub id: i64,
        pub role: Option<String>,
        #[belongs_to(Person)]
        pub person_id: i64,
        #[belongs_to(Team)]
        pub team_id: i64,
    }

    db.schema::<(Person, Team, Membership)>()
        .create()
        .await
        .unwrap();
    let (people, teams) = (PersonRepository::new(&*db), TeamRepository::new(&*db));
    let ann = people.create(Person::draft().name("Ann")).await.unwrap();
    let bob = people.create(Person::draft().name("Bob")).await.unwrap();
    let red = people
        .owned(ann.id)
        .create(Team::draft().name("red"))
        .await
        .unwrap();
    let blue = people
        .teams(ann.id)
        .create_linked(
            Team::draft().name("blue").owner_id(bob.id),
            Membership::draft().role("captain"),
        )
        .await
        .unwrap();
    people.teams(&bob).link(blue.id).await.unwrap();
    people.teams(&bob).link(blue.id).await.unwrap();
    people.teams(&ann).link(blue.id).await.unwrap();
    teams
        .members(blue.id)
        .link_all([ann.id, bob.id])
        .await
        .unwrap();
    let memberships = MembershipRepository::new(&*db).find().all().await.unwrap();
    let roles: Vec<_> = memberships
        .iter()
        .map(|row| (row.person_id, row.team_id, row.role.as_deref()))
        .collect();
    assert_eq!(
        roles,
        [(ann.id, blue.id, Some("captain")), (bob.id, blue.id, None)]
    );
    let rows = people
        .find()
        .include(Person::OWNED)
        .include(Person::TEAMS)
        .all()
        .await
        .unwrap();
    assert_eq!(rows[0].owned, [red.clone()]);
    assert_eq!(rows[0].teams, [Arc::new(blue.clone())]);
    assert_eq!(rows[1].owned, [blue.clone()]);
    assert!(Arc::ptr_eq(&rows[0].teams[0], &rows[1].teams[0]));
    let owners = people
        .find()
        .filter(Person::OWNED.some(Team::MEMBERS.some(Person::NAME.eq("Bob"))));
    assert_eq!(owners.all().await.unwrap(), [bob.clone()]);
    people.teams(ann.id).set([red.id, blue.id]).await.unwrap();
    assert_eq!(
        teams.members(red.id).find().all().await.unwrap(),
        [ann.clone()]
    );
    let memberships = MembershipRepository::new(&*db);
    let kept = memberships.find().filter(Membership::ROLE.eq("captain"));
    assert_eq!(kept.count().await.unwrap(), 1);
    assert_eq!(people.teams(ann.id).delete().all_rows().await.unwrap(), 1);
    assert_eq!(teams.find().all().await.unwrap(), [blue]);
}

#[database_test]
async fn composite_keys_on_both_sides(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Line, key_to = ["operator", "code"], through = Stop)]
    pub struct City {
        #[model(id, length = 20)]
        pub country: String,
        #[model(id)]
        pub number: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(City, key_to = ["country", "number"], through(Stop, key_from = ["operator", "code"], key_to = ["country", "number"]))]
    pub struct Line {
        #[model(id, length = 20)]
        pub operator: String,
        #[model(id, length = 20)]
        pub code: String,
        pub name: Option<String>,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[belongs_to(City, key_from = ["country", "number"])]
    #[belongs_to(Line, key_from = ["operator", "code"])]
    pub struct Stop {
        #[model(id, length = 20)]
        pub country: String,
        #[model(id)]
        pub number: i64,
        #[model(id, length = 20)]
        pub operator: String,
        #[model(id, length = 20)]
        pub code: String,
        pub minute: Option<i64>,
    }

    db.schema::<(City, Line, Stop)>().create().await.unwrap();
    db.execute("INSERT INTO city VALUES ('NO', 1), ('SE', 1), ('SE', 2)")
        .await;
    db.execute("INSERT INTO line VALUES ('NSB', 'x', NULL), ('SJ', 'x', NULL), ('SJ', 'y', NULL)")
        .await;
    let (cities, lines) = (CityRepository::new(&*db), LineRepository::new(&*db));
    let se = |number: i64| ("SE".to_owned(), number);
    let line = |operator: &str, code: &str| (operator.to_owned(), code.to_owned());
    let x = line("SJ", "x");
    cities
        .lines(se(1))
        .link_all([x.clone(), line("NSB", "x"), x.clone()])
        .await
        .unwrap();
    cities.lines(se(1)).link(("SJ", "x")).await.unwrap();
    cities
        .lines(se(2))
        .link_with(x.clone(), Stop::draft().minute(9))
        .await
        .unwrap();
    lines.cities(x.clone()).link(("NO", 1)).await.unwrap();
    let codes = |lines: &[Line]| {
        lines
            .iter()
            .map(|line| format!("{} {}", line.operator, line.code))
            .collect::<Vec<_>>()
    };
    let found = cities.lines(se(1)).find().all().await.unwrap();
    assert_eq!(codes(&found), ["NSB x", "SJ x"]);
    assert!(cities.lines(se(2)).is_linked(("SJ", "x")).await.unwrap());
    assert!(!cities.lines(se(2)).is_linked(("NSB", "x")).await.unwrap());
    assert!(!cities.lines(se(2)).is_linked(("SJ", "y")).await.unwrap());
    let created = cities
        .lines(se(2))
        .create(Line::draft().operator("SJ").code("z"))
        .await
        .unwrap();
    assert_eq!(created.code, "z");

    db.ran();
    let rows = cities
        .find()
        .include(City::LINES.counted())
        .all()
        .await
        .unwrap();
    assert_eq!(db.count(), 3);
    let found: Vec<(u64, Vec<&str>)> = rows
        .iter()
        .map(|row| {
            (
                row.lines.count,
                row.lines.iter().map(|line| line.code.as_str()).collect(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [(1, vec!["x"]), (2, vec!["x", "x"]), (2, vec!["x", "z"])]
    );
    assert!(Arc::ptr_eq(&rows[0].lines[0], &rows[1].lines[1]));
    let found = cities
        .find()
        .filter(City::LINES.some(Line::CODE.eq("z")))
        .all()
        .await
        .unwrap();
    assert_eq!(
        found.iter().map(|city| city.number).collect::<Vec<_>>(),
        [2]
    );

    cities
        .lines(se(2))
        .set([x.clone(), line("SJ", "y")])
        .await
        .unwrap();
    let stops = StopRepository::new(&*db);
    let stop = stops.find().filter(Stop::MINUTE.eq(9));
    assert_eq!(stop.count().await.unwrap(), 1);
    let found = cities.lines(se(2)).find().all().await.unwrap();
    assert_eq!(codes(&found), ["SJ x", "SJ y"]);
    let named = Line::patch().name("night");
    assert_eq!(
        cities.lines(se(2)).patch(named).all_rows().await.unwrap(),
        2
    );
    assert_eq!(
        cities
            .lines(se(1))
            .unlink_each([line("NSB", "x"), line("SJ", "y")])
            .await
            .unwrap(),
        1
    );
    assert_eq!(cities.lines(se(2)).delete().all_rows().await.unwrap(), 1);
    let left = lines.find().all().await.unwrap();
    assert_eq!(codes(&left), ["NSB x", "SJ x", "SJ z"]);
    let error = cities.lines(se(3)).link(x).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.relation()),
        (ErrorKind::ForeignKeyViolation, Some("lines"))
    );
}

#[database_test]
async fn uuid_and_text_keys(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Tag, through = Tagging)]
    pub struct Article {
        #[model(id)]
        pub id: Uuid,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Article, through = Tagging)]
    pub struct Tag {
        #[model(id)]
        pub id: String,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Tagging {
        #[model(id)]
        #[belongs_to(Article)]
        pub article_id: Uuid,
        #[model(id)]
        #[belongs_to(Tag)]
        pub tag_id: String,
    }

    db.schema::<(Article, Tag, Tagging)>()
        .create()
        .await
        .unwrap();
    let (articles, tags) = (ArticleRepository::new(&*db), TagRepository::new(&*db));
    let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
    for id in [first, second] {
        articles.create(Article { id }).await.unwrap();
    }
    for id in ["rust", "Rust", "rust ", "ru\\'\"st"] {
        tags.create(Tag { id: id.to_owned() }).await.unwrap();
    }
    articles
        .tags(first)
        .link_all(["rust", "Rust", "rust "])
        .await
        .unwrap();
    articles.tags(second).link("rust").await.unwrap();
    articles
        .tags(second)
        .link(String::from("ru\\'\"st"))
        .await
        .unwrap();
    articles
        .tags(second)
        .create(Tag {
            id: "sql".to_owned(),
        })
        .await
        .unwrap();
    // By id, which for texts is an order of the database's own.
    let ids = |tags: &[Arc<Tag>]| {
        let mut ids: Vec<String> = tags.iter().map(|tag| tag.id.clone()).collect();
        if is_hostile() {
            ids.sort();
        }
        ids
    };
    let rows = articles.find().include(Article::TAGS).all().await.unwrap();
    assert_eq!(ids(&rows[0].tags), ["Rust", "rust", "rust "]);
    assert_eq!(ids(&rows[1].tags), ["ru\\'\"st", "rust", "sql"]);
    let rows = tags
        .find()
        .include(Tag::ARTICLES.count())
        .all()
        .await
        .unwrap();
    let counts = rows.iter();
    let mut counts: Vec<(&str, u64)> = counts
        .map(|row| (row.id.as_str(), row.articles.count))
        .collect();
    if is_hostile() {
        counts.sort();
    }
    assert_eq!(
        counts,
        [
            ("Rust", 1),
            ("ru\\'\"st", 1),
            ("rust", 2),
            ("rust ", 1),
            ("sql", 1)
        ]
    );
    articles.tags(first).set(["rust "]).await.unwrap();
    let found = articles.tags(first).find().all().await.unwrap();
    assert_eq!(
        found,
        [Tag {
            id: "rust ".to_owned()
        }]
    );
    assert_eq!(articles.tags(first).unlink("rust").await.unwrap(), 0);
    assert_eq!(
        tags.articles("rust").find().all().await.unwrap(),
        [Article { id: second }]
    );
}

#[database_test]
async fn keys_that_are_not_ids(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Shop, key_from = "code", key_to = "slug", through = Stock)]
    pub struct Product {
        #[model(id, generated)]
        pub id: i64,
        #[model(unique, length = 20)]
        pub code: Option<String>,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Shop {
        #[model(id, generated)]
        pub id: i64,
        #[model(unique, length = 20)]
        pub slug: String,
        pub name: Option<String>,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Stock {
        #[model(id, length = 20)]
        #[belongs_to(Product, name = "product", key_to = "code")]
        pub product_code: String,
        #[model(id, length = 20)]
        #[belongs_to(Shop, name = "shop", key_to = "slug")]
        pub shop_slug: String,
    }

    db.schema::<(Product, Shop, Stock)>()
        .create()
        .await
        .unwrap();
    let (products, shops) = (ProductRepository::new(&*db), ShopRepository::new(&*db));
    let pen = products
        .create(Product::draft().code(Some("pen".to_owned())))
        .await
        .unwrap();
    let nameless = products.create(Product::draft()).await.unwrap();
    for slug in ["south", "north"] {
        shops.create(Shop::draft().slug(slug)).await.unwrap();
    }
    products.shops("pen").link("north").await.unwrap();
    let east = products
        .shops(&pen)
        .create(Shop::draft().slug("east"))
        .await
        .unwrap();
    let slugs = |shops: &[Shop]| {
        shops
            .iter()
            .map(|shop| shop.slug.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        slugs(&products.shops("pen").find().all().await.unwrap()),
        ["north", "east"]
    );
    assert!(products.shops("pen").is_linked("east").await.unwrap());
    let found = products
        .shops("pen")
        .find_by_id(east.id)
        .get()
        .await
        .unwrap();
    assert_eq!(found, east);

    db.ran();
    let error = products
        .shops("pen")
        .patch(Shop::patch().slug("west"))
        .all_rows()
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.relation()),
        (ErrorKind::ConstraintMismatch, Some("shops"))
    );
    let error = products
        .shops("pen")
        .patch_by_id(east.id, Shop::patch().slug("west"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConstraintMismatch);
    assert_eq!(db.count(), 0);
    let named = Shop::patch().name("x");
    assert_eq!(
        products
            .shops("pen")
            .patch_by_id(east.id, named)
            .await
            .unwrap(),
        1
    );

    db.ran();
    let of_none = products.shops(&nameless);
    assert_eq!(of_none.find().all().await.unwrap(), []);
    assert_eq!(of_none.count().await.unwrap(), 0);
    assert!(!of_none.is_linked("north").await.unwrap());
    assert_eq!(of_none.unlink_all().await.unwrap(), 0);
    assert_eq!(of_none.delete().all_rows().await.unwrap(), 0);
    assert_eq!(
        of_none
            .patch(Shop::patch().name("y"))
            .all_rows()
            .await
            .unwrap(),
        0
    );
    let errors = [
        of_none.link("north").await.unwrap_err(),
        of_none.set(["north"]).await.unwrap_err(),
        of_none
            .create(Shop::draft().slug("west"))
            .await
            .unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::ConstraintMismatch, "{error:?}");
    }
    assert_eq!(db.count(), 0);

    let rows = products
        .find()
        .include(Product::SHOPS.scope(|shops| shops.order_by(Shop::SLUG.asc())))
        .all()
        .await
        .unwrap();
    let found: Vec<Vec<&str>> = rows
        .iter()
        .map(|row| row.shops.iter().map(|shop| shop.slug.as_str()).collect())
        .collect();
    assert_eq!(found, [vec!["east", "north"], vec![]]);
    assert_eq!(
        products.shops("pen").delete_by_id(east.id).await.unwrap(),
        1
    );
    assert_eq!(
        slugs(&shops.find().all().await.unwrap()),
        ["south", "north"]
    );
}

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

#[database_test]
async fn sources_share_included_targets(db: TestDb) {
    let (playlists, tracks) = library(&db).await;
    let rows = playlists
        .find()
        .include(Playlist::TRACKS)
        .all()
        .await
        .unwrap();
    db.assert_sql([
        Sql::Same(r#"SELECT "t0"."id", "t0"."name" FROM "playlist" AS "t0" ORDER BY "t0"."id" ASC"#),
        Sql::Each {
            sqlite: r#"SELECT "l0"."playlist_id", "l0"."track_id", "t0"."id", "t0"."name", "t0"."seconds", "t0"."album_id" FROM "playlist_track" AS "l0" INNER JOIN "track" AS "t0" ON "t0"."id" = "l0"."track_id" WHERE "l0"."playlist_id" IN (SELECT value FROM json_each(?)) ORDER BY "t0"."id" ASC"#,
            postgres: r#"SELECT "l0"."playlist_id", "l0"."track_id", "t0"."id", "t0"."name", "t0"."seconds", "t0"."album_id" FROM "playlist_track" AS "l0" INNER JOIN "track" AS "t0" ON "t0"."id" = "l0"."track_id" WHERE "l0"."playlist_id" = ANY($1) ORDER BY "t0"."id" ASC"#,
            mysql: "SELECT `l0`.`playlist_id`, `l0`.`track_id`, `t0`.`id`, `t0`.`name`, `t0`.`seconds`, `t0`.`album_id` FROM `playlist_track` AS `l0` INNER JOIN `track` AS `t0` ON `t0`.`id` = `l0`.`track_id` WHERE `l0`.`playlist_id` IN (SELECT k0 FROM JSON_TABLE(?, '$[*]' COLUMNS (k0 BIGINT PATH '$')) AS list) ORDER BY `t0`.`id` ASC",
        },
    ]);
    let found: Vec<Vec<&str>> = rows.iter().map(|row| shared(&row.tracks)).collect();
    assert_eq!(
        found,
        [vec!["one", "two", "three"], vec!["two", "three"], vec![]]
    );
    assert!(Arc::ptr_eq(&rows[0].tracks[1], &rows[1].tracks[0]));
    assert!(Arc::ptr_eq(&rows[0].tracks[2], &rows[1].tracks[1]));
    let rows = tracks.find().include(Track::PLAYLISTS).all().await.unwrap();
    let counts: Vec<usize> = rows.iter().map(|row| row.playlists.len()).collect();
    assert_eq!(counts, [1, 2, 2, 0]);
}

#[database_test]
async fn an_include_of_one_source_or_of_none(db: TestDb) {
    let (playlists, _) = library(&db).await;
    let b = playlists
        .find_by_id(B)
        .include(Playlist::TRACKS)
        .get()
        .await
        .unwrap();
    assert_eq!(shared(&b.tracks), ["two", "three"]);
    assert_eq!(db.count(), 2);
    let none = playlists
        .find()
        .filter(Playlist::NAME.eq("z"))
        .include(Playlist::TRACKS)
        .all()
        .await
        .unwrap();
    assert!(none.is_empty());
    assert_eq!(db.count(), 1);
    let c = playlists
        .find_by_id(C)
        .include(Playlist::TRACKS)
        .get()
        .await
        .unwrap();
    assert!(c.tracks.is_empty());
}

#[database_test]
async fn scopes_filter_sort_and_limit_per_source(db: TestDb) {
    let (playlists, _) = library(&db).await;
    macro_rules! found {
        ($include:expr) => {{
            let rows = playlists.find().include($include).all().await.unwrap();
            let names = rows.iter().map(|row| shared(&row.tracks).join(" "));
            names.collect::<Vec<_>>()
        }};
    }
    let long = Playlist::TRACKS.scope(|tracks| tracks.filter(Track::SECONDS.gt(120)));
    assert_eq!(found!(long), ["three", "three", ""]);
    let sorted = Playlist::TRACKS.scope(|tracks| tracks.order_by(Track::NAME.desc()));
    assert_eq!(found!(sorted), ["two three one", "two three", ""]);
    db.ran();
    let limited = Playlist::TRACKS.scope(|tracks| tracks.order_by(Track::ID.desc()).limit(1));
    assert_eq!(found!(limited), ["three", "three", ""]);
    assert_eq!(db.count(), 2);
    let page = Playlist::TRACKS.scope(|tracks| tracks.limit(1).offset(1));
    assert_eq!(found!(page), ["two", "three", ""]);
    let rest = Playlist::TRACKS.scope(|tracks| tracks.offset(2));
    assert_eq!(found!(rest), ["three", "", ""]);
    db.ran();
    let none = Playlist::TRACKS.scope(|tracks| tracks.limit(0));
    assert_eq!(found!(none), ["", "", ""]);
    assert_eq!(db.count(), 1);
}

#[database_test]
async fn links_filter_and_sort_what_is_included(db: TestDb) {
    let (playlists, _) = library(&db).await;
    let rows = playlists
        .find()
        .include(Playlist::TRACKS.order_by_links(PlaylistTrack::POSITION.asc()))
        .all()
        .await
        .unwrap();
    assert_eq!(shared(&rows[0].tracks), ["three", "two", "one"]);
    assert_eq!(shared(&rows[1].tracks), ["two", "three"]);
    let rows = playlists
        .find()
        .include(
            Playlist::TRACKS
                .filter_links(PlaylistTrack::POSITION.ge(2))
                .filter_links(PlaylistTrack::POSITION.le(3)),
        )
        .all()
        .await
        .unwrap();
    assert_eq!(shared(&rows[0].tracks), ["one", "two"]);
    assert!(rows[1].tracks.is_empty());
    db.ran();
    let both = Playlist::TRACKS
        .order_by_links(PlaylistTrack::POSITION.desc())
        .filter_links(PlaylistTrack::TRACK.some(Track::SECONDS.ge(120)))
        .scope(|tracks| tracks.filter(Track::NAME.ne("z")).limit(1));
    let rows = playlists.find().include(both).all().await.unwrap();
    assert_eq!(db.count(), 2);
    assert_eq!(shared(&rows[0].tracks), ["two"]);
    assert_eq!(shared(&rows[1].tracks), ["two"]);
    let by_track = Playlist::TRACKS.order_by_links(PlaylistTrack::TRACK.order(Track::NAME.desc()));
    let rows = playlists.find().include(by_track).all().await.unwrap();
    assert_eq!(shared(&rows[0].tracks), ["two", "three", "one"]);
}

#[database_test]
async fn linked_gives_the_link_with_each_target(db: TestDb) {
    let (playlists, _) = library(&db).await;
    let rows = playlists
        .find()
        .include(
            Playlist::TRACKS
                .linked()
                .scope(|tracks| tracks.order_by(Track::ID.desc())),
        )
        .all()
        .await
        .unwrap();
    assert_eq!(db.count(), 2);
    let found: Vec<Vec<(i64, &str, i64, Option<i64>)>> = rows
        .iter()
        .map(|row| {
            let linked = row.tracks.iter();
            linked
                .map(|track| {
                    (
                        track.link.playlist_id,
                        track.name.as_str(),
                        track.link.track_id,
                        track.link.position,
                    )
                })
                .collect()
        })
        .collect();
    assert_eq!(
        found,
        [
            vec![
                (A, "three", THREE, Some(1)),
                (A, "two", TWO, Some(2)),
                (A, "one", ONE, Some(3))
            ],
            vec![(B, "three", THREE, None), (B, "two", TWO, None)],
            vec![],
        ]
    );
    assert!(Arc::ptr_eq(
        &rows[0].tracks[0].target,
        &rows[1].tracks[0].target
    ));
    let limited = Playlist::TRACKS
        .linked()
        .order_by_links(PlaylistTrack::POSITION.asc())
        .scope(|tracks| tracks.limit(1));
    let rows = playlists.find().include(limited).all().await.unwrap();
    assert_eq!(
        (rows[0].tracks.len(), rows[0].tracks[0].link.position),
        (1, Some(1))
    );
    assert_eq!(
        (rows[1].tracks.len(), rows[1].tracks[0].link.playlist_id),
        (1, B)
    );
}

#[database_test]
async fn linked_targets_as_json(db: TestDb) {
    let (playlists, _) = library(&db).await;
    let by_position = || Playlist::TRACKS.order_by_links(PlaylistTrack::POSITION.asc());
    let row = playlists
        .find_by_id(A)
        .include(
            by_position()
                .linked()
                .scope(|tracks| tracks.limit(1))
                .counted(),
        )
        .get()
        .await
        .unwrap();
    assert_eq!(
        to_value(&row).unwrap(),
        json!({"id": 1, "name": "a", "tracks_count": 3, "tracks": [{
            "id": 3, "name": "three", "seconds": 180, "album_id": null,
            "link": {"playlist_id": 1, "track_id": 3, "position": 1, "slug": "first"},
        }]})
    );
    let row = playlists
        .find_by_id(A)
        .include(
            by_position()
                .linked()
                .scope(|tracks| tracks.limit(1).include(Track::LYRICS)),
        )
        .get()
        .await
        .unwrap();
    assert_eq!(
        to_value(&row).unwrap()["tracks"][0],
        json!({
            "id": 3, "name": "three", "seconds": 180, "album_id": null, "lyrics": null,
            "link": {"playlist_id": 1, "track_id": 3, "position": 1, "slug": "first"},
        })
    );
    let row = playlists
        .find_by_id(B)
        .include(Playlist::TRACKS)
        .get()
        .await
        .unwrap();
    assert_eq!(
        to_value(&row).unwrap(),
        json!({"id": 2, "name": "b", "tracks": [
            {"id": 2, "name": "two", "seconds": 120, "album_id": null},
            {"id": 3, "name": "three", "seconds": 180, "album_id": null},
        ]})
    );
}

#[database_test]
async fn targets_are_counted_per_source(db: TestDb) {
    let (playlists, _) = library(&db).await;
    let rows = playlists
        .find()
        .include(Playlist::TRACKS.count())
        .all()
        .await
        .unwrap();
    assert_eq!(db.count(), 2);
    let counts: Vec<u64> = rows.iter().map(|row| row.tracks.count).collect();
    assert_eq!(counts, [3, 2, 0]);
    let scoped = Playlist::TRACKS
        .filter_links(PlaylistTrack::POSITION.is_not_null())
        .scope(|tracks| tracks.filter(Track::SECONDS.ge(120)).limit(1))
        .counted();
    let rows = playlists.find().include(scoped).all().await.unwrap();
    assert_eq!(db.count(), 3);
    let counts: Vec<(u64, usize)> = rows
        .iter()
        .map(|row| (row.tracks.count, row.tracks.len()))
        .collect();
    assert_eq!(counts, [(2, 1), (0, 0), (0, 0)]);
}

#[database_test]
async fn what_is_nested_under_targets_is_loaded_once(db: TestDb) {
    let (playlists, tracks) = library(&db).await;
    let albums = AlbumRepository::new(&*db);
    let album = albums.create(Album::draft().title("LP")).await.unwrap();
    tracks
        .patch(Track::patch().album_id(album.id))
        .filter(Track::ID.le(TWO))
        .await
        .unwrap();
    tracks
        .lyrics(TWO)
        .create(Lyrics::draft().words("la"))
        .await
        .unwrap();
    db.ran();
    let rows = playlists
        .find()
        .include(Playlist::TRACKS.scope(|tracks| {
            tracks
                .include(Track::LYRICS)
                .include(Track::ALBUM)
                .include(Track::PLAYLISTS)
        }))
        .all()
        .await
        .unwrap();
    assert_eq!(db.count(), 4);
    let two = &rows[0].tracks[1];
    assert_eq!(
        two.lyrics.as_ref().map(|lyrics| lyrics.words.as_str()),
        Some("la")
    );
    assert_eq!(
        two.album.as_ref().map(|album| album.title.as_str()),
        Some("LP")
    );
    assert_eq!(
        two.playlists.iter().map(|row| row.id).collect::<Vec<_>>(),
        [A, B]
    );
    assert!(Arc::ptr_eq(two, &rows[1].tracks[0]));
    assert_eq!(
        (
            rows[0].tracks[0].lyrics.as_ref(),
            rows[0].tracks[2].album.as_ref()
        ),
        (None, None)
    );
    assert!(Arc::ptr_eq(
        rows[0].tracks[0].album.as_ref().unwrap(),
        two.album.as_ref().unwrap()
    ));
    let limited = Playlist::TRACKS.scope(|tracks| tracks.offset(1).limit(1).include(Track::LYRICS));
    let rows = playlists.find().include(limited).all().await.unwrap();
    assert_eq!(db.count(), 2);
    assert!(rows[0].tracks[0].lyrics.is_some());
    assert!(rows[1].tracks[0].lyrics.is_none());
    let rows = playlists
        .find()
        .include(
            Playlist::TRACKS
                .linked()
                .scope(|tracks| tracks.include(Track::LYRICS)),
        )
        .all()
        .await
        .unwrap();
    assert_eq!(rows[1].tracks[0].link.playlist_id, B);
    assert!(rows[1].tracks[0].lyrics.is_some());
    assert!(Arc::ptr_eq(
        &rows[0].tracks[1].target,
        &rows[1].tracks[0].target
    ));
}

#[database_test]
async fn links_under_joined_relations(db: TestDb) {
    let (_, tracks) = library(&db).await;
    for id in [TWO, FOUR] {
        tracks
            .lyrics(id)
            .create(Lyrics::draft().words("la"))
            .await
            .unwrap();
    }
    db.ran();
    let rows = LyricsRepository::new(&*db)
        .find()
        .limit(5)
        .include(Lyrics::TRACK.include(Track::PLAYLISTS.include(Playlist::TRACKS)))
        .all()
        .await
        .unwrap();
    assert_eq!(db.count(), 3);
    let lists = &rows[0].track.playlists;
    let found: Vec<Vec<&str>> = lists.iter().map(|list| shared(&list.tracks)).collect();
    assert_eq!(found, [vec!["one", "two", "three"], vec!["two", "three"]]);
    assert!(rows[1].track.playlists.is_empty());
}

#[database_test]
async fn links_under_a_has_many_under_links(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "reader")]
    #[has_many(
        User,
        name = "followees",
        through(Follow, key_from = "follower_id", key_to = "followee_id")
    )]
    #[has_many(Post)]
    pub struct User {
        #[model(id)]
        pub id: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Follow {
        #[model(id)]
        #[belongs_to(User)]
        pub follower_id: i64,
        #[model(id)]
        #[belongs_to(User)]
        pub followee_id: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Tag, through = PostTag)]
    pub struct Post {
        #[model(id)]
        pub id: i64,
        #[belongs_to(User)]
        pub user_id: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Tag {
        #[model(id)]
        pub id: String,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct PostTag {
        #[model(id)]
        #[belongs_to(Post)]
        pub post_id: i64,
        #[model(id)]
        #[belongs_to(Tag)]
        pub tag_id: String,
    }

    db.schema::<(User, Follow, Post, Tag, PostTag)>()
        .create()
        .await
        .unwrap();
    db.execute("INSERT INTO reader VALUES (1), (2), (3)").await;
    db.execute("INSERT INTO follow VALUES (1, 2), (1, 3), (2, 3)")
        .await;
    db.execute("INSERT INTO post VALUES (10, 2), (11, 3), (12, 3)")
        .await;
    db.execute("INSERT INTO tag VALUES ('a'), ('b')").await;
    db.execute("INSERT INTO post_tag VALUES (10, 'a'), (11, 'a'), (11, 'b')")
        .await;
    db.ran();
    let rows = UserRepository::new(&*db)
        .find()
        .include(User::FOLLOWEES.include(User::POSTS.include(Post::TAGS)))
        .all()
        .await
        .unwrap();
    assert_eq!(db.count(), 4);
    let found: Vec<String> = rows
        .iter()
        .map(|row| {
            let mut text = Vec::new();
            for user in &row.followees {
                for post in &user.posts {
                    let tags: Vec<&str> = post.tags.iter().map(|tag| tag.id.as_str()).collect();
                    text.push(format!("{}-{}-{}", user.id, post.id, tags.join("")));
                }
            }
            text.join(" ")
        })
        .collect();
    assert_eq!(found, ["2-10-a 3-11-ab 3-12-", "3-11-ab 3-12-", ""]);
    assert!(Arc::ptr_eq(&rows[0].followees[1], &rows[1].followees[0]));
    let a = |user: usize, post: usize| &rows[0].followees[user].posts[post].tags[0];
    assert!(Arc::ptr_eq(a(0, 0), a(1, 0)));
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Word, through = Label)]
pub struct Page {
    #[model(id)]
    pub id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Page, through = Label)]
#[has_one(Icon)]
pub struct Word {
    #[model(id)]
    pub id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Label {
    #[model(id)]
    pub id: i64,
    #[belongs_to(Page)]
    pub page_id: i64,
    #[belongs_to(Word)]
    pub word_id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Icon {
    #[model(id)]
    pub id: i64,
    #[belongs_to(Word)]
    pub word_id: i64,
}

/// Tables of others, without any constraint: the pages 1 and 2 and the words 1, 2, 3; page 1 has the word 1 twice.
async fn pages(db: &TestDb) -> (PageRepository<&Db>, WordRepository<&Db>) {
    for sql in [
        "CREATE TABLE page (id BIGINT NOT NULL)",
        "CREATE TABLE word (id BIGINT NOT NULL)",
        "CREATE TABLE label (id BIGINT NOT NULL, page_id BIGINT NOT NULL, word_id BIGINT NOT NULL)",
        "CREATE TABLE icon (id BIGINT NOT NULL, word_id BIGINT NOT NULL)",
        "INSERT INTO page VALUES (1), (2)",
        "INSERT INTO word VALUES (1), (2), (3)",
        "INSERT INTO label VALUES (1, 1, 1), (2, 1, 1), (3, 1, 2), (4, 1, 3), (5, 2, 1)",
    ] {
        db.execute(sql).await;
    }
    (PageRepository::new(&**db), WordRepository::new(&**db))
}

fn ids(words: &[Arc<Word>]) -> Vec<i64> {
    words.iter().map(|word| word.id).collect()
}

#[database_test]
async fn without_their_constraint_links_give_each_target_once(db: TestDb) {
    let (pages, words) = pages(&db).await;
    let rows = pages.find().include(Page::WORDS).all().await.unwrap();
    assert_eq!(ids(&rows[0].words), [1, 2, 3]);
    assert_eq!(ids(&rows[1].words), [1]);
    let linked = Page::WORDS.linked();
    let rows = pages.find().include(linked).all().await.unwrap();
    let found: Vec<(i64, i64)> = rows
        .iter()
        .flat_map(|row| row.words.iter().map(|word| (word.id, word.link.id)))
        .collect();
    assert_eq!(found, [(1, 1), (2, 3), (3, 4), (1, 5)]);
    let found = pages.words(1).find().all().await.unwrap();
    assert_eq!(found.len(), 3);
    assert_eq!(pages.words(1).count().await.unwrap(), 3);
    let rows = words.find().include(Word::PAGES).all().await.unwrap();
    assert_eq!(
        rows[0].pages.iter().map(|page| page.id).collect::<Vec<_>>(),
        [1, 2]
    );
    assert_eq!(pages.words(1).delete_by_id(1).await.unwrap(), 0);
    assert_eq!(pages.words(1).unlink(2).await.unwrap(), 1);
    let rows = pages.find().include(Page::WORDS).all().await.unwrap();
    assert_eq!(ids(&rows[0].words), [3]);
}

#[database_test]
async fn of_two_rows_under_a_linked_target_the_first_by_id_is_taken(db: TestDb) {
    let (pages, _) = pages(&db).await;
    db.execute("INSERT INTO icon VALUES (9, 1), (7, 1), (8, 1), (5, 2), (4, 2)")
        .await;
    let rows = pages
        .find()
        .include(Page::WORDS.include(Word::ICON))
        .all()
        .await
        .unwrap();
    let icons = |page: usize| {
        let words = rows[page].words.iter();
        words
            .map(|word| word.icon.as_ref().map(|icon| icon.id))
            .collect::<Vec<_>>()
    };
    assert_eq!(icons(0), [Some(7), Some(4), None]);
    assert_eq!(icons(1), [Some(7)]);
}

#[database_test]
async fn of_two_rows_under_a_target_of_two_sources_the_first_by_id_is_taken(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Noun, through = Tie)]
    pub struct Leaf {
        #[model(id)]
        pub id: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_one(Sign)]
    pub struct Noun {
        #[model(id)]
        pub id: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Tie {
        #[model(id)]
        #[belongs_to(Leaf)]
        pub leaf_id: i64,
        #[model(id)]
        #[belongs_to(Noun)]
        pub noun_id: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Sign {
        #[model(id)]
        pub id: i64,
        #[belongs_to(Noun)]
        pub noun_id: i64,
    }

    for sql in [
        "CREATE TABLE leaf (id BIGINT NOT NULL)",
        "CREATE TABLE noun (id BIGINT NOT NULL)",
        "CREATE TABLE tie (leaf_id BIGINT NOT NULL, noun_id BIGINT NOT NULL)",
        "CREATE TABLE sign (id BIGINT NOT NULL, noun_id BIGINT NOT NULL)",
        "INSERT INTO leaf VALUES (1), (2)",
        "INSERT INTO noun VALUES (1)",
        "INSERT INTO tie VALUES (1, 1), (2, 1)",
        "INSERT INTO sign VALUES (9, 1), (7, 1), (8, 1)",
    ] {
        db.execute(sql).await;
    }
    let leaves = LeafRepository::new(&*db);
    let plain = leaves
        .find()
        .include(Leaf::NOUNS.include(Noun::SIGN))
        .all()
        .await
        .unwrap();
    let limited = Leaf::NOUNS.scope(|nouns| nouns.limit(1).include(Noun::SIGN));
    let limited = leaves.find().include(limited).all().await.unwrap();
    for rows in [plain, limited] {
        for row in rows {
            let signs: Vec<_> = row
                .nouns
                .iter()
                .map(|noun| noun.sign.as_ref().map(|sign| sign.id))
                .collect();
            assert_eq!(signs, [Some(7)]);
        }
    }
}

#[database_test]
async fn predicates_follow_links(db: TestDb) {
    let (playlists, tracks) = library(&db).await;
    let found = async |predicate| {
        let rows = playlists.find().filter(predicate).all().await.unwrap();
        rows.into_iter()
            .map(|row| row.name)
            .collect::<Vec<_>>()
            .join("")
    };
    assert_eq!(
        found(Playlist::TRACKS.some(Track::SECONDS.le(60))).await,
        "a"
    );
    assert_eq!(
        found(Playlist::TRACKS.none(Track::SECONDS.le(60))).await,
        "bc"
    );
    assert_eq!(
        found(Playlist::TRACKS.every(Track::SECONDS.gt(60))).await,
        "bc"
    );
    assert_eq!(found(Playlist::TRACKS.exists()).await, "ab");
    assert_eq!(found(!Playlist::TRACKS.exists()).await, "c");
    assert_eq!(db.count(), 5);
    playlists.tracks(C).link(FOUR).await.unwrap();
    assert_eq!(
        found(Playlist::TRACKS.every(Track::SECONDS.gt(0))).await,
        "ab"
    );
    assert_eq!(
        found(Playlist::TRACKS.none(Track::SECONDS.gt(0))).await,
        "c"
    );
    let shares = Playlist::TRACKS.some(Track::PLAYLISTS.some(Playlist::NAME.eq("b")));
    assert_eq!(found(shares).await, "ab");
    let only_shared = Playlist::TRACKS.every(Track::PLAYLISTS.some(Playlist::NAME.eq("b")));
    assert_eq!(found(only_shared).await, "b");
    let albums = AlbumRepository::new(&*db);
    let album = albums.create(Album::draft().title("LP")).await.unwrap();
    tracks
        .patch_by_id(ONE, Track::patch().album_id(album.id))
        .await
        .unwrap();
    let on_album = Playlist::TRACKS.some(Track::ALBUM.some(Album::TITLE.eq("LP")));
    assert_eq!(found(on_album).await, "a");
    let of_albums = albums
        .find()
        .filter(Album::TRACKS.some(Track::PLAYLISTS.none(Playlist::NAME.eq("b"))));
    assert_eq!(of_albums.count().await.unwrap(), 1);
    let links = PlaylistTrackRepository::new(&*db);
    let by_link = links
        .find()
        .filter(PlaylistTrack::PLAYLIST.some(Playlist::TRACKS.some(Track::ID.eq(ONE))));
    assert_eq!(by_link.count().await.unwrap(), 3);
}

#[database_test]
async fn predicates_over_links_choose_what_is_changed(db: TestDb) {
    let (playlists, tracks) = library(&db).await;
    let shares = || Playlist::TRACKS.some(Track::PLAYLISTS.some(Playlist::NAME.eq("b")));
    let patched = playlists
        .patch(Playlist::patch().name("x"))
        .filter(Playlist::TRACKS.some(Track::ID.eq(ONE)));
    assert_eq!(patched.await.unwrap(), 1);
    let patched = playlists
        .patch(Playlist::patch().name("s"))
        .filter(shares() & Playlist::ID.eq(A));
    assert_eq!(patched.await.unwrap(), 1);
    assert_eq!(
        tracks
            .delete()
            .filter(!Track::PLAYLISTS.exists())
            .await
            .unwrap(),
        1
    );
    assert_eq!(all_names(&tracks).await, ["one", "two", "three"]);
    let orphans = Playlist::TRACKS.none(Track::ID.gt(0));
    assert_eq!(playlists.delete().filter(orphans).await.unwrap(), 1);
    let of_short = PlaylistTrack::TRACK.some(Track::PLAYLISTS.every(Playlist::NAME.eq("s")));
    let rows = PlaylistTrackRepository::new(&*db);
    let removed = rows.delete().filter(of_short);
    assert_eq!(removed.await.unwrap(), 1);
    assert_eq!(links(&db).await, LINKS[1..]);
}

#[database_test]
async fn nested_drafts_make_targets_and_links(db: TestDb) {
    let (playlists, _) = library(&db).await;
    let draft = Playlist::draft()
        .name("d")
        .tracks([Track::draft().name("five"), Track::draft().name("six")]);
    let d = playlists.create(draft).await.unwrap();
    assert_eq!(verbs(&db), ["INSERT", "INSERT", "INSERT"]);
    let found = playlists.tracks(d.id).find().all().await.unwrap();
    assert_eq!(names(&found), ["five", "six"]);
    assert_eq!(links(&db).await.len(), LINKS.len() + 2);
}

#[database_test]
async fn nested_drafts_take_drafts_of_links(db: TestDb) {
    let (playlists, _) = library(&db).await;
    let draft = Playlist::draft()
        .name("d")
        .tracks([
            (
                Track::draft().name("five"),
                PlaylistTrack::draft().position(2),
            ),
            (
                Track::draft().name("six"),
                PlaylistTrack::draft().position(1),
            ),
        ])
        .tracks([Track::draft()
            .name("seven")
            .lyrics(Lyrics::draft().words("la"))]);
    let drafts = [
        draft,
        Playlist::draft().name("e").tracks([(
            Track::draft().name("eight"),
            PlaylistTrack::draft().position(3),
        )]),
    ];
    db.ran();
    let created = playlists.create_all(drafts).await.unwrap();
    assert_eq!(
        verbs(&db),
        ["INSERT"; 5],
        "playlists, tracks, links with and without a position, lyrics"
    );
    let by_position = Playlist::TRACKS
        .order_by_links(PlaylistTrack::POSITION.asc())
        .linked()
        .scope(|tracks| tracks.include(Track::LYRICS));
    let rows = playlists
        .find()
        .filter(Playlist::ID.ge(created[0].id))
        .include(by_position)
        .all()
        .await
        .unwrap();
    let found: Vec<Vec<(&str, Option<i64>, bool)>> = rows
        .iter()
        .map(|row| {
            row.tracks
                .iter()
                .map(|track| {
                    (
                        track.name.as_str(),
                        track.link.position,
                        track.lyrics.is_some(),
                    )
                })
                .collect()
        })
        .collect();
    assert_eq!(
        found,
        [
            vec![
                ("seven", None, true),
                ("six", Some(1), false),
                ("five", Some(2), false)
            ],
            vec![("eight", Some(3), false)],
        ]
    );
}

#[database_test]
async fn a_nested_draft_that_fails_leaves_nothing(db: TestDb) {
    let (playlists, tracks) = library(&db).await;
    let draft = || {
        Playlist::draft().name("d").tracks([
            (
                Track::draft().name("five"),
                PlaylistTrack::draft().slug("fifth"),
            ),
            (
                Track::draft().name("six"),
                PlaylistTrack::draft().slug("first"),
            ),
        ])
    };
    let error = playlists.create(draft()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{error:?}");
    assert_eq!(error.model(), Some("PlaylistTrack"));
    db.transaction(async |tx| {
        let inside = PlaylistRepository::new(&tx);
        assert!(
            inside
                .create(draft())
                .await
                .unwrap_err()
                .is_already_exists()
        );
        inside.tracks(C).link(ONE).await
    })
    .await
    .unwrap();
    assert_eq!(playlists.find().count().await.unwrap(), 3);
    assert_eq!(all_names(&tracks).await, ["one", "two", "three", "four"]);
    assert_eq!(links(&db).await.len(), LINKS.len() + 1);
    let clash = Playlist::draft().name("d").tracks([(
        Track::draft().name("five"),
        PlaylistTrack {
            playlist_id: B,
            track_id: NOWHERE,
            position: None,
            slug: None,
        },
    )]);
    let error = playlists.create(clash).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConstraintMismatch, "{error:?}");
    assert_eq!(playlists.find().count().await.unwrap(), 3);
    assert_eq!(tracks.find().count().await.unwrap(), 4);
}
