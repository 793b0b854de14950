//! Authors, posts, comments and tags, as somebody starts with them: keys of their own types, an enum, JSON, UUIDs, times.

use chrono::{DateTime, Utc};
use relations::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The id of an author, which is the id of nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ColumnType)]
pub struct AuthorId(pub i64);

/// What an author likes, in a JSON column.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Settings {
    pub theme: String,
    pub mails: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Model)]
#[has_many(Post)]
pub struct Author {
    #[model(id, generated)]
    pub id: AuthorId,
    #[model(unique, length = 200)]
    pub email: String,
    pub name: String,
    #[model(json)]
    pub settings: Settings,
}

/// A text in its column: `draft`, `published`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ColumnType)]
#[serde(rename_all = "snake_case")]
#[model(rename_all = "snake_case")]
pub enum Status {
    Draft,
    Published,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Model)]
#[model(unique("author_id", "slug"))]
#[has_many(Comment)]
#[has_many(Tag, through = PostTag)]
pub struct Post {
    #[model(id, default_with = Uuid::now_v7)]
    pub id: Uuid,
    #[belongs_to(Author)]
    pub author_id: AuthorId,
    #[model(length = 100)]
    pub slug: String,
    pub title: String,
    #[model(default = "'draft'", length = 20)]
    pub status: Status,
    #[model(created_at)]
    pub created_at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Model)]
pub struct Comment {
    #[model(id, generated)]
    pub id: i64,
    pub text: String,
    #[belongs_to(Post, on_delete = "cascade")]
    pub post_id: Uuid,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Model)]
#[has_many(Post, through = PostTag)]
pub struct Tag {
    #[model(id, generated)]
    pub id: i64,
    #[model(unique, length = 50)]
    pub word: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct PostTag {
    #[model(id)]
    #[belongs_to(Post, on_delete = "cascade")]
    pub post_id: Uuid,
    #[model(id)]
    #[belongs_to(Tag)]
    pub tag_id: i64,
}

/// All models, for the schema.
pub type Models = (Author, Post, Comment, Tag, PostTag);
