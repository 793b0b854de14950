use relations::prelude::*;

#[derive(Model)]
#[has_many(Track, through(PlaylistTrack, key_from = "track_id"))]
struct Playlist {
    #[model(id, generated)]
    id: i64,
}

#[derive(Model)]
struct Track {
    #[model(id, generated)]
    id: i64,
    name: String,
}

#[derive(Model)]
struct PlaylistTrack {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Playlist)]
    playlist_id: i64,
    #[belongs_to(Track)]
    track_id: i64,
}

fn main() {}
