//! Targets of links that are included.

use crate::playlists::*;
use crate::support::{Sql, TestDb, database_test};
use relations::prelude::*;
use serde_json::{json, to_value};
use std::sync::Arc;

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
