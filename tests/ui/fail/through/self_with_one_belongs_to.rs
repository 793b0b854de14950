use relations::prelude::*;

#[derive(Model)]
#[has_many(User, name = "friends", through = Friendship)]
struct User {
    #[model(id, generated)]
    id: i64,
}

#[derive(Model)]
struct Friendship {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(User)]
    user_id: i64,
    friend_id: i64,
}

fn main() {}
