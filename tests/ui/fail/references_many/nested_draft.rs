use relations::prelude::*;

#[derive(Model)]
struct Post {
    #[model(id, generated)]
    id: i64,
    #[references_many(Tag)]
    tag_ids: Vec<i64>,
}

#[derive(Model)]
struct Tag {
    #[model(id, generated)]
    id: i64,
    name: String,
}

#[allow(dead_code)]
async fn run(db: Db) -> relations::Result<()> {
    let posts = PostRepository::new(&db);
    let draft = Post::draft().tag_ids([]).tags([Tag::draft().name("x")]);
    posts.create(draft).await?;
    Ok(())
}

fn main() {}
