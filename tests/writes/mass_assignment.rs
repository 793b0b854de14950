//! What JSON from outside cannot set: `#[model(read_only)]` for every call, `Json(..).only(..)` for one.

use crate::support::{TestDb, database_test};
use relations::prelude::*;
use relations::{ErrorKind, Json, Problem};

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Post, name = "posts", key_to = "author_id")]
pub struct Member {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
    #[model(read_only, default = "FALSE")]
    pub is_admin: bool,
    #[model(read_only)]
    pub invited_by: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Post {
    #[model(id, generated)]
    pub id: i64,
    pub title: String,
    /// Whoever is logged in, never what the body says.
    #[model(read_only)]
    #[belongs_to(Member)]
    pub author_id: i64,
}

fn told(error: &relations::Error) -> Vec<String> {
    let problems = error.problems().iter();
    let told = |problem: &Problem| format!("{}: {}", problem.path(), problem.message());
    problems.map(told).collect()
}

#[database_test]
async fn json_cannot_set_what_is_read_only(db: TestDb) {
    db.schema::<(Member, Post)>().create().await.unwrap();
    let members = MemberRepository::new(&*db);
    let body = r#"{"name": "Loki", "is_admin": true, "invited_by": "Thor"}"#;
    let error = members.create(Json(body)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    assert_eq!(
        told(&error),
        ["is_admin: it is read-only", "invited_by: it is read-only"]
    );
    let loki = members.create(Json(r#"{"name": "Loki"}"#)).await.unwrap();
    assert!(!loki.is_admin);

    let patch = Json(r#"{"is_admin": true}"#);
    let error = members.patch_by_id(loki.id, patch).await.unwrap_err();
    assert_eq!(told(&error), ["is_admin: it is read-only"]);
    let error = members.patch(patch).all_rows().await.unwrap_err();
    assert_eq!(told(&error), ["is_admin: it is read-only"]);
    assert_eq!(members.find_by_id(loki.id).get().await.unwrap(), loki);

    // The program itself can.
    let patch = Member::patch().is_admin(true).invited_by("Thor");
    members.patch_by_id(loki.id, patch).await.unwrap();
}

/// A body that is the row as it was read, with a change.
#[database_test]
async fn replace_leaves_what_is_read_only(db: TestDb) {
    db.schema::<(Member, Post)>().create().await.unwrap();
    let members = MemberRepository::new(&*db);
    let draft = Member::draft()
        .name("Thor")
        .is_admin(true)
        .invited_by("Odin");
    let thor = members.create(draft).await.unwrap();
    for body in [
        format!(
            r#"{{"id": {}, "name": "T.", "is_admin": false, "invited_by": null}}"#,
            thor.id
        ),
        format!(r#"{{"id": {}, "name": "T."}}"#, thor.id),
    ] {
        members.replace(Json(&body)).await.unwrap();
        let found = members.find_by_id(thor.id).get().await.unwrap();
        let name = "T.".to_owned();
        assert_eq!(
            found,
            Member {
                name,
                ..thor.clone()
            }
        );
    }
}

#[database_test]
async fn a_relation_fills_in_what_is_read_only(db: TestDb) {
    db.schema::<(Member, Post)>().create().await.unwrap();
    let members = MemberRepository::new(&*db);
    let thor = members.create(Member::draft().name("Thor")).await.unwrap();
    let posts = PostRepository::new(&*db);
    let body = Json(r#"{"title": "Hammers"}"#);
    let post = members.posts(thor.id).create(body).await.unwrap();
    assert_eq!(post.author_id, thor.id);
    let error = posts.create(body).await.unwrap_err();
    assert_eq!(
        told(&error),
        ["author_id: a value is required, and it is read-only"]
    );
    let error = posts
        .create(Json(r#"{"title": "x", "author_id": 1}"#))
        .await
        .unwrap_err();
    assert_eq!(told(&error), ["author_id: it is read-only"]);
}

#[database_test]
async fn a_call_takes_only_what_it_names(db: TestDb) {
    db.schema::<(Member, Post)>().create().await.unwrap();
    let members = MemberRepository::new(&*db);
    let thor = members.create(Member::draft().name("Thor")).await.unwrap();
    let posts = PostRepository::new(&*db);
    let posts_of = members.posts(thor.id);
    let post = posts_of
        .create(Json(r#"{"title": "a"}"#).only(["title"]))
        .await
        .unwrap();

    let body = Json(r#"{"title": "b", "author_id": 7, "id": 9}"#);
    let error = posts_of.create(body.only(["title"])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    assert_eq!(
        told(&error),
        [
            "author_id: it cannot be set here",
            "id: it cannot be set here"
        ]
    );
    assert_eq!(error.problems()[0].allowed(), ["title"]);

    // The id of the row may be repeated, as without `only`.
    let body = format!(r#"{{"id": {}, "title": "c"}}"#, post.id);
    let patch = Json(&body).only(["title"]);
    assert_eq!(posts.patch_by_id(post.id, patch).await.unwrap(), 1);

    let error = members.create(Json("{}").only(["nmae"])).await.unwrap_err();
    assert_eq!(
        told(&error)[0],
        ": `only` names `nmae`, and `Member` has no such property"
    );
}

#[database_test]
async fn replace_leaves_what_the_call_does_not_name(db: TestDb) {
    db.schema::<(Member, Post)>().create().await.unwrap();
    let members = MemberRepository::new(&*db);
    let draft = Member::draft().name("Thor").invited_by("Odin");
    let thor = members.create(draft).await.unwrap();
    let body = format!(r#"{{"id": {}, "name": "T."}}"#, thor.id);
    members.replace(Json(&body).only(["name"])).await.unwrap();
    let found = members.find_by_id(thor.id).get().await.unwrap();
    assert_eq!(
        (found.name.as_str(), found.invited_by.as_deref()),
        ("T.", Some("Odin"))
    );
}
