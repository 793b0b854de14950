//! Drafts of targets and links within that of their source.

use crate::playlists::*;
use crate::support::{TestDb, database_test};
use relations::ErrorKind;
use relations::prelude::*;

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
