//! A blog: enum, newtype keys, JSON, UUIDs and times; pages with authors, tags and the number of comments; search, an import by
//! upsert, and an export as lines of JSON.
//!
//! `cargo run --example blog --features chrono,uuid,serde_json [URL]`; the tables must not be there yet.

#![allow(missing_docs, unreachable_pub)] // The fields say what they are, and modules are written as in a library.
#![allow(clippy::print_stdout)] // Printing is what the example is for.

mod blog;
mod models;

use models::*;
use relations::prelude::*;

#[tokio::main]
async fn main() -> relations::Result<()> {
    let url = std::env::args().nth(1);
    let db = Db::connect(url.as_deref().unwrap_or("sqlite::memory:")).await?;
    db.schema::<Models>().create().await?;

    let new = blog::import(
        &db,
        &[("ann@example.org", "Ann"), ("bob@example.org", "Bob")],
    )
    .await?;
    println!("{new} authors are new");
    let authors = AuthorRepository::new(&db);
    let ann = authors
        .find()
        .filter(Author::EMAIL.eq("ann@example.org"))
        .get()
        .await?;
    authors
        .patch_by_id(
            ann.id,
            Author::patch().settings(Settings {
                theme: "dark".into(),
                mails: true,
            }),
        )
        .await?;
    let dark = Author::SETTINGS.path("theme").eq("dark");
    println!(
        "{} likes it dark",
        authors.find().filter(dark).get().await?.name
    );

    let posts = PostRepository::new(&db);
    for (slug, title) in [("hello", "Hello, world"), ("rust", "Relations in Rust")] {
        let post = blog::write(&db, ann.id, slug, title, &["rust", "databases"]).await?;
        posts
            .comments(&post)
            .create(Comment::draft().text("Nice."))
            .await?;
        posts
            .patch_by_id(post.id, Post::patch().status(Status::Published))
            .await?;
    }

    let mut after = None;
    loop {
        let page = blog::newest(&db, 1, after).await?;
        for post in &page.rows {
            let tags: Vec<&str> = post.tags.iter().map(|tag| &*tag.word).collect();
            println!(
                "{} by {}, {} comments, {}",
                post.title,
                post.author.name,
                post.comments.count,
                tags.join(", ")
            );
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    println!(
        "{} posts about relations",
        blog::search(&db, "relations").await?.len()
    );
    blog::export(&db, |line| print!("{line}")).await
}
