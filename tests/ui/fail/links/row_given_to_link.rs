use relations::prelude::*;

#[derive(Model)]
#[has_many(Track, through = PlaylistTrack)]
struct Playlist {
    #[model(id, generated)]
    id: i64,
    name: String,
}

#[derive(Model)]
struct Track {
    #[model(id, generated)]
    id: i64,
    title: String,
}

#[derive(Model)]
struct PlaylistTrack {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Playlist)]
    playlist_id: i64,
    #[belongs_to(Track)]
    track_id: i64,
    note: Option<String>,
}

#[allow(dead_code)]
async fn run(db: Db) -> relations::Result<()> {
    let playlists = PlaylistRepository::new(&db);
    let track = TrackRepository::new(&db).find().get().await?;
    playlists.tracks(1).link(&track).await?;
    Ok(())
}

fn main() {}
