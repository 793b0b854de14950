use relations::prelude::*;
use relations::row;

#[derive(Model)]
#[has_many(Post)]
#[has_one(Profile)]
struct User {
    #[model(id, generated)]
    id: i64,
}

#[derive(Model)]
struct Profile {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(User)]
    user_id: i64,
}

#[derive(Model)]
struct Post {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(User)]
    user_id: i64,
}

fn posts(_: row!(User { profile, postings })) {}

fn main() {}
