//! The repository of the targets that one source links to.

use crate::playlists::*;
use crate::support::{Sql, TestDb, database_test};
use relations::ErrorKind;
use relations::prelude::*;

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
