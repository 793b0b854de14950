//! LoopBack 4's todo-list tutorial, answered as LoopBack 4 answers.

use crate::client::{delete, get, patch, post, put};
use crate::support::{TestDb, database_test};
use axum::Router;
use relations::Db;
use relations::prelude::*;
use relations_rest::{Api, ExposeRelation};
use serde::Serialize;
use serde_json::json;

#[derive(Debug, Serialize, Model)]
#[has_many(Todo)]
#[has_one(TodoListImage, name = "image")]
#[serde(rename_all = "camelCase")]
pub struct TodoList {
    #[model(id, generated)]
    pub id: i64,
    pub title: String,
    pub color: Option<String>,
}

#[derive(Debug, Serialize, Model)]
#[serde(rename_all = "camelCase")]
pub struct Todo {
    #[model(id, generated)]
    pub id: i64,
    pub title: String,
    pub desc: Option<String>,
    pub is_complete: Option<bool>,
    #[belongs_to(TodoList)]
    pub todo_list_id: Option<i64>,
}

#[derive(Debug, Serialize, Model)]
#[serde(rename_all = "camelCase")]
pub struct TodoListImage {
    #[model(id, generated)]
    pub id: i64,
    pub value: String,
    #[belongs_to(TodoList)]
    pub todo_list_id: Option<i64>,
}

pub(crate) fn app(db: &Db) -> Router {
    Api::new(db.clone())
        .model::<TodoList>(|lists| {
            lists
                .relation(TodoList::TODOS)
                .relation(TodoList::IMAGE.path("todo-list-image"))
        })
        .model::<Todo>(|todos| todos.relation(Todo::TODO_LIST.path("todo-list")))
        .model::<TodoListImage>(|images| images.includable([TodoListImage::TODO_LIST]))
        .loopback4()
        .router()
}

#[database_test]
async fn the_routes_of_the_tutorial_answer_as_there(db: TestDb) {
    db.schema::<(TodoList, Todo, TodoListImage)>()
        .create()
        .await
        .unwrap();
    let app = app(&db);
    let list = post(&app, "/todo-lists", r#"{"title": "a", "color": "red"}"#).await;
    assert_eq!(list.is(200), json!({"id": 1, "title": "a", "color": "red"}));
    post(&app, "/todo-lists", r#"{"title": "b"}"#).await.is(200);
    let error = post(&app, "/todo-lists", "{}")
        .await
        .fails(422, "VALIDATION_FAILED");
    assert_eq!(error["name"], "UnprocessableEntityError");
    let counted = get(&app, "/todo-lists/count?where[title]=a").await;
    assert_eq!(counted.is(200), json!({"count": 1}));
    // Without a `where` it is all rows, as there.
    assert_eq!(
        patch(&app, "/todo-lists", r#"{"color": "blue"}"#)
            .await
            .is(200),
        json!({"count": 2})
    );
    patch(&app, "/todo-lists/1", r#"{"title": "c"}"#)
        .await
        .is(204);
    put(&app, "/todo-lists/1", r#"{"title": "d"}"#)
        .await
        .is(204);
    let error = put(&app, "/todo-lists/99999", r#"{"title": "d"}"#)
        .await
        .fails(404, "ENTITY_NOT_FOUND");
    assert_eq!(error["message"], "Entity not found: TodoList with id 99999");
    get(&app, "/todo-lists/99999")
        .await
        .fails(404, "ENTITY_NOT_FOUND");
    patch(&app, "/todo-lists/1", "{}")
        .await
        .fails(400, "INVALID_BODY_DEFINITION");

    let todo = post(
        &app,
        "/todo-lists/1/todos",
        r#"{"title": "x", "isComplete": true}"#,
    )
    .await;
    assert_eq!(todo.is(200)["todoListId"], 1);
    assert_eq!(
        get(&app, "/todo-lists/1/todos").await.is(200)[0]["title"],
        "x"
    );
    assert_eq!(get(&app, "/todos/1/todo-list").await.is(200)["title"], "d");
    let changed = patch(&app, "/todo-lists/1/todos", r#"{"isComplete": false}"#).await;
    assert_eq!(changed.is(200), json!({"count": 1}));
    let included = get(&app, "/todos?filter[include][][relation]=todoList")
        .await
        .is(200);
    assert_eq!(included[0]["todoList"]["title"], "d");

    let image = post(&app, "/todo-lists/1/todo-list-image", r#"{"value": "png"}"#).await;
    assert_eq!(image.is(200)["todoListId"], 1);
    assert_eq!(
        get(&app, "/todo-lists/1/todo-list-image").await.is(200)["value"],
        "png"
    );
    get(&app, "/todo-lists/2/todo-list-image")
        .await
        .fails(404, "ENTITY_NOT_FOUND");
    let included = get(&app, "/todo-list-images?filter[include][]=todoList")
        .await
        .is(200);
    assert_eq!(included[0]["todoList"]["id"], 1);
    assert_eq!(
        delete(&app, "/todo-lists/1/todos").await.is(200),
        json!({"count": 1})
    );
    delete(&app, "/todo-lists/2").await.is(204);
}

#[database_test]
async fn three_forms_of_a_filter_answer_alike(db: TestDb) {
    db.schema::<(TodoList, Todo, TodoListImage)>()
        .create()
        .await
        .unwrap();
    let app = app(&db);
    post(&app, "/todo-lists", r#"{"title": "a"}"#).await.is(200);
    post(&app, "/todo-lists/1/todos", r#"{"title": "x"}"#)
        .await
        .is(200);
    let forms = [
        "filter=%7B%22include%22:[%7B%22relation%22:%22todos%22%7D]%7D",
        "filter=%7B%22include%22:[%22todos%22]%7D",
        "filter[include][]=todos",
        "filter[include][0][relation]=todos",
    ];
    for form in forms {
        let rows = get(&app, &format!("/todo-lists?{form}")).await.is(200);
        assert_eq!(rows[0]["todos"][0]["title"], "x", "{form}");
    }
}
