use relations::prelude::*;

#[derive(Model)]
#[has_many(Track, through = PlaylistTrack)]
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
    track_id: i64,
}

fn main() {}
