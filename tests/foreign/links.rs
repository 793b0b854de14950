//! Callers that change the links of one source at the same time.

use crate::support::{TestDb, database_test};
use relations::prelude::*;

#[derive(Debug, Model)]
#[has_many(Tag, through = UserTag)]
struct User {
    #[model(id)]
    id: i64,
}

#[derive(Debug, Model)]
struct Tag {
    #[model(id)]
    id: i64,
}

#[derive(Debug, Model)]
struct UserTag {
    #[model(id)]
    #[belongs_to(User)]
    user_id: i64,
    #[model(id)]
    #[belongs_to(Tag)]
    tag_id: i64,
}

async fn people(db: &TestDb, users: i64) {
    db.schema::<(User, Tag, UserTag)>().create().await.unwrap();
    let drafts = (1..=users).map(|id| User::draft().id(id));
    UserRepository::new(&**db).create_all(drafts).await.unwrap();
    let drafts = (1..=20).map(|id| Tag::draft().id(id));
    TagRepository::new(&**db).create_all(drafts).await.unwrap();
}

/// The tags in an order of each caller's own.
fn tags(caller: i64) -> Vec<i64> {
    (1..=10)
        .map(|tag| (tag * 7 + caller * 3) % 20 + 1)
        .collect()
}

#[database_test]
async fn all_are_linked_and_none_is_told_of_a_conflict(db: TestDb) {
    people(&db, 40).await;
    for user in 1..=40 {
        let calls = (0..8).map(|caller| {
            let db = (*db).clone();
            tokio::spawn(async move {
                let users = UserRepository::new(&db);
                users.tags(user).link_all(tags(caller)).await
            })
        });
        for call in calls.collect::<Vec<_>>() {
            call.await.unwrap().unwrap();
        }
        let mut expected: Vec<i64> = (0..8).flat_map(tags).collect();
        expected.sort_unstable();
        expected.dedup();
        let users = UserRepository::new(&*db);
        let count = users.tags(user).count().await.unwrap();
        assert_eq!(count, expected.len() as u64);
    }
}

/// Links, unlinks and replaces, across neighbours.
#[database_test]
async fn mixed_changes_of_neighbours_do_not_get_in_each_others_way(db: TestDb) {
    people(&db, 4).await;
    let calls = (0..8).map(|caller| {
        let db = (*db).clone();
        tokio::spawn(async move {
            let users = UserRepository::new(&db);
            for turn in 0..15 {
                let links = users.tags((caller + turn) % 4 + 1);
                match (caller + turn) % 4 {
                    0 => links.link_all(tags(caller)).await?,
                    1 => links.set(tags(caller + turn)).await?,
                    2 => links.link(turn % 20 + 1).await?,
                    _ => drop(links.unlink_each(tags(turn)).await?),
                }
            }
            Ok::<_, relations::Error>(())
        })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
}

/// One link at a time is no transaction, and yet others do not push it out for good.
#[database_test]
async fn single_links_get_through_beside_lists(db: TestDb) {
    people(&db, 1).await;
    let calls = (0..16).map(|caller| {
        let db = (*db).clone();
        tokio::spawn(async move {
            let users = UserRepository::new(&db);
            for turn in 0..15 {
                match caller % 2 {
                    0 => users.tags(1).link((caller + turn) % 20 + 1).await?,
                    _ => users.tags(1).set(tags(caller + turn)).await?,
                }
            }
            Ok::<_, relations::Error>(())
        })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
}
