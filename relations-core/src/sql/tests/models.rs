//! Models with a relation of every kind.
#![allow(dead_code)] // Their rows are never made.

use crate::__private::Relation;
use crate::query::FixedScope;
use relations_derive::{Model, PolymorphicModel};
use serde::{Deserialize, Serialize};

#[derive(Debug, Model)]
#[has_many(Book)]
#[has_one(Bio)]
#[has_many(Author, name = "pupils", key_to = "mentor_id")]
#[has_many(Note, discriminator = "about_type")]
#[has_many(Book, name = "new_books", scope = new)]
#[has_and_belongs_to_many(Tag)]
#[has_and_belongs_to_many(Tag, name = "large_tags", scope = large)]
pub(super) struct Author {
    #[model(id)]
    pub id: i64,
    pub name: String,
    pub size: Option<i32>,
    pub score: Option<f64>,
    #[belongs_to(Author)]
    pub mentor_id: Option<i64>,
    #[references_many(Author)]
    pub friend_ids: Vec<i64>,
    #[model(json)]
    #[embeds_many(Address)]
    pub addresses: Vec<Address>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Model)]
pub(super) struct Address {
    #[model(id)]
    pub id: i64,
    pub city: String,
}

fn new(books: FixedScope<Book>) -> FixedScope<Book> {
    let books = books.filter(Book::IS_NEW.eq(true) & Book::TAGS.exists());
    books.order_by(Book::NAME.desc())
}

fn large(tags: FixedScope<Tag>) -> FixedScope<Tag> {
    tags.filter(Tag::SIZE.gt(9) | Tag::CODE.like("x%"))
}

#[derive(Debug, Model)]
pub(super) struct Bio {
    #[model(id)]
    pub id: i64,
    pub name: String,
    pub size: Option<i32>,
    #[belongs_to(Author)]
    pub author_id: i64,
}

#[derive(Debug, Model)]
#[has_many(Tag, through = Tagging)]
#[has_one(Note, discriminator = "about_type")]
pub(super) struct Book {
    #[model(id)]
    pub id: i64,
    pub name: String,
    pub is_new: bool,
    #[belongs_to(Author)]
    pub author_id: Option<i64>,
    #[model(version)]
    pub version: i32,
}

#[derive(Debug, Model)]
#[has_many(Book, through = Tagging)]
#[has_and_belongs_to_many(Author)]
pub(super) struct Tag {
    #[model(id)]
    pub code: String,
    pub size: i16,
}

/// The same table.
#[derive(Debug, Model)]
#[model(table = "tag")]
pub(super) struct WideTag {
    #[model(id)]
    pub code: String,
    pub size: i64,
}

#[derive(Debug, Model)]
pub(super) struct Tagging {
    #[model(id)]
    #[belongs_to(Book)]
    pub book_id: i64,
    #[model(id)]
    #[belongs_to(Tag, name = "tag")]
    pub tag_code: String,
    pub weight: f32,
}

#[derive(Debug, Model)]
pub(super) struct Note {
    #[model(id)]
    pub id: i64,
    pub name: String,
    pub about_type: Option<String>,
    #[belongs_to(About, discriminator = "about_type")]
    pub about_id: Option<i64>,
}

#[derive(Debug, PolymorphicModel)]
pub(super) enum About {
    Author(Author),
    Book(Book),
}
