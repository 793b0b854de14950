//! Values that one database takes and another does not.

use crate::support::{TestDb, database_test};
use relations::{Dialect, ErrorKind, prelude::*};
use serde_json::json;

#[derive(Debug, Model)]
#[has_many(Song)]
struct Album {
    #[model(id)]
    id: i64,
}

#[derive(Debug, Model)]
struct Song {
    #[model(id)]
    id: i64,
    title: String,
    #[belongs_to(Album)]
    album_id: i64,
}

#[database_test]
async fn a_filter_says_where_a_value_is_that_the_database_cannot_take(db: TestDb) {
    db.schema::<(Album, Song)>().create().await.unwrap();
    let albums = AlbumRepository::new(&*db);
    let filters = [
        (
            json!({"where": {"songs": {"some": {"title": "a\0"}}}}),
            "where.songs.title",
        ),
        (
            json!({"include": [{"relation": "songs", "scope": {"where": {"title": {"inq": ["a", "\0"]}}}}]}),
            "include[0].scope.where.title",
        ),
        (
            json!({"include": [{"relation": "songs", "scope": {"where": {"title": {"like": "\0%"}}}}]}),
            "include[0].scope.where.title",
        ),
    ];
    for (filter, path) in filters {
        let found = albums.find_with(filter.to_string()).await;
        if db.dialect() != Dialect::Postgres {
            assert!(found.unwrap().is_empty());
            continue;
        }
        let error = found.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidFilter);
        assert_eq!(error.problems()[0].path(), path);
    }
}
