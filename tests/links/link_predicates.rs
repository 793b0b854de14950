//! Predicates over links.

use crate::playlists::*;
use crate::support::{TestDb, database_test};
use relations::prelude::*;

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
