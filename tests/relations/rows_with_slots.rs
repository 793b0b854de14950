//! Rows with included relations: named as types, given where their model is, taken apart.

use crate::support::{TestDb, database_test};
use relations::prelude::*;
use relations::query::Counted;
use relations::row;
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq, Model)]
#[has_one(Profile)]
#[has_many(Post)]
pub struct User {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Profile {
    #[model(id, generated)]
    pub id: i64,
    pub about: String,
    #[belongs_to(User)]
    pub user_id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Tag, through = Tagging)]
#[has_one(Note, discriminator = "item_type")]
pub struct Post {
    #[model(id, generated)]
    pub id: i64,
    pub title: String,
    #[belongs_to(User)]
    pub user_id: i64,
    #[references_many(Tag)]
    pub favourite_ids: Vec<i64>,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Tag {
    #[model(id, generated)]
    pub id: i64,
    pub word: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Tagging {
    #[model(id)]
    #[belongs_to(Post)]
    pub post_id: i64,
    #[model(id)]
    #[belongs_to(Tag)]
    pub tag_id: i64,
}

#[derive(Debug, Clone, PartialEq, PolymorphicModel)]
pub enum Item {
    Post(Post),
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Note {
    #[model(id, generated)]
    pub id: i64,
    #[belongs_to(Item, discriminator = "item_type")]
    pub item_id: i64,
    pub item_type: String,
}

/// Ann with a profile and two posts, of which the first has a tag and a note.
async fn blog(db: &TestDb) -> UserRepository {
    db.schema::<(User, Profile, Post, Tag, Tagging, Note)>()
        .create()
        .await
        .unwrap();
    let users = UserRepository::new(Db::clone(db));
    let ann = users.create(User::draft().name("Ann")).await.unwrap();
    let profile = Profile::draft().about("Rust");
    users.profile(&ann).create(profile).await.unwrap();
    let drafts = ["first", "second"].map(|title| Post::draft().title(title).favourite_ids([]));
    let posts = users.posts(&ann).create_all(drafts).await.unwrap();
    let posts_of = PostRepository::new(&**db);
    let tag = Tag::draft().word("orm");
    posts_of.tags(&posts[0]).create(tag).await.unwrap();
    posts_of
        .note(&posts[0])
        .create(Note::draft())
        .await
        .unwrap();
    users
}

/// The type says what a function needs of a row.
fn words(user: &row!(User { profile, posts { tags } })) -> Vec<&str> {
    let posts = user.posts.iter();
    let tags = posts.flat_map(|post| post.tags.iter().map(|tag| &*tag.word));
    user.profile
        .iter()
        .map(|profile| &*profile.about)
        .chain(tags)
        .collect()
}

#[database_test]
async fn a_row_type_is_named_by_its_relations(db: TestDb) {
    let users = blog(&db).await;
    let query = users.find().include(User::PROFILE);
    let query = query.include(User::POSTS.include(Post::TAGS));
    let rows: Vec<row!(User { profile, posts { tags } })> = query.await.unwrap();
    assert_eq!(words(&rows[0]), ["Rust", "orm"]);

    // The order of names is that of the caller, a comma may come last, and no name is the model alone.
    let row: row!(User { posts { tags }, profile, }) = rows[0].clone();
    let alone: row!(User) = row.clone().into_model();
    assert_eq!(alone.name, "Ann");

    // A slot that holds something else than a plain include gives is written out.
    let counted = users.find().include(User::POSTS.counted()).get();
    let counted: row!(User { posts: Counted<Vec<Post>> }) = counted.await.unwrap();
    assert_eq!(counted.posts.count, 2);

    let notes = NoteRepository::new(&*db);
    let note = notes.find().include(Note::ITEM).get().await.unwrap();
    let note: row!(Note { item }) = note;
    assert!(matches!(note.item.as_deref(), Some(Item::Post(post)) if post.title == "first"));
}

#[database_test]
async fn a_row_with_slots_stands_for_its_model(db: TestDb) {
    let users = blog(&db).await;
    let query = users.find().include(User::POSTS.include(Post::USER));
    let ann = query.get().await.unwrap();

    // A source: by its key, and by its id.
    let profile = users.profile(&ann).get().await.unwrap();
    assert_eq!(profile.about, "Rust");
    let posts = PostRepository::new(&*db);
    let owner = posts.user(&ann.posts[0]).get().await.unwrap();
    assert_eq!(owner, *ann);

    // A shared target, from a slot.
    let shared: &Arc<User> = &ann.posts[0].user;
    assert_eq!(users.profile(shared).get().await.unwrap(), profile);
}

#[database_test]
async fn a_target_is_linked_and_listed_by_reference(db: TestDb) {
    blog(&db).await;
    let (posts, tags) = (PostRepository::new(&*db), TagRepository::new(&*db));
    let all = posts.find().include(Post::TAGS.linked()).await.unwrap();
    let (first, second) = (&all[0], &all[1]);
    let linked = &first.tags[0];
    let other = tags.create(Tag::draft().word("sql")).await.unwrap();

    let of_second = posts.tags(second);
    of_second.link(linked).await.unwrap();
    of_second.link(&other).await.unwrap();
    assert!(of_second.is_linked(linked).await.unwrap());
    assert_eq!(of_second.unlink(&other).await.unwrap(), 1);
    of_second.set([&other]).await.unwrap();
    assert!(!of_second.is_linked(linked).await.unwrap());
    of_second.link_all([&linked.target]).await.unwrap();
    assert_eq!(of_second.find().count().await.unwrap(), 2);

    let favourites = posts.favourites(second);
    favourites.add(&other).await.unwrap();
    favourites.prepend(linked).await.unwrap();
    assert!(favourites.contains(&other).await.unwrap());
    let post = posts.get_by_id(second.id).await.unwrap();
    assert_eq!(post.favourite_ids, [linked.id, other.id]);
    assert_eq!(favourites.remove(&other).await.unwrap(), 1);
}

#[database_test]
async fn a_row_is_taken_apart_in_the_order_of_its_relations(db: TestDb) {
    let users = blog(&db).await;
    let query = users.find().include(User::POSTS).include(User::PROFILE);
    let (user, profile, posts) = query.get().await.unwrap().into_parts();
    assert_eq!(user.name, "Ann");
    assert_eq!(profile.unwrap().about, "Rust");
    assert_eq!(posts.len(), 2);
}
