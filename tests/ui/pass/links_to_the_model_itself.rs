//! A `has_many` from a model to itself, through links.
use relations::prelude::*;

#[derive(Debug, Model)]
#[has_many(User, name = "follows", through(Follow, key_from = "follower_id", key_to = "followed_id"))]
#[has_many(User, name = "followers", through(Follow, key_from = "followed_id", key_to = "follower_id"))]
#[has_many(User, name = "reports", key_to = "boss_id")]
struct User {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(User)]
    boss_id: Option<i64>,
    #[references_many(User)]
    blocked_ids: Vec<i64>,
}

#[derive(Debug, Model)]
struct Follow {
    #[model(id, generated)]
    id: i64,
    since: Option<i64>,
    #[belongs_to(User)]
    follower_id: i64,
    #[belongs_to(User)]
    followed_id: i64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> relations::Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.schema::<(User, Follow)>().create().await?;
    let users = UserRepository::new(&db);
    let user = || User::draft().blocked_ids([]);
    let draft = user()
        .follows([(user(), Follow::draft().since(2020))])
        .reports([user().reports([user()])]);
    let thor = users.create(draft).await?;
    assert_eq!(users.find().count().await?, 4);
    let found = users
        .find_by_id(thor.id)
        .include(User::FOLLOWS.linked().scope(|users| users.include(User::FOLLOWERS)))
        .include(User::REPORTS.include(User::REPORTS.include(User::BOSS)))
        .include(User::BLOCKEDS)
        .get()
        .await?;
    let followed = &found.follows[0];
    assert_eq!(followed.link.since, Some(2020));
    assert_eq!((followed.link.follower_id, followed.link.followed_id), (thor.id, followed.id));
    assert_eq!((followed.link.id, followed.followers[0].id), (1, thor.id));
    let second = &found.reports[0].reports[0];
    assert_eq!(second.boss.as_ref().map(|boss| boss.id), second.boss_id);
    assert!(found.blockeds.is_empty());
    Ok(())
}
