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
struct PlaylistTrack(i64, i64);

fn main() {}
