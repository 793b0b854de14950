//! What the blog does. Its repositories work on any connection, so a transaction as well.

use crate::models::*;
use relations::query::{Counted, Cursor, Page};
use relations::{NotIncluded, Result, prelude::*, row};

/// A post as the start page shows it: with its author, its tags, and the number of its comments.
pub type ShownPost = row!(Post { author, tags, comments: Counted<NotIncluded> });

/// The published posts of a page, the newest first.
pub async fn newest(
    db: &impl Connection,
    size: u64,
    after: Option<Cursor>,
) -> Result<Page<ShownPost>> {
    PostRepository::new(db)
        .find()
        .filter(Post::STATUS.eq(Status::Published))
        .order_by(Post::CREATED_AT.desc())
        .include(Post::AUTHOR)
        .include(Post::TAGS)
        .include(Post::COMMENTS.count())
        .limit(size)
        .after(after)
        .page()
        .await
}

/// Published posts with the words in their title, or with a tag of that name.
pub async fn search(db: &impl Connection, words: &str) -> Result<Vec<Post>> {
    let in_title = Post::TITLE.ilike(format!("%{words}%"));
    let tagged = Post::TAGS.some(Tag::WORD.eq(words));
    PostRepository::new(db)
        .find()
        .filter((in_title | tagged) & Post::STATUS.eq(Status::Published))
        .await
}

/// Writes a post with its tags: those that are there already are shared.
pub async fn write(
    db: &Db,
    author: AuthorId,
    slug: &str,
    title: &str,
    tags: &[&str],
) -> Result<Post> {
    db.transaction(async |tx| -> Result<Post> {
        let draft = Post::draft().slug(slug).title(title);
        let post = AuthorRepository::new(&tx)
            .posts(author)
            .create(draft)
            .await?;
        let words = TagRepository::new(&tx);
        let links = PostRepository::new(&tx);
        for word in tags {
            let tag = words
                .find_or_create(Tag::draft().word(*word))
                .on(Tag::WORD)
                .await?;
            links.tags(&post).link(&tag.row).await?;
        }
        Ok(post)
    })
    .await
}

/// Imports authors by their addresses: new ones are added, known ones get the name. Gives how many were new.
pub async fn import(db: &impl Connection, authors: &[(&str, &str)]) -> Result<usize> {
    let drafts = authors.iter().map(|(email, name)| {
        let draft = Author::draft().email(*email).name(*name);
        draft.settings(Settings::default())
    });
    let authors = AuthorRepository::new(db);
    let stored = authors
        .upsert_all(drafts)
        .on(Author::EMAIL)
        .change(Author::NAME)
        .await?;
    Ok(stored.iter().filter(|author| author.is_created).count())
}

/// All posts as lines of JSON, with little memory however many they are.
pub async fn export(db: &impl Connection, mut write: impl FnMut(&str)) -> Result<()> {
    let posts = PostRepository::new(db);
    let mut lines = posts.find().include(Post::TAGS).stream().json_lines();
    while let Some(line) = lines.try_next().await? {
        write(&line);
    }
    Ok(())
}
