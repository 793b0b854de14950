//! Values that nobody gives: what functions make for new rows, and the times of writes.

use crate::support::{TestDb, database_test};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use relations::prelude::*;
use relations::{ErrorKind, Json};
use std::sync::atomic::{AtomicU32, Ordering};
use uuid::Uuid;

/// Ids that sort in no way as they are made.
fn scattered() -> Uuid {
    static MADE: AtomicU32 = AtomicU32::new(1);
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    Uuid::from_u128(u128::from(number.wrapping_mul(0x9e37_79b9)) << 96 | u128::from(number))
}

fn code() -> &'static str {
    "new"
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Chapter)]
#[has_many(Tag, through = BookTag)]
struct Book {
    #[model(id, default_with = scattered)]
    id: Uuid,
    title: String,
    #[model(default_with = "self::code", length = 10)]
    code: String,
    #[model(default_with = code)]
    note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Model)]
struct Chapter {
    #[model(id, default_with = scattered)]
    id: Uuid,
    #[belongs_to(Book)]
    book_id: Uuid,
    title: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
struct Tag {
    #[model(id, default_with = scattered)]
    id: Uuid,
    name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
struct BookTag {
    #[model(id, default_with = scattered)]
    id: Uuid,
    #[belongs_to(Book)]
    book_id: Uuid,
    #[belongs_to(Tag)]
    tag_id: Uuid,
}

async fn books(db: &TestDb) -> BookRepository<&relations::Db> {
    let schema = db.schema::<(Book, Chapter, Tag, BookTag)>();
    schema.create().await.unwrap();
    BookRepository::new(&**db)
}

#[database_test]
async fn a_function_makes_what_a_draft_or_json_leaves_out(db: TestDb) {
    let books = books(&db).await;
    let made = books.create(Book::draft().title("a")).await.unwrap();
    assert!(!made.id.is_nil());
    assert_eq!(
        (made.code.as_str(), made.note.as_deref()),
        ("new", Some("new"))
    );
    let from_json = books.create(Json(r#"{"title": "b"}"#)).await.unwrap();
    assert_eq!(from_json.code, "new");
    assert_ne!(from_json.id, made.id);

    let id = Uuid::from_u128(7);
    let given = Book::draft()
        .title("c")
        .code("own")
        .id(id)
        .note(None::<String>);
    let given = books.create(given).await.unwrap();
    assert_eq!(
        (given.id, given.code.as_str(), given.note),
        (id, "own", None)
    );
    let json = r#"{"title": "d", "code": "own", "note": null}"#;
    let given = books.create(Json(json)).await.unwrap();
    assert_eq!((given.code.as_str(), given.note), ("own", None));
}

#[database_test]
async fn many_rows_come_back_in_the_order_of_their_drafts(db: TestDb) {
    let books = books(&db).await;
    let titles: Vec<String> = (0..70).map(|number| format!("title {number}")).collect();
    let drafts = titles.iter().map(|title| Book::draft().title(title));
    let made = books.create_all(drafts).await.unwrap();
    let found: Vec<&str> = made.iter().map(|book| book.title.as_str()).collect();
    assert_eq!(found, titles);
    for book in &made {
        assert_eq!(books.get_by_id(book.id).await.unwrap(), *book);
    }
}

#[database_test]
async fn rows_drafted_within_a_draft_refer_to_the_id_that_was_made(db: TestDb) {
    let books = books(&db).await;
    let chapters = ["one", "two"].map(|title| Chapter::draft().title(title));
    let book = Book::draft().title("a").chapters(chapters);
    let book = books
        .create(book.tags([Tag::draft().name("t")]))
        .await
        .unwrap();
    let found = books.find().include(Book::CHAPTERS).include(Book::TAGS);
    let found = found.first().await.unwrap().unwrap();
    assert_eq!(
        (found.id, found.chapters.len(), found.tags.len()),
        (book.id, 2, 1)
    );
    let chapter = books
        .chapters(book.id)
        .create(Json(r#"{"title": "three"}"#));
    assert_eq!(chapter.await.unwrap().book_id, book.id);
    let tag = books.tags(book.id).create(Tag::draft().name("u")).await;
    books.tags(book.id).unlink(tag.unwrap().id).await.unwrap();
}

#[database_test]
async fn patches_and_replace_make_nothing(db: TestDb) {
    let books = books(&db).await;
    let own = Book::draft().title("a").code("own").note("mine");
    let book = books.create(own).await.unwrap();
    let patch = books.patch_by_id(book.id, Book::patch().title("b"));
    patch.await.unwrap();
    let patched = books.get_by_id(book.id).await.unwrap();
    assert_eq!(
        (patched.code.as_str(), patched.note.as_deref()),
        ("own", Some("mine"))
    );
    let json = format!(r#"{{"id": "{}", "title": "c", "code": "x"}}"#, book.id);
    books.replace(Json(&json)).await.unwrap();
    assert_eq!(books.get_by_id(book.id).await.unwrap().note, None);
    let json = format!(r#"{{"id": "{}", "title": "c"}}"#, book.id);
    let error = books.replace(Json(&json)).await.unwrap_err();
    assert_eq!(error.problems().len(), 1);
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_one(Detail)]
struct Post {
    #[model(id, generated)]
    id: i64,
    title: String,
    #[references_many(Label)]
    label_ids: Vec<i64>,
    #[model(created_at)]
    created_at: DateTime<Utc>,
    #[model(updated_at)]
    updated_at: DateTime<Utc>,
    #[model(updated_at)]
    seen_at: Option<NaiveDateTime>,
}

#[derive(Debug, Clone, PartialEq, Model)]
struct Detail {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Post)]
    post_id: i64,
    text: String,
    #[model(created_at)]
    added: DateTime<Utc>,
    #[model(updated_at)]
    changed: NaiveDateTime,
}

#[derive(Debug, Clone, PartialEq, Model)]
struct Label {
    #[model(id, generated)]
    id: i64,
}

fn long_ago() -> DateTime<Utc> {
    DateTime::from_timestamp(1_000_000_000, 0).unwrap()
}

/// A post that was written long ago.
async fn old_post(db: &TestDb) -> (PostRepository<&relations::Db>, Post) {
    let schema = db.schema::<(Post, Detail, Label)>();
    schema.create().await.unwrap();
    let posts = PostRepository::new(&**db);
    let draft = Post::draft().title("a").label_ids(Vec::<i64>::new());
    let draft = draft.created_at(long_ago()).updated_at(long_ago());
    let post = posts.create(draft.seen_at(long_ago().naive_utc())).await;
    let post = post.unwrap();
    // Drafts set the times themselves, where they want.
    assert_eq!((post.created_at, post.updated_at), (long_ago(), long_ago()));
    (posts, post)
}

fn is_now(time: DateTime<Utc>) -> bool {
    (Utc::now() - time).abs() < TimeDelta::minutes(5)
}

#[database_test]
async fn a_new_row_has_the_time_of_its_creation(db: TestDb) {
    let (posts, _) = old_post(&db).await;
    let draft = Post::draft().title("b").label_ids(Vec::<i64>::new());
    let json = Json(r#"{"title": "c", "label_ids": []}"#);
    let rows = [posts.create(draft).await, posts.create(json).await];
    for row in rows.map(Result::unwrap) {
        assert!(is_now(row.created_at), "{row:?}");
        assert_eq!(row.updated_at, row.created_at);
        assert_eq!(row.seen_at, Some(row.created_at.naive_utc()));
        assert_eq!(posts.get_by_id(row.id).await.unwrap(), row);
    }
}

#[database_test]
async fn every_write_sets_the_time_of_the_last_one(db: TestDb) {
    let (posts, post) = old_post(&db).await;
    let label = LabelRepository::new(&*db);
    let label = label.create(Label::draft()).await.unwrap().id;
    let old = || {
        Post::patch()
            .updated_at(long_ago())
            .seen_at(None::<NaiveDateTime>)
    };
    let json = format!(r#"{{"id": {}, "title": "e", "label_ids": []}}"#, post.id);
    for way in 0..5 {
        // A patch sets it to what it says.
        posts.patch_by_id(post.id, old()).await.unwrap();
        let before = posts.get_by_id(post.id).await.unwrap();
        assert_eq!((before.updated_at, before.seen_at), (long_ago(), None));
        match way {
            0 => {
                let patch = Post::patch().title("b");
                posts.patch_by_id(post.id, patch).await.unwrap();
            }
            1 => {
                let patch = posts.patch(Json(r#"{"title": "c"}"#));
                patch.filter(Post::ID.eq(post.id)).await.unwrap();
            }
            2 => posts.replace(before).await.unwrap(),
            3 => posts.replace(Json(&json)).await.unwrap(),
            _ => {
                posts.labels(post.id).add(label).await.unwrap();
            }
        }
        let after = posts.get_by_id(post.id).await.unwrap();
        assert!(is_now(after.updated_at), "{way}: {after:?}");
        assert_eq!(after.seen_at, Some(after.updated_at.naive_utc()));
        assert_eq!(after.created_at, long_ago(), "{way}");
    }
}

#[database_test]
async fn a_write_through_a_relation_sets_the_time(db: TestDb) {
    let (posts, post) = old_post(&db).await;
    let detail = posts.detail(post.id);
    let created = detail.create(Detail::draft().text("a")).await.unwrap();
    assert!(is_now(created.changed.and_utc()));
    let old = Detail::patch().changed(long_ago().naive_utc());
    detail.patch(old).await.unwrap();
    detail.patch(Detail::patch().text("b")).await.unwrap();
    let found = detail.get().await.unwrap();
    assert!(is_now(found.changed.and_utc()), "{found:?}");
    // What is set is written anew, and was added when it was.
    let old = Detail::patch().changed(long_ago().naive_utc());
    detail.patch(old.added(long_ago())).await.unwrap();
    let set = detail.set(Detail::draft().text("c")).await.unwrap();
    assert!(is_now(set.changed.and_utc()), "{set:?}");
    assert_eq!((set.id, set.added), (created.id, long_ago()));
}

#[database_test]
async fn a_patch_that_changes_nothing_is_refused_all_the_same(db: TestDb) {
    let (posts, post) = old_post(&db).await;
    let error = posts.patch_by_id(post.id, Post::patch()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::EmptyPatch);
    let found = posts.get_by_id(post.id).await.unwrap();
    assert_eq!(found.updated_at, long_ago());
}

#[database_test]
async fn json_cannot_set_the_times(db: TestDb) {
    let (posts, post) = old_post(&db).await;
    let time = "2020-01-01T00:00:00Z";
    let json = format!(r#"{{"title": "a", "label_ids": [], "created_at": "{time}"}}"#);
    let error = posts.create(Json(&json)).await.unwrap_err();
    assert_eq!(error.problems().len(), 1, "{error}");
    let json = format!(r#"{{"updated_at": "{time}"}}"#);
    let error = posts.patch_by_id(post.id, Json(&json)).await.unwrap_err();
    assert_eq!(error.problems()[0].path(), "updated_at");
    // A row goes back as it was read.
    let json = format!(
        r#"{{"id": {}, "title": "z", "label_ids": [], "created_at": "{time}", "updated_at": "{time}"}}"#,
        post.id
    );
    posts.replace(Json(&json)).await.unwrap();
    let found = posts.get_by_id(post.id).await.unwrap();
    assert_eq!(found.created_at, long_ago());
    assert!(is_now(found.updated_at));
}

/// What is made is made for a new row; a row that is there keeps its own.
#[database_test]
async fn an_upsert_makes_values_for_a_new_row_only(db: TestDb) {
    db.schema::<Coupon>().create().await.unwrap();
    let coupons = CouponRepository::new(&*db);
    let draft = |worth| Coupon::draft().code("spring").worth(worth);
    let created = coupons.upsert(draft(1)).on(Coupon::CODE).await.unwrap();
    let changed = coupons.upsert(draft(2)).on(Coupon::CODE).await.unwrap();
    assert_eq!((created.is_created, changed.is_created), (true, false));
    let (before, after) = (created.row, changed.row);
    assert_eq!((after.worth, &after.note), (2, &before.note));
    assert_eq!((after.id, after.made), (before.id, before.made));
    assert!(after.changed > before.changed, "{after:?}");
    let found = coupons
        .find_or_create(draft(3))
        .on(Coupon::CODE)
        .await
        .unwrap();
    assert_eq!(found.row, after);
    let patch = Coupon::patch().worth(4);
    let changed = coupons.patch(patch).all_rows().returning().await.unwrap();
    assert!(changed[0].changed > after.changed);
}

fn a_note() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    format!("note {}", NUMBER.fetch_add(1, Ordering::Relaxed))
}

#[derive(Debug, Clone, PartialEq, Model)]
struct Coupon {
    #[model(id, generated)]
    id: i64,
    #[model(unique, length = 80)]
    code: String,
    worth: i64,
    #[model(default_with = a_note)]
    note: String,
    #[model(created_at)]
    made: chrono::DateTime<chrono::Utc>,
    #[model(updated_at)]
    changed: chrono::DateTime<chrono::Utc>,
}

#[derive(Debug, Clone, PartialEq, Model)]
struct Page {
    #[model(id, generated)]
    id: i64,
    #[model(unique, length = 20)]
    title: String,
    note: Option<String>,
    #[model(on_update_now)]
    changed: DateTime<Utc>,
    #[model(on_update_now)]
    seen: Option<NaiveDateTime>,
}

/// A page that was written long ago.
async fn old_page(db: &TestDb) -> (PageRepository<&relations::Db>, Page) {
    db.schema::<Page>().create().await.unwrap();
    let pages = PageRepository::new(&**db);
    let draft = Page::draft().title("a").changed(long_ago());
    let page = pages.create(draft.seen(long_ago().naive_utc())).await;
    let page = page.unwrap();
    assert_eq!(page.changed, long_ago());
    (pages, page)
}

#[database_test]
async fn the_database_sets_the_time_where_another_program_updates(db: TestDb) {
    let (pages, page) = old_page(&db).await;
    let read = async || pages.get_by_id(page.id).await.unwrap();
    let changes_nothing = "UPDATE page SET title = title WHERE title = 'a'";
    db.sql(changes_nothing).execute().await.unwrap();
    assert_eq!(read().await, page);
    let others = "UPDATE page SET title = 'b' WHERE title = 'a'";
    assert_eq!(db.sql(others).execute().await.unwrap(), 1);
    let found = read().await;
    assert!(is_now(found.changed), "{found:?}");
    assert!(is_now(found.seen.unwrap().and_utc()), "{found:?}");
    // What it gives itself stays.
    let own = "UPDATE page SET title = 'c', changed = '2001-09-09 01:46:40', seen = NULL";
    db.sql(own).execute().await.unwrap();
    assert_eq!(
        (read().await.changed, read().await.seen),
        (long_ago(), None)
    );
    // A new row is as it is given.
    let new = "INSERT INTO page (title, changed) VALUES ('d', '2001-09-09 01:46:40')";
    db.sql(new).execute().await.unwrap();
    let new = pages.find().filter(Page::TITLE.eq("d")).first().await;
    assert_eq!(new.unwrap().unwrap().changed, long_ago());
}

#[database_test]
async fn each_way_of_writing_sets_a_time_that_the_database_sets_too(db: TestDb) {
    let (pages, page) = old_page(&db).await;
    let id = page.id;
    for way in 0..6 {
        // Each another one: to a trigger, a time that the row has already is one that was not given.
        let old = long_ago() - TimeDelta::days(1 + way);
        let patch = Page::patch().changed(old);
        pages.patch_by_id(id, patch).await.unwrap();
        assert_eq!(pages.get_by_id(id).await.unwrap().changed, old);
        match way {
            0 => {
                let patch = Page::patch().title("b");
                pages.patch_by_id(id, patch).await.unwrap();
            }
            1 => {
                pages
                    .patch_by_id(id, Json(r#"{"title": "c"}"#))
                    .await
                    .unwrap();
            }
            2 => {
                pages
                    .patch(Page::patch().title("d"))
                    .all_rows()
                    .await
                    .unwrap();
            }
            3 => pages
                .replace(Json(format!(r#"{{"id": {id}, "title": "e"}}"#)))
                .await
                .unwrap(),
            4 => {
                let upsert = pages
                    .upsert(Page::draft().title("e").note("n"))
                    .on(Page::TITLE);
                assert!(!upsert.await.unwrap().is_created);
            }
            _ => {
                let patch = pages.patch(Page::patch().title("f")).all_rows();
                let rows = patch.returning().await.unwrap();
                assert_eq!(rows, [pages.get_by_id(id).await.unwrap()]);
            }
        }
        let after = pages.get_by_id(id).await.unwrap();
        assert!(is_now(after.changed), "{way}: {after:?}");
    }
    let json = Json(r#"{"title": "x", "changed": "2020-01-01T00:00:00Z"}"#);
    let error = pages.patch_by_id(id, json).await.unwrap_err();
    assert_eq!(error.problems()[0].path(), "changed");
}

#[database_test]
async fn a_check_tells_that_the_database_does_not_set_the_time(db: TestDb) {
    old_page(&db).await;
    let check = db.schema::<Page>().check().await.unwrap();
    assert!(check.is_empty(), "{check}");
    let drop = match db.dialect() {
        relations::Dialect::Sqlite => "DROP TRIGGER \"on_update_page.changed\"",
        relations::Dialect::Postgres => "DROP FUNCTION \"on_update_page.changed\"() CASCADE",
        _ => "ALTER TABLE page MODIFY changed DATETIME(6) NOT NULL",
    };
    db.sql(drop).execute().await.unwrap();
    let check = db.schema::<Page>().check().await.unwrap();
    let told: Vec<_> = check.differences().iter().map(|it| it.kind()).collect();
    let kind = relations::schema::DifferenceKind::NotSetOnUpdate;
    assert_eq!(told, [kind], "{check}");
    assert_eq!(check.differences()[0].fields(), ["changed"]);
}

#[database_test]
async fn a_table_with_such_a_time_is_dropped_whole(db: TestDb) {
    let (pages, _) = old_page(&db).await;
    db.schema::<Page>().drop().await.unwrap();
    db.schema::<Page>().create().await.unwrap();
    assert_eq!(pages.find().count().await.unwrap(), 0);
}
