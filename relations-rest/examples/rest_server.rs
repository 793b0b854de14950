//! LoopBack's todo-list tutorial as a server, with suppliers and their accounts beside it.
//!
//! ```text
//! cargo run -p relations-rest --features explorer --example rest_server
//! cargo run -p relations-rest --features explorer,postgres --example rest_server -- postgres://me@localhost/todos
//! curl -d '{"title": "Shopping"}' -H 'content-type: application/json' localhost:3000/todo-lists
//! curl 'localhost:3000/todo-lists?filter[include][]=todos'
//! ```
//!
//! The first argument is the URL of the database, else it is the file `todos.db`; the second is the address, else `127.0.0.1:3000`.
//! With `--loopback4` it answers with LoopBack 4's statuses. `--openapi sqlite::memory:` writes its OpenAPI document and stops;
//! else the document is at `/openapi.json`, and `/explorer` is a page to try all of it.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use relations::{Graph, prelude::*};
use relations_rest::{Api, ExposeRelation, FilterQuery, RestError};
use serde::Serialize;
use serde_json::json;
use std::io::Write;
use std::time::{Duration, Instant};

/// A list of things to do.
#[derive(Debug, Serialize, Model)]
#[has_many(Todo)]
#[has_one(TodoListImage, name = "image")]
#[serde(rename_all = "camelCase")]
struct TodoList {
    #[model(id, generated)]
    id: i64,
    title: String,
    color: Option<String>,
}

/// A thing to do.
#[derive(Debug, Serialize, Model)]
#[serde(rename_all = "camelCase")]
struct Todo {
    #[model(id, generated)]
    id: i64,
    title: String,
    desc: Option<String>,
    is_complete: Option<bool>,
    #[belongs_to(TodoList, on_delete = cascade)]
    todo_list_id: Option<i64>,
}

/// The picture of a list.
#[derive(Debug, Serialize, Model)]
#[serde(rename_all = "camelCase")]
struct TodoListImage {
    #[model(id, generated)]
    id: i64,
    value: String,
    #[belongs_to(TodoList, on_delete = cascade)]
    todo_list_id: Option<i64>,
}

/// A supplier, who has at most one account.
#[derive(Debug, Serialize, Model)]
#[has_one(Account)]
#[serde(rename_all = "camelCase")]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    name: String,
}

/// The account of a supplier.
#[derive(Debug, Serialize, Model)]
#[serde(rename_all = "camelCase")]
struct Account {
    #[model(id, generated)]
    id: i64,
    account_manager: String,
    balance: Option<i64>,
    #[belongs_to(Supplier)]
    supplier_id: i64,
}

fn api(db: Db) -> Api {
    Api::new(db)
        .model::<TodoList>(|lists| {
            let image = TodoList::IMAGE.path("todo-list-image");
            lists.relation(TodoList::TODOS).relation(image)
        })
        .model::<Todo>(|todos| todos.relation(Todo::TODO_LIST.path("todo-list")))
        .model::<TodoListImage>(|images| {
            images.relation(TodoListImage::TODO_LIST.path("todo-list"))
        })
        .model::<Supplier>(|suppliers| suppliers.relation(Supplier::ACCOUNT))
        .model::<Account>(|accounts| accounts.relation(Account::SUPPLIER))
        .info("Todos and suppliers", "1.0.0")
        .about(
            "description",
            "LoopBack's tutorial, answered from the metadata of models.",
        )
        .about("license", json!({"name": "MIT", "identifier": "MIT"}))
        .about(
            "contact",
            json!({"name": "The project", "url": "https://docs.rs/relations-rest"}),
        )
        .openapi_at("/openapi.json")
}

/// A route of our own: what is still to be done.
async fn open_todos(
    State(db): State<Db>,
    FilterQuery(filter): FilterQuery<Todo>,
) -> Result<Json<Vec<Graph<Todo>>>, RestError> {
    let open = filter.filter(!Todo::IS_COMPLETE.eq(true) | Todo::IS_COMPLETE.is_null());
    Ok(Json(
        TodoRepository::new(&db).find_with(open.limit(100)).await?,
    ))
}

/// Whether the database answers.
async fn health(State(db): State<Db>) -> StatusCode {
    match TodoListRepository::new(&db).find().exists().await {
        Ok(_) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

async fn log(request: Request, next: Next) -> Response {
    let (method, uri, start) = (
        request.method().clone(),
        request.uri().clone(),
        Instant::now(),
    );
    let response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), start.elapsed());
    eprintln!("{method} {} {status} {took:.1?}", uri.path());
    response
}

async fn stopped() {
    // Without signals the server goes on until it is killed.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (flags, arguments): (Vec<String>, Vec<String>) = std::env::args()
        .skip(1)
        .partition(|argument| argument.starts_with("--"));
    let url = arguments
        .first()
        .map_or("sqlite://todos.db?mode=rwc", String::as_str);
    let address = arguments.get(1).map_or("127.0.0.1:3000", String::as_str);

    let db = Db::connect(url).await?;
    if flags.iter().any(|flag| flag == "--openapi") {
        let document = api(db).openapi().to_json_pretty()?;
        return Ok(writeln!(std::io::stdout(), "{document}")?);
    }
    let schema = db.schema::<(TodoList, Todo, TodoListImage, Supplier, Account)>();
    schema.create_missing().await?;

    let mut api = api(db.clone());
    if flags.iter().any(|flag| flag == "--loopback4") {
        api = api.loopback4();
    }
    let own = Router::new()
        .route("/open-todos", get(open_todos))
        .route("/health", get(health));
    let app = api
        .router()
        .merge(api.explorer("/explorer"))
        .merge(own.with_state(db.clone()))
        .layer(from_fn(log));

    let listener = tokio::net::TcpListener::bind(address).await?;
    eprintln!("http://{} answers; Ctrl+C stops it", listener.local_addr()?);
    axum::serve(listener, app)
        .with_graceful_shutdown(stopped())
        .await?;
    db.close_within(Duration::from_secs(5)).await?;
    Ok(())
}
