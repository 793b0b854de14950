//! `references_many`: a list of keys in one column.

use crate::support::{TestDb, database_test};
use relations::ErrorKind;
use relations::prelude::*;
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Tag {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Post {
    #[model(id, generated)]
    pub id: i64,
    #[references_many(Tag)]
    pub tag_ids: Vec<i64>,
    #[references_many(Tag, name = "drafts")]
    pub draft_ids: Option<Vec<i64>>,
}

async fn tags(db: &TestDb) -> Vec<i64> {
    db.schema::<(Tag, Post)>().create().await.unwrap();
    let drafts = ["a", "b", "c"].map(|name| Tag::draft().name(name));
    let tags = TagRepository::new(&**db).create_all(drafts).await.unwrap();
    tags.iter().map(|tag| tag.id).collect()
}

fn names(tags: &[Arc<Tag>]) -> Vec<&str> {
    tags.iter().map(|tag| tag.name.as_str()).collect()
}

fn lists(posts: &[PostWith<Vec<Arc<Tag>>>]) -> Vec<String> {
    posts
        .iter()
        .map(|post| names(&post.tags).concat())
        .collect()
}

#[database_test]
async fn a_list_comes_back_as_it_was_written(db: TestDb) {
    tags(&db).await;
    let posts = PostRepository::new(&*db);
    for list in [vec![], vec![1], vec![3, 1, 3], vec![i64::MAX, i64::MIN]] {
        let post = Post::draft().tag_ids(list.clone()).draft_ids(list.clone());
        let post = posts.create(post).await.unwrap();
        assert_eq!((post.tag_ids, post.draft_ids), (list.clone(), Some(list)));
    }
    let post = posts.create(Post::draft().tag_ids([])).await.unwrap();
    assert_eq!(post.draft_ids, None);
}

#[database_test]
async fn include_keeps_order_and_duplicates_and_passes_over_missing_rows(db: TestDb) {
    let [a, b, c] = tags(&db).await[..] else {
        unreachable!()
    };
    let posts = PostRepository::new(&*db);
    for list in [vec![c, a, c, 99], vec![], vec![a, b]] {
        posts.create(Post::draft().tag_ids(list)).await.unwrap();
    }
    db.ran();
    let found = posts
        .find()
        .include(Post::TAGS)
        .include(Post::DRAFTS)
        .all()
        .await
        .unwrap();
    assert_eq!(db.count(), 2);
    assert_eq!(names(&found[0].tags), ["c", "a", "c"]);
    assert!(found[1].tags.is_empty() && found[0].drafts.is_empty());
    assert_eq!(names(&found[2].tags), ["a", "b"]);
    assert!(Arc::ptr_eq(&found[0].tags[1], &found[2].tags[0]));
}

#[database_test]
async fn a_scope_orders_and_limits_each_list(db: TestDb) {
    let [a, b, c] = tags(&db).await[..] else {
        unreachable!()
    };
    let posts = PostRepository::new(&*db);
    for list in [vec![b, c, a], vec![a], vec![c, c, b]] {
        posts.create(Post::draft().tag_ids(list)).await.unwrap();
    }
    let find = || posts.find();
    let found = find()
        .include(Post::TAGS.scope(|tags| tags.limit(2)))
        .all()
        .await
        .unwrap();
    assert_eq!(lists(&found), ["bc", "a", "cc"]);
    let found = find()
        .include(Post::TAGS.scope(|tags| tags.offset(1)))
        .all()
        .await
        .unwrap();
    assert_eq!(lists(&found), ["ca", "", "cb"]);
    let sorted = Post::TAGS.scope(|tags| tags.order_by(Tag::NAME.desc()).limit(2));
    assert_eq!(
        lists(&find().include(sorted).all().await.unwrap()),
        ["cb", "a", "cc"]
    );
    let filtered = Post::TAGS.scope(|tags| tags.filter(Tag::NAME.ne("c")));
    assert_eq!(
        lists(&find().include(filtered).all().await.unwrap()),
        ["ba", "a", "b"]
    );
}

#[database_test]
async fn the_repository_finds_adds_and_removes(db: TestDb) {
    let [a, b, _] = tags(&db).await[..] else {
        unreachable!()
    };
    let posts = PostRepository::new(&*db);
    let post = posts.create(Post::draft().tag_ids([b])).await.unwrap();
    posts.tags(post.id).add(a).await.unwrap();
    posts.tags(&post).add(b).await.unwrap();
    db.ran();
    assert_eq!(
        names(&posts.tags(post.id).find().await.unwrap()),
        ["b", "a", "b"]
    );
    assert_eq!(db.count(), 2);
    assert_eq!(posts.tags(post.id).remove(b).await.unwrap(), 2);
    assert_eq!(posts.tags(post.id).remove(b).await.unwrap(), 0);
    assert_eq!(posts.find_by_id(post.id).get().await.unwrap().tag_ids, [a]);
    posts.drafts(post.id).add(a).await.unwrap();
    assert_eq!(
        posts.find_by_id(post.id).get().await.unwrap().draft_ids,
        Some(vec![a])
    );

    let error = posts.tags(post.id).add(99).await.unwrap_err();
    assert!(
        error.is_foreign_key_violation() && error.relation() == Some("tags"),
        "{error}"
    );
    let error = posts.tags(99).add(a).await.unwrap_err();
    assert!(
        error.is_not_found() && error.model() == Some("Post"),
        "{error}"
    );
    assert!(posts.tags(99).find().await.unwrap_err().is_not_found());
    assert_eq!(posts.find_by_id(post.id).get().await.unwrap().tag_ids, [a]);
}

#[database_test]
async fn adds_at_once_all_stay(db: TestDb) {
    let ids = tags(&db).await;
    let posts = PostRepository::new(Db::clone(&db));
    let post = posts.create(Post::draft().tag_ids([])).await.unwrap();
    let tasks: Vec<_> = (0..12)
        .map(|n| {
            let (posts, id) = (posts.clone(), ids[n % 3]);
            tokio::spawn(async move { posts.tags(post.id).add(id).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(
        posts.find_by_id(post.id).get().await.unwrap().tag_ids.len(),
        12
    );
}

#[database_test]
async fn lists_stand_in_predicates(db: TestDb) {
    let [a, b, c] = tags(&db).await[..] else {
        unreachable!()
    };
    let posts = PostRepository::new(&*db);
    for list in [vec![c, a], vec![], vec![b, b]] {
        posts.create(Post::draft().tag_ids(list)).await.unwrap();
    }
    let count = async |predicate| posts.find().filter(predicate).count().await.unwrap();
    assert_eq!(count(Post::TAGS.some(Tag::NAME.eq("a"))).await, 1);
    assert_eq!(count(Post::TAGS.none(Tag::NAME.eq("a"))).await, 2);
    assert_eq!(count(Post::TAGS.every(Tag::NAME.eq("b"))).await, 2);
    assert_eq!(count(Post::DRAFTS.exists()).await, 0);
    assert_eq!(posts.delete().filter(Post::TAGS.exists()).await.unwrap(), 2);
}

#[database_test]
async fn a_list_is_set_prepended_to_and_asked(db: TestDb) {
    let tags = tags(&db).await;
    let posts = PostRepository::new(&*db);
    let draft = Post::draft().tag_ids(vec![tags[0]]);
    let post = posts.create(draft).await.unwrap();
    let of_post = posts.tags(post.id);
    of_post.prepend(tags[2]).await.unwrap();
    assert_eq!(names(&of_post.find().await.unwrap()), ["c", "a"]);
    assert!(of_post.contains(tags[2]).await.unwrap());
    assert!(!of_post.contains(tags[1]).await.unwrap());
    of_post.set([tags[1], tags[0], tags[1]]).await.unwrap();
    assert_eq!(names(&of_post.find().await.unwrap()), ["b", "a", "b"]);

    let error = of_post.set([tags[0], 99]).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.relation()),
        (ErrorKind::ForeignKeyViolation, Some("tags"))
    );
    assert_eq!(error.to_string(), "`Post.tags`: no `Tag` has `id` 99");
    assert_eq!(names(&of_post.find().await.unwrap()), ["b", "a", "b"]);

    of_post.set([0_i64; 0]).await.unwrap();
    assert!(of_post.find().await.unwrap().is_empty());
    let nobody = posts.tags(99);
    assert_eq!(
        nobody.set([tags[0]]).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
    assert_eq!(
        nobody.contains(tags[0]).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
}
