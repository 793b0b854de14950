use relations::prelude::*;
use relations::row;

#[derive(Model)]
#[has_many(Post)]
struct User {
    #[model(id, generated)]
    id: i64,
}

#[derive(Model)]
struct Post {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(User)]
    user_id: i64,
}

fn count(user: &row!(User { posts })) -> usize {
    user.posts.len()
}

async fn run(db: &Db) -> relations::Result<usize> {
    let user = UserRepository::new(db).find().get().await?;
    Ok(count(&user))
}

fn main() {}
