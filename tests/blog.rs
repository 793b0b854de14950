//! The blog of the examples, on every database.

#![allow(missing_docs, unreachable_pub)] // Models are written as users write theirs.

#[path = "support/all_databases.rs"]
mod all_databases;
#[path = "../examples/blog/blog.rs"]
mod blog;
#[path = "../examples/blog/models.rs"]
mod models;
#[path = "support/mod.rs"]
mod support;

use models::*;
use relations::prelude::*;
use support::{TestDb, database_test};

async fn authors(db: &TestDb) -> AuthorRepository<&Db> {
    db.schema::<Models>().create().await.unwrap();
    let new = [("ann@example.org", "Ann"), ("bob@example.org", "Bob")];
    assert_eq!(blog::import(&**db, &new).await.unwrap(), 2);
    AuthorRepository::new(&**db)
}

async fn published(db: &TestDb, author: AuthorId, slug: &str, tags: &[&str]) -> Post {
    let title = format!("About {slug}");
    let post = blog::write(db, author, slug, &title, tags).await.unwrap();
    assert_eq!(post.status, Status::Draft);
    let change = Post::patch().status(Status::Published);
    let posts = PostRepository::new(&**db);
    posts.patch_by_id(post.id, change).await.unwrap();
    posts.get_by_id(post.id).await.unwrap()
}

#[database_test]
async fn a_page_has_authors_tags_and_numbers_of_comments(db: TestDb) {
    let authors = authors(&db).await;
    let ann = authors
        .find()
        .filter(Author::NAME.eq("Ann"))
        .get()
        .await
        .unwrap();
    let mut posts = Vec::new();
    for slug in ["one", "two", "three"] {
        posts.push(published(&db, ann.id, slug, &["rust", slug]).await);
    }
    let comments = PostRepository::new(&*db);
    for text in ["Nice.", "Thanks."] {
        let draft = Comment::draft().text(text);
        comments.comments(&posts[1]).create(draft).await.unwrap();
    }

    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = blog::newest(&*db, 2, after).await.unwrap();
        for post in page.rows {
            assert_eq!(post.author.name, "Ann");
            let mut tags: Vec<&str> = post.tags.iter().map(|tag| &*tag.word).collect();
            tags.sort_unstable();
            let mut wanted = vec!["rust", &*post.slug];
            wanted.sort_unstable();
            assert_eq!(tags, wanted);
            seen.push((post.slug.clone(), post.comments.count));
        }
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    seen.sort();
    let wanted = [("one", 0), ("three", 0), ("two", 2)];
    assert_eq!(seen, wanted.map(|(slug, count)| (slug.to_owned(), count)));
    // The tag that all share was made once.
    let tags = TagRepository::new(&*db);
    assert_eq!(tags.find().count().await.unwrap(), 4);
}

#[database_test]
async fn a_slug_is_taken_once_by_each_author(db: TestDb) {
    let authors = authors(&db).await.find().await.unwrap();
    blog::write(&db, authors[0].id, "hello", "Hello", &[])
        .await
        .unwrap();
    blog::write(&db, authors[1].id, "hello", "Hello", &[])
        .await
        .unwrap();
    let again = blog::write(&db, authors[0].id, "hello", "Again", &["new"]).await;
    let error = again.unwrap_err();
    assert!(error.is_already_exists());
    assert_eq!(error.fields(), ["author_id", "slug"]);
    // Nothing of it was kept, not even its tag.
    assert!(!TagRepository::new(&*db).find().exists().await.unwrap());
}

#[database_test]
async fn words_are_found_in_titles_and_tags(db: TestDb) {
    let authors = authors(&db).await;
    let ann = authors.find().get().await.unwrap();
    published(&db, ann.id, "crabs", &["animals"]).await;
    published(&db, ann.id, "trees", &["plants"]).await;
    blog::write(&db, ann.id, "secret", "About crabs, unfinished", &[])
        .await
        .unwrap();
    for (words, found) in [("CRABS", "crabs"), ("plants", "trees")] {
        let posts = blog::search(&*db, words).await.unwrap();
        let slugs: Vec<&str> = posts.iter().map(|post| &*post.slug).collect();
        assert_eq!(slugs, [found]);
    }
}

#[database_test]
async fn an_import_adds_and_changes(db: TestDb) {
    let authors = authors(&db).await;
    let settings = Settings {
        theme: "dark".into(),
        mails: true,
    };
    let ann = authors
        .find()
        .filter(Author::EMAIL.eq("ann@example.org"))
        .get()
        .await
        .unwrap();
    let change = Author::patch().settings(settings.clone());
    authors.patch_by_id(ann.id, change).await.unwrap();

    let rows = [("ann@example.org", "Anna"), ("eve@example.org", "Eve")];
    assert_eq!(blog::import(&*db, &rows).await.unwrap(), 1);
    let anna = authors.get_by_id(ann.id).await.unwrap();
    assert_eq!((&*anna.name, anna.settings), ("Anna", settings));
    let dark = Author::SETTINGS.path("theme").eq("dark");
    assert_eq!(authors.find().filter(dark).count().await.unwrap(), 1);
}

#[database_test]
async fn an_export_has_a_line_for_each_post(db: TestDb) {
    let authors = authors(&db).await;
    let ann = authors.find().get().await.unwrap();
    let post = published(&db, ann.id, "one", &["rust"]).await;
    published(&db, ann.id, "two", &[]).await;
    let mut lines = Vec::new();
    blog::export(&*db, |line| lines.push(line.to_owned()))
        .await
        .unwrap();
    assert_eq!(lines.len(), 2);
    let lines: Vec<serde_json::Value> = lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let line = lines.iter().find(|line| line["slug"] == "one").unwrap();
    assert_eq!(line["id"], post.id.to_string());
    assert_eq!(line["status"], "published");
    assert_eq!(line["tags"][0]["word"], "rust");
}
