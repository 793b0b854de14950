//! Orders by values inside columns of JSON.

use crate::support::{TestDb, database_test};
use relations::prelude::*;
use relations::{ErrorKind, Filter, Json};
use serde::Serialize;
use serde_json::{Value, json};

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_many(Note)]
struct User {
    #[model(id)]
    id: i64,
    settings: Option<Value>,
    #[model(hidden)]
    #[serde(skip_serializing)]
    secret: Option<Value>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
struct Note {
    #[model(id)]
    id: i64,
    #[belongs_to(User)]
    user_id: i64,
}

/// A user for each value, with ids from 1.
async fn users<'d>(db: &'d TestDb, values: &[Value]) -> UserRepository<&'d Db> {
    db.schema::<(User, Note)>().create().await.unwrap();
    let users = UserRepository::new(&**db);
    for (id, value) in (1..).zip(values) {
        let settings = (!value.is_null()).then(|| json!({"size": value, "list": [value]}));
        let secret = None;
        let user = User {
            id,
            settings,
            secret,
        };
        users.create(user).await.unwrap();
        NoteRepository::new(&**db)
            .create(Note { id, user_id: id })
            .await
            .unwrap();
    }
    users
}

fn values() -> Vec<Value> {
    vec![
        json!("b"),
        json!(10),
        json!(true),
        Value::Null,
        json!("a"),
        json!(9.5),
        json!({"a": 1}),
        json!(false),
        json!(-3),
        json!("10"),
        json!([]),
        json!(9007199254740993_i64),
        json!("B"),
    ]
}

/// Null, `false`, `true`, numbers, texts, and lists and objects by the id. Where `B` goes depends on the collation.
const SORTED: [i64; 13] = [4, 8, 3, 9, 6, 2, 12, 10, 5, 1, 13, 7, 11];

fn without_collation(mut ids: Vec<i64>) -> Vec<i64> {
    ids.retain(|id| *id != 13);
    ids
}

#[database_test]
async fn types_have_one_order_and_values_theirs(db: TestDb) {
    let users = users(&db, &values()).await;
    let sorted = without_collation(SORTED.to_vec());
    let mut reversed = sorted.clone();
    reversed.reverse();
    for path in ["size", "list.0"] {
        let path = || User::SETTINGS.path(path);
        let ids = async |order| {
            let rows = users.find().order_by(order).await.unwrap();
            without_collation(rows.iter().map(|user| user.id).collect())
        };
        assert_eq!(ids(path().asc()).await, sorted);
        // Ties go by the id in the same direction.
        assert_eq!(ids(path().desc()).await, reversed);
    }
    // The same by a run-time filter.
    for order in ["settings.size", "settings.list.0 ASC"] {
        let filter = format!(r#"{{"order": "{order}"}}"#);
        let rows = users.find_with(&*filter).await.unwrap();
        let ids = without_collation(rows.iter().map(|user| user.id).collect());
        assert_eq!(ids, sorted);
    }
}

#[database_test]
async fn orders_by_paths_stand_beside_others(db: TestDb) {
    let values = [json!(2), json!(1), json!(2), json!("x")];
    let users = users(&db, &values).await;
    let filter: Filter<User> = r#"{"order": ["settings.size DESC", {"id": "DESC"}], "limit": 3}"#
        .parse()
        .unwrap();
    let written = serde_json::to_value(&filter).unwrap();
    assert_eq!(written["order"], json!(["settings.size DESC", "id DESC"]));
    assert_eq!(written.to_string().parse::<Filter<User>>().unwrap(), filter);
    let rows = users.find_with(filter).await.unwrap();
    let ids: Vec<i64> = rows.iter().map(|user| user.id).collect();
    assert_eq!(ids, [4, 3, 1]);

    // Of a row that leads there, and per source.
    let notes = NoteRepository::new(&*db);
    let by_user = Note::USER.order(User::SETTINGS.path("size").asc());
    let typed = notes.find().order_by(by_user).await.unwrap();
    let found = notes
        .find_with(r#"{"order": "user.settings.size"}"#)
        .await
        .unwrap();
    let ids: Vec<i64> = typed.iter().map(|note| note.id).collect();
    assert_eq!(ids, [2, 1, 3, 4]);
    assert!(found.iter().map(|note| note.id).eq(ids));
    let first = users
        .find()
        .include(User::NOTES.order_by(by_user_of_note()).limit(1))
        .await
        .unwrap();
    assert!(first.iter().all(|user| user.notes[0].id == user.id));
}

fn by_user_of_note() -> relations::query::Order<Note> {
    Note::USER.order(User::SETTINGS.path("size").desc())
}

#[database_test]
async fn what_is_no_path_is_a_problem(db: TestDb) {
    let users = users(&db, &[Json(Value::Null).0]).await;
    db.ran();
    for order in [
        "settings.",
        "settings.a..b",
        "settings.a\\\"b",
        "secret.size",
        "id.size",
    ] {
        let filter = format!(r#"{{"order": "{order}"}}"#);
        let error = users.find_with(&*filter).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidFilter, "{order}");
        assert_eq!(error.problems()[0].path(), "order", "{order}");
    }
    let typed = users.find().order_by(User::SETTINGS.path("a\"b").asc());
    let error = typed.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
    // Such an order has no cursor.
    let page = users.find().order_by(User::SETTINGS.path("size").asc());
    let page = page.after("x").await.unwrap_err();
    assert!(page.to_string().contains("have no cursor"), "{page}");
    db.assert_sql([]);
}
