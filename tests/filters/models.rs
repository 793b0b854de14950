//! Models with a column of every kind, and with every kind of relation.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use relations::prelude::*;
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

/// A column of every kind.
#[derive(Debug, Clone, Serialize, Model)]
#[serde(rename_all = "camelCase")]
pub struct Thing {
    #[model(id)]
    pub id: i64,
    pub text: String,
    pub maybe_text: Option<String>,
    #[serde(rename = "odd name, or.so")]
    pub odd_name: Option<String>,
    /// Named like a group.
    pub and: Option<String>,
    pub flag: bool,
    pub tiny: i8,
    pub small: i16,
    pub medium: Option<i32>,
    pub tiny_unsigned: u8,
    pub small_unsigned: u16,
    pub medium_unsigned: u32,
    pub large_unsigned: Option<u64>,
    pub single: f32,
    pub double: Option<f64>,
    pub bytes: Vec<u8>,
    pub date: NaiveDate,
    pub time: NaiveTime,
    pub date_time: NaiveDateTime,
    pub instant: DateTime<Utc>,
    pub uuid: Uuid,
    pub price: Decimal,
    pub document: Option<serde_json::Value>,
    #[model(hidden)]
    #[serde(skip_serializing)]
    pub secret: String,
    #[references_many(Author)]
    pub author_ids: Vec<i64>,
    #[belongs_to(Author)]
    pub maker_id: Option<i64>,
}

#[derive(Debug, Clone, Serialize, Model)]
#[has_many(Book)]
#[has_one(Bio)]
#[has_many(Author, name = "pupils", key_to = "mentor_id")]
#[has_many(Note, discriminator = "about_type")]
#[has_many(Thing, key_to = "maker_id")]
#[has_one(Audit, include = false)]
pub struct Author {
    #[model(id)]
    pub id: i64,
    pub name: String,
    pub size: Option<i32>,
    pub score: Option<f64>,
    #[model(hidden)]
    #[serde(skip_serializing)]
    pub secret: String,
    #[belongs_to(Author)]
    pub mentor_id: Option<i64>,
    #[references_many(Author)]
    pub friend_ids: Vec<i64>,
}

#[derive(Debug, Clone, Serialize, Model)]
pub struct Audit {
    #[model(id)]
    pub id: i64,
    #[belongs_to(Author)]
    pub author_id: i64,
}

#[derive(Debug, Clone, Serialize, Model)]
pub struct Bio {
    #[model(id)]
    pub id: i64,
    pub name: String,
    pub size: Option<i32>,
    #[belongs_to(Author)]
    pub author_id: i64,
}

#[derive(Debug, Clone, Serialize, Model)]
#[has_many(Tag, through = Tagging)]
#[has_many(Note, discriminator = "about_type")]
pub struct Book {
    #[model(id)]
    pub id: i64,
    pub name: String,
    pub size: Option<i32>,
    #[belongs_to(Author)]
    pub author_id: Option<i64>,
}

#[derive(Debug, Clone, Serialize, Model)]
#[has_many(Book, through = Tagging)]
pub struct Tag {
    #[model(id)]
    pub id: i64,
    pub name: String,
    pub size: Option<i32>,
}

#[derive(Debug, Clone, Serialize, Model)]
pub struct Tagging {
    #[model(id)]
    #[belongs_to(Book)]
    pub book_id: i64,
    #[model(id)]
    #[belongs_to(Tag)]
    pub tag_id: i64,
}

#[derive(Debug, Clone, Serialize, Model)]
pub struct Note {
    #[model(id)]
    pub id: i64,
    pub name: String,
    pub size: Option<i32>,
    pub about_type: Option<String>,
    #[belongs_to(About, discriminator = "about_type")]
    pub about_id: Option<i64>,
}

#[derive(Debug, Clone, Serialize, PolymorphicModel)]
#[serde(untagged)]
pub enum About {
    Author(Author),
    Book(Book),
}

type Models = (Thing, Author, Audit, Bio, Book, Tag, Tagging, Note);

pub(crate) const NAMES: [&str; 5] = ["Thor", "thor", "Odin", "a\\b%_", ""];

/// A new database in memory with a few rows.
pub(crate) async fn database() -> Db {
    let db = Db::connect("sqlite::memory:").await.unwrap();
    db.schema::<Models>().create().await.unwrap();
    let name = |id: i64| NAMES[id as usize % NAMES.len()].to_owned();
    let size = |id: i64| (id % 4 > 0).then_some(id as i32 % 4);
    let authors = (1..=8).map(|id| Author {
        id,
        name: name(id),
        size: size(id),
        score: (id % 3 > 0).then_some(id as f64 / 4.0),
        secret: format!("secret {id}"),
        mentor_id: (id > 2).then_some(id / 2),
        friend_ids: (1..id).chain([99]).collect(),
    });
    AuthorRepository::new(&db)
        .create_all(authors)
        .await
        .unwrap();
    let bios = [1, 2, 5, 8].map(|author_id| Bio {
        id: 20 - author_id,
        name: name(author_id),
        size: size(author_id + 1),
        author_id,
    });
    BioRepository::new(&db).create_all(bios).await.unwrap();
    let books = (1..=12).map(|id| Book {
        id,
        name: name(id + 1),
        size: size(id),
        author_id: (id % 5 > 0).then_some(id % 5),
    });
    BookRepository::new(&db).create_all(books).await.unwrap();
    let tags = (1..=4).map(|id| Tag {
        id,
        name: name(id),
        size: size(id),
    });
    TagRepository::new(&db).create_all(tags).await.unwrap();
    let taggings = (1..=12)
        .flat_map(|book_id| (1..=book_id % 4).map(move |tag_id| Tagging { book_id, tag_id }));
    TaggingRepository::new(&db)
        .create_all(taggings)
        .await
        .unwrap();
    let notes = (1..=9).map(|id| Note {
        id,
        name: name(id),
        size: size(id),
        about_type: (id % 4 > 0).then(|| ["Author", "Book"][id as usize % 2].to_owned()),
        about_id: Some(id),
    });
    NoteRepository::new(&db).create_all(notes).await.unwrap();
    AuditRepository::new(&db)
        .create(Audit {
            id: 1,
            author_id: 1,
        })
        .await
        .unwrap();
    db
}
