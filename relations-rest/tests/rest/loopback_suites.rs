//! What LoopBack 4's acceptance tests ask of its generic CRUD router and of the todo-list example, case by case, over HTTP.

use crate::loopback::{
    Todo, TodoList, TodoListImage, TodoListImageRepository, TodoListRepository, TodoRepository,
};
use crate::support::{TestDb, database_test};
use crate::wire::Client;
use relations::prelude::*;
use relations_rest::Api;
use serde::Serialize;
use serde_json::{Value, json};

#[derive(Debug, Serialize, Model)]
pub struct Product {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
    pub description: Option<String>,
}

async fn products(db: &TestDb) -> Client {
    db.schema::<Product>().create().await.unwrap();
    let api = Api::new((**db).clone()).model::<Product>(|products| products);
    Client::of(api.loopback4().router()).await
}

/// The same with a pen and a pencil.
async fn pen_and_pencil(db: &TestDb) -> Client {
    let client = products(db).await;
    for name in ["pen", "pencil"] {
        let product = Product::draft().name(name);
        ProductRepository::new(&**db).create(product).await.unwrap();
    }
    client
}

async fn stored(db: &TestDb) -> Value {
    let products = ProductRepository::new(&**db);
    let products = products.find().order_by(Product::ID.asc());
    json!(products.all().await.unwrap())
}

fn pen(description: Option<&str>) -> Value {
    json!({"id": 1, "name": "pen", "description": description})
}

fn pencil(description: Option<&str>) -> Value {
    json!({"id": 2, "name": "pencil", "description": description})
}

#[database_test]
async fn crud_creates(db: TestDb) {
    let client = products(&db).await;
    let created = client.post("/products", json!({"name": "A pen"})).await;
    let created = created.is(200);
    assert_eq!(created["name"], "A pen");
    assert!(created["id"].is_number());
    assert_eq!(stored(&db).await, json!([created]));
}

#[database_test]
async fn crud_rejects_an_id_in_a_new_row(db: TestDb) {
    let client = products(&db).await;
    let body = json!({"id": 1, "name": "a name"});
    let error = client.post("/products", body).await;
    let error = error.fails(422, "VALIDATION_FAILED");
    // The words of details are ours: the path is that of the property.
    assert_eq!(error["details"][0]["path"], "id");
    assert_eq!(stored(&db).await, json!([]));
}

#[database_test]
async fn crud_finds(db: TestDb) {
    let client = pen_and_pencil(&db).await;
    let all = client.get("/products").await.is(200);
    assert_eq!(all, json!([pen(None), pencil(None)]));
    let some = client
        .get("/products?filter%5Bwhere%5D%5Bname%5D=pen")
        .await;
    assert_eq!(some.is(200), json!([pen(None)]));
    let one = client.get("/products/1").await.is(200);
    assert_eq!(one, pen(None));
}

#[database_test]
async fn crud_counts(db: TestDb) {
    let client = pen_and_pencil(&db).await;
    let all = client.get("/products/count").await.is(200);
    assert_eq!(all, json!({"count": 2}));
    let some = client.get("/products/count?where%5Bname%5D=pen").await;
    assert_eq!(some.is(200), json!({"count": 1}));
}

#[database_test]
async fn crud_updates_all(db: TestDb) {
    let client = pen_and_pencil(&db).await;
    let patch = json!({"description": "patched"});
    let got = client.patch("/products", patch).await;
    assert_eq!(got.is(200), json!({"count": 2}));
    let all = [pen(Some("patched")), pencil(Some("patched"))];
    assert_eq!(stored(&db).await, json!(all));
}

#[database_test]
async fn crud_updates_those_of_where(db: TestDb) {
    let client = pen_and_pencil(&db).await;
    let patch = json!({"description": "patched"});
    let got = client.patch("/products?where%5Bname%5D=pen", patch).await;
    assert_eq!(got.is(200), json!({"count": 1}));
    assert_eq!(
        stored(&db).await,
        json!([pen(Some("patched")), pencil(None)])
    );
}

#[database_test]
async fn crud_updates_by_id(db: TestDb) {
    let client = pen_and_pencil(&db).await;
    let got = client
        .patch("/products/1", json!({"description": "patched"}))
        .await;
    got.is(204);
    assert_eq!(
        stored(&db).await,
        json!([pen(Some("patched")), pencil(None)])
    );
}

#[database_test]
async fn crud_replaces_by_id(db: TestDb) {
    let client = pen_and_pencil(&db).await;
    // With the id, as the row was read.
    client
        .put("/products/1", pen(Some("patched")))
        .await
        .is(204);
    assert_eq!(
        stored(&db).await,
        json!([pen(Some("patched")), pencil(None)])
    );
}

#[database_test]
async fn crud_deletes_by_id(db: TestDb) {
    let client = pen_and_pencil(&db).await;
    client.delete("/products/1").await.is(204);
    assert_eq!(stored(&db).await, json!([pencil(None)]));
}

#[database_test]
async fn crud_says_in_the_document_what_an_id_is(db: TestDb) {
    let api = Api::new(db.clone()).model::<Product>(|products| products);
    let document = serde_json::to_value(api.loopback4().openapi()).unwrap();
    let reference = document["paths"]["/products/{id}"]["parameters"][0]["$ref"].as_str();
    let id = document.pointer(&reference.unwrap()[1..]).unwrap();
    assert_eq!((&id["name"], &id["in"]), (&json!("id"), &json!("path")));
    assert_eq!(id["schema"]["type"], "integer");
    for method in ["get", "patch", "put", "delete"] {
        assert!(document["paths"]["/products/{id}"][method].is_object());
    }
}

async fn todos(db: &TestDb) -> Client {
    let schema = db.schema::<(TodoList, Todo, TodoListImage)>();
    schema.create().await.unwrap();
    Client::of(crate::loopback::app(db)).await
}

async fn given_list(db: &TestDb, title: &str, color: Option<&str>) -> TodoList {
    let list = TodoList::draft()
        .title(title)
        .color(color.map(str::to_owned));
    TodoListRepository::new(&**db).create(list).await.unwrap()
}

async fn given_todo(db: &TestDb, title: &str, is_complete: bool, list: Option<i64>) -> Todo {
    let todo = Todo::draft().title(title).desc("at length".to_owned());
    let todo = todo.is_complete(is_complete).todo_list_id(list);
    TodoRepository::new(&**db).create(todo).await.unwrap()
}

async fn all_todos(db: &TestDb) -> Vec<Todo> {
    let todos = TodoRepository::new(&**db);
    let todos = todos.find().order_by(Todo::ID.asc());
    todos.all().await.unwrap()
}

async fn all_lists(db: &TestDb) -> Vec<TodoList> {
    let lists = TodoListRepository::new(&**db);
    let lists = lists.find().order_by(TodoList::ID.asc());
    lists.all().await.unwrap()
}

const TODO: &str = r#"{"title": "do a thing", "desc": "There are some things that need doing", "isComplete": false}"#;

fn todo() -> Value {
    serde_json::from_str(TODO).unwrap()
}

/// Whether an object has all of another.
fn contains(whole: &Value, part: &Value) -> bool {
    let mut part = part.as_object().unwrap().iter();
    part.all(|(name, value)| whole[name] == *value)
}

#[database_test]
async fn todo_is_created(db: TestDb) {
    let client = todos(&db).await;
    let created = client.post("/todos", todo()).await.is(200);
    assert!(contains(&created, &todo()));
    assert!(contains(&json!(all_todos(&db).await[0]), &todo()));
}

#[database_test]
async fn todos_are_counted(db: TestDb) {
    let client = todos(&db).await;
    given_todo(&db, "say hello", false, None).await;
    given_todo(&db, "say goodbye", false, None).await;
    let count = client.get("/todos/count").await.is(200);
    assert_eq!(count, json!({"count": 2}));
}

#[database_test]
async fn todo_without_a_title_is_rejected(db: TestDb) {
    let client = todos(&db).await;
    let body = json!({"desc": "There are some things that need doing"});
    let got = client.post("/todos", body).await;
    got.fails(422, "VALIDATION_FAILED");
}

#[database_test]
async fn todo_is_found_by_id(db: TestDb) {
    let client = todos(&db).await;
    let todo = given_todo(&db, "do a thing", false, None).await;
    let found = client.get(&format!("/todos/{}", todo.id)).await;
    assert_eq!(found.is(200), json!(todo));
}

#[database_test]
async fn todo_that_is_not_there_is_404(db: TestDb) {
    let client = todos(&db).await;
    let missing = "/todos/99999";
    client.get(missing).await.fails(404, "ENTITY_NOT_FOUND");
    let replaced = client.put(missing, todo()).await;
    replaced.fails(404, "ENTITY_NOT_FOUND");
    let patched = client.patch(missing, todo()).await;
    patched.fails(404, "ENTITY_NOT_FOUND");
    client.delete(missing).await.fails(404, "ENTITY_NOT_FOUND");
}

#[database_test]
async fn todo_is_replaced_by_id(db: TestDb) {
    let client = todos(&db).await;
    let todo = given_todo(&db, "do a thing", false, None).await;
    let body = json!({"title": "DO SOMETHING AWESOME", "desc": "ridiculous", "isComplete": true});
    let got = client
        .put(&format!("/todos/{}", todo.id), body.clone())
        .await;
    got.is(204);
    assert!(contains(&json!(all_todos(&db).await[0]), &body));
}

#[database_test]
async fn todo_is_updated_by_id(db: TestDb) {
    let client = todos(&db).await;
    let todo = given_todo(&db, "do a thing", false, None).await;
    let body = json!({"title": "DO SOMETHING AWESOME", "isComplete": true});
    let got = client
        .patch(&format!("/todos/{}", todo.id), body.clone())
        .await;
    got.is(204);
    let stored = json!(all_todos(&db).await[0]);
    assert!(contains(&stored, &body) && stored["desc"] == "at length");
}

#[database_test]
async fn todo_is_deleted(db: TestDb) {
    let client = todos(&db).await;
    let todo = given_todo(&db, "do a thing", false, None).await;
    client.delete(&format!("/todos/{}", todo.id)).await.is(204);
    assert!(all_todos(&db).await.is_empty());
}

#[database_test]
async fn todo_leads_to_its_list(db: TestDb) {
    let client = todos(&db).await;
    let list = given_list(&db, "a list", None).await;
    let todo = given_todo(&db, "do a thing", false, Some(list.id)).await;
    let got = client.get(&format!("/todos/{}/todo-list", todo.id)).await;
    assert_eq!(got.is(200), json!(list));
}

#[database_test]
async fn todos_are_queried_with_a_filter(db: TestDb) {
    let client = todos(&db).await;
    given_todo(&db, "wake up", true, None).await;
    let todo = given_todo(&db, "go to sleep", false, None).await;
    // Superagent writes an object of a query so.
    let got = client
        .get("/todos?filter%5Bwhere%5D%5BisComplete%5D=false")
        .await;
    assert_eq!(got.is(200), json!([todo]));
}

#[database_test]
async fn todos_are_updated_with_a_filter(db: TestDb) {
    let client = todos(&db).await;
    given_todo(&db, "hello", false, None).await;
    given_todo(&db, "goodbye", false, None).await;
    let path = "/todos?where%5Btitle%5D=goodbye";
    let got = client.patch(path, json!({"isComplete": true})).await;
    assert_eq!(got.is(200), json!({"count": 1}));
}

#[database_test]
async fn todos_include_their_list(db: TestDb) {
    let client = todos(&db).await;
    let list = given_list(&db, "a list", None).await;
    let todo = given_todo(&db, "do a thing", false, Some(list.id)).await;
    let got = client
        .get("/todos?filter=%7B%22include%22%3A%5B%22todoList%22%5D%7D")
        .await;
    let mut expected = json!([todo]);
    expected[0]["todoList"] = json!(list);
    assert_eq!(got.is(200), expected);
}

#[database_test]
async fn list_is_created(db: TestDb) {
    let client = todos(&db).await;
    let body = json!({"title": "a todo list", "color": "red"});
    let created = client.post("/todo-lists", body.clone()).await.is(200);
    assert!(contains(&created, &body));
    assert!(contains(&json!(all_lists(&db).await[0]), &body));
}

#[database_test]
async fn lists_are_counted_and_found(db: TestDb) {
    let client = todos(&db).await;
    let lists = [
        given_list(&db, "a todo list", Some("red")).await,
        given_list(&db, "so many things to do wow", Some("red")).await,
    ];
    let count = client.get("/todo-lists/count").await.is(200);
    assert_eq!(count, json!({"count": 2}));
    let path = "/todo-lists/count?where%5Btitle%5D=so%20many%20things%20to%20do%20wow";
    assert_eq!(client.get(path).await.is(200), json!({"count": 1}));
    assert_eq!(client.get("/todo-lists").await.is(200), json!(lists));
}

#[database_test]
async fn all_lists_are_updated(db: TestDb) {
    let client = todos(&db).await;
    given_list(&db, "a todo list", Some("red")).await;
    given_list(&db, "another", None).await;
    let got = client
        .patch("/todo-lists", json!({"color": "purple"}))
        .await;
    assert_eq!(got.is(200), json!({"count": 2}));
    let lists = all_lists(&db).await;
    assert!(
        lists
            .iter()
            .all(|list| list.color.as_deref() == Some("purple"))
    );
}

#[database_test]
async fn selected_lists_are_updated(db: TestDb) {
    let client = todos(&db).await;
    given_list(&db, "red-list", Some("red")).await;
    given_list(&db, "green-list", Some("green")).await;
    let path = "/todo-lists?where%5Bcolor%5D=red";
    let got = client.patch(path, json!({"color": "purple"})).await;
    assert_eq!(got.is(200), json!({"count": 1}));
    let lists = all_lists(&db).await;
    let colors: Vec<_> = lists.iter().map(|list| list.color.as_deref()).collect();
    assert_eq!(colors, [Some("purple"), Some("green")]);
}

#[database_test]
async fn list_is_found_changed_replaced_and_deleted_by_id(db: TestDb) {
    let client = todos(&db).await;
    let list = given_list(&db, "a todo list", Some("red")).await;
    let path = format!("/todo-lists/{}", list.id);
    assert_eq!(client.get(&path).await.is(200), json!(list));
    for title in ["A different title", "Another title"] {
        let body = json!({"title": title, "color": "red"});
        let got = match title {
            "Another title" => client.put(&path, body.clone()).await,
            _ => client.patch(&path, body.clone()).await,
        };
        got.is(204);
        assert!(contains(&json!(all_lists(&db).await[0]), &body));
    }
    client.delete(&path).await.is(204);
    assert!(all_lists(&db).await.is_empty());
}

#[database_test]
async fn list_that_is_not_there_is_404(db: TestDb) {
    let client = todos(&db).await;
    let missing = "/todo-lists/99999";
    client.get(missing).await.fails(404, "ENTITY_NOT_FOUND");
    let patched = client.patch(missing, json!({"title": "a", "color": "red"}));
    patched.await.fails(404, "ENTITY_NOT_FOUND");
}

#[database_test]
async fn lists_are_queried_with_a_filter(db: TestDb) {
    let client = todos(&db).await;
    given_list(&db, "day", Some("white")).await;
    let night = given_list(&db, "night", Some("black")).await;
    let got = client
        .get("/todo-lists?filter%5Bwhere%5D%5Bcolor%5D=black")
        .await;
    assert_eq!(got.is(200), json!([night]));
}

#[database_test]
async fn lists_include_their_todos(db: TestDb) {
    let client = todos(&db).await;
    let list = given_list(&db, "a todo list", None).await;
    let todo = given_todo(&db, "do a thing", false, Some(list.id)).await;
    let got = client
        .get("/todo-lists?filter=%7B%22include%22%3A%5B%22todos%22%5D%7D")
        .await;
    let mut expected = json!([list]);
    expected[0]["todos"] = json!([todo]);
    assert_eq!(got.is(200), expected);
}

#[database_test]
async fn exploded_filters_work(db: TestDb) {
    let client = todos(&db).await;
    for title in ["todo1", "todo2", "todo3"] {
        given_todo(&db, title, false, None).await;
    }
    let got = client.get("/todos?filter[limit]=2").await.is(200);
    assert_eq!(got.as_array().unwrap().len(), 2);
}

#[database_test]
async fn todo_of_a_list_is_created(db: TestDb) {
    let client = todos(&db).await;
    let list = given_list(&db, "a todo list", None).await;
    let got = client
        .post(&format!("/todo-lists/{}/todos", list.id), todo())
        .await;
    let created = got.is(200);
    assert!(contains(&created, &todo()));
    assert_eq!(created["todoListId"], list.id);
    assert_eq!(json!(all_todos(&db).await), json!([created]));
}

/// A list, the path of its todos, two of them, and one of nobody's list.
async fn list_with_todos(db: &TestDb) -> (String, [Todo; 3]) {
    let list = given_list(db, "a todo list", None).await;
    let other = given_todo(db, "someone else does a thing", false, None).await;
    let mine = given_todo(db, "do a thing", false, Some(list.id)).await;
    let another = given_todo(db, "another thing needs doing", false, Some(list.id)).await;
    (
        format!("/todo-lists/{}/todos", list.id),
        [other, mine, another],
    )
}

#[database_test]
async fn todos_of_a_list_are_found_more_than_once(db: TestDb) {
    let client = todos(&db).await;
    let (path, [_, mine, another]) = list_with_todos(&db).await;
    for _ in 0..3 {
        assert_eq!(client.get(&path).await.is(200), json!([mine, another]));
    }
}

#[database_test]
async fn todos_of_a_list_are_updated(db: TestDb) {
    let client = todos(&db).await;
    let (path, _) = list_with_todos(&db).await;
    let got = client.patch(&path, json!({"isComplete": true})).await;
    assert_eq!(got.is(200), json!({"count": 2}));
    let all = all_todos(&db).await;
    let complete: Vec<_> = all.iter().map(|todo| todo.is_complete).collect();
    assert_eq!(complete, [Some(false), Some(true), Some(true)]);
}

#[database_test]
async fn todos_of_a_list_that_match_are_updated(db: TestDb) {
    let client = todos(&db).await;
    let list = given_list(&db, "a todo list", None).await;
    given_todo(&db, "wip", false, Some(list.id)).await;
    given_todo(&db, "done", true, Some(list.id)).await;
    let path = format!("/todo-lists/{}/todos?where%5BisComplete%5D=false", list.id);
    let got = client
        .patch(&path, json!({"desc": "work in progress"}))
        .await;
    assert_eq!(got.is(200), json!({"count": 1}));
    let all = all_todos(&db).await;
    let texts: Vec<_> = all.iter().map(|todo| todo.desc.as_deref()).collect();
    assert_eq!(texts, [Some("work in progress"), Some("at length")]);
}

#[database_test]
async fn todos_of_a_list_are_deleted(db: TestDb) {
    let client = todos(&db).await;
    let (path, [other, ..]) = list_with_todos(&db).await;
    client.delete(&path).await.is(200);
    assert_eq!(json!(all_todos(&db).await), json!([other]));
}

#[database_test]
async fn todos_of_a_list_that_match_are_deleted(db: TestDb) {
    let client = todos(&db).await;
    let list = given_list(&db, "a todo list", None).await;
    given_todo(&db, "other", true, None).await;
    given_todo(&db, "wip", false, Some(list.id)).await;
    given_todo(&db, "done", true, Some(list.id)).await;
    let path = format!("/todo-lists/{}/todos?where%5BisComplete%5D=true", list.id);
    assert_eq!(client.delete(&path).await.is(200), json!({"count": 1}));
    let all = all_todos(&db).await;
    let titles: Vec<&str> = all.iter().map(|todo| &*todo.title).collect();
    assert_eq!(titles, ["other", "wip"]);
}

#[database_test]
async fn image_of_a_list_is_created_and_found(db: TestDb) {
    let client = todos(&db).await;
    let list = given_list(&db, "a todo list", None).await;
    let path = format!("/todo-lists/{}/todo-list-image", list.id);
    let created = client
        .post(&path, json!({"value": "A picture"}))
        .await
        .is(200);
    assert_eq!(created["todoListId"], list.id);
    assert_eq!(created["value"], "A picture");
    let images = TodoListImageRepository::new(&*db)
        .find()
        .all()
        .await
        .unwrap();
    assert_eq!(json!(images), json!([created]));
    assert_eq!(client.get(&path).await.is(200), created);
}
